"""`scaffold update`: find what made a project, merge it with the newest version, write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scaffold.catalogue.reader import Catalogue
from scaffold.catalogue.records import Template
from scaffold.errors import NotFoundError, UsageError
from scaffold.languages import manifest_of, package_of
from scaffold.project.answers import keep_answers, resolve_answers
from scaffold.project.provenance import Origin, find_origin, parse_origin
from scaffold.project.render import Renderer
from scaffold.project.write import write_files
from scaffold.update.candidates import Candidate, find_candidates, tell_apart
from scaffold.update.changelog import ChangelogLine, lines_about, read_changelog
from scaffold.update.current import current_snapshots
from scaffold.update.formatting import find_formatter
from scaffold.update.plan import Newer, Updated, plan_update
from scaffold.update.reading import read_all, read_origin, read_project
from scaffold.update.released import Snapshot, read_released, released_dir, released_names
from scaffold.update.text import Resolution
from scaffold.update.undo import Undo, forget_before, keep_before, plan_undo
from scaffold.user_folders import state_dir

# Lets a person choose among what a project may have been made from.
Choose = Callable[[Sequence[Candidate]], Candidate]

SHOWN = 5  # candidates


def update_project(
    catalogue: Catalogue,
    directory: Path,
    environ: Mapping[str, str],
    *,
    made_from: str | None = None,
    to: str | None = None,
    resolution: Resolution = "fail",
    choose: Choose | None = None,
    dry_run: bool = False,
) -> Updated:
    """Bring a project to the newest version of its template, with every edit kept.

    Args:
        catalogue: where today's templates are.
        directory: the project.
        environ: the user's environment.
        made_from: what it was made from, as `NAME@REVISION`; None where a line in it says so.
        to: the revision to bring it to; None for the newest.
        resolution: what becomes of conflicts; with `fail` nothing is written where there are any.
        choose: asks a person what the project was made from, where nothing says so.
        dry_run: whether to write nothing.

    Raises:
        UsageError: it can't be told what made the project; the details are what may have.
        NotFoundError: there is no such template, or no such revision.
        ConflictError: something is in the way that can't be overwritten.
        ScaffoldError: the project can't be read or written, or the like.
    """
    base = find_base(catalogue, directory, made_from, choose)
    template = catalogue.get(base.origin.template)
    texts = base.read_texts(read_project(directory, base.marked).files)
    target, files, until = _target(catalogue, template, base.origin, texts, to)
    made_with = base.files(texts)
    project = read_project(directory, dict.fromkeys([*made_with, *files]))
    update = plan_update(
        directory,
        (base.origin, target),
        made_with,
        project,
        files,
        resolution=resolution,
        formatted=find_formatter(directory, environ.get("PATH")),
    )
    changes: list[ChangelogLine] = []
    if base.release and target.revision != base.origin.revision:
        changes = lines_about(read_changelog(), template.name, base.release, until)
    refused = dry_run or (resolution == "fail" and update.conflicting)
    if not refused and (update.plan.write or update.plan.remove):
        keep_before(update.plan, state_dir(environ))
        write_files(update.plan)
    return Updated(update, changes, written=not refused)


def undo_update(directory: Path, environ: Mapping[str, str], *, dry_run: bool = False) -> Undo:
    """Bring a project back to what it was before its last update, byte for byte.

    Args:
        directory: the project.
        environ: the user's environment.
        dry_run: whether to write nothing.

    Raises:
        UsageError: no update of it is known.
        ConflictError: files were changed since; nothing was undone.
        ScaffoldError: something can't be read or written.
    """
    state = state_dir(environ)
    undo = plan_undo(directory, state)
    if not dry_run:
        write_files(undo.plan)
        forget_before(directory, state)
    return undo


def check_project(catalogue: Catalogue, directory: Path, made_from: str | None = None) -> Newer:
    """Compare what made a project with today's template. Write nothing.

    Args:
        catalogue: where today's templates are.
        directory: the project.
        made_from: what it was made from, as `NAME@REVISION`; None where a line in it says so.

    Raises:
        UsageError: it can't be told what made the project.
        NotFoundError: there is no such template.
    """
    origin = find_base(catalogue, directory, made_from, None).origin
    template = catalogue.get(origin.template)
    return Newer(origin, origin._replace(revision=template.revision))


def find_base(
    catalogue: Catalogue, directory: Path, made_from: str | None, choose: Choose | None
) -> Snapshot:
    """Find what a project was made from.

    Args:
        catalogue: where today's templates are.
        directory: the project.
        made_from: what it was made from, as `NAME@REVISION`; None where a line in it says so.
        choose: asks a person, where nothing says so.

    Raises:
        UsageError: it can't be told, or it is newer than this program.
        NotFoundError: there is no such template, or no such revision.
    """
    if made_from is not None:
        origin = parse_origin(made_from)
        if origin is None:
            raise UsageError(f"--from takes NAME@REVISION, and got {made_from!r}")
    else:
        origin = read_origin(directory)
    if origin is None:
        return _by_likeness(catalogue, directory, choose)
    template = catalogue.get(origin.template)
    package = origin.answers.get("package") or package_of(directory)
    if origin.revision > template.revision:
        raise UsageError(
            f"'{directory}' was made from {origin.name} by a newer version of this program, which "
            f"knows {template.name} up to revision {template.revision}: "
            "pip install --upgrade scaffold-ai"
        )
    known = _revision(catalogue, template, origin.revision, package)
    fitting = [each for each in known if origin.answers.items() <= each.origin.answers.items()]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise _not_known(origin, known)
    files = read_all(directory, _suffixes(fitting)).files
    found = tell_apart(files, fitting)
    if found is None:
        ranked = [Candidate(each, 1) for each in fitting]
        if choose:
            return choose(ranked).snapshot
        raise UsageError(
            f"it can't be told which {origin.name} '{directory}' is; say one with --from:",
            tuple(each.origin.full_name for each in fitting),
        )
    return found


def _by_likeness(catalogue: Catalogue, directory: Path, choose: Choose | None) -> Snapshot:
    """List what a project may have been made from, and let a person choose."""
    folder = released_dir()
    every: list[Snapshot] = []
    package = package_of(directory)
    for name in dict.fromkeys([*released_names(folder), *catalogue.names]):
        every += read_released(folder, name, package)
        if name in catalogue.names:
            every += current_snapshots(catalogue, catalogue.get(name), package)
    candidates = find_candidates(read_all(directory, _suffixes(every)).files, every)
    file = manifest_of(directory)
    if not candidates:
        raise UsageError(
            f"'{directory}' is no project of 'scaffold new': no line in its {file} says what made "
            "it, and it is like no template"
        )
    if choose is not None:
        return choose(candidates[:SHOWN]).snapshot
    raise UsageError(
        f"no line in the {file} of '{directory}' says what made it, and nothing is guessed; say it "
        "with --from. The most alike:",
        tuple(
            f"--from {each.origin.full_name}  ({each.likeness:.0%} of it is there)"
            for each in candidates[:SHOWN]
        ),
    )


def _target(
    catalogue: Catalogue,
    template: Template,
    origin: Origin,
    texts: Mapping[str, str],
    to: str | None,
) -> tuple[Origin, dict[str, bytes], str]:
    """Make the files that a project is brought to; tell of which release, if not today's."""
    given = keep_answers(template, catalogue.questions, origin.answers)
    number = template.revision if to is None else _number(to, template)
    if number != template.revision:
        known = _revision(catalogue, template, number, origin.answers.get("package"))
        for each in known:
            if all(given.get(name, value) == value for name, value in each.origin.answers.items()):
                return each.origin, each.files(texts), each.release
        raise _not_known(Origin(template.name, number, given), known)
    texts = {name: value for name, value in texts.items() if name in template.answers}
    answers = resolve_answers(template, catalogue.questions, {**texts, **given})
    files = {file.path: file.content for file in Renderer(catalogue).render(answers)}
    target = find_origin(files) or Origin(template.name, number, given)
    return target, files, ""


def _number(to: str, template: Template) -> int:
    name, _, number = to.rpartition("@")
    if not number.isascii() or not number.isdigit() or name not in ("", template.name):
        raise UsageError(f"--to takes a revision of {template.name}, and got {to!r}")
    return int(number)


def _revision(
    catalogue: Catalogue, template: Template, number: int, package: str | None
) -> list[Snapshot]:
    """Read all that one revision of a template can make: samples, or projects of that package."""
    known = read_released(released_dir(), template.name, package)
    found = [each for each in known if each.origin.revision == number]
    if not found and number == template.revision:
        found = list(current_snapshots(catalogue, template, package))
    if not found:
        numbers = sorted({*(each.origin.revision for each in known), template.revision})
        raise NotFoundError(
            f"there is no revision {number} of {template.name}; "
            f"there is: {', '.join(map(str, numbers))}"
        )
    return found


def _not_known(origin: Origin, known: Sequence[Snapshot]) -> NotFoundError:
    return NotFoundError(
        f"there is no {origin.full_name}; there is:",
        tuple(each.origin.full_name for each in known),
    )


def _suffixes(snapshots: Sequence[Snapshot]) -> set[str]:
    return {Path(path).suffix for each in snapshots for path in each.marked}
