"""What is known of a template from elsewhere, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

from scaffold.catalogue.records import Lifecycle

# How a template is found in its repository: the repository is one, with its copier.yml at the
# top; or the whole is laid out as our own templates are, a folder each and one copier.yml; or it is
# a folder that has a copier.yml of its own.
Layout = Literal["root", "shared", "folder"]


class NamedSource(NamedTuple):
    """A repository that somebody gave a name to.

    Attributes:
        name: the name.
        address: what was typed as its address, without a tag, branch or commit.
        ref: the tag, branch or commit to take from it; empty for the newest version.
    """

    name: str
    address: str
    ref: str = ""


class Address(NamedTuple):
    """Where a template is, as somebody typed it.

    Attributes:
        text: what was typed.
        origin: the URL that git fetches from, or the absolute path of a folder.
        local: the folder, where the origin is a folder of this machine and no URL.
        path: the folder or the name of the template in there; empty for the whole.
        ref: the tag, branch or commit that was asked for; empty for the newest version.
        source: the name under which the origin was added as a source; empty for none.
    """

    text: str
    origin: str
    local: Path | None = None
    path: str = ""
    ref: str = ""
    source: str = ""


class SourceSnapshot(NamedTuple):
    """One commit of a repository, or a folder as it is now, to look at and to render from.

    Attributes:
        address: where it was asked for.
        origin: where it came from, as the project's Copier answers record it.
        ref: what was taken: a tag, a branch or a commit; empty for a plain folder.
        version: the tag that names this version; empty where none does.
        commit: its full id; for a plain folder, that of its content.
        tree: the id of its whole content, by which trust is kept.
        folder: its files, untouched, in a folder that goes away with the run. Without `.git`.
        mirror: the bare repository in the cache that has the commit; None for a plain folder.
    """

    address: Address
    origin: str
    ref: str
    version: str
    commit: str
    tree: str
    folder: Path
    mirror: Path | None


class TemplateEntry(NamedTuple):
    """One template of a snapshot.

    Attributes:
        name: what it is asked for by.
        title: its name for people.
        summary: one sentence; empty where nothing says it.
        tags: what it is about.
        lifecycle: where it stands in time.
        layout: how it was found.
        folder: the folder, in the snapshot, that Copier is to render; empty for the whole.
        data: the answers that choose it among others, such as `template`.
    """

    name: str
    title: str
    summary: str = ""
    tags: tuple[str, ...] = ()
    lifecycle: Lifecycle = Lifecycle()
    layout: Layout = "root"
    folder: str = ""
    data: Mapping[str, str] = MappingProxyType({})
