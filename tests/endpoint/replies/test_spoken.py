"""What an object that is answered takes from the words of the question."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.endpoint.replies.spoken import fill

DAY = {"type": "string", "format": "date"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "day": {"anyOf": [DAY, {"type": "null"}]},
        "people": {"type": "array", "items": {"type": "string"}},
        "note": {"type": "string"},
    },
    "required": ["day", "people", "note"],
}
MADE = {"day": "2026-01-31", "people": ["any"], "note": "any"}


@pytest.mark.parametrize(
    ("question", "day", "people"),
    [
        ("Lunch with Ana and Ben on 2027-05-01", "2027-05-01", ["Ana", "Ben"]),
        ("Lunch with Ana on 1 May 2027", "2027-05-01", ["Ana"]),
        ("Lunch with Ana on September 3, 2027", "2027-09-03", ["Ana"]),
        ("Lunch on 31 February 2027 with Ana", None, ["Ana"]),
        ("lunch", None, ["any"]),
    ],
)
def test_its_dates_and_names_are_taken(question: str, day: str | None, people: list[str]) -> None:
    assert fill(MADE, SCHEMA, question) == {"day": day, "people": people, "note": "any"}


def test_a_date_that_must_be_there_stays_where_none_is_said() -> None:
    schema = {"type": "object", "properties": {"day": DAY}}

    assert fill({"day": "2026-01-31"}, schema, "lunch") == {"day": "2026-01-31"}


def test_names_that_do_not_fit_are_left_out() -> None:
    people = {"type": "array", "items": {"type": "string"}, "maxItems": 1}
    schema = {"type": "object", "properties": {"people": people}}

    assert fill({"people": ["any"]}, schema, "Lunch with Ana and Ben") == {"people": ["any"]}


PARTS = (DAY, *SCHEMA["properties"].values(), {"anyOf": [None, DAY]}, {"anyOf": None}, {}, True)


@given(st.text(), st.dictionaries(st.text(), st.sampled_from(PARTS)))
def test_any_words_and_any_fields_will_do(question: str, properties: dict[str, Any]) -> None:
    made = dict.fromkeys(properties)

    assert fill(made, {"properties": properties}, question).keys() == made.keys()
