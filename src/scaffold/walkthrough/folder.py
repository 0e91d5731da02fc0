"""Pages → a folder. An index in it says what was made, so that what somebody edited is not lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scaffold.errors import ScaffoldError
from scaffold.project.owned_folder import check_ours, content_of, index_file, plan_made, sha256
from scaffold.project.paths import check_paths
from scaffold.project.render import File
from scaffold.project.write import Plan, readable_errors

INDEX = "scaffold-docs.json"
CONTENTS = "index"  # the name of the page that lists the others

# By page, its files and their fingerprints.
_Index = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Page:
    """A page and the files that it links to.

    Attributes:
        name: the page's name, without `.md`.
        files: all of them, with paths relative to the folder of the pages.
    """

    name: str
    files: tuple[File, ...]


def plan_pages(
    pages: Sequence[Page],
    target: Path,
    *,
    narrowed: bool,
    force: bool,
    contents: Callable[[Sequence[str]], File] | None = None,
) -> Plan:
    """Compare pages with what is in the folder. Touches nothing.

    Args:
        pages: what is to be there.
        target: the folder; it need not be there.
        narrowed: whether these are not all; the others are then left as they are.
        force: whether files that somebody edited are overwritten and removed too.
        contents: makes the page that lists all pages, which are named to it.

    Raises:
        ConflictError: the folder holds other things, or files of it were edited.
    """
    with readable_errors(target):
        check_ours(target, INDEX)
        old = _read_index(target)
        if contents is not None:
            named = {page.name for page in pages} | (set(old) - {CONTENTS} if narrowed else set())
            pages = [*pages, Page(CONTENTS, (contents(sorted(named)),))]
        new = {
            page.name: {file.path: sha256(file.content) for file in page.files} for page in pages
        }
        index = {**old, **new} if narrowed else new
        wanted = {path for each in index.values() for path in each}
        made = {path: mark for each in old.values() for path, mark in each.items()}
        gone = [
            path for path in made if path not in wanted and content_of(target, path) is not None
        ]
    files = [file for page in pages for file in page.files]
    return plan_made(files, _index_file(index), target, made, gone, force=force)


def _read_index(target: Path) -> _Index:
    """Read what the index lists. Nothing, where it can't be read: then no file counts as ours."""
    try:
        pages = json.loads(content_of(target, INDEX) or b"")["pages"]
        index = {str(name): {**pages[name]} for name in pages}
        # A path in it is one that may be removed.
        check_paths(path for each in index.values() for path in each)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, ScaffoldError):
        return {}
    return index


def _index_file(index: Mapping[str, Mapping[str, str]]) -> File:
    pages = {name: dict(index[name]) for name in sorted(index)}
    return index_file(INDEX, "scaffold docs", {"pages": pages})
