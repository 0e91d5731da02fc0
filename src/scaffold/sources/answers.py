"""The answers file that Copier writes into a project: what made it, and with which answers."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scaffold.catalogue.fields import read_fields
from scaffold.errors import TemplateError, UsageError
from scaffold.project.write import mark_of

LONGEST = 1_000_000  # bytes of an answers file


class CopierAnswers(NamedTuple):
    """What a project's answers file says of what made it.

    Attributes:
        file: the file, relative to the project.
        source: the template's address, as Copier wrote it.
        commit: the version that made it; empty where the template was under no git.
        data: the answers.
    """

    file: str
    source: str
    commit: str
    data: Mapping[str, Any]


def find_answers_file(directory: Path, made_from: str | None) -> str:
    """Find the answers file of a project that Copier made.

    Args:
        directory: the project.
        made_from: the file, if it was named.

    Returns:
        Its name; empty where there is none, and a sample of ours may be there.

    Raises:
        UsageError: there are several, and none is named; the details are their names.
    """
    if made_from and "@" not in made_from and (directory / made_from).is_file():
        return made_from
    found = [] if made_from else answers_files(directory)
    if len(found) > 1:
        raise UsageError(
            f"'{directory}' was made from several templates: say with --from which one to update:",
            tuple(f"--from {name}" for name in found),
        )
    return found[0] if found else ""


def answers_files(directory: Path) -> list[str]:
    """List the answers files at the top of a project, as Copier names them by default."""
    if not directory.is_dir():
        return []
    names = [name for name in os.listdir(directory) if name.startswith(".copier-answers")]
    return sorted(name for name in names if name.endswith((".yml", ".yaml")))


def read_answers(directory: Path, file: str) -> CopierAnswers:
    """Read an answers file.

    Raises:
        UsageError: it is none, or says nothing of what made the project.
    """
    mark = mark_of(directory / file)
    if mark is None or mark[0] > LONGEST:
        raise UsageError(f"'{directory / file}' is no answers file of Copier")
    try:
        fields = read_fields(directory / file, directory)
    except TemplateError as error:
        raise UsageError(f"'{directory}': {error.message}") from error
    facts = {name: fields.raw(name) for name in fields.names()}
    source, commit = facts.get("_src_path"), facts.get("_commit", "")
    if not isinstance(source, str):
        raise UsageError(f"'{directory / file}' doesn't say what made the project: no '_src_path'")
    data = {name: value for name, value in facts.items() if not name.startswith("_")}
    # YAML knows days, and more that are texts to a template.
    data = json.loads(json.dumps(data, default=str))
    return CopierAnswers(file, source, str(commit or ""), data)
