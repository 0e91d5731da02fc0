"""Which templates are in a snapshot, told by its files alone: nothing in them is evaluated.

A repository is a template, with its `copier.yml` at the top; or it is laid out as our own templates
are, with a question `template` there and a `template.yml` in the folder of each; or each folder
that has a `copier.yml` is one. A `template.yml` may say what people should know: `title`,
`summary`, `tags`, `lifecycle`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from scaffold.catalogue.fields import Fields, read_fields
from scaffold.catalogue.names import not_found
from scaffold.catalogue.records import STATES, Lifecycle
from scaffold.errors import TemplateError, UsageError
from scaffold.sources.records import Address, SourceSnapshot, TemplateEntry

CONFIGS = ("copier.yml", "copier.yaml")
ABOUT = "template.yml"
DEEPEST = 4  # folders, down to one with a template in it
LONGEST = 1_000_000  # bytes of a YAML file


class Entries(NamedTuple):
    """The templates of a snapshot.

    Attributes:
        found: those that can be used, by name.
        broken: what is wrong with each of the others, by name.
    """

    found: tuple[TemplateEntry, ...]
    broken: dict[str, TemplateError]


def find_entries(snapshot: SourceSnapshot) -> Entries:
    """Find the templates of a snapshot."""
    found: list[TemplateEntry] = []
    broken: dict[str, TemplateError] = {}
    for name, entry in _candidates(snapshot):
        if isinstance(entry, TemplateError):
            broken[name] = entry
            continue
        try:
            found.append(_described(entry, snapshot.folder))
        except TemplateError as error:
            broken[name] = error
    return Entries(tuple(sorted(found, key=lambda each: each.name)), broken)


def find_entry(snapshot: SourceSnapshot, name: str) -> TemplateEntry:
    """Find the template of that name.

    Args:
        snapshot: where it is.
        name: the name, or its folder; empty for the only one that there is.

    Raises:
        NotFoundError: there is none of that name; the details are the near names.
        UsageError: no name is given, and there are several; the details are their addresses.
        TemplateError: it is broken, or there is no template at all.
    """
    found, broken = find_entries(snapshot)
    entries = {entry.name: entry for entry in found}
    if name in entries:
        return entries[name]
    if name in broken:
        raise broken[name]
    if not entries and not broken:
        raise TemplateError(
            f"'{snapshot.address.text}' has no template: there is no copier.yml at its top, nor in "
            "its folders"
        )
    if name and _config(snapshot.folder / name):
        return _described(_folder_entry(snapshot.folder, name), snapshot.folder)
    if name:
        raise not_found(f"template in '{snapshot.origin}' named", name, [*entries, *broken])
    if len(entries) == 1 and not broken:
        return found[0]
    if not entries:
        raise next(iter(broken.values()))
    raise UsageError(
        f"'{snapshot.address.text}' has {len(entries)} templates: name one of them:",
        tuple(_address_of(snapshot.address, each) for each in entries),
    )


def _address_of(address: Address, name: str) -> str:
    """Write the address of a template that stands beside others, as somebody would type it."""
    where = address.text.removesuffix(f"@{address.ref}") if address.ref else address.text
    short = where.startswith("gh:") or address.source
    ref = f"@{address.ref}" if address.ref else ""
    return f"{where.rstrip('/')}{'/' if short else '//'}{name}{ref}"


def _candidates(snapshot: SourceSnapshot) -> Iterator[tuple[str, TemplateEntry | TemplateError]]:
    folder = snapshot.folder
    name = repository_name(snapshot)
    if config := _config(folder):
        try:
            questions = _questions(config, folder)
        except TemplateError as error:
            yield name, error
            return
        shared = sorted(each.parent.name for each in folder.glob(f"*/{ABOUT}"))
        if "template" in questions and shared:
            for each in shared:
                data = {"template": each}
                yield each, TemplateEntry(each, each, layout="shared", data=data)
        else:
            yield name, TemplateEntry(name, name)
        return
    for config in _configs(folder):
        each = config.parent.relative_to(folder).as_posix()
        try:
            _questions(config, folder)
        except TemplateError as error:
            yield each, error
        else:
            yield each, _folder_entry(folder, each)


def _folder_entry(folder: Path, name: str) -> TemplateEntry:
    if config := _config(folder / name):
        _questions(config, folder)
    return TemplateEntry(name, PurePosixPath(name).name, layout="folder", folder=name)


def repository_name(snapshot: SourceSnapshot) -> str:
    """Return the name of a snapshot's repository or folder, which a template at its top has."""
    where = snapshot.origin.rstrip("/").replace("\\", "/").replace(":", "/")
    return where.rpartition("/")[2].removesuffix(".git") or "template"


def _config(folder: Path) -> Path | None:
    return next((folder / each for each in CONFIGS if (folder / each).is_file()), None)


def _configs(top: Path) -> Iterator[Path]:
    """Find the topmost `copier.yml` of each folder, without following links."""
    for where, folders, _ in os.walk(top):
        folder = Path(where)
        if folder != top and (config := _config(folder)):
            folders.clear()
            yield config
        elif len(folder.relative_to(top).parts) >= DEEPEST:
            folders.clear()
        folders[:] = sorted(each for each in folders if not each.startswith("."))


def _questions(config: Path, top: Path) -> set[str]:
    """Read the names of the questions and settings, and no more: their values may be anything.

    Raises:
        TemplateError: it is no YAML, or no mapping.
    """
    import yaml

    file = config.relative_to(top).as_posix()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    names: set[str] = set()
    try:
        if config.stat().st_size > LONGEST:
            raise TemplateError(f"{file}: it is larger than {LONGEST // 1_000_000} MB")
        for document in yaml.compose_all(config.read_text(encoding="utf-8"), Loader=loader):
            if document is None or document.tag == "!include":
                continue
            if not isinstance(document, yaml.MappingNode):
                raise TemplateError(f"{file}: it is no mapping of questions")
            names |= {key.value for key, _ in document.value if isinstance(key.value, str)}
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(f"{file}: it can't be read as text") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it can't be read"
        raise TemplateError(f"{file}{where}: it is no YAML: {problem}") from error
    return names


def _described(entry: TemplateEntry, top: Path) -> TemplateEntry:
    """Add what a `template.yml` beside the template says of it, if there is one."""
    place = top / (entry.name if entry.layout == "shared" else entry.folder) / ABOUT
    if not place.is_file():
        return entry
    if place.stat().st_size > LONGEST:
        file = place.relative_to(top).as_posix()
        raise TemplateError(f"{file}: it is larger than {LONGEST // 1_000_000} MB")
    fields = read_fields(place, top)
    return entry._replace(
        title=fields.text("title", entry.title),
        summary=fields.text("summary", ""),
        tags=fields.texts("tags") if "tags" in fields else (),
        lifecycle=_lifecycle(fields),
    )


def _lifecycle(fields: Fields) -> Lifecycle:
    state = fields.choice("lifecycle", STATES) if "lifecycle" in fields else "active"
    since = fields.date("since") if "since" in fields else ""
    return Lifecycle(state, since, fields.text("source", ""), fields.text("successor", ""))
