"""The fields of a YAML file of ours, each checked as it is read: file, field, what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from scaffold.catalogue.names import near_names
from scaffold.catalogue.plain_yaml import read_plain
from scaffold.errors import TemplateError

_T = TypeVar("_T")
_KINDS = {str: "a text", bool: "true or false", list: "a list", dict: "a mapping", int: "a number"}


class Fields:
    """A mapping in a file, whose fields are taken one by one.

    Args:
        facts: the mapping.
        file: the file's name, for an error.
        within: the field that the mapping is in; empty for the whole file.

    Raises:
        TemplateError: it is no mapping of names.
    """

    def __init__(self, facts: object, file: str, within: str = "") -> None:
        self.file = file
        self._within = within
        self._taken: set[str] = set()
        self._known: set[str] = set()
        if not isinstance(facts, dict):
            raise self._error(within, f"is {_kind(facts)}, and must be a mapping")
        odd = [name for name in facts if not isinstance(name, str)]
        if odd:
            raise self._error(within, f"has a name that is no text: {odd[0]!r}; put it in quotes")
        self._facts: Mapping[str, Any] = facts

    def __contains__(self, name: str) -> bool:
        """Whether there is such a field; one that is asked for is known."""
        self._known.add(name)
        return name in self._facts

    def text(self, name: str, default: str | None = None) -> str:
        """Take a text; the default where it isn't there, if there is a default."""
        if name not in self and default is not None:
            return default
        value = self._take(name, str)
        if not value.strip() and default is None:
            raise self._error(name, "is empty")
        return value

    def choice(self, name: str, allowed: Sequence[_T]) -> _T:
        """Take a text that is one of a few."""
        value = self.text(name)
        if value not in allowed:
            raise self.not_allowed(name, value, [str(each) for each in allowed])
        return next(each for each in allowed if each == value)

    def date(self, name: str) -> str:
        """Take a day, as YYYY-MM-DD."""
        # YAML reads one that has no quotes as a date.
        value = str(self._facts.get(name, ""))
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            raise self._error(name, "must be a day, as YYYY-MM-DD")
        self._taken.add(name)
        return value

    def texts(self, name: str, allowed: Iterable[str] | None = None) -> tuple[str, ...]:
        """Take a list of texts, each of them one of a few if these are given."""
        values = self._take(name, list)
        known = None if allowed is None else list(allowed)
        for value in values:
            if not isinstance(value, str):
                raise self._error(name, f"has {value!r}, which is no text: put it in quotes")
            if known is not None and value not in known:
                raise self.not_allowed(name, value, known)
        return tuple(values)

    def flag(self, name: str) -> bool:
        """Take a field that is true or false; false where it isn't there."""
        return name in self._facts and self._take(name, bool)

    def mapping(self, name: str) -> Fields:
        """Take a mapping."""
        return Fields(self._take(name, dict), self.file, self._path(name))

    def numbers(self, name: str) -> Mapping[str, float]:
        """Take a mapping of names to numbers."""
        values: Mapping[str, Any] = self._take(name, dict)
        for each, number in values.items():
            if not isinstance(number, int | float) or isinstance(number, bool):
                raise self._error(f"{name}.{each}", f"is {_kind(number)}, and must be a number")
        return values

    def number(self, name: str) -> int:
        """Take a whole number, from 1 on."""
        value = self._take(name, int)
        if isinstance(value, bool) or value < 1:
            raise self._error(name, "must be a whole number, from 1 on")
        return value

    def raw(self, name: str) -> Any:
        """Take whatever a field has."""
        self._taken.add(name)
        return self._facts[name]

    def ignore(self, *names: str) -> None:
        """Let these fields be whatever they are."""
        self._taken.update(names)

    def names(self) -> Sequence[str]:
        """The names of all fields."""
        return list(self._facts)

    def end(self) -> None:
        """Make sure that no field is left, which would be one that is misspelled."""
        for name in self._facts:
            if name not in self._taken:
                near = near_names(name, sorted(self._taken | self._known))
                hint = f"; did you mean '{near[0]}'?" if near else ""
                raise self._error(name, f"is no field that is known here{hint}")

    def not_allowed(self, name: str, value: str, allowed: Sequence[str]) -> TemplateError:
        """Make the error for a value that isn't allowed.

        Args:
            name: the field.
            value: what stands there.
            allowed: what may stand there.
        """
        near = near_names(value, allowed)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        known = ", ".join(allowed) or "nothing"
        return self._error(name, f"can't be '{value}'; allowed: {known}{hint}")

    def _take(self, name: str, kind: type[_T]) -> _T:
        if name not in self._facts:
            near = near_names(name, [each for each in self._facts if each not in self._taken])
            hint = f"; '{near[0]}' may be meant as that" if near else ""
            raise self._error(name, f"is missing{hint}")
        self._taken.add(name)
        value = self._facts[name]
        if not isinstance(value, kind):
            hint = (
                ": put it in quotes" if kind is str and not isinstance(value, list | dict) else ""
            )
            raise self._error(name, f"is {_kind(value)}, and must be {_KINDS[kind]}{hint}")
        return value

    def _path(self, name: str) -> str:
        return ".".join(part for part in (self._within, name) if part)

    def _error(self, name: str, what: str) -> TemplateError:
        where = self._path(name) if name != self._within else name
        return TemplateError(f"{self.file}: '{where}' {what}" if where else f"{self.file} {what}")


def read_fields(path: Path, root: Path) -> Fields:
    """Read a YAML file that is a mapping.

    Args:
        path: the file.
        root: the folder of templates, which its name is shown without.

    Raises:
        TemplateError: it can't be read, is no YAML or no mapping.
    """
    file = path.relative_to(root).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TemplateError(f"{file}: it can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TemplateError(f"{file}: it is not UTF-8 text") from error
    plain = read_plain(text)
    return Fields(_with_pyyaml(text, file) if plain is None else plain, file)


def _with_pyyaml(text: str, file: str) -> object:
    import yaml

    try:
        return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it can't be read"
        raise TemplateError(f"{file}{where}: it is no YAML: {problem}") from error


def _kind(value: object) -> str:
    if value is None:
        return "empty"
    return next(
        (said for kind, said in _KINDS.items() if type(value) is kind), f"{value} (no text)"
    )
