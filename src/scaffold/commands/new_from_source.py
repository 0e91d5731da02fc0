"""`scaffold new ADDRESS`: fetch the template, look, ask, render, check, plan, write; its tasks.

Nothing of the template is run before somebody consented to precisely that content, and nothing but
its tasks ever sees the user's folder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from scaffold.catalogue.names import not_found
from scaffold.errors import ScaffoldError
from scaffold.project.render import File
from scaffold.project.write import OnConflict, Plan, plan_writes, write_files
from scaffold.sources.address import parse_address
from scaffold.sources.consent import Allowed, ConsentRequest, Verdict, obtain_consent
from scaffold.sources.layout import find_entry
from scaffold.sources.look.look import Look, look_at_entry
from scaffold.sources.records import SourceSnapshot, TemplateEntry
from scaffold.sources.registry import known_sources
from scaffold.sources.rendering.child import Ask, Throwaway, throwaway
from scaffold.sources.rendering.copier import check_copier
from scaffold.sources.rendering.render import render, run_tasks
from scaffold.sources.snapshot import open_snapshot
from scaffold.sources.trust import TrustFile, trust_path


class Asking(NamedTuple):
    """Who is asked; each may be None where there is nobody.

    Attributes:
        question: asks a question of the template.
        consent: asks whether the template may run code.
        conflicts: is shown a plan with files that are kept, and may change it.
    """

    question: Ask | None = None
    consent: Callable[[ConsentRequest], Verdict] | None = None
    conflicts: Callable[[Plan], Plan] | None = None


class NewFromSource(NamedTuple):
    """A project that was made from a template from elsewhere, or would be.

    Attributes:
        snapshot: where the template came from.
        entry: which template it was.
        look: what it wanted to run.
        answers: what it was rendered with, without its secrets.
        files: all files of the project.
        plan: what became of each of them in its folder.
        ran: whether its tasks were run.
    """

    snapshot: SourceSnapshot
    entry: TemplateEntry
    look: Look
    answers: Mapping[str, Any]
    files: Sequence[File]
    plan: Plan
    ran: bool


def new_from_source(
    address: str,
    given: Mapping[str, Any],
    environ: Mapping[str, str],
    *,
    directory: Path | None = None,
    on_conflict: OnConflict = "fail",
    asking: Asking = Asking(),  # noqa: B008 - it can't change
    tree: str | None = None,
    skip_tasks: bool = False,
    dry_run: bool = False,
    say: Callable[[str], None] = lambda _: None,
    told: Callable[[SourceSnapshot, Look], None] = lambda *_: None,
) -> NewFromSource:
    """Make a project from a template from elsewhere.

    Args:
        address: where it is, as somebody typed it.
        given: answers, by question.
        environ: the user's environment.
        directory: the project's folder; None for one that is named after the template.
        on_conflict: what to do about files that are there and differ.
        asking: who is asked.
        tree: the content that may run code, as it was named on the command line.
        skip_tasks: whether its tasks are not wanted.
        dry_run: whether to write nothing.
        say: is told what is going on, and what a task prints.
        told: is told what the template would do, before anything of it is done.

    Raises:
        UsageError: the address or an answer can't be used, or consent is missing.
        NotFoundError: there is no such source, template, version or question.
        TemplateError: the template can't be used, or does what none may.
        ConflictError: files are in the way; nothing was written.
        ScaffoldError: it can't be fetched, the person said no, a task failed, or the like.
    """
    where = parse_address(address, known_sources(environ))
    check_copier()
    with (
        throwaway() as place,
        open_snapshot(where, environ, into=place.folder, say=say) as snapshot,
    ):
        entry = find_entry(snapshot, where.path)
        look = look_at_entry(snapshot, entry)
        _check_names(entry, look, given)
        told(snapshot, look)
        allowed = obtain_consent(
            snapshot,
            entry,
            look,
            TrustFile(trust_path(environ)),
            environ,
            tree=tree,
            files_only=skip_tasks,
            ask=asking.consent,
        )
        target = directory or Path(PurePosixPath(entry.name).name)
        made = render(
            snapshot,
            entry,
            given,
            environ,
            place,
            target=target,
            code=allowed.code,
            ask=asking.question,
        )
        plan = plan_writes(made.files, target, on_conflict)
        if asking.conflicts:
            plan = asking.conflicts(plan)
        ran = False
        if not dry_run:
            write_files(plan)
            ran = _run_tasks(snapshot, entry, look, allowed, made.data, environ, place, target, say)
    answers = {name: value for name, value in made.data.items() if name not in look.secrets}
    return NewFromSource(snapshot, entry, look, answers, made.files, plan, ran)


def _check_names(entry: TemplateEntry, look: Look, given: Mapping[str, Any]) -> None:
    for name in given:
        if name not in look.questions:
            known = f"'{entry.name}' has: {', '.join(look.questions) or 'none'}"
            raise not_found("variable", name, look.questions, known)


def _run_tasks(
    snapshot: SourceSnapshot,
    entry: TemplateEntry,
    look: Look,
    allowed: Allowed,
    data: Mapping[str, Any],
    environ: Mapping[str, str],
    place: Throwaway,
    target: Path,
    say: Callable[[str], None],
) -> bool:
    if not (allowed.tasks and look.tasks):
        return False
    say(f"Running the template's tasks in '{target}':")
    try:
        run_tasks(
            snapshot,
            entry,
            data,
            environ,
            place,
            target=target,
            hear=lambda line: say(line.rstrip("\n")),
        )
    except KeyboardInterrupt:
        say(f"The tasks were stopped; the files are in '{target}'.")
        raise
    except ScaffoldError as error:
        message = f"{error.message}; the files are in '{target}'"
        raise ScaffoldError(message, error.details) from error
    return True
