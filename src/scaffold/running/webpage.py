"""A conversation with a web sample, as its page has it, without a browser.

It reads as one with a console sample does, so that whoever looks at samples need not know which
kind one is.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

# A port that is free; the sample says which.
ANY_PORT = ("--port", "0")
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+(?= .*\n)")


class PageError(Exception):
    """The line that the page shows in place of an answer."""


def find_address(printed: str) -> str | None:
    """Find the address in what a web sample has printed; None until it is there."""
    found = _ADDRESS.search(printed)
    return found[0] if found else None


def run_on_page(
    command: Sequence[str],
    typed: Iterable[str],
    *,
    directory: Path,
    environ: Mapping[str, str],
    seconds: float,
) -> tuple[int, str, str]:
    """Start a web sample, talk on its page, and end it.

    Args:
        command: what starts it, with its arguments.
        typed: what is said, see `talk`.
        directory: the project.
        environ: the whole environment of the sample.
        seconds: how long an answer may take.

    Returns:
        What a console sample would have come to: its exit code, what it printed with the lines that
        were typed, and what it said of errors.
    """
    said: list[str] = []
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
        subprocess.Popen(  # noqa: S603 (no shell; our own sample)
            [*command, *ANY_PORT],
            cwd=directory,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        ) as sample,
    ):
        address = find_address(sample.stdout.readline() if sample.stdout else "")
        shown = ""
        try:
            if address is not None:
                talk(address, typed, said.append, seconds=seconds)
        except PageError as error:
            shown = str(error)
        finally:
            if address is not None:
                sample.terminate()
            code = sample.wait()
        errors.seek(0)
        ended = code if address is None else int(bool(shown))
        return ended, "".join(said), errors.read() + shown


def talk(
    address: str, typed: Iterable[str], say: Callable[[str], object], *, seconds: float
) -> None:
    """Say one line after another on a page, until an empty one, `exit` or the last.

    Args:
        address: the page's.
        typed: the lines.
        say: is given what a terminal would show, piece by piece.
        seconds: how long the page waits for the next piece.

    Raises:
        PageError: the page shows an error.
    """
    messages: list[dict[str, str]] = []
    for line in typed:
        if line.strip() in ("", "exit"):
            return
        say(f"User: {line}\n\nAssistant: ")
        messages.append({"role": "user", "content": line})
        answer = _answer(address, messages, say, seconds)
        messages.append({"role": "assistant", "content": answer})
        say("\n\n")


def _answer(
    address: str,
    messages: list[dict[str, str]],
    say: Callable[[str], object],
    seconds: float,
) -> str:
    """Ask as the page's script does, and return the whole answer."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=seconds)
    headers = {"Content-Type": "application/json", "Origin": address}
    pieces: list[str] = []
    try:
        connection.request("POST", "/chat", json.dumps({"messages": messages}), headers)
        response = connection.getresponse()
        if response.status != 200:
            raise PageError(json.loads(response.read())["detail"])
        for line in response:
            event = json.loads(line)
            if "error" in event:
                raise PageError(event["error"])
            if "warning" in event:
                say(f"\n{event['warning']}")
            if "text" in event:
                pieces.append(event["text"])
                say(event["text"])
            if "end" in event:
                return "".join(pieces)
    except (OSError, HTTPException) as error:
        raise PageError(f"Nobody answers: {error}") from error
    finally:
        connection.close()
    raise PageError("The answer broke off.")
