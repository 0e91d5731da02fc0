"""What the templates share: macros that say the same for each provider, and see nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import CATALOGUE
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import Macro

ENVIRONMENT = Environment(
    loader=FileSystemLoader(CATALOGUE.root),
    lstrip_blocks=True,
    trim_blocks=True,
    undefined=StrictUndefined,
)
SHARED = CATALOGUE.root / "_shared"
LANGUAGES = [folder.name for folder in SHARED.iterdir() if folder.is_dir()]


def templates_below(folder: Path) -> Iterator[tuple[str, str]]:
    """Yields the name and the text of each file that Jinja renders."""
    for path in sorted(folder.rglob("*.jinja")):
        yield path.relative_to(CATALOGUE.root).as_posix(), path.read_text(encoding="utf-8")


def macros_of(name: str) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Tells of each macro of a file what it takes, and whether it takes any number besides."""
    module = ENVIRONMENT.get_template(name).module
    return {
        name: (tuple(macro.arguments), macro.catch_varargs)
        for name, macro in vars(module).items()
        if isinstance(macro, Macro)
    }


def test_a_template_knows_the_answers_and_a_file_of_macros_only_what_it_is_handed() -> None:
    answers = {"template", "revision", *CATALOGUE.questions}
    for name, text in templates_below(CATALOGUE.root):
        unknown = find_undeclared_variables(ENVIRONMENT.parse(text))
        is_macros = "{% macro " in text
        # What template.yml says is told to a project, and one file of it at a time.
        told = {"files", "file", "title", "summary"} if name.startswith("_project/") else set()
        assert unknown <= (set() if is_macros else answers | told), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_provider_has_every_macro_that_a_sample_calls(language: str) -> None:
    called = {
        name
        for _, text in templates_below(CATALOGUE.root)
        for name in re.findall(r"\bservice\.(\w+)\(", text)
    }
    folder = SHARED / language / "providers"
    assert {path.stem for path in folder.iterdir()} == {*CATALOGUE.questions["provider"].choices}
    found = [
        {name: takes for name, takes in macros_of(name_of_file).items() if name in called}
        for name_of_file, _ in templates_below(folder)
    ]
    assert found[0].keys() == called
    assert all(each == found[0] for each in found)


def test_every_macro_is_called() -> None:
    text = "".join(text for _, text in templates_below(CATALOGUE.root))
    for macro in set(re.findall(r"{% macro (\w+)\(", text)):
        definitions = len(re.findall(rf"{{% macro {macro}\(", text))
        assert len(re.findall(rf"\b{macro}\(", text)) > definitions, macro
