"""What was said, for the fields of an object that is answered: its dates and its names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from scaffold.endpoint.replies.functions.arguments import find_names, is_list_of_texts
from scaffold.endpoint.replies.schemas.check import fits

JsonObject = dict[str, Any]

# How people write a day, and how that is read.
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DAYS = (
    (re.compile(r"\b(\d{4}-\d\d-\d\d)\b"), "%Y-%m-%d"),
    (re.compile(rf"\b(\d{{1,2}}) ({_MONTH}),? (\d{{4}})\b"), "%d %b %Y"),
    (re.compile(rf"\b({_MONTH}) (\d{{1,2}}),? (\d{{4}})\b"), "%b %d %Y"),
)
# Names and dates are looked for in this much of a text.
_LOOKED_AT = 2_000


def fill(made: JsonObject, schema: JsonObject, question: str) -> JsonObject:
    """Return an object with what a question says: a date for a date, its names for a list of
    texts. A date that may be null is null where none is said.

    Args:
        made: an object that fits the schema.
        schema: the schema.
        question: what was asked.
    """
    question = question[:_LOOKED_AT]
    for name, part in (schema.get("properties") or {}).items():
        if name in made and isinstance(part, Mapping):
            for said in _values(part, question):
                if fits({**made, name: said}, schema, schema):
                    made = {**made, name: said}
                    break
    return made


def _values(part: Mapping[str, Any], question: str) -> Iterator[Any]:
    """Yield what a question says for a field, the likeliest first."""
    options = [part, *(each for each in part.get("anyOf") or () if isinstance(each, Mapping))]
    if any(option.get("format") == "date" for option in options):
        yield from _find_days(question)
        yield None
    elif any(is_list_of_texts(option) for option in options):
        # The name of a month is nobody's.
        for pattern, _ in _DAYS:
            question = pattern.sub("", question)
        names = find_names(question, [])
        if names:
            yield names


def _find_days(text: str) -> Iterator[str]:
    for pattern, form in _DAYS:
        for found in pattern.finditer(text):
            said = " ".join(part[:3] if part.isalpha() else part for part in found.groups())
            try:
                yield datetime.strptime(said, form).date().isoformat()  # noqa: DTZ007
            except ValueError:
                continue
