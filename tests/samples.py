"""Runs a sample as a process, with what somebody types."""

from __future__ import annotations

import atexit
import functools
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SECONDS = 60


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
    python: Path, folder: Path, environ: Mapping[str, str], typed: str = "", *arguments: str
) -> Ended:
    """Runs `main.py` in a folder, and waits for its end; every warning is an error."""
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
        lines = _host(python)
        request = {
            "folder": str(folder),
            "environ": dict(environ),
            "arguments": arguments,
            **{name: str(path) for name, path in paths.items()},
        }
        lines.write(json.dumps(request) + "\n")
        lines.flush()
        answer = lines.readline()
        return Ended(
            paths["stdout"].read_bytes().decode(),
            paths["stderr"].read_bytes().decode(),
            int(answer),
        )


@functools.cache
def _host(python: Path) -> IO[str]:
    """Starts the host of a Python, once in this process; see sample_host.py."""
    folder = tempfile.mkdtemp()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/host")
        listener.listen()
        script = Path(__file__).with_name("sample_host.py")
        command = [str(python), "-W", "error", str(script), f"{folder}/host"]
        environ = {"PYTHONIOENCODING": "utf-8", "PATH": os.environ["PATH"]}
        host = subprocess.Popen(command, env=environ, cwd=folder, stdin=subprocess.DEVNULL)
        listener.settimeout(SECONDS)
        connection, _ = listener.accept()

    def end() -> None:
        connection.close()
        host.terminate()
        host.wait()

    atexit.register(end)
    connection.settimeout(SECONDS)
    return connection.makefile("rw", encoding="utf-8")


HIGHEST = Path(sys.executable)
