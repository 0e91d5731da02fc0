"""`scaffold new`, parsed and printed: a part of `cli`."""

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from scaffold.catalogue.names import is_address
from scaffold.catalogue.reader import Catalogue, templates_dir
from scaffold.catalogue.records import DOTENV, PROJECT
from scaffold.cli_update import DRY_RUN
from scaffold.errors import UsageError
from scaffold.terminal import options
from scaffold.terminal.options import OnConflict, one_language
from scaffold.terminal.output import say, show

if TYPE_CHECKING:
    from scaffold.project.write import OnConflict as Policy


def new(
    name: options.TemplateToMake = None,
    python: options.Python = False,
    language: options.Language = None,
    provider: options.Provider = None,
    project: options.AsProject = False,
    assignments: options.Assignments = None,
    answers_file: options.AnswersFile = None,
    output_dir: options.OutputDir = None,
    on_conflict: options.Conflicts = None,
    force: options.Overwrite = False,
    dry_run: options.DryRun = False,
    run_it: options.RunIt = False,
    quiet: options.Quiet = False,
    json: options.Json = False,
    for_template: options.ForTemplate = None,
    tree: options.TrustedTree = None,
    skip_tasks: options.SkipTasks = False,
    defaults: options.Defaults = False,
) -> None:
    """Write a sample into a new folder, or the file .env."""
    if name == DOTENV:
        if any((assignments, answers_file, force, run_it, on_conflict, project)):
            raise UsageError("'.env' takes --for, --provider, --output-dir and --dry-run alone")
        _check_elsewhere(tree, skip_tasks, defaults)
        _new_dotenv(output_dir or Path(), for_template, provider, dry_run, quiet, json)
        return
    if for_template is not None:
        raise UsageError("--for goes with: scaffold new .env")
    from scaffold.project.answers import gather_answers
    from scaffold.terminal.screen import may_ask

    asks = may_ask(os.environ) and not json
    action = OnConflict.OVERWRITE if force else OnConflict(on_conflict or "fail")
    if action is OnConflict.DIFF and not asks:
        raise UsageError("'--on-conflict diff' asks, and needs a terminal: use keep or overwrite")
    policy: Policy = "keep" if action is OnConflict.DIFF else action.value
    decide = None
    if action is OnConflict.DIFF:
        from scaffold.terminal.dialogue import ask_about_conflicts

        decide = partial(ask_about_conflicts, environ=os.environ)
    catalogue = Catalogue(templates_dir())
    flags = {
        "language": one_language(python, language),
        "provider": provider,
        "shape": PROJECT if project else None,
    }
    picked: dict[str, Any] = {}
    if name is None:
        if not asks:
            raise UsageError("Missing argument 'TEMPLATE': 'scaffold list' shows them all")
        from scaffold.terminal.dialogue import pick_sample

        name, picked = pick_sample(
            catalogue, gather_answers(answers_file, assignments or (), flags), os.environ
        )
    if is_address(name):
        if project:
            raise UsageError("--project goes with a sample of 'scaffold list'")
        from scaffold.cli_new_from_source import Order, make

        make(
            Order(
                name,
                gather_answers(answers_file, assignments or (), flags, of_any_kind=True),
                directory=output_dir,
                on_conflict=policy,
                decide=decide,
                asks=asks,
                defaults=defaults,
                tree=tree,
                skip_tasks=skip_tasks,
                dry_run=dry_run,
                run_it=run_it,
                quiet=quiet,
                json=json,
            )
        )
        return
    _check_elsewhere(tree, skip_tasks, defaults)
    from scaffold.commands.new import new_project
    from scaffold.report import new as report

    made = new_project(
        catalogue,
        name,
        picked or gather_answers(answers_file, assignments or (), flags),
        directory=output_dir,
        on_conflict=policy,
        decide=decide,
        dry_run=dry_run,
    )

    if json:
        show(report.generated_json(made.template, made.answers, made.plan, dry_run=dry_run))
    elif not quiet:
        show(report.generated(made.template, made.plan))
        say(report.left_alone(made.plan))
        if dry_run:
            say(DRY_RUN)
        elif not run_it:
            from scaffold.project.variables import find_variables

            variables = find_variables(made.files)
            show(report.next_steps(str(made.plan.target), variables, made.answers["shape"]))
    say(report.lifecycle_note(made.template, made.answers))
    if run_it and not dry_run:
        from scaffold.commands.run import run_project

        raise typer.Exit(run_project(made.plan.target, os.environ, say=say))


def _check_elsewhere(tree: str | None, skip_tasks: bool, defaults: bool) -> None:
    for flag, given in (("--trust", tree), ("--skip-tasks", skip_tasks), ("--defaults", defaults)):
        if given:
            raise UsageError(
                f"{flag} goes with a template from elsewhere: scaffold new gh:org/repo"
            )


def _new_dotenv(
    folder: Path, template: str | None, provider: str | None, dry_run: bool, quiet: bool, json: bool
) -> None:
    from scaffold.commands.dotenv import new_dotenv
    from scaffold.report import dotenv as report

    catalogue = Catalogue(templates_dir())
    plan = new_dotenv(catalogue, folder, for_template=template, provider=provider, dry_run=dry_run)
    if json:
        show(report.dotenv_json(plan, dry_run=dry_run))
    elif not quiet:
        show(report.generated_dotenv(catalogue.dotenv, plan))
        say(report.dotenv_note(plan))
        if dry_run:
            say(DRY_RUN)
