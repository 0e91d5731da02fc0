"""Which environment variables a project reads, found in its own files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from scaffold.errors import ScaffoldError, UsageError
from scaffold.languages import DEFAULT, all_languages, find_language, modules_of
from scaffold.project.render import File
from scaffold.providers import PREFIXES

# One that a comment names is read by the SDK.
_NAME = re.compile(rf"\b(?:{'|'.join(PREFIXES)}|ASSISTANT_)[A-Z]+(?:_[A-Z]+)*\b")
_QUOTED_NAME = re.compile(r"""(["'])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\1""")
_PLACEHOLDER = "<insert your "


class Variable(NamedTuple):
    """An environment variable that a project reads.

    Attributes:
        name: such as AZURE_OPENAI_ENDPOINT.
        default: what counts when it isn't set; None where the SDK reads it by itself.
        required: whether the sample refuses to start without it.
    """

    name: str
    default: str | None
    required: bool


def find_variables(files: Iterable[File]) -> list[Variable]:
    """Find the variables that a project's files name, sorted by name.

    Those of the mapping `SETTINGS` come with their defaults; others, named in a comment, are read
    by the SDK.

    Raises:
        ScaffoldError: a file is no Python, or its `SETTINGS` is no plain mapping.
    """
    languages = {language.source: language for language in all_languages()}
    names: set[str] = set()
    defaults: dict[str, str] = {}
    for file in files:
        language = languages.get(Path(file.path).suffix)
        if language is not None:
            source = file.content.decode()
            names.update(_NAME.findall(source))
            try:
                defaults.update(language.settings(source))
            except (SyntaxError, ValueError) as error:
                raise ScaffoldError(f"can't tell what '{file.path}' reads: {error}") from error
    return [
        Variable(name, defaults.get(name), required=is_placeholder(defaults.get(name, "")))
        for name in sorted(names | defaults.keys())
    ]


def project_variables(directory: Path) -> list[Variable]:
    """Find the variables that a project on disk reads, which may have been edited since.

    Raises:
        UsageError: there is no project.
        ScaffoldError: its files can't be read.
    """
    folder = modules_of(directory)
    languages = [each for each in all_languages() if (folder / each.entry).is_file()]
    if not languages:
        entry = find_language(DEFAULT).entry
        raise UsageError(
            f"'{directory}' is no project (it has no {entry}): name its folder, or say which "
            "template it is about with --for TEMPLATE"
        )
    variables: dict[str, Variable] = {}
    for path in sorted(folder.glob(f"*{languages[0].source}")):
        try:
            found = find_variables([File(str(path), path.read_bytes())])
        except OSError as error:
            raise ScaffoldError(f"can't read '{path}': {error.strerror}") from error
        for variable in found:
            # A default stands in one file only; the others just name the variable.
            if variable.default is not None or variable.name not in variables:
                variables[variable.name] = variable
    return [variables[name] for name in sorted(variables)]


def quoted_names(directory: Path) -> set[str]:
    """Find what may be a variable in the code of a project, whatever state its files are in."""
    sources = {language.source for language in all_languages()}
    texts = [
        path.read_text("utf-8", errors="replace")
        for path in sorted(modules_of(directory).iterdir())
        if path.suffix in sources
    ]
    return {found[2] for text in texts for found in _QUOTED_NAME.finditer(text)}


def is_placeholder(value: str) -> bool:
    """Whether a value still stands for one that is to be filled in, as the samples see it."""
    return value.startswith(_PLACEHOLDER)
