"""What `update` wrote, or would write → text for people, or JSON for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaffold.errors import ConflictError, DriftError, ScaffoldError
from scaffold.project.diff import unified_diff
from scaffold.project.provenance import CopierOrigin
from scaffold.report.document import document
from scaffold.report.words import count
from scaffold.update.merge import Outcome
from scaffold.update.plan import AnyOrigin, Newer, Updated, describe_obstacle

if TYPE_CHECKING:
    from scaffold.project.write import Plan
    from scaffold.update.undo import Undo

# What became of a file, in a word and in a sentence; the others need no telling.
_TOLD = {
    "updated": ("updated", ""),
    "added": ("added", ""),
    "merged": ("merged", "your edits and the template's"),
    "conflict": ("conflict", "both changed the same lines"),
    "removed": ("removed", "the template has it no longer"),
    "orphaned": ("kept", "the template has it no longer, but you changed it"),
    "deleted": ("left out", "you deleted it"),
}


def updated_text(directory: Path, updated: Updated) -> str:
    """Tell what an update wrote, or would write, and why."""
    update = updated.update
    head = f"Updating '{directory}' from {update.origin.name} to {update.newest.name}..."
    lines = [f"{head}\n"]
    if updated.changes:
        lines.append("\nWhat changed in the sample:\n\n")
        for change in updated.changes:
            text = f"{change.version}  {change.text}"
            lines.append(textwrap.fill(text, 92, initial_indent="  ", subsequent_indent="    "))
            lines.append("\n")
    told = [line for outcome in update.outcomes for line in _told(outcome, updated)]
    if told:
        lines.append("\n" + "".join(told))
    for outcome in update.conflicting:
        lines.append("\n" + _conflicts(outcome, update.newest.name))
    if not told:
        lines = [f"'{directory}' is what {update.newest.name} makes, with your edits.\n"]
    elif updated.written and not update.left:
        lines.append(f"\n{head} DONE!\n")
    return "".join(lines)


def plan_diff(plan: Plan, before: Mapping[str, bytes]) -> str:
    """Give the diff of what is written, file by file.

    Args:
        plan: what is written.
        before: by path, what is there before it.
    """
    after: dict[str, bytes | None] = {file.path: file.content for file in plan.write}
    after.update(dict.fromkeys(plan.remove))
    return "".join(unified_diff(path, before.get(path), after[path]) for path in sorted(after))


def undo_note(updated: Updated) -> str:
    """Tell how to undo an update; empty where nothing was written."""
    plan = updated.update.plan
    return "'scaffold update --undo' brings back what was" if plan.write or plan.remove else ""


def updated_json(directory: Path, updated: Updated, *, dry_run: bool) -> str:
    """Give what an update wrote, or would write, as a JSON document.

    Args:
        directory: the project.
        updated: what the update did, or would do.
        dry_run: whether nothing was written.
    """
    update = updated.update
    plan = update.plan
    return document(
        {
            "directory": str(directory),
            "template": update.newest.template,
            **_versions(update.origin, update.newest),
            "answers": dict(update.newest.answers),
            "dry_run": dry_run,
            "done": updated.written,
            "changes": [change._asdict() for change in updated.changes],
            "files": [_file_fields(outcome) for outcome in update.outcomes],
            "written": [file.path for file in plan.write] if updated.written else [],
            "removed": list(plan.remove) if updated.written else [],
            "left": list(update.left) if updated.written else [],
            "diff": plan_diff(plan, update.before),
        }
    )


def update_error(directory: Path, updated: Updated) -> ScaffoldError | None:
    """Tell what stands in the way of an update, or is left to do after it; None for nothing."""
    update = updated.update
    if update.left and updated.written:
        return ScaffoldError(
            f"'{directory}' was updated, and this is left to resolve by hand:", update.left
        )
    places = tuple(
        f"{outcome.was or outcome.path}:{conflict.line}"
        for outcome in update.conflicting
        for conflict in outcome.conflicts
    )
    if places and not updated.written:
        return ConflictError(
            f"{count(len(places), 'conflict')} in '{directory}', nothing was written; decide with "
            "--on-conflict mark, rej, mine or newest:",
            places,
        )
    return None


def checked_text(directory: Path, newer: Newer) -> str:
    """Tell that a project is up to date; empty where it isn't."""
    return "" if newer.exists else f"'{directory}' is at the newest revision, {newer.origin.name}\n"


