"""An answers file, read without running into what somebody may have hidden in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scaffold.errors import UsageError

if TYPE_CHECKING:
    import yaml

# More than any answers are long, and little enough for YAML's reader, which is slow.
LARGEST = 256 * 1024


class NotText(NamedTuple):
    """Stands for a value that is no text. It is never looked into: it may be huge.

    Attributes:
        kind: what it is, for people: `a list`, `a number`.
    """

    kind: str


def read_answers(path: Path) -> dict[str, str | NotText | None]:
    """Read an answers file in YAML or JSON.

    Copier's own entries (`_commit`, `_src_path`) are left out, so that its file can be given.

    Raises:
        UsageError: it can't be read, is too large, isn't a mapping of names to values, has a name
            twice or a YAML alias.
    """
    text = _read(path)
    try:
        answers = json.loads(text, object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        answers = None
    if answers is None:  # JSON's null is nothing, too
        answers = _read_yaml(path, text)
    if not isinstance(answers, _Pairs):
        raise UsageError(f"the answers file '{path}' must map names to values")
    found: dict[str, str | NotText | None] = {}
    for name, value in answers:
        if name in found:
            raise UsageError(f"the answers file '{path}' has '{name}' twice: leave one out")
        found[name] = value if value is None or isinstance(value, str) else _not_text(value)
    return {name: value for name, value in found.items() if not name.startswith("_")}


def read_values(path: Path) -> dict[str, Any]:
    """Read an answers file as `read_answers` does, with values of any kind.

    Raises:
        UsageError: as `read_answers` does.
    """
    import yaml

    names = read_answers(path)
    text = _read(path)
    try:
        found = json.loads(text)
    except ValueError:
        found = yaml.safe_load(text)
    return {name: found[name] for name in names if found[name] is not None}


class _Pairs(list[tuple[str, Any]]):
    """The names and values of a mapping as they stand, twice if they are there twice."""


def _pairs(pairs: Iterable[tuple[str, Any]]) -> _Pairs:
    return _Pairs(pairs)


def _not_text(value: object) -> NotText:
    if isinstance(value, NotText):
        return value
    if isinstance(value, bool):
        return NotText("true or false")
    if isinstance(value, list):
        return NotText("a mapping" if isinstance(value, _Pairs) else "a list")
    return NotText("a number")


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise UsageError(
                f"the answers file '{path}' is too large: {LARGEST // 1024} KiB is the most"
            )
        return content.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"can't read the answers file '{path}': {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"the answers file '{path}' is not UTF-8 text: save it as that") from error


def _read_yaml(path: Path, text: str) -> _Pairs | None:
    """Take names and texts from YAML; nothing else in it is ever made into a value."""
    import yaml

    class NoAliases(yaml.SafeLoader):
        # A few aliases of aliases stand for more than any memory holds.
        def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
            parser: Any = self
            if parser.check_event(yaml.AliasEvent):
                line = parser.peek_event().start_mark.line + 1
                raise UsageError(
                    f"the answers file '{path}' has a YAML alias (line {line}): "
                    "write the value out instead"
                )
            return super().compose_node(parent, index)

    try:
        root = yaml.compose(text, NoAliases)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise UsageError(f"the answers file '{path}' is neither YAML nor JSON{where}") from error
    if not isinstance(root, yaml.MappingNode) or not all(
        isinstance(name, yaml.ScalarNode) for name, _ in root.value
    ):
        return None
    return _Pairs((name.value, _value(value)) for name, value in root.value)


def _value(node: yaml.Node) -> str | NotText | None:
    import yaml

    if isinstance(node, yaml.ScalarNode):
        kind = node.tag.rpartition(":")[2]
        kinds = {"bool": "true or false", "timestamp": "a date"}
        if kind in ("str", "null"):
            return str(node.value) if kind == "str" else None
        return NotText(kinds.get(kind, "a number"))
    return NotText("a list" if isinstance(node, yaml.SequenceNode) else "a mapping")
