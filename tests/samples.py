"""Runs a sample as a process, with what somebody types."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold.endpoint import Endpoint

# So that a sample that hangs is ended before the test that waits for it.
SECONDS = 120


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

    Quickly is with an SDK that has been used before, and without the end of the interpreter: for
    the hundreds of runs that are about neither.
    """
    if not hasattr(os, "fork"):
        command = [str(python), "-W", "error", "main.py", *arguments]
        environ = {**environ, "PYTHONIOENCODING": "utf-8"}
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
            "arguments": arguments,
            **{name: str(path) for name, path in paths.items()},
        }
        try:
            answer = host.ask(json.dumps(request))
        except OSError:
            # Whatever hangs is ended with its host; the next sample gets another one.
            host.end()
            _host.cache_clear()
            raise
        return Ended(
            paths["stdout"].read_bytes().decode(),
            paths["stderr"].read_bytes().decode(),
            int(answer),
        )


class _Host:
    """The process that runs the samples of one Python; see sample_host.py."""

    def __init__(self, python: Path, quickly: bool) -> None:
        folder = tempfile.mkdtemp()
        with socket.socket(socket.AF_UNIX) as listener, Endpoint() as endpoint:
            used = [endpoint.variables("openai")["OPENAI_BASE_URL"]] if quickly else []
            listener.bind(f"{folder}/host")
            listener.listen()
            script = Path(__file__).with_name("sample_host.py")
            self.process = subprocess.Popen(
                [str(python), "-W", "error", str(script), f"{folder}/host", *used],
                env={"PYTHONIOENCODING": "utf-8", "PATH": os.environ["PATH"]},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
            listener.settimeout(SECONDS)
            self.connection, _ = listener.accept()
        self.connection.settimeout(SECONDS)
        self.lines = self.connection.makefile("rw", encoding="utf-8")
        atexit.register(self.end)

    def ask(self, request: str) -> str:
        """Sends a request, and waits for the answer to it."""
        self.lines.write(request + "\n")
        self.lines.flush()
        return self.lines.readline()

    def end(self) -> None:
        """Ends the host and what it runs."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.connection.close()


@functools.cache
def _host(python: Path, quickly: bool) -> _Host:
    """Starts the host of a Python, once in this process."""
    return _Host(python, quickly)


HIGHEST = Path(sys.executable)
