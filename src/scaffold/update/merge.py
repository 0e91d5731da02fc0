"""Three versions of a project → what becomes of each file. Pure; nothing is read or written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from scaffold.update.diff3 import likeness
from scaffold.update.text import Conflict, Merged, is_text, merge_text, read_text, same_text

ALIKE = 0.6  # from here on, a file that went and one that came are the same under two names

Kind = Literal[
    "same",  # yours is the newest already
    "yours",  # the template didn't change it; what you made of it stays
    "updated",  # you didn't change it; it becomes the newest
    "added",  # the template has it newly
    "merged",  # both changed it, in different places
    "conflict",  # both changed it, in the same place
    "removed",  # the template dropped it, and you hadn't changed it
    "orphaned",  # the template dropped it, but you changed it: it stays
    "deleted",  # you deleted it: it stays deleted
    "beside",  # it can't be merged: yours stays, and the newest is put beside it
]


class Obstacle(NamedTuple):
    """Something in a file's place that can't be merged.

    Attributes:
        what: what it is, such as `a folder` or `a link`.
    """

    what: str


Yours = bytes | Obstacle
# Formats a file of that path as the project's own settings want it; None where it can't.
Formatter = Callable[[str, bytes], bytes | None]


class Outcome(NamedTuple):
    """What becomes of one file.

    Attributes:
        path: where it stands afterwards, or stood if it goes.
        kind: what happens to it.
        was: the path that it has in the project now, where that is another.
        yours: what is there now; None where nothing is.
        newest: what the newest version has; None where it has no such file.
        merged: the file put together; None where no lines were merged.
        by_you: whether it has another name than the template's because you renamed it.
    """

    path: str
    kind: Kind
    was: str
    yours: Yours | None
    newest: bytes | None
    merged: Merged | None = None
    by_you: bool = False

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Return the conflicts in it."""
        return self.merged.conflicts if self.merged and self.kind == "conflict" else ()


class _Names(NamedTuple):
    """The three names of one file; None where a version doesn't have it."""

    base: str | None
    yours: str | None
    newest: str | None


def merge_projects(
    base: Mapping[str, bytes],
    yours: Mapping[str, Yours],
    newest: Mapping[str, bytes],
    formatted: Formatter | None = None,
) -> list[Outcome]:
    """Merge a project with the newest version of what it was made from.

    Args:
        base: by path, the files that it was made with.
        yours: the files that are there now: those of the other two, and others that may be some
            of them under another name.
        newest: the files that the newest version is made with.
        formatted: formats a file as the project's settings want it, for files with conflicts.

    Returns:
        What becomes of each file of any version, by path.
    """
    outcomes = [
        _outcome(names, base, yours, newest, formatted) for names in _match(base, yours, newest)
    ]
    return sorted((each for each in outcomes if each), key=lambda each: each.path)


def _match(
    base: Mapping[str, bytes], yours: Mapping[str, Yours], newest: Mapping[str, bytes]
) -> list[_Names]:
    """Find which files of the versions are one and the same, under whatever names."""
    dropped = {path: content for path, content in base.items() if path not in newest}
    fresh = {path: content for path, content in newest.items() if path not in base}
    gone = {path: content for path, content in base.items() if path not in yours}
    strays = {
        path: content
        for path, content in yours.items()
        if path not in base and isinstance(content, bytes)
        if path not in newest or path in fresh
    }
    moved = _renames(gone, strays)
    renamed = {
        old: new
        for old, new in _renames(dropped, fresh).items()
        # Where you have a file of that name, and it isn't this one, it is one of your own.
        if new not in yours or moved.get(old) == new
    }
    # Nor is a file that the template has newly another one of yours.
    moved = {old: new for old, new in moved.items() if new not in newest or renamed.get(old) == new}
    matches = []
    for path in base:
        after = renamed.get(path, path)
        here = path if path in yours else moved.get(path)
        matches.append(_Names(path, here, after if after in newest else None))
    taken = {each.newest for each in matches}
    return matches + [
        _Names(None, path if path in yours else None, path) for path in newest if path not in taken
    ]


def _renames(went: Mapping[str, bytes], came: Mapping[str, bytes]) -> dict[str, str]:
    """Pair files that went with files that came, the most alike first."""
    scores = [
        (score, old, new)
        for old, content in went.items()
        for new, other in came.items()
        if is_text(content) and is_text(other)
        if (score := likeness(read_text(content).lines, read_text(other).lines)) >= ALIKE
    ]
    pairs: dict[str, str] = {}
    for _, old, new in sorted(scores, key=lambda each: (-each[0], each[1:])):
        if old not in pairs and new not in pairs.values():
            pairs[old] = new
    return pairs


def _outcome(
    names: _Names,
    base: Mapping[str, bytes],
    yours: Mapping[str, Yours],
    newest: Mapping[str, bytes],
    formatted: Formatter | None,
) -> Outcome | None:
    before = base[names.base] if names.base is not None else None
    mine = yours[names.yours] if names.yours is not None else None
    after = newest[names.newest] if names.newest is not None else None
    place = names.newest or names.yours or names.base or ""
    if mine is None:
        if before is None:
            return Outcome(place, "added", "", None, after)
        return Outcome(place, "deleted", "", None, after) if after is not None else None
    here = names.yours or place
    by_you = names.base is not None and here not in (names.base, names.newest)
    if after is None:
        untouched = isinstance(mine, bytes) and before is not None and same_text(mine, before)
        return Outcome(here, "removed" if untouched else "orphaned", "", mine, None)
    # A name that you gave stays; else it takes the one that the template gives it.
    place = here if by_you or names.base is None else names.newest or here
    merged = _merged(place, before, mine, after, formatted)
    return Outcome(
        place,
        _kind(before, mine, after, merged),
        here if here != place else "",
        mine,
        after,
        merged,
        by_you,
    )


def _kind(before: bytes | None, mine: Yours, after: bytes, merged: Merged | None) -> Kind:
    if isinstance(mine, Obstacle):
        return "yours" if before == after else "beside"
    if same_text(mine, after):
        return "same"
    if before is not None and same_text(after, before):
        return "yours"
    if before is not None and same_text(mine, before):
        return "updated"
    if merged is None:
        return "beside"
    return "conflict" if merged.conflicts else "merged"


def _merged(
    path: str, before: bytes | None, mine: Yours, after: bytes, formatted: Formatter | None
) -> Merged | None:
    if isinstance(mine, Obstacle):
        return None
    merged = merge_text(before or b"", mine, after)
    if merged is None or not merged.conflicts or formatted is None or before is None:
        return merged
    # Perhaps the edit was to format it: as the project's settings do.
    was, will = formatted(path, before), formatted(path, after)
    if was is None or will is None:
        return merged
    again = merge_text(was, mine, will)
    return again if again and not again.conflicts else merged
