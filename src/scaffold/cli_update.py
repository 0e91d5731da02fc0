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
    from scaffold.update.text import Resolution as Resolved

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
    tree: options.TrustedTree = None,
    skip_tasks: options.SkipTasks = False,
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
    from scaffold.sources.answers import find_answers_file

    answers_file = find_answers_file(directory, made_from)
    if check:
        _check(directory, answers_file, made_from, json)
        return
    if (tree or skip_tasks) and not answers_file:
        raise UsageError("--trust and --skip-tasks are for projects made from elsewhere by Copier")
    from scaffold.report import update as report
    from scaffold.terminal.diffs import for_people
    from scaffold.terminal.screen import may_ask

    asks = may_ask(os.environ) and not json
    resolved: Resolved = options.Resolution(resolution or "fail").value
    dry_run = dry_run or diff
    if answers_file:
        from scaffold.commands.update_from_source import update_from_source
        from scaffold.terminal.consent import ask_consent

        updated = update_from_source(
            directory,
            answers_file,
            os.environ,
            to=to,
            resolution=resolved,
            tree=tree,
            files_only=skip_tasks,
            ask=ask_consent if asks else None,
            dry_run=dry_run,
            say=say,
        )
    else:
        from scaffold.commands.update import update_project

        updated = update_project(
            Catalogue(templates_dir()),
            directory,
            os.environ,
            made_from=made_from,
            to=to,
            resolution=resolved,
            choose=partial(_choose, directory) if asks else None,
            dry_run=dry_run,
        )
    if json:
        show(report.updated_json(directory, updated, dry_run=dry_run))
    else:
        text = report.updated_text(directory, updated)
        if diff:
            text += "\n" + report.plan_diff(updated.update.plan, updated.update.before)
        show(for_people(text, sys.stdout, os.environ), as_it_is=True)
    error = report.update_error(directory, updated)
    if error:
        raise error
    if dry_run and not json:
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


def _check(directory: Path, answers_file: str, made_from: str | None, json: bool) -> None:
    from scaffold.report import update as report

    if answers_file:
        from scaffold.commands.update_from_source import check_from_source

        newer = check_from_source(directory, answers_file, os.environ, say)
    else:
        from scaffold.commands.update import check_project

        newer = check_project(Catalogue(templates_dir()), directory, made_from)
    show(report.checked_json(directory, newer) if json else report.checked_text(directory, newer))
    if newer.exists:
        raise report.newer_error(directory, newer)
