"""What turns one list of lines into another. Pure.

By E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), in its linear-space form.
As in git, a change is moved down as far as equal lines allow, unless it can stand beside a change
of the other side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

# Beyond so many differences the middle of a text counts as changed as a whole: coarse, never wrong.
MOST_DIFFERENCES = 800


class Change(NamedTuple):
    """Lines `start` to `end` of the base, which became lines `to_start` to `to_end`."""

    start: int
    end: int
    to_start: int
    to_end: int


def differences(old: Sequence[bytes], new: Sequence[bytes]) -> list[Change]:
    """Find what turns one list of lines into another, in order, with lines left in between."""
    gone, come = [False] * len(old), [False] * len(new)
    in_old, in_new = set(old), set(new)
    # A line that the other side doesn't have can't be matched, and would only cost time.
    left = [number for number, line in enumerate(old) if line in in_new]
    right = [number for number, line in enumerate(new) if line in in_old]
    for flags, kept in ((gone, left), (come, right)):
        flags[:] = [True] * len(flags)
        for number in kept:
            flags[number] = False
    _Myers([old[n] for n in left], [new[n] for n in right], left, right, gone, come).mark()
    _settle(old, gone, come)
    _settle(new, come, gone)
    return list(_changes(gone, come))


class _Myers:
    """What is changed between two lists, marked: divide and conquer at a middle snake."""

    def __init__(
        self,
        old: list[bytes],
        new: list[bytes],
        old_numbers: list[int],
        new_numbers: list[int],
        gone: list[bool],
        come: list[bool],
    ) -> None:
        self.old, self.new = old, new
        self.old_numbers, self.new_numbers = old_numbers, new_numbers
        self.gone, self.come = gone, come

    def mark(self) -> None:
        """Go through boxes of the edit graph until each is all kept or all changed."""
        boxes = [(0, len(self.old), 0, len(self.new))]
        while boxes:
            left, right, top, bottom = boxes.pop()
            while left < right and top < bottom and self.old[left] == self.new[top]:
                left, top = left + 1, top + 1
            while left < right and top < bottom and self.old[right - 1] == self.new[bottom - 1]:
                right, bottom = right - 1, bottom - 1
            middle = None
            if left < right and top < bottom:
                middle = self._middle(left, right, top, bottom)
            if middle is None:
                for number in self.old_numbers[left:right]:
                    self.gone[number] = True
                for number in self.new_numbers[top:bottom]:
                    self.come[number] = True
            else:
                x, y = middle
                boxes += [(left, x, top, y), (x, right, y, bottom)]

    def _middle(self, left: int, right: int, top: int, bottom: int) -> tuple[int, int] | None:
        """Find a point that a shortest way through the box crosses halfway; None if too far."""
        old, new = self.old, self.new
        ahead, behind = left - top, right - bottom  # the diagonals on which both searches begin
        forward, backward = {ahead: left}, {behind: right}
        odd = (ahead - behind) % 2 == 1
        lowest, highest = left - bottom, right - top
        for steps in range(1, MOST_DIFFERENCES):
            for k in _diagonals(ahead, steps, lowest, highest):
                ways = (forward.get(k - 1, -2) + 1, forward.get(k + 1, -1))
                x = max(
                    (way for way in ways if left <= way <= right and way - k <= bottom), default=-1
                )
                if x < 0:
                    continue
                while x < right and x - k < bottom and old[x] == new[x - k]:
                    x += 1
                forward[k] = x
                if odd and abs(k - behind) < steps and backward.get(k, right + 1) <= x:
                    return x, x - k
            for k in _diagonals(behind, steps, lowest, highest):
                ways = (backward.get(k + 1, right + 2) - 1, backward.get(k - 1, right + 1))
                x = min(
                    (way for way in ways if left <= way <= right and way - k >= top), default=-1
                )
                if x < 0:
                    continue
                while x > left and x - k > top and old[x - 1] == new[x - k - 1]:
                    x -= 1
                backward[k] = x
                if not odd and abs(k - ahead) <= steps and forward.get(k, left - 1) >= x:
                    return x, x - k
        return None


def _diagonals(start: int, steps: int, lowest: int, highest: int) -> range:
    """Give the diagonals that so many steps lead to, within the box, the highest first."""
    top, bottom = start + steps, start - steps
    top -= max(0, top - highest + 1) // 2 * 2
    bottom += max(0, lowest - bottom + 1) // 2 * 2
    return range(top, bottom - 1, -2)


def _settle(lines: Sequence[bytes], changed: list[bool], other: Sequence[bool]) -> None:
    """Move each group of changed lines as far down as it goes, or beside one of the other side.

    Args:
        lines: the lines of one side.
        changed: by line, whether it is changed; is brought up to date.
        other: the same of the other side.
    """
    beside = _gaps(other)
    gap, start = 0, 0  # a gap is named by how many unchanged lines are before it
    while start < len(lines):
        if not changed[start]:
            gap, start = gap + 1, start + 1
            continue
        end, size = start, 0
        while end < len(lines) and changed[end]:
            end += 1
        while size != end - start:  # it may have grown together with another
            size = end - start
            while start and lines[start - 1] == lines[end - 1]:
                start, end, gap = start - 1, end - 1, gap - 1
                changed[start], changed[end] = True, False
                while start and changed[start - 1]:
                    start -= 1
            met = beside[gap]
            while end < len(lines) and lines[start] == lines[end]:
                changed[start], changed[end] = False, True
                start, end, gap = start + 1, end + 1, gap + 1
                while end < len(lines) and changed[end]:
                    end += 1
                met = met or beside[gap]
        while met and not beside[gap]:
            start, end, gap = start - 1, end - 1, gap - 1
            changed[start], changed[end] = True, False
        start = end


def _gaps(changed: Sequence[bool]) -> list[bool]:
    """Tell for each gap between unchanged lines whether there are changed ones in it."""
    gaps = [False]
    for flag in changed:
        if flag:
            gaps[-1] = True
        else:
            gaps.append(False)
    return gaps


def _changes(gone: Sequence[bool], come: Sequence[bool]) -> Iterator[Change]:
    old, new = 0, 0
    while old < len(gone) or new < len(come):
        start, to_start = old, new
        while old < len(gone) and gone[old]:
            old += 1
        while new < len(come) and come[new]:
            new += 1
        if (old, new) == (start, to_start):
            old, new = old + 1, new + 1
        else:
            yield Change(start, old, to_start, new)
