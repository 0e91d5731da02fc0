"""What `new` made from a template from elsewhere → text for people, or JSON for programs."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from scaffold.project.render import File
from scaffold.project.write import Plan
from scaffold.report.consent import acting_note
from scaffold.report.document import document, lifecycle_fields, plan_fields
from scaffold.report.new import next_steps
from scaffold.report.words import count, since
from scaffold.sources.look.look import Look, acts
from scaffold.sources.records import SourceSnapshot, TemplateEntry


def made_notes(
    entry: TemplateEntry, look: Look, files: Sequence[File], *, ran: bool, dry_run: bool
) -> str:
    """Tell what a person has to know of a project that was made, or would be.

    Args:
        entry: the template.
        look: what it wanted to run.
        files: the project's files.
        ran: whether its tasks were run.
        dry_run: whether nothing was written.
    """
    notes = []
    if look.tasks and not ran:
        would = "would not be" if dry_run else "were not"
        notes.append(f"its {count(len(look.tasks), 'task')} {would} run")
    notes.append(acting_note({file.path: how for file in files if (how := acts(file.path))}))
    if entry.lifecycle.state != "active":
        notes.append(f"'{entry.name}' is {since(entry.lifecycle)}")
    return "\n".join(note.rstrip() for note in notes if note)


def first_steps(directory: str, files: Sequence[File]) -> str:
    """Tell what to type next: for a project that 'scaffold run' can run, that too.

    Args:
        directory: the project's folder.
        files: its files.
    """
    if {"main.py", "requirements.txt"} <= {file.path for file in files}:
        from scaffold.project.variables import find_variables

        return next_steps(directory, find_variables(files))
    return f"\nNext step:\n\n  cd {shlex.quote(directory)}\n"


def made_json(
    snapshot: SourceSnapshot,
    entry: TemplateEntry,
    answers: Mapping[str, Any],
    plan: Plan,
    *,
    ran: bool,
    dry_run: bool,
) -> str:
    """Give what was made, or would be, as a JSON document; a dry run with all the text.

    Args:
        snapshot: where the template came from.
        entry: the template.
        answers: what it was rendered with, without secrets.
        plan: what became of the files.
        ran: whether its tasks were run.
        dry_run: whether nothing was written.
    """
    return document(
        {
            "template": entry.name,
            "origin": snapshot.origin,
            "version": snapshot.version or None,
            "commit": snapshot.commit,
            "tree": snapshot.tree,
            "answers": {name: _plain(value) for name, value in answers.items()},
            **plan_fields(plan, dry_run=dry_run),
            "tasks_run": ran,
            "lifecycle": lifecycle_fields(entry.lifecycle),
        }
    )


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
