"""The folder `templates/`, read into records.

A sample is a folder with a `template.yml` and a folder of files for each language. What can be
asked about it stands once, in the `copier.yml` of the whole folder, so that stock Copier can
render it too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

from scaffold.catalogue.files import (
    read_copier,
    read_environment,
    read_last_run,
    read_template,
)
from scaffold.catalogue.names import not_found
from scaffold.catalogue.records import DOTENV, Combination, Question, Run, Setting, Template
from scaffold.errors import ScaffoldError, TemplateError


class Catalogue:
    """The templates under one folder. Each is read when it is first asked for, and only then.

    Args:
        root: the folder that holds `copier.yml`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[str, Template] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The short names of all templates, sorted."""
        folders = sorted(self.root.iterdir())
        return tuple(folder.name for folder in folders if (folder / "template.yml").is_file())

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """What `copier.yml` says of how to render: the names that begin with `_`."""
        return self._copier[0]

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """The questions of `copier.yml` by name, without the one for the template itself."""
        return self._copier[1]

    @cached_property
    def _copier(self) -> tuple[Mapping[str, Any], Mapping[str, Question]]:
        return read_copier(self.root)

    @cached_property
    def dotenv(self) -> Template:
        """The template `.env`: a file of variables, and no sample that could be rendered or run."""
        return self._environment[0]

    @cached_property
    def environment(self) -> Mapping[str, Setting]:
        """What is known of the environment variables, by name."""
        return self._environment[1]

    @cached_property
    def _environment(self) -> tuple[Template, Mapping[str, Setting]]:
        return read_environment(self.root)

    def get(self, name: str) -> Template:
        """Read the template of that name.

        Raises:
            NotFoundError: there is none; its details are the near names.
        """
        if name in self._known:
            return self._known[name]
        # Looked for in a listing, since `..` is no template, nor is `OPENAI-CHAT` on a file system
        # that ignores case.
        if name not in os.listdir(self.root) or not (self.root / name / "template.yml").is_file():
            known = (*self.names, DOTENV)
            raise not_found("template", name, known, "'scaffold list' shows them all")
        return self._read(name)

    def last_run(self, name: str) -> Run | None:
        """Say when the template of that name was last run; None when it never was.

        Raises:
            TemplateError: `runs.json` can't be used.
        """
        return read_last_run(self.root, name)

    def all(self) -> list[Template]:
        """Read every template: the recommended first, those not active last, else by name.

        Raises:
            TemplateError: one can't be used.
        """
        templates, broken = self.usable()
        if broken:
            first, *more = broken
            raise TemplateError(first.message, tuple(error.message for error in more))
        return templates

    def usable(self) -> tuple[list[Template], list[TemplateError]]:
        """Read every template that can be read, and say what is wrong with each of the others."""
        templates, broken = [], []
        for name in self.names:
            try:
                templates.append(self._read(name))
            except TemplateError as error:
                broken.append(error)
        templates.sort(
            key=lambda each: (each.lifecycle.state != "active", "recommended" not in each.tags)
        )
        return templates, broken

    def combinations(self, templates: Iterable[Template] | None = None) -> Iterator[Combination]:
        """List all that can be made: each template in each language, variant and provider.

        Args:
            templates: those to make; all when left out.

        Raises:
            TemplateError: without `templates`, one can't be used.
        """
        for template in self.all() if templates is None else templates:
            for language in template.languages:
                for said, providers in self._variants(template):
                    for provider in providers:
                        yield Combination(template.name, provider, said, language)

    def _variants(
        self, template: Template
    ) -> Iterator[tuple[tuple[tuple[str, str], ...], tuple[str, ...]]]:
        """Yield the answers that make another program of a template, each with its providers."""
        choices = [self.questions[question].choices for question in template.variants]
        for values in product(*choices):
            answers = dict(zip(template.variants, values, strict=True))
            terms = template.variant(answers)
            if any(answers.get(name) != value for name, value in terms.answers.items()):
                continue
            # Without saying goes what is the only answer, and a default that no variant names.
            said = {
                name: value
                for name, value in answers.items()
                if name not in terms.answers
                and (value in template.variants[name] or value != self.questions[name].default)
            }
            yield tuple(said.items()), terms.providers

    def _read(self, name: str) -> Template:
        if name not in self._known:
            self._known[name] = read_template(self.root, name, self.questions)
        return self._known[name]


def templates_dir() -> Path:
    """Find the templates that came with the program.

    Raises:
        ScaffoldError: they are neither in the package nor in the checkout around it.
    """
    package = Path(__file__).parents[1]
    # A wheel has them inside the package; a checkout has them at its top.
    for folder in (package / "templates", package.parents[1] / "templates"):
        if (folder / "copier.yml").is_file():
            return folder
    raise ScaffoldError("the templates are missing: install scaffold again")
