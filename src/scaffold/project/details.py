"""All about a template, as far as it can be told without running it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scaffold.catalogue.reader import Catalogue
from scaffold.catalogue.records import Question, Run, Template
from scaffold.project.answers import resolve_answers
from scaffold.project.render import File, Renderer
from scaffold.project.variables import Variable, find_variables


class TemplateDetails(NamedTuple):
    """All about a template.

    Attributes:
        template: the template itself.
        questions: what can be answered with `--set`.
        files: what `new` writes, for the default provider.
        variables: by provider, the environment variables that the project reads.
        last_run: when it was last run as it should; None where that was never recorded.
    """

    template: Template
    questions: Sequence[Question]
    files: Sequence[File]
    variables: Mapping[str, Sequence[Variable]]
    last_run: Run | None


def find_details(catalogue: Catalogue, renderer: Renderer, name: str) -> TemplateDetails:
    """Find out all about a template.

    Args:
        catalogue: where it is.
        renderer: renders it; one for several templates reads what they share once.
        name: its name.

    Raises:
        NotFoundError: there is no template of that name.
    """
    template = catalogue.get(name)
    files = {
        provider: renderer.render(
            resolve_answers(template, catalogue.questions, {"provider": provider})
        )
        for provider in template.providers
    }
    return TemplateDetails(
        template=template,
        questions=[catalogue.questions[question] for question in template.answers],
        files=files[template.providers[0]],
        variables={provider: find_variables(files[provider]) for provider in files},
        last_run=catalogue.last_run(template.name),
    )
