"""A template's `copier.yml`, with what it includes, as one mapping: read as Copier reads it, but
without running into what somebody may have hidden in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from scaffold.errors import TemplateError
from scaffold.sources.layout import CONFIGS, LONGEST

_MOST_NODES = 100_000  # of a file, each alias counted with all that it stands for
_MOST_FILES = 100
_DEEPEST = 5  # includes in includes
_DEEPEST_VALUE = 50  # lists in lists
# Settings that several documents or files may add to; of all else the last one counts.
_ADDED_UP = ("_exclude", "_jinja_extensions", "_secret_questions", "_skip_if_exists")


def read_config(folder: Path) -> dict[str, Any]:
    """Read the settings and questions of a template.

    Args:
        folder: the folder that has the `copier.yml`.

    Raises:
        TemplateError: there is none or more than one, it can't be read, it includes something from
            outside, or is made to use up all memory.
    """
    files = [path for path in sorted(folder.glob("copier.*")) if _is_config(path)]
    if not files:
        raise TemplateError(f"there is no {' or '.join(CONFIGS)}")
    if len(files) > 1:
        raise TemplateError(f"there are two of {files[0].name} and {files[1].name}: keep one")
    documents = list(_ConfigReader(folder).read(files[0]))
    merged: dict[str, Any] = {}
    for document in documents:
        merged.update(document)
    for name in _ADDED_UP:
        lists = [each[name] for each in documents if name in each]
        if any(not isinstance(each, list) for each in lists):
            raise TemplateError(f"{files[0].name}: {name} takes a list")
        if lists:
            merged[name] = [item for each in lists for item in each]
    if not all(isinstance(name, str) for name in merged):
        raise TemplateError(f"{files[0].name}: the name of a question is no text")
    return merged


def _is_config(path: Path) -> bool:
    return path.is_file() and path.suffix.lower().startswith((".yml", ".yaml"))


class _ConfigReader:
    """Read one file after another, each once for each time that it is included."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._files = 0

    def read(self, path: Path, depth: int = 0) -> Iterator[Mapping[Any, Any]]:
        """Read the documents of a file, those that it includes in their places."""
        import yaml

        name = path.relative_to(self._folder).as_posix() if depth else path.name
        self._files += 1
        if self._files > _MOST_FILES or depth > _DEEPEST:
            raise TemplateError(f"{name}: more files are included than anybody needs")
        safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        loader: Any = type("_ConfigLoader", (safe,), {})
        loader.add_constructor("!include", lambda _, node: self._included(node, name, depth))
        try:
            if path.stat().st_size > LONGEST:
                raise TemplateError(f"{name}: it is larger than {LONGEST // 1_000_000} MB")
            text = path.read_text(encoding="utf-8-sig")
            for node in yaml.compose_all(text, Loader=safe):
                weight, depth = _measure(node)
                if weight > _MOST_NODES:
                    raise TemplateError(f"{name}: its aliases stand for more than memory holds")
                if depth > _DEEPEST_VALUE:
                    raise TemplateError(f"{name}: it is nested deeper than anybody needs")
            documents = list(yaml.load_all(text, Loader=loader))
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateError(f"{name}: it can't be read as text") from error
        except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
            raise TemplateError(
                f"{name}{_line(error)}: it is no YAML: {_problem(error)}"
            ) from error
        for document in _flat(documents):
            if not isinstance(document, dict):
                raise TemplateError(f"{name}: it is no mapping of questions")
            yield document

    def _included(self, node: Any, name: str, depth: int) -> list[Any]:
        pattern = str(node.value)
        parts = PurePosixPath(pattern).parts
        if not parts or pattern.startswith(("/", "~", "\\")) or ".." in parts or ":" in pattern:
            raise TemplateError(f"{name}: it includes {pattern!a}, from outside of the template")
        documents: list[Any] = []
        for path in sorted(self._folder.glob(pattern)):
            if not path.resolve().is_relative_to(self._folder):
                raise TemplateError(f"{name}: it includes {pattern!a}, a link that leads out")
            if path.is_file():
                documents += self.read(path, depth + 1)
        return documents


def _flat(documents: list[Any]) -> Iterator[Any]:
    for document in documents:
        if isinstance(document, list):
            yield from _flat(document)
        elif document:
            yield document


def _measure(top: Any) -> tuple[int, int]:
    """Count what is in a document, an alias for as much as it stands for, and how deep it is."""
    measures: dict[int, tuple[int, int]] = {}
    pending = [(top, False)]
    while pending:
        node, done = pending.pop()
        value = getattr(node, "value", None)
        inner = value if isinstance(value, list) else []
        inner = [part for each in inner for part in (each if isinstance(each, tuple) else (each,))]
        if done:
            found = [measures[id(each)] for each in inner]
            depth = 1 + max((deep for _, deep in found), default=0)
            measures[id(node)] = (1 + sum(weight for weight, _ in found), depth)
        elif id(node) not in measures:
            measures[id(node)] = (_MOST_NODES + 1, 0)  # of one that holds itself
            pending.append((node, True))
            pending += [(each, False) for each in inner if id(each) not in measures]
    return measures[id(top)]


def _line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f", line {mark.line + 1}" if mark else ""


def _problem(error: Exception) -> str:
    return " ".join(str(getattr(error, "problem", None) or "it can't be read").split())
