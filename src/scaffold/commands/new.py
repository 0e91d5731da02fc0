"""`scaffold new`: find the template, resolve the answers, render, plan, write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scaffold.catalogue.reader import Catalogue
from scaffold.catalogue.records import Template
from scaffold.languages import project_folder
from scaffold.project.answers import resolve_answers
from scaffold.project.render import File, Renderer
from scaffold.project.write import OnConflict, Plan, plan_writes, write_files


class NewProject(NamedTuple):
    """A project that was written, or would be.

    Attributes:
        template: what it was made from.
        answers: what the template was rendered with.
        files: all files of the project.
        plan: what became of each of them in its folder.
    """

    template: Template
    answers: Mapping[str, str]
    files: Sequence[File]
    plan: Plan


def new_project(
    catalogue: Catalogue,
    name: str,
    given: Mapping[str, Any],
    *,
    directory: Path | None = None,
    on_conflict: OnConflict = "fail",
    decide: Callable[[Plan], Plan] | None = None,
    dry_run: bool = False,
) -> NewProject:
    """Write a sample into a folder.

    Args:
        catalogue: where the templates are.
        name: the template.
        given: answers, by question; `language` and `provider` among them. Others have defaults.
        directory: the project's folder; None for one that is named after the template.
        on_conflict: what to do about files that are there and differ.
        decide: with `keep`, is shown the plan and may change it before anything is written.
        dry_run: whether to write nothing.

    Raises:
        NotFoundError: there is no such template, language or question.
        UsageError: an answer isn't allowed.
        ConflictError: files are in the way; nothing was written.
        ScaffoldError: the folder can't be written to, or the like.
    """
    template = catalogue.get(name)
    answers = resolve_answers(template, catalogue.questions, given)
    files = Renderer(catalogue).render(answers)
    plan = plan_writes(
        files, directory or Path(project_folder(template.name, answers["language"])), on_conflict
    )
    if decide is not None:
        plan = decide(plan)
    if not dry_run:
        write_files(plan)
    return NewProject(template, answers, files, plan)
