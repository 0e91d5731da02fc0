"""Where the steps of a Python file begin, by the rule of `steps`."""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from scaffold.errors import ScaffoldError

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Mark:
    """Where a step begins.

    Attributes:
        first: the line.
        scope: the last line that it can reach.
        words: what it says.
        heads: whether it is the head of a definition or of the file, and what is in there may
            join it.
    """

    first: int
    scope: int
    words: tuple[str, ...]
    heads: bool


@dataclass
class Reader:
    """A file, and what each of its lines is; lines are counted from 1.

    Args:
        source: its text.
        name: what it is called in an error.

    Raises:
        SyntaxError: it is no Python.
        tokenize.TokenError: likewise.
    """

    source: str
    name: str
    lines: Sequence[str] = ()
    comments: dict[int, str] = field(default_factory=dict)
    # The first lines of definitions, up to their docstrings; and of those that head a step.
    openings: set[int] = field(default_factory=set)
    headers: set[int] = field(default_factory=set)
    introduction: set[int] = field(default_factory=set)
    # Where definitions begin that say nothing.
    wordless: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = self.source.split("\n")
        self.tree = ast.parse(self.source)
        for token in tokenize.generate_tokens(io.StringIO(self.source).readline):
            if token.type == tokenize.COMMENT and not token.line[: token.start[1]].strip():
                self.comments[token.start[0]] = token.string.lstrip("#").strip()

    def marks(self) -> Iterator[Mark]:
        """Find where steps begin, in no order."""
        docstring = ast.get_docstring(self.tree)
        if docstring is not None:
            self.introduction.update(_lines_of(self.tree.body[0]))
            yield Mark(self.tree.body[0].lineno, len(self.lines), _paragraphs(docstring), True)
        definitions = list(_definitions(self.tree))
        for definition in definitions:
            self.openings.update(range(_begin(definition), self._body(definition)))
        above: set[int] = set()
        for definition in definitions:
            mark = self._mark_of(definition)
            if mark is not None:
                above.update(range(mark.first, _begin(definition)))
                yield mark
        for comment in self._groups():
            if comment.start in above or not self._begins_paragraph(comment.start):
                continue
            if any(comment.start in _lines_of(each) for each in _simple_statements(self.tree)):
                raise ScaffoldError(
                    f"{self.name}, line {comment.start}: a step out of place, in the middle of a "
                    "statement"
                )
            scopes = [_end(each) for each in definitions if comment.start in _lines_of(each)]
            # A definition's end comes before that of the one around it.
            scope = min(scopes, default=len(self.lines))
            yield Mark(comment.start, scope, self._words(comment), False)

    def _mark_of(self, definition: _Definition) -> Mark | None:
        begin, end = _begin(definition), _end(definition)
        said: tuple[str, ...] = ()
        above = next((group for group in self._groups() if group.stop == begin), None)
        if above is not None and self._begins_paragraph(above.start):
            begin, said = above.start, self._words(above)
        docstring = ast.get_docstring(definition)
        if docstring is not None:
            first, *more = _paragraphs(docstring)
            said = (*said, f"`{definition.name}`: {first}", *more)
        if not said and definition.name == "__init__":
            return None
        if not said and self._body(definition) not in self.comments:
            self.wordless.append(begin)
            return None
        self.headers.update(range(begin, self._body(definition)))
        return Mark(begin, end, said, True)

    def _body(self, definition: _Definition) -> int:
        """Give the line after a definition's docstring, or after its signature without one."""
        first = definition.body[0]
        if ast.get_docstring(definition) is not None:
            return _end(first) + 1
        line = _lines_of(first).start
        while line - 1 > definition.lineno and not self._is_code(line - 1):
            line -= 1
        return line

    def _groups(self) -> Iterator[range]:
        """List the comments, as the lines of each."""
        for number in self.comments:
            if number - 1 in self.comments:
                continue
            end = number
            while end + 1 in self.comments:
                end += 1
            yield range(number, end + 1)

    def _begins_paragraph(self, number: int) -> bool:
        return number == 1 or not self.lines[number - 2].strip() or number - 1 in self.openings

    def _words(self, comment: range) -> tuple[str, ...]:
        return _paragraphs("\n".join(self.comments[number] for number in comment))

    def has_code(self, first: int, last: int) -> bool:
        """Whether there is more than words and the beginnings of definitions in some lines."""
        return any(self._is_code(n) and n not in self.headers for n in range(first, last + 1))

    def _is_code(self, number: int) -> bool:
        words = number in self.comments or number in self.introduction
        return bool(self.lines[number - 1].strip()) and not words

    def code(self, first: int, last: int) -> str:
        """Give some lines as they are, from the first to the last one with code."""
        code = [number for number in range(first, last + 1) if self._is_code(number)]
        return "\n".join(self.lines[code[0] - 1 : code[-1]]) + "\n" if code else ""

    def code_outside(self, covered: Iterable[range]) -> list[int]:
        """List the lines of code that are in none of these."""
        inside = {number for lines in covered for number in lines}
        every = range(1, len(self.lines) + 1)
        return [number for number in every if self._is_code(number) and number not in inside]


def _definitions(holder: ast.Module | ast.ClassDef) -> Iterator[_Definition]:
    """List classes, methods and functions; those inside a function are part of it."""
    for node in holder.body:
        if isinstance(node, _DEFINITIONS):
            yield node
        if isinstance(node, ast.ClassDef):
            yield from _definitions(node)


def _simple_statements(tree: ast.Module) -> Iterator[ast.stmt]:
    for node in ast.walk(tree):
        compound = hasattr(node, "body") or isinstance(node, ast.Match)
        if isinstance(node, ast.stmt) and not compound:
            yield node


def _begin(definition: _Definition) -> int:
    return min([definition.lineno, *(each.lineno for each in definition.decorator_list)])


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _lines_of(node: ast.stmt) -> range:
    first = _begin(node) if isinstance(node, _DEFINITIONS) else node.lineno
    return range(first, _end(node) + 1)


def _paragraphs(text: str) -> tuple[str, ...]:
    parts = re.split(r"\n\s*\n", inspect.cleandoc(text).strip())
    return tuple(" ".join(part.split()) for part in parts)
