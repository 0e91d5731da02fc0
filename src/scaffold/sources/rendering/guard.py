"""Started between this program and a process that works in a throwaway folder: ends both.

    python -IS guard.py FOLDER PROGRAM ARGUMENT...

It passes on what it reads. At the end of its input, which comes when the program that started it
is done or is gone, however it went, it ends the process with all that this started, and removes
the folder.
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
    """Run the process until it ends, and then wait for the end of the input."""
    folder, *command = sys.argv[1:]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603
    tell({"started": child.pid})
    over = threading.Event()
    threading.Thread(target=pass_on, args=(child, over), daemon=True).start()
    code = child.wait()
    end(child)
    tell({"ended": code})
    over.wait()
    remove(folder)


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
