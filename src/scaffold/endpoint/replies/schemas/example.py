"""A value that fits a JSON Schema, for `response_format` and for arguments nobody spoke of."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from scaffold.endpoint.replies.schemas.check import (
    find_ref,
    fits,
    is_number,
    parts_for,
    types,
)
from scaffold.endpoint.replies.schemas.merge import Contradiction, merged
from scaffold.endpoint.replies.schemas.pattern import examples

JsonObject = dict[str, Any]

# How much of a value is made of what a schema only allows; what it demands is made beyond.
_DEEPEST, _WIDEST = 8, 2_000
# What is looked at before a schema is given up, and how long a list or a text may have to be.
_PATIENCE, _LONGEST = 50_000, 100_000
_TYPES = ["string", "object", "array", "number", "boolean", "null"]
_FORMATS = {
    "date-time": "2026-01-31T09:30:00Z",
    "date": "2026-01-31",
    "time": "09:30:00Z",
    "duration": "P1D",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://example.com/",
}


@dataclass
class Words:
    """What the values of an example say, where the schema leaves them free.

    Attributes:
        text: what texts say.
        names: what they say before that, one each.
        numbers: the numbers, one each.
    """

    text: str
    names: Iterator[str] = field(default_factory=lambda: iter(()))
    numbers: Iterator[float] = field(default_factory=lambda: iter(()))


def example(schema: Any, words: Words, root: Any = None) -> Any:
    """A value that fits a schema.

    Args:
        schema: a JSON Schema.
        words: what its texts and numbers are taken from.
        root: where `$ref` starts from; the schema itself unless given.

    Raises:
        Contradiction: no value fits, or none was found.
    """
    root = schema if root is None else root
    for spare in (False, True):
        try:
            value = _Maker(root, words, spare).make(schema, _Place())
        except (Contradiction, RecursionError):
            continue
        if fits(value, schema, root):
            return value
    raise Contradiction


@dataclass(frozen=True)
class _Place:
    """Where a value stands.

    Attributes:
        name: of the field that it is for.
        depth: how many values it is inside of.
        turn: which of several different values it is, where they must differ.
        refs: the `$ref` that it is inside of.
    """

    name: str = ""
    depth: int = 0
    turn: int = 0
    refs: frozenset[str] = frozenset("#")

    def inside(self, name: str, turn: int = 0) -> _Place:
        """A place in it."""
        return replace(self, name=name, depth=self.depth + 1, turn=turn)


@dataclass
class _Maker:
    """Makes one value.

    Attributes:
        root: where `$ref` starts from.
        words: what is said.
        spare: whether to make what the schema demands, and no more.
    """

    root: Any
    words: Words
    spare: bool
    steps: int = 0

    def make(self, schema: Any, place: _Place) -> Any:
        """A value that fits a schema.

        Raises:
            Contradiction: none was found.
        """
        self.steps += 1
        if self.steps > _PATIENCE:
            raise Contradiction
        for branch, refs in self._branches([schema], {}, frozenset(), place.refs):
            try:
                return self._plain(branch, replace(place, refs=refs))
            except Contradiction:
                continue
        raise Contradiction

    def _branches(
        self, parts: list[Any], so_far: JsonObject, here: frozenset[str], above: frozenset[str]
    ) -> Iterator[tuple[JsonObject, frozenset[str]]]:
        """The ways to fit several schemas at once, each as one schema without `$ref` and choices.

        A `$ref` that leads back to what it is inside of is no way: the least value never has one.

        Args:
            parts: the schemas.
            so_far: what else the value must fit.
            here: the `$ref` that were followed for this value.
            above: those that it is inside of.
        """
        if not parts:
            yield so_far, above | here
            return
        first, rest = parts[0], parts[1:]
        if not isinstance(first, dict):
            if first is not False:
                yield from self._branches(rest, so_far, here, above)
            return
        more = [*first.get("allOf", ())]
        if "$ref" in first:
            reference = str(first["$ref"])
            if reference in above:
                return
            if reference not in here:
                here = here | {reference}
                more.append(find_ref(self.root, reference))
        try:
            own = {key: value for key, value in first.items() if key not in _JOINING}
            joined = merged(so_far, own)
        except Contradiction:
            return
        choices = [first[key] for key in ("anyOf", "oneOf") if first.get(key)]
        for chosen in itertools.product(*choices):
            yield from self._branches([*chosen, *more, *rest], joined, here, above)

    def _plain(self, schema: JsonObject, place: _Place) -> Any:
        """A value for a schema without `$ref` and choices."""
        fixed = [schema["const"]] if "const" in schema else schema.get("enum")
        if fixed is None:
            fixed = [schema[name] for name in ("default",) if name in schema and not place.turn]
            fixed += schema.get("examples", ()) if not place.turn else ()
            wanted = False
        else:
            wanted = True
        fitting = [value for value in fixed if fits(value, schema, self.root)]
        if fitting:
            return fitting[place.turn % len(fitting)]
        if wanted:
            raise Contradiction
        for kind in types(schema) or _guessed(schema):
            try:
                value = getattr(self, f"_{kind}")(schema, place)
            except Contradiction:
                continue
            if fits(value, {key: schema[key] for key in schema if key not in _INNER}, self.root):
                return value
        raise Contradiction

    def _null(self, _schema: JsonObject, _place: _Place) -> None:
        return None

    def _boolean(self, _schema: JsonObject, place: _Place) -> bool:
        return place.turn % 2 == 0

    def _integer(self, schema: JsonObject, place: _Place) -> Any:
        step = Fraction(str(schema.get("multipleOf", 1)))
        whole = Fraction(math.lcm(step.numerator, step.denominator), step.denominator)
        return self._number({**schema, "multipleOf": float(whole)}, place, whole=True)

    def _number(self, schema: JsonObject, place: _Place, whole: bool = False) -> Any:
        if place.turn == 0:
            said = next(self.words.numbers, None)
            if said is not None and fits(said, schema, self.root) and not (whole and said % 1):
                return int(said) if said % 1 == 0 else said
        value = _least_number(schema, place.turn)
        return int(value) if value.denominator == 1 else float(value)

    def _string(self, schema: JsonObject, place: _Place) -> str:
        return _text(schema, self.words, place)

    def _array(self, schema: JsonObject, place: _Place) -> list[Any]:
        first = schema.get("prefixItems", [])
        fewest, most = schema.get("minItems", 0), schema.get("maxItems", _LONGEST)
        contained = schema.get("minContains", 1) if "contains" in schema else 0
        wanted = max(fewest, contained, len(first) or not self._enough(place))
        wanted = min(wanted, most)
        if wanted > _LONGEST:
            raise Contradiction
        made: list[Any] = []
        for number in range(wanted):
            item = first[number] if number < len(first) else schema.get("items", True)
            if number < contained:
                item = {"allOf": [item, schema["contains"]]}
            turn = number if schema.get("uniqueItems") else 0
            try:
                made.append(self.make(item, place.inside(place.name, turn)))
            except Contradiction:
                if number < max(fewest, contained):
                    raise
                break
        return made

    def _object(self, schema: JsonObject, place: _Place) -> JsonObject:
        needed = list(schema.get("required", ()))
        fields = schema.get("properties", {})
        names = [*fields, *(name for name in needed if name not in fields)]
        made: JsonObject = {}
        for name in names:
            if name not in needed and self._enough(place):
                continue
            self._fill(made, name, schema, place, needed=name in needed)
        number = 0
        while len(made) < schema.get("minProperties", 0) and number < _WIDEST:
            for name in _more_names(schema, number):
                self._fill(made, name, schema, place, needed=False)
            number += 1
        return made

    def _fill(
        self, made: JsonObject, name: str, schema: JsonObject, place: _Place, *, needed: bool
    ) -> None:
        try:
            part = {"allOf": parts_for(name, schema)}
            made[name] = self.make(part, place.inside(name, place.turn))
        except Contradiction:
            if needed:
                raise

    def _enough(self, place: _Place) -> bool:
        """Whether what need not be there is left out."""
        return self.spare or place.depth > _DEEPEST or self.steps > _WIDEST


_JOINING = {"$ref", "allOf", "anyOf", "oneOf"}
# What holds for the parts of a value, which were made to fit; it is not looked at twice.
_INNER = {"properties", "items", "prefixItems", "additionalProperties", "patternProperties"}


def _guessed(schema: JsonObject) -> list[str]:
    """The types that a schema without one speaks of, likeliest first."""
    about = {
        "object": {"properties", "required", "additionalProperties", "minProperties"},
        "array": {"items", "prefixItems", "minItems", "contains"},
        "number": {"minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"},
    }
    spoken = [kind for kind, names in about.items() if names & schema.keys()]
    return [*spoken, *(kind for kind in _TYPES if kind not in spoken)]


def _least_number(schema: JsonObject, turn: int) -> Fraction:
    """A number within bounds: the one nearest to zero, or one further for each turn."""
    step = Fraction(str(schema["multipleOf"])) if schema.get("multipleOf") else None
    least, most = _bounds(schema, step)
    if step is None:
        step = Fraction(1)
        if least is not None and most is not None and most - least < turn + 1:
            step = (most - least) / (turn + 2)
            return least + step * (turn + 1)
    start = Fraction(0)
    if least is not None and least > 0:
        start = least if schema.get("multipleOf") is None else math.ceil(least / step) * step
    elif most is not None and most < 0:
        start = most if schema.get("multipleOf") is None else math.floor(most / step) * step
        return start - step * turn
    value = start + step * turn
    if most is not None and value > most:
        value = start - step * (turn - math.floor((most - start) / step))
    return value


def _bounds(schema: JsonObject, step: Fraction | None) -> tuple[Fraction | None, Fraction | None]:
    """The lowest and the highest number that may be."""

    def bound(name: str, exclusive: str, inward: int) -> Fraction | None:
        found = [Fraction(str(schema[name]))] if is_number(schema.get(name)) else []
        if is_number(schema.get(exclusive)):
            edge = Fraction(str(schema[exclusive]))
            found.append(edge + inward * (step or Fraction(1, 1000)))
            if step is not None:
                found[-1] = edge + inward * (step if edge % step == 0 else 0)
        if not found:
            return None
        return max(found) if inward > 0 else min(found)

    return bound("minimum", "exclusiveMinimum", 1), bound("maximum", "exclusiveMaximum", -1)


def _text(schema: JsonObject, words: Words, place: _Place) -> str:
    fewest, most = schema.get("minLength", 0), schema.get("maxLength", _LONGEST)
    if fewest > _LONGEST:
        raise Contradiction
    pattern = schema.get("pattern")
    said = next(words.names, None) if place.turn == 0 and pattern is None else None
    for text in _texts(schema, words.text if said is None else said, fewest):
        if pattern is None:
            other = f"{place.turn} {text}" if place.turn and "format" not in schema else text
            text = other.ljust(fewest, ".")[:most]
        if fits(text, {**schema, "type": "string"}, schema):
            return text
    raise Contradiction


def _texts(schema: JsonObject, said: str, fewest: int) -> Iterator[str]:
    yield said
    if str(schema.get("format")) in _FORMATS:
        yield _FORMATS[str(schema["format"])]
    if "pattern" in schema:
        yield from examples(str(schema["pattern"]), fewest)


def _more_names(schema: JsonObject, number: int) -> Iterator[str]:
    """Names of fields that nothing is said of, for an object that must have more."""
    for pattern in schema.get("patternProperties", {}):
        yield from itertools.islice(examples(pattern, number), 1)
    yield f"field_{number + 1}"
