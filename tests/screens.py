"""A terminal for tests: a pseudo-terminal with a screen behind it that can be looked at."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyte


class Terminal:
    """Runs a command at a terminal of a certain size.

    Args:
        command: the command and its arguments.
        cwd: the folder that it runs in.
        env: what its environment has besides; a variable that is None is taken out.
        columns: the width.
        lines: the height.
    """

    def __init__(
        self,
        command: Sequence[str],
        cwd: Path,
        env: Mapping[str, str | None] | None = None,
        columns: int = 80,
        lines: int = 24,
    ) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self.said = b""
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        # What decides whether to ask and how to draw is the test's to say.
        left_out = {"CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"}
        kept = {name: value for name, value in os.environ.items() if name not in left_out}
        environ = {**kept, "TERM": "xterm", **(env or {})}
        self._process = subprocess.Popen(
            command,
            cwd=cwd,
            env={name: value for name, value in environ.items() if value is not None},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            # So that Ctrl-C at this terminal interrupts the command.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)

    @property
    def display(self) -> list[str]:
        """The lines of the screen, without the blanks at their ends and the lines below."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip().split("\n")

    def wait_for(self, text: str, seconds: float = 20) -> list[str]:
        """Waits until a text is on the screen, and gives the screen."""
        deadline = time.monotonic() + seconds
        while text not in "\n".join(self.display):
            ended = self._process.poll() is not None
            if (not self._read(0.2) and ended) or time.monotonic() > deadline:
                self._process.kill()
                self.end()
                raise AssertionError(f"{text!r} never came:\n" + "\n".join(self.display))
        return self.display

    def type(self, text: str) -> None:
        """Types at the terminal."""
        os.write(self._ours, text.encode())

    def end(self) -> int:
        """Waits for the command to end, and gives its exit code."""
        while self._process.poll() is None:
            self._read(0.1)
        while self._read(0):
            pass
        os.close(self._ours)
        return self._process.returncode

    def _read(self, seconds: float) -> bool:
        if not select.select([self._ours], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # so Linux says that the other end is closed
            return False
        self.said += data
        self._stream.feed(data)
        return bool(data)
