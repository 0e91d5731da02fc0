"""Sees to it that nothing is left of a run, however it goes: no folder, and no process.

    python -IS guard.py remove FOLDER
    python -IS guard.py end PROGRAM ARGUMENT...

The end of its input comes when the program that started it is done, or is gone: even `kill -9`
can't prevent it. Then it removes the folder; or it ends the process, which it started, with all
that this started in its turn. Until then, the process is handed what comes in, line by line.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

REMOVING = 5.0  # seconds; what was ended just now may still write for a moment


def main() -> None:
    """Do what was asked for, and then wait for the end of the input."""
    what, *arguments = sys.argv[1:]
    if what == "remove":
        sys.stdin.read()
        remove(arguments[0])
    else:
        attend(arguments)


def attend(command: list[str]) -> None:
    """Run the process until it ends, or its input does."""
    child = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603
    tell({"started": child.pid})
    over = threading.Event()
    threading.Thread(target=pass_on, args=(child, over), daemon=True).start()
    code = child.wait()
    end(child)
    tell({"ended": code})
    over.wait()


def pass_on(child: subprocess.Popen[bytes], over: threading.Event) -> None:
    """In a thread: hand over each line, and end the child at the end of the input."""
    for line in iter(sys.stdin.buffer.readline, b""):
        with contextlib.suppress(OSError):  # it has ended by itself
            if child.stdin:
                child.stdin.write(line)
                child.stdin.flush()
    end(child)
    over.set()


def end(child: subprocess.Popen[bytes]) -> None:
    """End a process and those that it started."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            child.kill()
        else:
            os.killpg(child.pid, signal.SIGKILL)


def tell(message: dict[str, int]) -> None:
    """Write a line of JSON to whoever started this, if it is still there."""
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{json.dumps(message)}\n")
        sys.stdout.flush()


def remove(folder: str) -> None:
    """Remove the folder."""
    deadline = time.monotonic() + REMOVING
    while os.path.lexists(folder) and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.02)


if __name__ == "__main__":
    main()
