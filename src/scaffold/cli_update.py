"""`scaffold update`, parsed and printed: a part of `cli`."""

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold.catalogue.reader import Catalogue, templates_dir
from scaffold.errors import UsageError
from scaffold.terminal import options
from scaffold.terminal.output import say, show

if TYPE_CHECKING:
    from scaffold.update.candidates import Candidate

DRY_RUN = "This was a dry run: nothing was written."


def update(
    directory: options.ProjectFolder = Path(),
    to: options.ToRevision = None,
    made_from: options.MadeFrom = None,
    dry_run: options.DryRun = False,
    diff: options.Diff = False,
    check: options.CheckNewer = False,
    resolution: options.Resolutions = None,
    undo: options.Undo = False,
    json: options.Json = False,
) -> None:
    """Bring a project up to date, and keep every edit."""
    if undo and (to or made_from or check or resolution):
        raise UsageError("--undo goes with --dry-run, --diff and --json alone")
    if check and (to or dry_run or diff or resolution):
        raise UsageError("--check goes with --from and --json alone")
    if undo:
        _undo(directory, dry_run, diff, json)
        return
    if check:
        _check(directory, made_from, json)
        return
    from scaffold.commands.update import update_project
    from scaffold.report import update as report
    from scaffold.terminal.diffs import for_people
    from scaffold.terminal.screen import may_ask

    updated = update_project(
        Catalogue(templates_dir()),
        directory,
        os.environ,
        made_from=made_from,
        to=to,
        resolution=options.Resolution(resolution or "fail").value,
        choose=partial(_choose, directory) if may_ask(os.environ) and not json else None,
        dry_run=dry_run or diff,
    )
    if json:
        show(report.updated_json(directory, updated, dry_run=dry_run or diff))
    else:
        text = report.updated_text(directory, updated)
        if diff:
            text += "\n" + report.plan_diff(updated.update.plan, updated.update.before)
        show(for_people(text, sys.stdout, os.environ), as_it_is=True)
    error = report.update_error(directory, updated)
    if error:
        raise error
    if (dry_run or diff) and not json:
        say(DRY_RUN)
    elif updated.written and not json:
        say(report.undo_note(updated))


def _undo(directory: Path, dry_run: bool, diff: bool, json: bool) -> None:
    from scaffold.commands.update import undo_update
    from scaffold.report import update as report
    from scaffold.terminal.diffs import for_people

    dry_run = dry_run or diff
    undone = undo_update(directory, os.environ, dry_run=dry_run)
    if json:
        show(report.undone_json(undone, dry_run=dry_run))
        return
    text = report.undone_text(undone, dry_run=dry_run)
    if diff:
        text += "\n" + report.plan_diff(undone.plan, undone.before)
    show(for_people(text, sys.stdout, os.environ), as_it_is=True)
    if dry_run:
        say(DRY_RUN)


def _choose(directory: Path, candidates: "Sequence[Candidate]") -> "Candidate":
    from scaffold.terminal.dialogue import choose_candidate

    return choose_candidate(directory, candidates, os.environ)


def _check(directory: Path, made_from: str | None, json: bool) -> None:
    from scaffold.commands.update import check_project
    from scaffold.report import update as report

    newer = check_project(Catalogue(templates_dir()), directory, made_from)
    show(report.checked_json(directory, newer) if json else report.checked_text(directory, newer))
    if newer.exists:
        raise report.newer_error(directory, newer)
