"""The JSON documents.

Their `schema_version` is 1; a field may be added without raising it, and none is renamed or
dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scaffold.catalogue.records import Lifecycle, Template

if TYPE_CHECKING:
    from scaffold.project.write import Plan

SCHEMA_VERSION = 1


def document(fields: dict[str, Any]) -> str:
    """Write a JSON document, with the version of its schema."""
    import json

    # ASCII alone: it reads the same whatever the terminal or the pipe makes of other characters.
    return json.dumps({"schema_version": SCHEMA_VERSION, **fields}, indent=2) + "\n"


def template_fields(template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "title": template.title,
        "summary": template.summary,
        "tags": list(template.tags),
        "languages": list(template.languages),
        "providers": list(template.providers),
        "lifecycle": lifecycle_fields(template.lifecycle),
    }


def plan_fields(plan: Plan, *, dry_run: bool) -> dict[str, Any]:
    """Tell what became of a project's files; of a dry run, all their text too."""
    files = (*plan.write, *plan.unchanged, *plan.kept) if dry_run else ()
    contents = {file.path: file.content.decode(errors="replace") for file in files}
    return {
        "directory": str(plan.target),
        "dry_run": dry_run,
        "written": [file.path for file in plan.write],
        "unchanged": [file.path for file in plan.unchanged],
        "kept": [file.path for file in plan.kept],
        "contents": dict(sorted(contents.items())),
    }


def lifecycle_fields(lifecycle: Lifecycle) -> dict[str, str | None]:
    return {
        "state": lifecycle.state,
        "since": lifecycle.since or None,
        "source": lifecycle.source or None,
        "successor": lifecycle.successor or None,
    }
