"""Today's templates as snapshots, beside those of released revisions; and as prepared projects."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from scaffold.catalogue.reader import Catalogue
from scaffold.catalogue.records import PROJECT, Template
from scaffold.errors import UsageError
from scaffold.languages import DEFAULT
from scaffold.project.answers import resolve_answers
from scaffold.project.prepared.pack import Prepared
from scaffold.project.provenance import Origin
from scaffold.project.render import Renderer
from scaffold.update.released import Snapshot, mark_texts, sentinels


def current_snapshots(
    catalogue: Catalogue, template: Template, package: str | None = None
) -> Iterator[Snapshot]:
    """Render all that today's template can make, whatever its texts.

    Args:
        catalogue: where today's templates are.
        template: one of them.
        package: make projects whose package is called so; None for samples.
    """
    named = () if package is None else ("shape", "package")
    for made in prepare(catalogue, template, package):
        answers = made.answers
        said = () if answers["language"] == DEFAULT else ("language",)
        asked = (name for name in template.answers if name not in made.texts)
        chosen = {name: answers[name] for name in (*said, "provider", *asked, *named)}
        origin = Origin(template.name, template.revision, chosen)
        texts = {name: catalogue.questions[name].default for name in made.texts}
        yield Snapshot(origin, "", texts, made.files)


def prepare(
    catalogue: Catalogue, template: Template, package: str | None = None
) -> Iterator[Prepared]:
    """Render the same, each with all of its answers.

    Args:
        catalogue: where today's templates are.
        template: one of them.
        package: make projects whose package is called so; None for samples.
    """
    renderer = Renderer(catalogue)
    questions = catalogue.questions
    free = tuple(name for name in template.answers if not questions[name].choices)
    asked = [name for name in template.answers if questions[name].choices]
    values = [questions[name].choices for name in asked]
    named = {} if package is None else {"shape": PROJECT, "package": package}
    for language, provider, *chosen in itertools.product(
        template.languages, template.providers, *values
    ):
        choices = {**dict(zip(asked, chosen, strict=True)), **named}
        given = {"language": language, "provider": provider, **choices, **sentinels(free)}
        try:
            answers = resolve_answers(template, questions, given)
        except UsageError:
            continue  # not every provider goes with every choice
        marked = mark_texts(renderer.render(answers), free)
        others = {name: answer for name, answer in answers.items() if name not in free}
        yield Prepared(others, free, marked)
