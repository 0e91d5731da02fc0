"""What a project may have been made from, by likeness, where no line in it says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from scaffold.project.provenance import Origin, restate_origin
from scaffold.update.released import Snapshot
from scaffold.update.text import is_text

LEAST = 0.3  # below that a project is another, which has some words in common by chance

# Quotes and commas are left out, so that a project that was formatted is known again.
_WORD = re.compile(rb"\w+|[^\w\s'\",]")
CLEARLY = 4  # times as much has to speak for one as for another
_Traits = frozenset[tuple[bytes, ...]]


class Candidate(NamedTuple):
    """What a project may have been made from.

    Attributes:
        snapshot: the project as it would have been made.
        likeness: how much the project has in common with it, from 0 to 1.
    """

    snapshot: Snapshot
    likeness: float

    @property
    def origin(self) -> Origin:
        """Return what it is made from."""
        return self.snapshot.origin


def find_candidates(yours: Mapping[str, object], snapshots: Iterable[Snapshot]) -> list[Candidate]:
    """Rank snapshots by how much a project has in common with them, the most first.

    What counts are triples of words: those that both have, and against it those that the project
    lacks in a file that it still has. Of several snapshots with the same files, only the newest is
    listed: it serves as well.

    Args:
        yours: by path, the project's files.
        snapshots: all that it may be, the oldest revision of each template first.
    """
    known: dict[bytes, _Traits] = {}
    contents = {path: each for path, each in yours.items() if isinstance(each, bytes)}
    mine = _traits(contents, known)
    ranked: dict[tuple[object, ...], tuple[float, Candidate]] = {}
    for snapshot in snapshots:
        files = snapshot.files({})
        theirs = _traits(files, known)
        still = {path: each for path, each in files.items() if path in contents}
        common = len(mine & theirs)
        likeness = common / max(1, len(theirs))
        if likeness >= LEAST:
            score = common - len(_traits(still, known) - mine) / 2
            same = tuple((path, _unsaid(path, content)) for path, content in files.items())
            ranked[(snapshot.origin.template, *same)] = score, Candidate(snapshot, likeness)
    best = sorted(ranked.values(), key=lambda each: -each[0])
    return [candidate for _, candidate in best]


def tell_apart(yours: Mapping[str, object], snapshots: Iterable[Snapshot]) -> Snapshot | None:
    """Say which of a few snapshots a project is, where what only one of them has leaves no doubt.

    Returns:
        The snapshot; None where the project has something of several, or of none.
    """
    ranked = find_candidates(yours, snapshots)
    if not ranked:
        return None
    known: dict[bytes, _Traits] = {}
    contents = {path: each for path, each in yours.items() if isinstance(each, bytes)}
    mine = _traits(contents, known)
    best = _traits(ranked[0].snapshot.files({}), known)
    for other in ranked[1:]:
        theirs = _traits(other.snapshot.files({}), known)
        if len(mine & (best - theirs)) <= CLEARLY * len(mine & (theirs - best)):
            return None
    return ranked[0].snapshot


def _traits(files: Mapping[str, bytes], known: dict[bytes, _Traits]) -> _Traits:
    """Gather the triples of words of files, each file's only once."""
    for path, content in files.items():
        if content not in known:
            words = _WORD.findall(_unsaid(path, content)) if is_text(content) else []
            known[content] = frozenset(zip(words, words[1:], words[2:], strict=False))
    return frozenset().union(*(known[content] for content in files.values()))


def _unsaid(path: str, content: bytes) -> bytes:
    """Leave out the line that says what made a project: files are alike or not without it."""
    return restate_origin(path, content, None)
