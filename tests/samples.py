"""Runs a sample as a process, with what somebody types."""

from __future__ import annotations

import atexit
import contextlib
import functools
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from waiting import is_alive, wait_for

from scaffold.catalogue.reader import Catalogue, templates_dir
from scaffold.endpoint import Endpoint
from scaffold.project.provenance import find_origin
from scaffold.running.webpage import (
    ANY_PORT,
    PageError,
    find_address,
    run_on_page,
    talk,
)

# So that a sample that hangs is ended before the test that waits for it.
SECONDS = 120
CATALOGUE = Catalogue(templates_dir())


@dataclass(frozen=True)
class Ended:
    """How a sample ended.

    Attributes:
        stdout: what it printed.
        stderr: what it said of errors and warnings.
        returncode: its exit code; minus the signal that ended it.
    """

    stdout: str
    stderr: str
    returncode: int


def run_sample(
    python: Path,
    folder: Path,
    environ: Mapping[str, str],
    typed: str = "",
    *arguments: str,
    quickly: bool = False,
) -> Ended:
    """Runs `main.py` in a folder, and waits for its end; every warning is an error.

    Quickly is with an SDK that has been used before and hardly waits before it tries again, and
    without the end of the interpreter: for the hundreds of runs that are about none of these.
    """
    web = is_web(folder)
    if not hasattr(os, "fork"):
        command = [str(python), "-W", "error", "main.py", *arguments]
        environ = {**environ, "PYTHONIOENCODING": "utf-8"}
        if web:
            code, printed, stderr = run_on_page(
                command, typed.splitlines(), directory=folder, environ=environ, seconds=SECONDS
            )
            return Ended(_as_in_console(printed), f"\n{stderr}\n" if stderr else "", code)
        done = subprocess.run(
            command,
            cwd=folder,
            env=environ,
            input=typed,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        return Ended(done.stdout, done.stderr, done.returncode)

    with tempfile.TemporaryDirectory() as temporary:
        paths = {name: Path(temporary, name) for name in ("stdin", "stdout", "stderr")}
        for path in paths.values():
            path.touch()
        paths["stdin"].write_bytes(typed.encode())
        host = _host(python, quickly)
        request = {
            "folder": str(folder),
            "environ": dict(environ),
            "arguments": [*arguments, *(ANY_PORT if web else ())],
            **{name: str(path) for name, path in paths.items()},
        }
        try:
            process = host.start(json.dumps(request))
            said = _say_on_page(process, paths["stdout"], typed) if web else None
            code = host.wait()
        except OSError:
            # Whatever hangs is ended with its host; the next sample gets another one.
            host.end()
            _host.cache_clear()
            raise
        stdout, stderr = (paths[name].read_bytes().decode() for name in ("stdout", "stderr"))
        if said is None:
            return Ended(stdout, stderr, code)
        assert re.fullmatch(r"Open \S+ in a browser\..*\n\nThe page is closed\.\n", stdout)
        assert code == 130
        conversation, error = said
        return Ended(_as_in_console(conversation), stderr + error, 1 if error else 0)


def is_web(folder: Path) -> bool:
    """Says whether one talks with a project on a web page."""
    name = "requirements.txt"
    made_by = find_origin({name: (folder / name).read_bytes()})
    return made_by is not None and CATALOGUE.get(made_by.template).kind == "web"


def _say_on_page(process: int, stdout: Path, typed: str) -> tuple[str, str] | None:
    """Says on a sample's page what is typed, and ends the sample as Ctrl-C does.

    Returns:
        What was said there, and the error that the page showed in the end, if it did; None when
        the sample didn't start.
    """
    wait_for(lambda: find_address(stdout.read_text("utf-8")) or not is_alive(process))
    address = find_address(stdout.read_text("utf-8"))
    if address is None:
        return None
    said: list[str] = []
    error = ""
    try:
        talk(address, typed.splitlines(), said.append, seconds=SECONDS)
    except PageError as shown:
        error = f"\n{shown}\n"
    os.kill(process, signal.SIGINT)
    return "".join(said), error


def _as_in_console(said: str) -> str:
    """Has a conversation look as if nobody saw what was typed, as it does where stdin is a file."""
    return re.sub(r"^User: .*\n\n", "User: \n", said, flags=re.MULTILINE) + "User: "


class _Host:
    """A connection to the process that runs the samples of one Python; see sample_host.py.

    All workers of a run have that process in common: the first one to need it starts it.
    """

    def __init__(self, python: Path, quickly: bool) -> None:
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
        # Short, for the path of a socket may not have a hundred characters.
        place = Path(tempfile.gettempdir(), f"hosts-{run[:12]}", f"{_digest(python)}-{quickly:d}")
        place.parent.mkdir(mode=0o700, exist_ok=True)
        with FileLock(f"{place}.lock"):
            try:
                self._connect(place)
            except OSError:
                _start(python, place, quickly)
                self._connect(place)
        atexit.register(self.end)

    def _connect(self, place: Path) -> None:
        """Connects, and learns which process it is that runs the samples for this connection."""
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.settimeout(SECONDS)
        try:
            self.connection.connect(str(place))
            self.lines = self.connection.makefile("rw", encoding="utf-8")
            self.process = int(self.lines.readline() or 0)
            if not self.process:
                raise ConnectionError("it is about to end")
        except OSError:
            self.connection.close()
            raise

    def start(self, request: str) -> int:
        """Sends a request, and returns the number of the sample's process."""
        self.lines.write(request + "\n")
        self.lines.flush()
        return int(self.lines.readline())

    def wait(self) -> int:
        """Waits for the end of the sample, and returns its exit code."""
        return int(self.lines.readline())

    def end(self) -> None:
        """Ends what runs the samples for this connection, and whatever they have started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process, signal.SIGKILL)
        self.connection.close()


def _digest(python: Path) -> str:
    return hashlib.sha256(str(python).encode()).hexdigest()[:8]


def _start(python: Path, place: Path, quickly: bool) -> None:
    """Starts a host, and returns once it can be connected to."""
    with Endpoint() as endpoint:
        used = [endpoint.variables("openai")["OPENAI_BASE_URL"]] if quickly else []
        script = Path(__file__).with_name("sample_host.py")
        subprocess.run(
            [str(python), "-W", "error", str(script), str(place), *used],
            env={"PYTHONIOENCODING": "utf-8", "PATH": os.environ["PATH"]},
            cwd=place.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            check=True,
            timeout=SECONDS,
        )


@functools.cache
def _host(python: Path, quickly: bool) -> _Host:
    """Finds the host of a Python, once in this process."""
    return _Host(python, quickly)


HIGHEST = Path(sys.executable)
