"""A sample and its example → what it prints, and what goes over the wire.

It runs as `scaffold run` does, against an endpoint of its own whose clock stands still: so each
page says the same whenever it is made.
"""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
import wave
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffold.catalogue.records import Example, Kind
from scaffold.endpoint import Endpoint
from scaffold.errors import ScaffoldError
from scaffold.project.render import File
from scaffold.running.runner import offline_environ
from scaffold.running.webpage import run_on_page

SECONDS = 300  # how long a sample may take, on however busy a machine

# 2026-01-01, the time that every answer carries.
_NOW = 1767225600
_PROMPT = "_SYSTEM_PROMPT"
# An id that the Speech SDK makes up for each session.
_MADE_UP = re.compile(r"\b[0-9A-Fa-f]{32}\b")
_PORT = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Transcript:
    """What came of running a sample.

    Attributes:
        printed: what it printed.
        requests: what it asked the endpoint, as the endpoint's journal has it, oldest first.
    """

    printed: str
    requests: Sequence[Mapping[str, Any]]


def run_example(
    command: Sequence[str],
    files: Sequence[File],
    example: Example,
    environ: Mapping[str, str],
    kind: Kind = "console",
) -> Transcript:
    """Run a sample with what its example types.

    Args:
        command: what starts it, in an environment that has what it requires.
        files: the sample.
        example: what is typed, and what else is there.
        environ: the user's environment, of which nothing about the services reaches the sample.
        kind: how one talks with it.

    Returns:
        What it printed, or what was said on its page, and what it asked; ids that are new each
        time are `…` in both.

    Raises:
        ScaffoldError: it failed, or didn't end.
    """
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        Endpoint(answers=True, clock=lambda: _NOW) as endpoint,
    ):
        for file in files:
            path = Path(folder, file.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
        for name, seconds in example.audio.items():
            _write_wav(Path(folder, name), seconds)
        # Somebody's own prompt is for `scaffold run`; a page shows the sample's.
        own = {name: value for name, value in environ.items() if not name.endswith(_PROMPT)}
        sample = {**offline_environ(own, endpoint.variables()), "PYTHONIOENCODING": "utf-8"}
        started = [*command, *example.arguments]
        run = run_on_page if kind == "web" else _run_in_console
        code, printed, errors = run(
            started, example.typed, directory=Path(folder), environ=sample, seconds=SECONDS
        )
        if code:
            said = errors.strip().rpartition("\n")[2] or "it said nothing"
            raise ScaffoldError(f"it ended with exit code {code}: {said}")
    # Read when the endpoint has closed: by then it has written down what was open too.
    return Transcript(elide(printed), endpoint.journal)


def _run_in_console(
    command: Sequence[str],
    typed: Iterable[str],
    *,
    directory: Path,
    environ: Mapping[str, str],
    seconds: float,
) -> tuple[int, str, str]:
    """Run a console sample; as `run_on_page`."""
    try:
        ended = subprocess.run(  # noqa: S603 (no shell; our own sample)
            command,
            cwd=directory,
            env=dict(environ),
            input="".join(f"{line}\n" for line in typed),
            capture_output=True,
            encoding="utf-8",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ScaffoldError(f"it did not end within {seconds} seconds") from error
    return ended.returncode, ended.stdout, ended.stderr


def elide(text: str) -> str:
    """Put `…` in the place of each id that is new each time, and `PORT` for the endpoint's own."""
    return _PORT.sub("http://127.0.0.1:PORT", _MADE_UP.sub("…", text))


def _write_wav(path: Path, seconds: float) -> None:
    """Write a tone: 16 kHz, 16 bit, mono."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(struct.pack("<h", 1000) * round(seconds * 16_000))
