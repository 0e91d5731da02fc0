"""The tags of an origin, which stay what they were when they were first seen."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from scaffold.sources.fetch.repository import Repository


class Seen(NamedTuple):
    """What is remembered of an origin, even when its mirror is gone.

    Attributes:
        day: when it was fetched last, as YYYY-MM-DD; empty for never.
        tags: by name, the id that each tag had when it was first seen.
        moved: by name, the id that it has now, of tags that have another.
    """

    day: str = ""
    tags: Mapping[str, str] = {}
    moved: Mapping[str, str] = {}


def read_seen(file: Path) -> Seen:
    """Read what is remembered of an origin: nothing where the file can't be read."""
    try:
        kept = json.loads(file.read_bytes())
        return Seen(kept["day"], dict(kept["tags"]), dict(kept["moved"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Seen()


def keep_tags(repository: Repository, file: Path, origin: str) -> None:
    """Take over the tags that an origin has newly; remember those that were moved.

    Args:
        repository: has the tags as they are now under `refs/upstream/tags`.
        file: where it is remembered what they were.
        origin: where they are from.

    Raises:
        OSError: it can't be kept.
    """
    offered = repository.ids("refs/upstream/tags")
    before = read_seen(file).tags
    moved = {name: now for name, now in offered.items() if before.get(name, now) != now}
    tags = {**offered, **before}
    have, gone = repository.ids("refs/tags"), repository.missing(tags.values())
    updates = [
        f"update refs/tags/{name}\0{each}\0\0"
        for name, each in tags.items()
        if have.get(name) != each and each not in gone
    ]
    repository.run("update-ref", "--stdin", "-z", given="".join(updates).encode())
    today = date.today().isoformat()  # noqa: DTZ011 - the user's own day
    facts = {"origin": origin, "day": today, "tags": tags, "moved": moved}
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(json.dumps(facts), encoding="utf-8")
    new.replace(file)


def newest_version(tags: Iterable[str]) -> str:
    """Pick the tag of the newest release, as Copier does: by PEP 440, and no pre-release.

    Returns:
        The tag; empty where none is a version.
    """
    from packaging.version import InvalidVersion, Version

    versions = []
    for tag in tags:
        with contextlib.suppress(InvalidVersion):
            versions.append((Version(tag), tag))
    return max((each for each in versions if not each[0].is_prerelease), default=("", ""))[1]
