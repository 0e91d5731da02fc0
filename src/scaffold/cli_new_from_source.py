"""`scaffold new` of a template from elsewhere, parsed and printed: a part of `cli_new`."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import typer

from scaffold.commands.new_from_source import Asking, new_from_source
from scaffold.project.write import OnConflict, Plan
from scaffold.report import new as new_report
from scaffold.report import new_from_source as report
from scaffold.report.consent import look_line
from scaffold.sources.look.look import Look
from scaffold.sources.records import SourceSnapshot
from scaffold.terminal.consent import ask_consent
from scaffold.terminal.output import say, show
from scaffold.terminal.questions import ask_question

DRY_RUN = "This was a dry run: nothing was written, and no task was run."


class Order(NamedTuple):
    """What was said on the command line.

    Attributes:
        address: where the template is.
        given: answers, by question.
        directory: the project's folder, if it was named.
        on_conflict: what to do about files that are in the way.
        decide: asks somebody about them; None for nobody.
        asks: whether there is somebody to ask.
        defaults: whether the questions are to be left alone.
        tree: the content that may run code.
        skip_tasks: whether to leave out its tasks.
        dry_run: whether to write nothing.
        run_it: whether to go on to run the project.
        quiet: whether to print nothing.
        json: whether to print a JSON document.
    """

    address: str
    given: dict[str, Any]
    directory: Path | None
    on_conflict: OnConflict
    decide: Callable[[Plan], Plan] | None
    asks: bool
    defaults: bool
    tree: str | None
    skip_tasks: bool
    dry_run: bool
    run_it: bool
    quiet: bool
    json: bool


def make(order: Order) -> None:
    """Make a project from a template from elsewhere, and say so."""
    asking = Asking(
        question=partial(ask_question, environ=os.environ)
        if order.asks and not order.defaults
        else None,
        consent=ask_consent if order.asks else None,
        conflicts=order.decide,
    )
    made = new_from_source(
        order.address,
        order.given,
        os.environ,
        directory=order.directory,
        on_conflict=order.on_conflict,
        asking=asking,
        tree=order.tree,
        skip_tasks=order.skip_tasks,
        dry_run=order.dry_run,
        say=_say_nothing if order.quiet else say,
        told=_tell_nothing if order.quiet else _tell,
    )
    plan, dry_run = made.plan, order.dry_run
    if order.json:
        told = report.made_json(
            made.snapshot, made.entry, made.answers, plan, ran=made.ran, dry_run=dry_run
        )
        show(told)
    elif not order.quiet:
        show(new_report.generated(made.entry, plan))
        say(new_report.left_alone(plan))
        say(report.made_notes(made.entry, made.look, made.files, ran=made.ran, dry_run=dry_run))
        if dry_run:
            say(DRY_RUN)
        elif not order.run_it:
            show(report.first_steps(str(plan.target), made.files))
    if order.run_it and not dry_run:
        from scaffold.commands.run import run_project

        raise typer.Exit(run_project(plan.target, os.environ, say=say))


def _tell(snapshot: SourceSnapshot, look: Look) -> None:
    say(look_line(snapshot, look))


def _say_nothing(_: str) -> None: ...


def _tell_nothing(_: SourceSnapshot, __: Look) -> None: ...
