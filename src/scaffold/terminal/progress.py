"""How far a long task is."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from scaffold.terminal.screen import is_terminal


class _HasName(Protocol):
    @property
    def name(self) -> str: ...


_Named = TypeVar("_Named", bound=_HasName)


class Progress:
    """How far a long task is: a bar on a terminal. A log is told at the end what was made.

    Args:
        environ: the environment, which may say that the terminal can't be drawn on.
        quiet: whether to show nothing.
    """

    def __init__(self, environ: Mapping[str, str], *, quiet: bool) -> None:
        self._total = 0
        self._done = 0
        self._quiet = quiet
        self._bar = is_terminal(sys.stderr) and environ.get("TERM") != "dumb"

    def collect(self, made: Iterable[_Named], total: int) -> list[_Named]:
        """Give all that is made, `total` of them, and tell of each when it is done."""
        self._total, self._done = total, 0
        every = []
        try:
            for each in made:
                every.append(each)
                self._step(each.name)
        finally:
            self._end()
        return every

    def _step(self, name: str) -> None:
        self._done += 1
        if self._quiet or not self._bar:
            return
        width = shutil.get_terminal_size(fallback=(80, 24)).columns - 1
        full = 20 * self._done // self._total
        head = f"[{'#' * full:<20}] {self._done}/{self._total}"
        # The name only where all of it fits; the bar only where that does.
        line = f"{head} {name}" if len(f"{head} {name}") <= width else head[:width]
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

    def _end(self) -> None:
        # The bar goes again.
        if self._bar and not self._quiet and self._done:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
