"""Today's templates as snapshots, beside those of released revisions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from scaffold.catalogue.reader import Catalogue
from scaffold.catalogue.records import PROJECT, Template
from scaffold.errors import UsageError
from scaffold.project.answers import resolve_answers
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
    renderer = Renderer(catalogue)
    questions = catalogue.questions
    free = [name for name in template.answers if not questions[name].choices]
    asked = [name for name in template.answers if questions[name].choices]
    values = [questions[name].choices for name in asked]
    for language, provider, *chosen in itertools.product(
        template.languages, template.providers, *values
    ):
        choices = dict(zip(asked, chosen, strict=True))
        if package is not None:
            choices = {**choices, "shape": PROJECT, "package": package}
        given = {"language": language, "provider": provider, **choices, **sentinels(free)}
        try:
            answers = resolve_answers(template, questions, given)
        except UsageError:
            continue  # not every provider goes with every choice
        marked = mark_texts(renderer.render(answers), free)
        said = {} if language == "python" else {"language": language}
        origin = Origin(template.name, template.revision, {**said, "provider": provider, **choices})
        texts = {name: questions[name].default for name in free}
        yield Snapshot(origin, "", texts, marked)
