"""`scaffold source`: repositories of templates that have a name, and what is in them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from scaffold.catalogue.records import Template
from scaffold.commands.list_show import Listing, choose_listed
from scaffold.errors import ScaffoldError, TemplateError, UsageError
from scaffold.sources.address import check_ref, parse_address
from scaffold.sources.fetch.mirror import Freshness, Mirror
from scaffold.sources.layout import find_entries, find_entry
from scaffold.sources.look.look import Look, look_at_entry
from scaffold.sources.records import NamedSource, SourceSnapshot, TemplateEntry
from scaffold.sources.registry import (
    Refreshed,
    Registered,
    check_name,
    find_registered,
    known_sources,
    read_registry,
    register,
    unregister,
)
from scaffold.sources.snapshot import open_snapshot

Say = Callable[[str], None]


class ShownFromSource(NamedTuple):
    """A template from elsewhere: where it is, what it is, and what it would do."""

    snapshot: SourceSnapshot
    entry: TemplateEntry
    look: Look


def add_source(
    name: str, text: str, ref: str | None, environ: Mapping[str, str], say: Say
) -> Registered:
    """Give a repository a name, once it was fetched and has templates.

    Args:
        name: the name.
        text: its address.
        ref: the tag, branch or commit to take; None for the newest version.
        environ: the user's environment.
        say: is told what takes long.

    Raises:
        UsageError: the name or the address isn't allowed, or the name is another's already.
        ScaffoldError: it can't be fetched, or has no template.
    """
    check_name(name)
    address = parse_address(text, {})
    if address.path:
        raise UsageError(
            f"a source is a whole repository, without '{address.path}': its templates are "
            f"{name}/TEMPLATE"
        )
    if ref and address.ref:
        raise UsageError(f"the address says '@{address.ref}' already: leave --ref out")
    where = str(address.local) if address.local else address.text
    if address.ref:
        where = where.removesuffix(f"@{address.ref}")
    wanted = check_ref(ref) if ref else address.ref
    source = NamedSource(name, where, wanted)
    known = read_registry(environ).get(name)
    if known and known.source != source:
        raise UsageError(
            f"there is a source '{name}' already, of {known.origin}; to take another, first: "
            f"scaffold source remove {name}"
        )
    found = _look(source, environ, "newest", say)
    if not found.entries:
        raise TemplateError(f"'{text}' has no template that could be used", found.broken)
    register(found, environ)
    return found


def list_sources(environ: Mapping[str, str]) -> list[Registered]:
    """List the sources, by name.

    Raises:
        ScaffoldError: the list can't be read.
    """
    return [each for _, each in sorted(read_registry(environ).items())]


def refresh_sources(name: str | None, environ: Mapping[str, str], say: Say) -> list[Refreshed]:
    """Fetch a source again, or all.

    Args:
        name: which; None for all.
        environ: the user's environment.
        say: is told what takes long.

    Raises:
        NotFoundError: there is no such source.
    """
    chosen = [find_registered(name, environ)] if name else list_sources(environ)
    done = []
    for before in chosen:
        try:
            now = _look(before.source, environ, "refresh", say)
        except ScaffoldError as error:
            done.append(Refreshed(before, before, error))
            continue
        register(now, environ)
        done.append(Refreshed(before, now))
    return done


def remove_source(name: str, environ: Mapping[str, str]) -> Registered:
    """Drop a source, and its copy in the cache if no other source needs it.

    Args:
        name: the source.
        environ: the user's environment.

    Raises:
        NotFoundError: there is no such source.
        ScaffoldError: it can't be dropped.
    """
    registered = find_registered(name, environ)
    unregister(name, environ)
    if not any(each.origin == registered.origin for each in list_sources(environ)):
        with contextlib.suppress(ScaffoldError):  # no git, no cache: then there is no copy
            Mirror(registered.origin, environ).forget()
    return registered


def list_of_source(
    name: str,
    environ: Mapping[str, str],
    text: str = "",
    *,
    tag: str | None = None,
    retired: bool = False,
) -> Listing:
    """List the templates of a source that fit all that is asked for.

    Args:
        name: the source.
        environ: the user's environment.
        text: is in the name or the title, in whatever case.
        tag: is one of the template's.
        retired: whether to show the retired ones too.

    Raises:
        NotFoundError: there is no such source, or no template has that tag.
        ScaffoldError: it is a folder, which can't be read any more.
    """
    registered = find_registered(name, environ)
    if not registered.ref:  # a plain folder, which may be another by now
        registered = _look(registered.source, environ, "cached", lambda _: None)
    templates = [as_template(name, each) for each in registered.entries]
    broken = [TemplateError(each) for each in registered.broken]
    return choose_listed(templates, broken, text, tag=tag, retired=retired)


def show_from_source(text: str, environ: Mapping[str, str], say: Say) -> ShownFromSource:
    """Tell all about a template from elsewhere. Nothing of it is run.

    Args:
        text: its address, or SOURCE/NAME.
        environ: the user's environment.
        say: is told what takes long.

    Raises:
        UsageError: the address can't be used, or is that of several templates.
        NotFoundError: there is no such source, template or version.
        ScaffoldError: it can't be fetched, or the template can't be used.
    """
    address = parse_address(text, known_sources(environ))
    with open_snapshot(address, environ, say=say) as snapshot:
        entry = find_entry(snapshot, address.path)
        return ShownFromSource(snapshot, entry, look_at_entry(snapshot, entry))


def as_template(source: str, entry: TemplateEntry) -> Template:
    """Make the record that lists show, named as it is asked for."""
    successor = entry.lifecycle.successor
    return Template(
        name=f"{source}/{entry.name}",
        title=entry.title,
        summary=entry.summary,
        tags=entry.tags,
        languages=(),
        providers=(),
        answers=(),
        lifecycle=entry.lifecycle._replace(successor=successor and f"{source}/{successor}"),
        variants={},
    )


def _look(
    source: NamedSource, environ: Mapping[str, str], freshness: Freshness, say: Say
) -> Registered:
    address = parse_address(source.address, {})
    address = address._replace(ref=source.ref or address.ref)
    with open_snapshot(address, environ, freshness=freshness, say=say) as snapshot:
        entries = find_entries(snapshot)
        broken = tuple(f"{source.name}: {each.message}" for each in entries.broken.values())
        today = date.today().isoformat()  # noqa: DTZ011 - the user's own day
        return Registered(
            source,
            snapshot.origin,
            today,
            snapshot.ref,
            snapshot.version,
            snapshot.commit,
            entries.found,
            broken,
        )