def checked_json(directory: Path, newer: Newer) -> str:
    """Give what a check found as a JSON document."""
    return document(
        {
            "directory": str(directory),
            "template": newer.origin.template,
            **_versions(newer.origin, newer.newest),
            "newer": newer.exists,
        }
    )


def newer_error(directory: Path, newer: Newer) -> DriftError:
    """Tell that there is a newer version of what a project was made from."""
    return DriftError(
        f"'{directory}' was made from {newer.origin.name}; there is {newer.newest.name}: "
        "'scaffold update' brings it there"
    )


def undone_text(undo: Undo, *, dry_run: bool) -> str:
    """Tell what was brought back, or would be."""
    plan = undo.plan
    lines = [f"  brought back  {file.path}\n" for file in plan.write]
    lines += [f"  removed       {path}\n" for path in plan.remove]
    if not dry_run or not lines:
        lines.append(f"'{plan.target}' is as it was before the update\n")
    return "".join(lines)


def undone_json(undo: Undo, *, dry_run: bool) -> str:
    """Give what was brought back, or would be, as a JSON document."""
    plan = undo.plan
    return document(
        {
            "directory": str(plan.target),
            "dry_run": dry_run,
            "restored": [file.path for file in plan.write],
            "removed": list(plan.remove),
            "diff": plan_diff(plan, undo.before),
        }
    )


def _versions(origin: AnyOrigin, newest: AnyOrigin) -> dict[str, Any]:
    """Say from where to where: by revisions, or by the versions that a template elsewhere has."""
    sides = {"from": origin, "to": newest}
    of_copier = {name: each for name, each in sides.items() if isinstance(each, CopierOrigin)}
    return {
        **{name: 0 if name in of_copier else each.revision for name, each in sides.items()},
        **{f"{name}_version": of_copier[name].revision if of_copier else None for name in sides},
    }


def _told(outcome: Outcome, updated: Updated) -> list[str]:
    changed = {file.path for file in updated.update.plan.write}
    word, why = _TOLD.get(outcome.kind, ("", ""))
    if outcome.kind == "beside":
        word, why = "kept", f"{describe_obstacle(outcome)}; the newest is {outcome.path}.new"
        if f"{outcome.path}.new" not in changed:
            word, why = "kept", describe_obstacle(outcome)
    if outcome.kind in ("same", "yours"):
        if outcome.path not in changed:
            return []
        word = "moved" if outcome.was else "updated"
    if outcome.was:
        why = f"was {outcome.was}" + (f"; {why}" if why else "")
    if outcome.by_you:
        why = "by the name that you gave it" + (f"; {why}" if why else "")
    return [f"  {word:<9} {outcome.path}" + (f"  ({why})" if why else "") + "\n"]


def _conflicts(outcome: Outcome, newest: str) -> str:
    """Show conflicts as a diff would, with your lines as those that go."""
    path = outcome.was or outcome.path
    lines = [f"--- {path}, yours\n+++ {path}, {newest}\n"]
    for conflict in outcome.conflicts:
        lines.append(f"@@ line {conflict.line} @@\n")
        lines += [f"-{_shown(line)}\n" for line in conflict.yours]
        lines += [f"+{_shown(line)}\n" for line in conflict.newest]
    return "".join(lines)


def _shown(line: bytes) -> str:
    return line.decode("utf-8", "replace")


def _file_fields(outcome: Outcome) -> dict[str, Any]:
    return {
        "path": outcome.path,
        "was": outcome.was or None,
        "kind": outcome.kind,
        "conflicts": [
            {
                "line": conflict.line,
                "base": [_shown(line) for line in conflict.base],
                "yours": [_shown(line) for line in conflict.yours],
                "newest": [_shown(line) for line in conflict.newest],
            }
            for conflict in outcome.conflicts
        ],
    }
