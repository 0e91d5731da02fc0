"""Three versions of a text → one, by lines. Pure; knows nothing of files.

Changes that touch each other are a conflict, as in git: `git merge-file` is the oracle of the
tests, and where both can merge, the lines are the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold.update.differences import Change, differences


class Part(NamedTuple):
    """A stretch of the merged text.

    Attributes:
        kind: where its lines are from: `both` where nobody changed them, or both alike; `yours`
            or `newest` where one did; `conflict` where both did, each in another way.
        base: what was there.
        yours: what you made of it.
        newest: what the newest version makes of it.
        line: the number of its first line in yours, from 0.
    """

    kind: str
    base: Sequence[bytes]
    yours: Sequence[bytes]
    newest: Sequence[bytes]
    line: int


def merge_lines(
    base: Sequence[bytes], yours: Sequence[bytes], newest: Sequence[bytes]
) -> list[Part]:
    """Merge two versions of a text that come from one.

    Args:
        base: the lines that both come from.
        yours: the lines of one version.
        newest: the lines of the other.

    Returns:
        The parts of the merged text. Every line of `yours` and of `newest` is in one of them.
    """
    parts: list[Part] = []
    at, shift_yours, shift_newest = 0, 0, 0

    def add(kind: str, start: int, end: int, yours_end: int, newest_end: int) -> None:
        mine = yours[start + shift_yours : yours_end]
        theirs = newest[start + shift_newest : newest_end]
        line = start + shift_yours
        if kind != "conflict":
            parts.append(Part(kind, base[start:end], mine, theirs, line))
            return
        # What both have made alike at its edges is no part of a conflict.
        head, tail = _common_edges(mine, theirs)
        parts.append(Part("both", (), mine[:head], theirs[:head], line))
        yours_core, newest_core = mine[head : len(mine) - tail], theirs[head : len(theirs) - tail]
        parts.append(Part("conflict", base[start:end], yours_core, newest_core, line + head))
        line += len(mine) - tail
        alike = mine[len(mine) - tail :]
        parts.append(Part("both", (), alike, theirs[len(theirs) - tail :], line))

    for mine, theirs in _meetings(differences(base, yours), differences(base, newest)):
        start = min(change.start for change in (*mine, *theirs))
        end = max(change.end for change in (*mine, *theirs))
        if at < start:
            add("both", at, start, start + shift_yours, start + shift_newest)
        grown_yours = shift_yours + sum(_growth(change) for change in mine)
        grown_newest = shift_newest + sum(_growth(change) for change in theirs)
        same = list(yours[start + shift_yours : end + grown_yours]) == list(
            newest[start + shift_newest : end + grown_newest]
        )
        kind = "both" if same else "conflict" if mine and theirs else "yours" if mine else "newest"
        add(kind, start, end, end + grown_yours, end + grown_newest)
        at, shift_yours, shift_newest = end, grown_yours, grown_newest
    if at < len(base):
        add("both", at, len(base), len(yours), len(newest))
    return parts


def likeness(one: Sequence[bytes], other: Sequence[bytes]) -> float:
    """Say how much two texts have in common, from 0 to 1, by the bytes of their common lines."""
    common = sum((len(line) + 1) * n for line, n in (Counter(one) & Counter(other)).items())
    longest = max(sum(len(line) + 1 for line in text) for text in (one, other))
    return common / longest if longest else 1.0


def _common_edges(mine: Sequence[bytes], theirs: Sequence[bytes]) -> tuple[int, int]:
    """Count the lines that two stretches have in common at their beginning, and at their end."""
    most = min(len(mine), len(theirs))
    head = next((n for n in range(most) if mine[n] != theirs[n]), most)
    tail = next((n for n in range(most - head) if mine[-1 - n] != theirs[-1 - n]), most - head)
    return head, tail


def _growth(change: Change) -> int:
    return (change.to_end - change.to_start) - (change.end - change.start)


def _meetings(
    yours: Sequence[Change], newest: Sequence[Change]
) -> Iterator[tuple[list[Change], list[Change]]]:
    """Gather changes that overlap or touch, of both sides; most are alone."""
    sides = (list(yours), list(newest))
    while sides[0] or sides[1]:
        first = min((0, 1), key=lambda side: sides[side][0].start if sides[side] else 1 << 60)
        met: tuple[list[Change], list[Change]] = ([], [])
        met[first].append(sides[first].pop(0))
        end = met[first][0].end
        again = True
        while again:
            again = False
            for side in (0, 1):
                # Changes of one side never touch each other; what touches is of the other side.
                while sides[side] and sides[side][0].start <= end and met[1 - side]:
                    met[side].append(sides[side].pop(0))
                    end = max(end, met[side][-1].end)
                    again = True
        yield met
