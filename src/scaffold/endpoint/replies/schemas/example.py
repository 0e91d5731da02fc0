"""A value that fits a JSON Schema, for `response_format` and for arguments nobody spoke of."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from scaffold.endpoint.replies.schemas.check import (
    find_ref,
    fits,
    parts_for,
    types,
)
from scaffold.endpoint.replies.schemas.merge import Contradiction, merged
from scaffold.endpoint.replies.schemas.numbers import least_number
from scaffold.endpoint.replies.schemas.pattern import examples
from scaffold.endpoint.replies.schemas.sound import sound
from scaffold.endpoint.replies.schemas.texts import LONGEST, Words, text_for

JsonObject = dict[str, Any]

# How much of a value is made of what a schema only allows; what it demands is made beyond.
_DEEPEST, _WIDEST = 8, 2_000
# How long a list gets because of what was said.
_MANY = 10
# What is looked at before a schema is given up.
_PATIENCE = 50_000
_TYPES = ["string", "object", "array", "number", "boolean", "null"]


def example(schema: Any, words: Words, root: Any = None) -> Any:
    """Return a value that fits a schema.

    Args:
        schema: a JSON Schema; what in it is none is not heeded.
        words: what its texts and numbers are taken from.
        root: where `$ref` starts from; the schema itself unless given.

    Raises:
        Contradiction: no value fits, or none was found.
    """
    root = sound(schema if root is None else root)
    schema = sound(schema)
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
        """Return a place in it."""
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
        """Return a value that fits a schema.

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
        """Yield the ways to fit several schemas at once, each as one schema without `$ref` and
        choices.

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
        """Return a value for a schema without `$ref` and choices."""
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
        value = least_number(schema, place.turn)
        return int(value) if value.denominator == 1 else float(value)

    def _string(self, schema: JsonObject, place: _Place) -> str:
        return text_for(schema, self.words, place.name, place.turn)

    def _array(self, schema: JsonObject, place: _Place) -> list[Any]:
        first = schema.get("prefixItems", [])
        fewest, most = schema.get("minItems", 0), schema.get("maxItems", LONGEST)
        contained = schema.get("minContains", 1) if "contains" in schema else 0
        wanted = max(fewest, contained, len(first) or not self._enough(place))
        wanted = min(wanted, most)
        if wanted > LONGEST:
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
        if made and isinstance(made[-1], dict) and not first:
            self._go_on(made, min(most, _MANY), schema, place)
        return made

    def _go_on(self, made: list[Any], most: int, schema: JsonObject, place: _Place) -> None:
        """Add objects to a list for as long as there are names for them."""
        while (left := len(self.words.names)) and len(made) < most:
            item = self.make(schema.get("items", True), place.inside(place.name))
            if len(self.words.names) == left or not fits([*made, item], schema, self.root):
                return
            made.append(item)

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
        """Return whether what need not be there is left out."""
        return self.spare or place.depth > _DEEPEST or self.steps > _WIDEST


_JOINING = {"$ref", "allOf", "anyOf", "oneOf"}
# What holds for the parts of a value, which were made to fit; it is not looked at twice.
_INNER = {"properties", "items", "prefixItems", "additionalProperties", "patternProperties"}


def _guessed(schema: JsonObject) -> list[str]:
    """Return the types that a schema without one speaks of, likeliest first."""
    about = {
        "object": {"properties", "required", "additionalProperties", "minProperties"},
        "array": {"items", "prefixItems", "minItems", "contains"},
        "number": {"minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"},
    }
    spoken = [kind for kind, names in about.items() if names & schema.keys()]
    return [*spoken, *(kind for kind in _TYPES if kind not in spoken)]


def _more_names(schema: JsonObject, number: int) -> Iterator[str]:
    """Yield names of fields that nothing is said of, for an object that must have more."""
    for pattern in schema.get("patternProperties", {}):
        yield from itertools.islice(examples(pattern, number), 1)
    yield f"field_{number + 1}"
