"""The folder `templates/`, read into records.

A sample is a folder with a `template.yml` and a folder of files for each language. What can be
asked about it stands once, in the `copier.yml` of the whole folder, so that stock Copier can
render it too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from scaffold.catalogue.names import not_found
from scaffold.catalogue.plain_yaml import read_plain
from scaffold.catalogue.records import (
    DOTENV,
    Combination,
    Example,
    Lifecycle,
    Question,
    Run,
    Setting,
    Template,
    Variant,
)
from scaffold.errors import ScaffoldError


class Catalogue:
    """The templates under one folder. Each is read when it is asked for, and only then.

    Args:
        root: the folder that holds `copier.yml`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The short names of all templates, sorted."""
        folders = sorted(self.root.iterdir())
        return tuple(folder.name for folder in folders if (folder / "template.yml").is_file())

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """What `copier.yml` says."""
        return read_yaml(self.root / "copier.yml")

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """The questions of `copier.yml` by name, without the one for the template itself."""
        return {
            name: Question(
                name, question["help"], question["default"], tuple(question.get("choices", ()))
            )
            for name, question in self.settings.items()
            if not name.startswith("_") and name != "template"
        }

    @cached_property
    def dotenv(self) -> Template:
        """The template `.env`: a file of variables, and no sample that could be rendered or run."""
        facts = self._environment
        texts = (DOTENV, facts["title"], facts["summary"], tuple(facts["tags"]))
        return Template(*texts, (), (), (), Lifecycle(), {})

    @cached_property
    def environment(self) -> Mapping[str, Setting]:
        """What is known of the environment variables, by name."""
        return {
            name: Setting(facts["what"], facts["where"], facts.get("secret", False))
            for name, facts in self._environment["variables"].items()
        }

    @cached_property
    def _environment(self) -> Mapping[str, Any]:
        return read_yaml(self.root / "environment.yml")

    def get(self, name: str) -> Template:
        """Reads the template of that name.

        Raises:
            NotFoundError: there is none; its details are the near names.
        """
        # Looked for in a listing, since `..` is no template, nor is `OPENAI-CHAT` on a file system
        # that ignores case.
        if name not in os.listdir(self.root) or not (self.root / name / "template.yml").is_file():
            known = (*self.names, DOTENV)
            raise not_found("template", name, known, "'scaffold list' shows them all")
        return self._read(name)

    def last_run(self, name: str) -> Run | None:
        """Tells when the template of that name was last run; None when it never was."""
        import json

        path = self.root / "runs.json"
        runs = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        if name not in runs:
            return None
        packages = runs[name]["packages"]
        return Run(runs[name]["date"], {each: tuple(packages[each]) for each in packages})

    def all(self) -> list[Template]:
        """Reads every template: the recommended first, those not active last, else by name."""
        templates = [self._read(name) for name in self.names]
        return sorted(
            templates,
            key=lambda each: (each.lifecycle.state != "active", "recommended" not in each.tags),
        )

    def combinations(self) -> Iterator[Combination]:
        """Lists all that can be made: each template in each language, variant and provider."""
        for template in self.all():
            # The questions that have variants, one at a time: each of their values.
            variants: list[tuple[tuple[str, str], ...]] = [
                ((question, value),)
                for question in template.variants
                for value in self.questions[question].choices
            ] or [()]
            for language in template.languages:
                for answers in variants:
                    for provider in template.variant(dict(answers)).providers:
                        yield Combination(template.name, provider, answers, language)

    def _read(self, name: str) -> Template:
        folder = self.root / name
        facts = read_yaml(folder / "template.yml")
        providers = tuple(facts["providers"])
        return Template(
            name=name,
            title=facts["title"],
            summary=facts["summary"],
            tags=tuple(facts["tags"]),
            languages=tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_dir())),
            providers=providers,
            answers=tuple(facts["answers"]),
            lifecycle=_lifecycle(facts),
            variants={
                question: {
                    value: Variant(
                        f"{question}={value}",
                        _lifecycle(terms),
                        tuple(terms.get("providers", providers)),
                    )
                    for value, terms in values.items()
                }
                for question, values in facts.get("variants", {}).items()
            },
            example=_example(facts["example"], name) if "example" in facts else None,
        )


def templates_dir() -> Path:
    """Finds the templates that came with the program.

    Raises:
        ScaffoldError: they are neither in the package nor in the checkout around it.
    """
    package = Path(__file__).parents[1]
    # A wheel has them inside the package; a checkout has them at its top.
    for folder in (package / "templates", package.parents[1] / "templates"):
        if (folder / "copier.yml").is_file():
            return folder
    raise ScaffoldError("the templates are missing: install scaffold again")


def read_yaml(path: Path) -> dict[str, Any]:
    """Reads a YAML file of our own, which is a mapping."""
    text = path.read_text(encoding="utf-8")
    plain = read_plain(text)
    if plain is not None:
        return plain
    import yaml

    content: dict[str, Any] = yaml.safe_load(text)
    return content


def _example(facts: Any, name: str) -> Example:
    # YAML reads `yes` and 2026-01-01 as something else than text.
    if not (
        isinstance(facts, dict)
        and all(
            isinstance(each, list) and all(isinstance(line, str) for line in each)
            for each in (facts.get("typed", []), facts.get("arguments", []))
        )
        and isinstance(facts.get("audio", {}), dict)
        and all(isinstance(seconds, int | float) for seconds in facts.get("audio", {}).values())
    ):
        raise ScaffoldError(
            f"template.yml of '{name}': its example has 'typed' and 'arguments', lists of texts in "
            "quotes, and 'audio', the seconds of each file"
        )
    typed, arguments = tuple(facts.get("typed", ())), tuple(facts.get("arguments", ()))
    return Example(typed, arguments, facts.get("audio", {}))


def _lifecycle(facts: Mapping[str, Any]) -> Lifecycle:
    return Lifecycle(
        state=facts["lifecycle"],
        since=str(facts.get("since", "")),
        source=facts.get("source", ""),
        successor=facts.get("successor", ""),
    )
