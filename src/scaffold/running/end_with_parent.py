"""Started in front of a program: has Linux end it when the process that started it ends.

    python -IS end_with_parent.py PARENT PROGRAM ARGUMENT...

However that process ends, `kill -9` included. This becomes the program itself. (What a program
does between a fork and an exec of its own may hang where it has threads, so a program it is.)
"""

from __future__ import annotations

import signal

# Until the program is there Ctrl-C just ends this, without a traceback.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h

if __name__ == "__main__":
    parent, program = int(sys.argv[1]), sys.argv[2]
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it has ended already
        sys.exit(1)
    try:
        os.execv(program, sys.argv[2:])  # noqa: S606 - that is the purpose
    except OSError as error:
        sys.exit(f"Cannot start {program}: {error.strerror}. Delete the .venv, then run again.")
