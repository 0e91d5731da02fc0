"""What a reader of a page types."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from scaffold.catalogue.records import Example, Kind, Template
from scaffold.languages import DEFAULT, project_folder


def page_name(template: Template, language: str) -> str:
    """Name a sample's page, which has `.md` behind it, and the folder of its files."""
    return project_folder(template.name, language)


def run_command(name: str, example: Example, kind: Kind = "console") -> str:
    """Give the command that runs an example, for a shell.

    Args:
        name: the project's folder.
        example: what is typed.
        kind: how one talks with it; on a page, nothing is typed into the command.
    """
    arguments = f" -- {_quoted(example.arguments)}" if example.arguments else ""
    typed = f"printf '%s\\n' {_quoted(example.typed)} | " if example.typed else ""
    typed = "" if kind == "web" else typed
    return f"{typed}scaffold run {name}{arguments}"


def _quoted(words: Sequence[str]) -> str:
    # What's asked reads best in double quotes, where a shell does nothing with what is in them.
    return " ".join(
        f'"{word}"' if "'" in word and not re.search(r'["$`\\!]', word) else shlex.quote(word)
        for word in words
    )


def new_command(template: Template, language: str) -> str:
    """Give the command that writes a sample."""
    return f"scaffold new {template.name} " + (
        f"--{language}" if language == DEFAULT else f"--language {language}"
    )
