"""`scaffold update` of a project that Copier made: replay what made it, merge, write."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from scaffold.errors import TemplateError, UsageError
from scaffold.project.provenance import CopierOrigin
from scaffold.project.render import File
from scaffold.project.write import write_files
from scaffold.sources.address import check_ref, parse_address
from scaffold.sources.answers import CopierAnswers, read_answers
from scaffold.sources.consent import Allowed, ConsentRequest, Verdict, obtain_consent
from scaffold.sources.fetch.git import find_git
from scaffold.sources.fetch.mirror import Freshness
from scaffold.sources.fetch.repository import Repository
from scaffold.sources.layout import find_entries, find_entry
from scaffold.sources.look.look import Look, look_at
from scaffold.sources.records import Address, SourceSnapshot, TemplateEntry
from scaffold.sources.rendering.child import throwaway
from scaffold.sources.rendering.copier import check_copier
from scaffold.sources.replay import Replayed, Side, replay
from scaffold.sources.snapshot import open_snapshot
from scaffold.sources.trust import TrustFile, trust_path
from scaffold.update.formatting import find_formatter
from scaffold.update.plan import Newer, Update, Updated, plan_update
from scaffold.update.reading import read_project
from scaffold.update.text import Resolution
from scaffold.update.undo import keep_before
from scaffold.user_folders import state_dir

Say = Callable[[str], None]
AskConsent = Callable[[ConsentRequest], Verdict]


def update_from_source(
    directory: Path,
    answers_file: str,
    environ: Mapping[str, str],
    *,
    to: str | None = None,
    resolution: Resolution = "fail",
    tree: str | None = None,
    files_only: bool = False,
    ask: AskConsent | None = None,
    dry_run: bool = False,
    say: Say = lambda _: None,
) -> Updated:
    """Bring a project that Copier made to the newest version of its template.

    Args:
        directory: the project.
        answers_file: where its answers are.
        environ: the user's environment.
        to: the tag, branch or commit to bring it to; None for the newest version.
        resolution: what becomes of conflicts; with `fail` nothing is written where there are any.
        tree: the content that may run code, as it was named on the command line; that of both
            versions, with a comma between them, where both do.
        files_only: whether migrations are not wanted.
        ask: asks a person whether the template may run code; None where there is nobody.
        dry_run: whether to write nothing.
        say: is told what is going on.

    Raises:
        UsageError: nothing says what made the project, or consent is missing.
        NotFoundError: there is no such version, or it has the template no longer.
        TemplateError: the template can't be used, or does what none may.
        ConflictError: something is in the way that can't be overwritten.
        ScaffoldError: it can't be fetched, read or written, or the person said no.
    """
    check_copier()
    answers = read_answers(directory, answers_file)
    with _both(answers, to, environ, say) as (old, new):
        allowed = _consent(old, new, environ, tree=tree, files_only=files_only, ask=ask)
        made = replay(old, new, answers, environ, target=directory, allowed=allowed)
        origins = _origins(answers, old.snapshot, new.snapshot)
    update = _plan(directory, origins, made, resolution, environ)
    refused = dry_run or (resolution == "fail" and update.conflicting)
    if not refused and (update.plan.write or update.plan.remove):
        keep_before(update.plan, state_dir(environ))
        write_files(update.plan)
    return Updated(update, [], written=not refused)


def check_from_source(
    directory: Path, answers_file: str, environ: Mapping[str, str], say: Say
) -> Newer:
    """Compare what made a project with the newest version of its template. Write nothing.

    Args:
        directory: the project.
        answers_file: where its answers are.
        environ: the user's environment.
        say: is told what is going on.

    Raises:
        UsageError: nothing says what made the project.
        ScaffoldError: the template can't be fetched, or the like.
    """
    answers = read_answers(directory, answers_file)
    with _both(answers, None, environ, say) as (old, new):
        return Newer(*_origins(answers, old.snapshot, new.snapshot))


def _consent(
    old: Side,
    new: Side,
    environ: Mapping[str, str],
    *,
    tree: str | None,
    files_only: bool,
    ask: AskConsent | None,
) -> Allowed:
    """Find out what both versions may run: each is content of its own, and trusted for itself."""
    trusted = TrustFile(trust_path(environ))
    named = tree.split(",") if tree else []

    def consent(side: Side, look: Look, given: str | None) -> Allowed:
        return obtain_consent(
            side.snapshot,
            side.entry,
            look,
            trusted,
            environ,
            tree=given,
            files_only=files_only,
            ask=ask,
            updates=True,
        )

    now = new.snapshot.tree
    allowed = consent(new, new.look, now if now in named else named[0] if named else None)
    before = old.snapshot.tree
    if old.look.extensions and before != now:
        # What made the project renders it once more, with its extensions and nothing else.
        look = old.look._replace(tasks=(), migrations=())
        try:
            consent(old, look, before if before in named else None)
        except UsageError as error:
            said = error.message.replace(f"--trust {before}", f"--trust {now},{before}")
            raise UsageError(said, error.details) from error
        allowed = allowed._replace(code=True)
    return allowed


@contextlib.contextmanager
def _both(
    answers: CopierAnswers, to: str | None, environ: Mapping[str, str], say: Say
) -> Iterator[tuple[Side, Side]]:
    """Open the version that made a project and the one that it is to be brought to."""
    if not answers.commit:
        raise UsageError(
            f"'{answers.source}' was a folder without versions, so that nothing says what made this"
        )
    where = parse_address(answers.source, {})
    before = where._replace(ref=check_ref(answers.commit))
    after = where._replace(ref=check_ref(to) if to else "")
    with contextlib.ExitStack() as stack:

        def side(address: Address, freshness: Freshness) -> Side:
            place = stack.enter_context(throwaway())
            opened = open_snapshot(
                address, environ, into=place.folder, freshness=freshness, say=say
            )
            snapshot = stack.enter_context(opened)
            entry = _entry(snapshot, answers)
            look = look_at(snapshot.folder / entry.folder)
            if not entry.folder:  # it is to be recorded as it was before
                snapshot = snapshot._replace(origin=answers.source)
            return Side(snapshot, entry, look)

        # In this order: the newest one is asked for, and what made the project comes with it.
        new = side(after, "newest")
        old = side(before, "cached")
        if not to and _is_ahead(old.snapshot, new.snapshot, environ):
            new = old
        yield old, new


def _entry(snapshot: SourceSnapshot, answers: CopierAnswers) -> TemplateEntry:
    """Find the template that made a project: among several, its answers name it."""
    name = snapshot.address.path
    chosen = answers.data.get("template")
    if not name and isinstance(chosen, str):
        shared = [each for each in find_entries(snapshot).found if each.data]
        if any(each.name == chosen for each in shared):
            name = chosen
    try:
        return find_entry(snapshot, name)
    except TemplateError as error:
        raise TemplateError(f"'{snapshot.address.text}': {error.message}", error.details) from error


def _is_ahead(old: SourceSnapshot, new: SourceSnapshot, environ: Mapping[str, str]) -> bool:
    """Say whether a project was made from a commit that comes after the newest version."""
    if old.mirror is None or old.commit == new.commit:
        return False
    repository = Repository(old.mirror, find_git(environ), environ)
    return repository.is_ancestor(new.commit, of=old.commit)


def _origins(
    answers: CopierAnswers, old: SourceSnapshot, new: SourceSnapshot
) -> tuple[CopierOrigin, CopierOrigin]:
    before = CopierOrigin(answers.source, answers.commit, answers.file)
    same = old.commit == new.commit
    return before, before._replace(revision=answers.commit if same else new.version or new.commit)


def _plan(
    directory: Path,
    origins: tuple[CopierOrigin, CopierOrigin],
    made: Replayed,
    resolution: Resolution,
    environ: Mapping[str, str],
) -> Update:
    # A link is no text that could be merged: one that is new is made, another stays as it is.
    base = {path: file.content for path, file in made.base.items() if not file.link}
    newest = {path: file.content for path, file in made.newest.items() if not file.link}
    project = read_project(directory, dict.fromkeys([*base, *newest]))
    update = plan_update(
        directory,
        origins,
        base,
        project,
        newest,
        resolution=resolution,
        formatted=find_formatter(directory, environ.get("PATH")),
    )
    programs = {path for path, file in made.newest.items() if file.executable}
    write = [
        file._replace(executable=file.path in programs and file.path not in project.files)
        for file in update.plan.write
    ]
    write += _new_links(directory, made)
    return update._replace(plan=update.plan._replace(write=tuple(write)))


def _new_links(directory: Path, made: Replayed) -> Iterator[File]:
    for path, file in made.newest.items():
        place = directory / path
        if file.link and path not in made.base and not place.exists() and not place.is_symlink():
            yield file
