"""`scaffold doctor`: why a sample doesn't talk to its service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

from scaffold.catalogue.reader import Catalogue
from scaffold.commands.dotenv import render_for, variables_of
from scaffold.doctor import Finding, check_template, examine, make_ask, template_of
from scaffold.languages import manifest_of, modules_of
from scaffold.project.render import File
from scaffold.sources.answers import answers_files
from scaffold.update.newer import find_newer, is_unsaid


def examine_project(
    catalogue: Catalogue,
    directory: Path,
    environ: Mapping[str, str],
    *,
    for_template: str | None = None,
    provider: str | None = None,
    timeout: float = 5,
) -> list[Finding]:
    """Look at all that stands between a project and the services that it talks to.

    Args:
        catalogue: where the templates are.
        directory: the project.
        environ: the user's environment.
        for_template: the template whose variables to look at; None for those of the project.
        provider: the service, with a template.
        timeout: how many seconds to wait for an answer.

    Raises:
        NotFoundError: there is no such template.
        UsageError: there is no project, or the provider doesn't fit.
    """
    variables, _ = variables_of(catalogue, directory, for_template, provider)
    today = datetime.now(timezone.utc).date()
    findings = check_template(catalogue, directory, for_template)
    ask = make_ask(environ, timeout)
    if for_template is None:
        findings += _check_version(catalogue, directory)
        modules = sorted(modules_of(directory).glob("*.py"))
        files = [File(path.name, path.read_bytes()) for path in modules]
    else:
        files, _ = render_for(catalogue, for_template, provider)
    return findings + examine(
        directory, variables, catalogue.environment, environ, ask, today, files
    )


def _check_version(catalogue: Catalogue, directory: Path) -> list[Finding]:
    """Tell of a newer version of what made a project, or that nothing says what that was."""
    newer = find_newer(catalogue, directory)
    if newer and newer.exists:
        what = (
            f"{newer.newest.name} is a newer version of this sample, which is {newer.origin.name}"
        )
        return [Finding("warn", newer.origin.template, what, "run 'scaffold update'")]
    # Of what Copier made, its own file says it.
    if not answers_files(directory) and is_unsaid(directory) and template_of(catalogue, directory):
        file = manifest_of(directory)
        what = f"no line in {file} says what made this project, so what is newer can't be told"
        return [Finding("warn", file, what, "'scaffold update' lists what to name with --from")]
    return []
