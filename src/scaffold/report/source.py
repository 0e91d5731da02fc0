"""Sources of templates → text for people, or JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scaffold.report.document import document, lifecycle_fields
from scaffold.report.words import count, since
from scaffold.sources.look.look import Look
from scaffold.sources.records import SourceSnapshot, TemplateEntry
from scaffold.sources.registry import Refreshed, Registered


def added_text(source: Registered) -> str:
    """Tell which templates a source has that was added."""
    name = source.source.name
    lines = [f"Added '{name}', {_described(source)}:\n\n"]
    lines += [f"  {name}/{each.name}" + _titled(each) + "\n" for each in source.entries]
    return "".join([*lines, f"\nTo make one: scaffold new {name}/{source.entries[0].name}\n"])


def source_table(sources: Sequence[Registered]) -> str:
    """Lay sources out as a table; nothing for none."""
    if not sources:
        return ""
    header = ("Source", "Version", "Templates", "Looked at", "From")
    rows = [
        (each.source.name, each.at, str(len(each.entries)), each.day, each.origin)
        for each in sources
    ]
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    rule = tuple("-" * width for width in widths)
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        + "\n"
        for row in (header, rule, *rows)
    )


def refreshed_text(done: Sequence[Refreshed]) -> str:
    """Tell what became of each source that was looked at again."""
    lines = []
    for each in done:
        name = each.now.source.name
        if each.error:
            continue
        if each.before.commit == each.now.commit:
            lines.append(f"'{name}' is up to date, {_described(each.now)}\n")
        else:
            lines.append(f"'{name}' was {_version(each.before)}, now {_described(each.now)}\n")
        new = {entry.name for entry in each.now.entries}
        old = {entry.name for entry in each.before.entries}
        lines += [f"  new   {name}/{entry}\n" for entry in sorted(new - old)]
        lines += [f"  gone  {name}/{entry}\n" for entry in sorted(old - new)]
    return "".join(lines)


def removed_text(source: Registered) -> str:
    """Tell that a source was removed."""
    return f"Removed '{source.source.name}', {source.origin}\n"


def sources_json(sources: Sequence[Registered]) -> str:
    """Give sources as a JSON document: {schema_version, sources: [...]}."""
    return document({"sources": [source_fields(each) for each in sources]})


def refreshed_json(done: Sequence[Refreshed]) -> str:
    """Give what became of sources that were looked at again as a JSON document."""
    return document(
        {
            "sources": [
                {
                    **source_fields(each.now),
                    "changed": each.before.commit != each.now.commit,
                    "error": each.error.message if each.error else None,
                }
                for each in done
            ]
        }
    )


def source_fields(source: Registered) -> dict[str, Any]:
    """Give the fields of a source in a JSON document."""
    return {
        "name": source.source.name,
        "address": source.source.address,
        "origin": source.origin,
        "ref": source.ref or None,
        "version": source.version or None,
        "commit": source.commit,
        "looked_at": source.day,
        "templates": [
            _entry_fields(each, f"{source.source.name}/{each.name}") for each in source.entries
        ],
        "broken": list(source.broken),
    }


def elsewhere_page(snapshot: SourceSnapshot, entry: TemplateEntry, look: Look) -> str:
    """Tell all about a template from elsewhere.

    Args:
        snapshot: where it is.
        entry: what it is.
        look: what it would do.
    """
    facts = [
        ("Address", snapshot.address.text),
        ("From", snapshot.origin),
        ("Version", snapshot.version or snapshot.ref),
        ("Commit", snapshot.commit if snapshot.ref else ""),
        ("Tree", snapshot.tree),
        ("Tags", ", ".join(entry.tags)),
        ("Lifecycle", since(entry.lifecycle)),
        ("Successor", entry.lifecycle.successor),
    ]
    lines = [entry.title, *filter(None, [entry.summary]), ""]
    lines += [f"{name + ':':<12}{value}" for name, value in facts if value]
    lines += ["", "Answers (--set NAME=VALUE)"]
    secret = dict.fromkeys(look.secrets, "  a secret")
    lines += [f"  {name}{secret.get(name, '')}" for name in look.questions] or ["  none"]
    lines += ["", "What it would run, once you say that it may"]
    lines += [f"  {line}" for line in look.lines if not line.startswith("file: ")] or ["  nothing"]
    if look.acting:
        lines += ["", "Files that other programs act on"]
        lines += [f"  {path}: {how}" for path, how in look.acting.items()]
    return "\n".join(lines) + "\n"


def elsewhere_json(snapshot: SourceSnapshot, entry: TemplateEntry, look: Look) -> str:
    """Give all about a template from elsewhere as a JSON document.

    Args:
        snapshot: where it is.
        entry: what it is.
        look: what it would do.
    """
    return document(
        {
            "address": snapshot.address.text,
            "origin": snapshot.origin,
            "ref": snapshot.ref or None,
            "version": snapshot.version or None,
            "commit": snapshot.commit,
            "tree": snapshot.tree,
            **_entry_fields(entry, entry.name),
            "questions": list(look.questions),
            "secrets": list(look.secrets),
            "runs": [line for line in look.lines if not line.startswith("file: ")],
            "acting": list(look.acting),
        }
    )


def _entry_fields(entry: TemplateEntry, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": entry.title,
        "summary": entry.summary,
        "tags": list(entry.tags),
        "lifecycle": lifecycle_fields(entry.lifecycle),
    }


def _described(source: Registered) -> str:
    return f"{_version(source)}, with {count(len(source.entries), 'template')}"


def _version(source: Registered) -> str:
    if not source.ref:
        return f"the folder {source.origin}"
    at = source.commit[:12]
    return f"{source.at} ({at})" if source.at != at else at


def _titled(entry: TemplateEntry) -> str:
    said = entry.summary or (entry.title if entry.title != entry.name.rpartition("/")[2] else "")
    return f": {said}" if said else ""
