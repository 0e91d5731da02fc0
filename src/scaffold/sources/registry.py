"""The sources that somebody added: repositories with a name, and which templates each has.

One JSON file in the user's folder for state. What a source has is kept in it, so that listing,
completing and picking need neither git nor a network.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scaffold.catalogue.names import not_found
from scaffold.catalogue.records import Lifecycle
from scaffold.errors import ScaffoldError, UsageError
from scaffold.lock import locked
from scaffold.project.write import PATIENCE, readable_errors
from scaffold.sources.records import NamedSource, TemplateEntry
from scaffold.user_folders import state_dir

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_TAKEN = ("gh", "gl", "git", "https", "ssh", "file")  # they begin addresses of other kinds
_VERSION = 1


class Registered(NamedTuple):
    """A source, and what it had when it was looked at last.

    Attributes:
        source: the source.
        origin: the URL or the folder that it is fetched from.
        day: when it was looked at, as YYYY-MM-DD.
        ref: the tag, branch or commit that was taken; empty for a plain folder.
        version: the tag that names this version; empty where none does.
        commit: the full id of the commit.
        entries: its templates.
        broken: what is wrong with others.
    """

    source: NamedSource
    origin: str
    day: str
    ref: str
    version: str
    commit: str
    entries: tuple[TemplateEntry, ...]
    broken: tuple[str, ...]

    @property
    def at(self) -> str:
        """What people call its version: the tag, the branch and the commit, or neither."""
        if self.version or not self.ref:
            return self.version
        return self.commit[:12] if self.commit.startswith(self.ref) else self.ref


class Refreshed(NamedTuple):
    """A source that was looked at again.

    Attributes:
        before: what it was before.
        now: what it is now; as before where that failed.
        error: why it failed; None where it didn't.
    """

    before: Registered
    now: Registered
    error: ScaffoldError | None = None


def read_registry(environ: Mapping[str, str]) -> dict[str, Registered]:
    """Read the sources, by name.

    Raises:
        ScaffoldError: the file can't be read.
    """
    place = _place(environ)
    try:
        return {name: _read(name, facts) for name, facts in _facts(place).items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ScaffoldError(
            f"the list of sources can't be read: delete '{place}', and add them anew"
        ) from error


def known_sources(environ: Mapping[str, str]) -> dict[str, NamedSource]:
    """Read the names and addresses of the sources.

    Raises:
        ScaffoldError: the file can't be read.
    """
    return {name: each.source for name, each in read_registry(environ).items()}


def find_registered(name: str, environ: Mapping[str, str]) -> Registered:
    """Find a source.

    Raises:
        NotFoundError: there is none of that name; the details are the near names.
        ScaffoldError: the file can't be read.
    """
    known = read_registry(environ)
    if name not in known:
        hint = "'scaffold source list' shows them all; 'scaffold source add' adds one"
        raise not_found("source", name, known, hint)
    return known[name]


def check_name(name: str) -> None:
    """Make sure that a source can have that name.

    Raises:
        UsageError: it can't.
    """
    if not _NAME.fullmatch(name) or name in _TAKEN:
        raise UsageError(
            f"a source can't be called {name!a}: a name has small letters, digits, '-', '_' and "
            f"'.', and is none of {', '.join(_TAKEN)}"
        )


def register(registered: Registered, environ: Mapping[str, str]) -> None:
    """Keep a source, in place of one of the same name.

    Raises:
        ScaffoldError: it can't be kept.
    """
    with _changing(environ) as facts:
        facts[registered.source.name] = _written(registered)


def unregister(name: str, environ: Mapping[str, str]) -> None:
    """Drop a source.

    Raises:
        ScaffoldError: it can't be dropped.
    """
    with _changing(environ) as facts:
        facts.pop(name, None)


def _place(environ: Mapping[str, str]) -> Path:
    return state_dir(environ) / "sources.json"


def _facts(place: Path) -> dict[str, Any]:
    try:
        kept = json.loads(place.read_bytes())
    except FileNotFoundError:
        return {}
    if kept["version"] != _VERSION:
        raise ValueError("it is of another version of this program")
    return dict(kept["sources"])


@contextlib.contextmanager
def _changing(environ: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    place = _place(environ)
    read_registry(environ)
    with readable_errors(place.parent):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(place.parent, patience=PATIENCE) as lock:
            if lock == "busy":
                raise ScaffoldError("another run is changing the sources: try again")
            facts = _facts(place)
            yield facts
            new = place.with_suffix(".new")
            text = json.dumps({"version": _VERSION, "sources": facts}, indent=2)
            new.write_text(f"{text}\n", encoding="utf-8")
            new.replace(place)


def _written(registered: Registered) -> dict[str, Any]:
    entries = [
        {
            **each._asdict(),
            "tags": list(each.tags),
            "lifecycle": each.lifecycle._asdict(),
            "data": dict(each.data),
        }
        for each in registered.entries
    ]
    return {
        **registered._asdict(),
        "source": registered.source._asdict(),
        "entries": entries,
        "broken": list(registered.broken),
    }


def _read(name: str, facts: Mapping[str, Any]) -> Registered:
    entries = tuple(
        TemplateEntry(
            **{**each, "tags": tuple(each["tags"]), "lifecycle": Lifecycle(**each["lifecycle"])}
        )
        for each in facts["entries"]
    )
    source = NamedSource(**{**facts["source"], "name": name})
    texts = {each: str(facts[each]) for each in ("origin", "day", "ref", "version", "commit")}
    return Registered(source, **texts, entries=entries, broken=tuple(facts["broken"]))
