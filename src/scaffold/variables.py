"""Which environment variables a project reads, found in its own files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

from scaffold.render import File

_NAME = re.compile(r"\b(?:ASSISTANT|AZURE|OPENAI)(?:_[A-Z]+)+\b")
_PLACEHOLDER = "<insert your "


@dataclass(frozen=True)
class Variable:
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
    """Finds the variables that a project's files name, sorted by name.

    Those of the mapping `SETTINGS` come with their defaults; others, named in a comment, are read
    by the SDK.
    """
    names: set[str] = set()
    defaults: dict[str, str] = {}
    for file in files:
        if file.path.endswith(".py"):
            source = file.content.decode()
            names.update(_NAME.findall(source))
            defaults.update(_settings(source))
    return [
        Variable(name, defaults.get(name), required=defaults.get(name, "").startswith(_PLACEHOLDER))
        for name in sorted(names)
    ]


def _settings(source: str) -> dict[str, str]:
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "SETTINGS":
            settings: dict[str, str] = ast.literal_eval(statement.value)
            return settings
    return {}
