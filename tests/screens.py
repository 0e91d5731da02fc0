"""A terminal for tests: a pseudo-terminal with a screen behind it that can be looked at."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyte
from waiting import PATIENCE


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

    def wait_for(self, *texts: str, broken: bool = False) -> list[str]:
        """Waits until all these texts are on the screen at once, and gives the screen.

        A screen comes in pieces: name what is drawn last, or all that is looked at.

        Args:
            texts: the texts.
            broken: whether lines may be broken anywhere, so that only what is no blank counts.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            shown = "\n".join(self.display)
            shown = "".join(shown.split()) if broken else shown
            if all(text in shown for text in texts):
                return self.display
            if not self._read(deadline):
                self._process.kill()
                self.end()
                raise AssertionError(f"{texts} never came:\n" + "\n".join(self.display))

    def type(self, text: str) -> None:
        """Types at the terminal."""
        os.write(self._ours, text.encode())

    def end(self) -> int:
        """Waits for the command to end, and gives its exit code."""
        deadline = time.monotonic() + PATIENCE
        # The last of what it said may come after its end.
        while self._read(deadline):
            pass
        os.close(self._ours)
        return self._process.wait(PATIENCE)

    def _read(self, deadline: float) -> bool:
        """Waits for more to read; there is none when the command ended, or the time is up."""
        if not select.select([self._ours], [], [], max(0, deadline - time.monotonic()))[0]:
            return False
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # so Linux says that the other end is closed
            return False
        self.said += data
        self._stream.feed(data)
        return bool(data)
