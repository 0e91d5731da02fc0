"""What is answered: pure functions, without HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scaffold.endpoint.replies.citations import split_sources
from scaffold.endpoint.replies.documents import find
from scaffold.endpoint.replies.functions import Tool, arguments, wanted_tools
from scaffold.endpoint.replies.reply import LEAD, NOT_FOUND, Message, Prompt, ToolCall, answer
from scaffold.endpoint.replies.schema_example import example
from scaffold.endpoint.replies.words import embed, pieces

WEATHER = Tool(
    "get_current_weather",
    "Get the current weather in a given location",
    {
        "type": "object",
        "properties": {
            "location": {"type": "string"},
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        },
        "required": ["location"],
    },
)
TOOLS = [Tool("get_current_date", "Get the current date"), Tool("getCurrentTime"), WEATHER]
TENT = "[doc1] Fjord 2 tent\nThe Fjord 2 is for two people. The Fjord 2 weighs 1.9 kg."
STOVE = "[doc2] Ember stove\nThe Ember weighs 92 grams. It burns gas."


def user(text: str, **more: Any) -> Prompt:
    """A prompt of one message."""
    return Prompt((Message("user", text),), **more)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What is the date?", ["get_current_date"]),
        ("What time is it?", ["getCurrentTime"]),
        (
            "What time is it, and what's the weather in Paris?",
            ["getCurrentTime", "get_current_weather"],
        ),
        ("The weather and the date", ["get_current_weather", "get_current_date"]),
        ("What's on today's DATES?", ["get_current_date"]),
        ("Hello", []),
        ("What is the current location?", []),
    ],
)
def test_words_ask_for_functions(text: str, names: list[str]) -> None:
    assert [tool.name for tool in wanted_tools(text, TOOLS)] == names


def test_a_description_counts_when_no_name_fits() -> None:
    tools = [Tool("lookup", "Find the status of an order"), Tool("f2", "Add two numbers")]

    assert wanted_tools("Where is my order?", tools) == [tools[0]]
    assert wanted_tools("lookup the numbers", tools) == [tools[0]]


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("What's the weather in Paris?", {"location": "Paris"}),
        ("Weather for New York, please", {"location": "New York"}),
        ("weather in new york please", {"location": "new york"}),
        ("Is the weather nice in Rio de Janeiro", {"location": "Rio"}),
        ("The weather in Celsius for Oslo", {"location": "Oslo", "unit": "celsius"}),
        ('weather at "Café Noir"?', {"location": "Café Noir"}),
        ("Lisbon weather or Porto weather", {"location": "Porto"}),
        ("weather", {"location": "weather"}),
    ],
)
def test_words_fill_arguments(text: str, filled: dict[str, str]) -> None:
    assert json.loads(arguments(text, WEATHER)) == filled


def test_arguments_of_every_type() -> None:
    properties = {
        "query": {"type": "string"},
        "first": {"type": "integer"},
        "second": {"type": "number"},
        "third": {"type": "integer", "minimum": 7},
        "sure": {"type": "boolean"},
        "kind": {"enum": ["a", "b"]},
        "who": {"type": "array", "items": {"type": "string"}},
        "size": {"type": "string", "default": "big"},
        "more": {"type": "object", "properties": {"x": {"type": "null"}}},
        "left": {"type": "string"},
    }
    needed = [name for name in properties if name != "left"]
    tool = Tool("add", "", {"properties": properties, "required": needed})

    assert json.loads(arguments("Add 2 and 3.5 for Ann", tool)) == {
        "query": "Add 2 and 3.5 for Ann",
        "first": 2,
        "second": 3.5,
        "third": 7,
        "sure": True,
        "kind": "a",
        "who": ["Ann"],
        "size": "big",
        "more": {"x": None},
    }


@pytest.mark.parametrize(
    "parameters", [{}, {"properties": 1}, {"properties": {"a": 1}, "required": 1}]
)
def test_parameters_may_be_anything(parameters: dict[str, Any]) -> None:
    assert arguments("x", Tool("f", "", parameters)) == "{}"


def test_a_function_is_not_called_again_in_its_turn() -> None:
    call = ToolCall("get_current_date", "{}", "call_1")
    turn = (
        Message("user", "What is the date?"),
        Message("assistant", "", (call,)),
        Message("tool", "2026-11-21", (), "call_1"),
    )
    tools = tuple(TOOLS)

    for choice in ("auto", "required", "=get_current_date"):
        said = answer(Prompt(turn, tools=tools, tool_choice=choice))
        assert said.text == f"{LEAD} get_current_date returned 2026-11-21."
    again = answer(Prompt((*turn, Message("user", "And the date now?")), tools=tools))
    assert [call.name for call in again.tool_calls] == ["get_current_date"]


@pytest.mark.parametrize(
    "messages",
    [
        (Message("user", f"How heavy is the tent?\n\nSources:\n{TENT}\n\n{STOVE}"),),
        (Message("user", f"{TENT}\n\n{STOVE}\n\nHow heavy is the tent?"),),
        (Message("user", f"{TENT}\n\n{STOVE}\n\nQuestion: How heavy is the tent?"),),
        (
            Message("system", f"Cite as [doc1].\n{TENT}\n{STOVE}"),
            Message("user", "How heavy is the tent?"),
        ),
        (Message("user", f"{TENT}\n{STOVE}"), Message("user", "How heavy is the tent?")),
        (Message("user", "How heavy is the tent?"), Message("system", f"{TENT}\n{STOVE}")),
    ],
    ids=range(6),
)
def test_sources_are_cited_wherever_they_stand(messages: tuple[Message, ...]) -> None:
    assert answer(Prompt(messages)).text == (
        f"{LEAD} From your sources: The Fjord 2 weighs 1.9 kg [doc1]."
    )


def test_two_sources_are_cited_when_both_are_asked_for() -> None:
    text = answer(user(f"{TENT}\n\n{STOVE}\n\nHow heavy are the Fjord and the Ember?")).text

    assert text == (
        f"{LEAD} From your sources: The Ember weighs 92 grams [doc2]. The Fjord 2 weighs 1.9 kg"
        " [doc1]."
    )


def test_sources_that_do_not_answer() -> None:
    assert answer(user(f"{TENT}\n\nWho was Ada Lovelace?")).text == f"{LEAD} {NOT_FOUND}"


def test_sources_of_earlier_turns_are_not_cited() -> None:
    earlier = (
        Message("user", f"{TENT}\n\nHow heavy is it?"),
        Message("assistant", "1.9 kg [doc1]."),
    )
    said = answer(Prompt((*earlier, Message("user", "Hello tent"))))

    assert said.text == f'{LEAD} You said: "Hello tent". I remember 2 earlier messages.'


def test_instructions_about_marks_are_no_sources() -> None:
    assert split_sources("Cite your sources as [doc1].") == ("Cite your sources as [doc1].", [])


def test_sources_do_not_set_off_functions() -> None:
    text = "Hello\n\nSources:\n[doc1] The date of the fair is the weather's choice."

    assert answer(user(text, tools=tuple(TOOLS))).tool_calls == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [("Hello", '"Hello".'), ("How are you?", '"How are you?"'), ("  ", '"".'), ("Wow!", '"Wow!"')],
)
def test_an_echo_ends_as_a_sentence(text: str, said: str) -> None:
    assert answer(user(text)).text == f"{LEAD} You said: {said}"


def test_a_long_text_is_said_back_in_part() -> None:
    assert len(answer(user("word " * 100_000)).text) < 10_000


def test_pieces_are_the_text() -> None:
    for text in ("", "Hello", "  a\n\nb ", "naïve 日本語 🎉🎉", "x" * 50, "[doc1]."):
        assert "".join(pieces(text)) == text


def test_documents_are_found_or_not() -> None:
    assert find("How heavy is the tent?")[0].id == "fjord-2-tent"
    assert find("Who are you?") == ()


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "Hi"),
        ({"const": 5}, 5),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, None),
        ({"type": ["integer", "null"], "minimum": 3}, 3),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "boolean"}}}, True),
        ({"$ref": "#"}, "Hi"),
        ({"type": "array", "items": {"enum": ["x"]}}, ["x"]),
        ({"type": "what"}, "Hi"),
        (5, "Hi"),
    ],
    ids=str,
)
def test_examples_fit_their_schema(schema: Any, value: Any) -> None:
    assert example(schema, "Hi") == value


def test_a_schema_that_holds_itself_comes_to_an_end() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#"}}}

    assert json.dumps(example(node, "Hi")).count("next") < 20


def test_vectors_of_nothing_have_length_one() -> None:
    for text in ("", "?", "the"):
        assert sum(value**2 for value in embed(text, 8)) == pytest.approx(1)
