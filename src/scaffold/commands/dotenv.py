"""`scaffold new .env` and `scaffold show .env`: the file of variables, which is no sample."""

from __future__ import annotations

from pathlib import Path

from scaffold.catalogue.reader import Catalogue
from scaffold.errors import UsageError
from scaffold.project.answers import resolve_answers
from scaffold.project.dotenv import DotenvPlan, plan_dotenv, write_dotenv
from scaffold.project.render import File, Renderer
from scaffold.project.variables import Variable, find_variables, project_variables


def new_dotenv(
    catalogue: Catalogue,
    directory: Path,
    *,
    for_template: str | None = None,
    provider: str | None = None,
    dry_run: bool = False,
) -> DotenvPlan:
    """Make a project's `.env`, or fill it up; what is in it stays.

    Args:
        catalogue: where the templates are.
        directory: the project.
        for_template: the template whose variables it is about; None for those of the project.
        provider: the service, with a template.
        dry_run: whether to write nothing.

    Raises:
        NotFoundError: there is no such template.
        UsageError: there is no project, or the provider doesn't fit.
        ConflictError: what is there is no file.
        ScaffoldError: what is there is no `.env`, or it can't be written.
    """
    variables, needed_by = variables_of(catalogue, directory, for_template, provider)
    plan = plan_dotenv(directory, variables, catalogue.environment, needed_by)
    if not dry_run:
        write_dotenv(plan)
    return plan


def variables_of(
    catalogue: Catalogue, directory: Path, for_template: str | None, provider: str | None
) -> tuple[list[Variable], str]:
    """Find the variables that a template, or else the project in a folder, reads.

    Args:
        catalogue: where the templates are.
        directory: the project.
        for_template: the template; None for the project.
        provider: the service, with a template; None for its default.

    Returns:
        The variables, and what reads them, for a person.

    Raises:
        NotFoundError: there is no such template.
        UsageError: there is no project, or the provider doesn't fit.
    """
    if for_template is None:
        if provider is not None:
            raise UsageError("--provider goes with --for: a project's own files tell what it reads")
        return project_variables(directory), "this project"
    files, reader = render_for(catalogue, for_template, provider)
    return find_variables(files), reader


def render_for(
    catalogue: Catalogue, for_template: str, provider: str | None
) -> tuple[list[File], str]:
    """Render a template with its defaults, and say what it is, for a person.

    Args:
        catalogue: where the templates are.
        for_template: the template.
        provider: the service; None for its default.

    Raises:
        NotFoundError: there is no such template.
        UsageError: the provider doesn't fit.
    """
    template = catalogue.get(for_template)
    given = {} if provider is None else {"provider": provider}
    answers = resolve_answers(template, catalogue.questions, given)
    return Renderer(catalogue).render(answers), f"{template.name} ({answers['provider']})"
