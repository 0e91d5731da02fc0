"""What is answered: pure functions, without HTTP."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from scaffold.endpoint.replies.citations import split_sources
from scaffold.endpoint.replies.documents import find
from scaffold.endpoint.replies.functions.arguments import Tool, arguments
from scaffold.endpoint.replies.functions.choice import wanted_calls
from scaffold.endpoint.replies.prompt import Message, Prompt, ToolCall
from scaffold.endpoint.replies.reply import LEAD, NOT_FOUND, compose
from scaffold.endpoint.replies.schemas.example import example
from scaffold.endpoint.replies.schemas.texts import Words
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


def _wanted(text: str, tools: Sequence[Tool]) -> list[str]:
    return [wanted.tool.name for wanted in wanted_calls(text, tools)]


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
    assert _wanted(text, TOOLS) == names


def test_a_description_counts_when_no_name_fits() -> None:
    tools = [Tool("lookup", "Find the status of an order"), Tool("f2", "Add two numbers")]

    assert _wanted("Where is my order?", tools) == ["lookup"]
    assert _wanted("lookup the numbers", tools) == ["lookup"]


POPULATION = Tool(
    "get_population",
    "Get how many people live in a city",
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)
DISTANCE = Tool(
    "get_distance",
    "The way between two cities",
    {
        "type": "object",
        "properties": {"start": {"type": "string"}, "end": {"type": "string"}},
        "required": ["start", "end"],
    },
)
FORECASTS = Tool(
    "forecasts",
    "",
    {
        "type": "object",
        "properties": {"cities": {"type": "array", "items": {"type": "string"}}},
        "required": ["cities"],
    },
)


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("weather in Oslo and Rome?", ["weather Oslo", "weather Rome"]),
        ("What's the weather like in San Francisco, Tokyo, and Paris?",
         ["weather San Francisco", "weather Tokyo", "weather Paris"]),
        ("population of Oslo and weather in Rome?", ["population Oslo", "weather Rome"]),
        ("How many people live in Oslo?", ["population Oslo"]),
        ("How many inhabitants has Rome, and how is the forecast for Oslo?",
         ["population Rome", "weather Oslo"]),
        ("What's the weather in Paris, France?", ["weather Paris"]),
        ("weather in Boston, MA and Oslo", ["weather Boston", "weather Oslo"]),
        ("I'm in Oslo. What's the weather? I love weather.", ["weather Oslo"]),
        ("In Rome, what's the weather", ["weather Rome"]),
        ("Weather in Oslo and tell me a joke about Rome", ["weather Oslo"]),
        ("Distance between Oslo and Rome", ["distance Oslo Rome"]),
        ("distance from Oslo to Rome", ["distance Oslo Rome"]),
        ("Hello there", []),
    ],
)  # fmt: skip
def test_each_call_has_its_own_place(text: str, calls: list[str]) -> None:
    tools = (POPULATION, WEATHER, DISTANCE)
    made = compose(user(text, tools=tools)).tool_calls

    assert [
        " ".join([call.name.split("_")[-1], *json.loads(call.arguments).values()]) for call in made
    ] == calls


PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["age", "name"],
}
TWO = "Jason is 25 and Ann is 20"


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("John Doe is 30 years old.", [("John Doe", 30)]),
        ("Extract: Jason is 25 years old.", [("Jason", 25)]),
        (TWO, [("Jason", 25), ("Ann", 20)]),
    ],
)
def test_what_is_said_of_somebody_is_extracted(text: str, people: list[tuple[str, int]]) -> None:
    """As instructor asks for it: one, a list of them, or as many calls as there are."""
    found = [{"name": name, "age": age} for name, age in people]
    extracted = "Correctly extracted `Person` with all the required parameters"
    one = Tool("Person", extracted, PERSON)
    some = {"type": "object", "properties": {"people": {"type": "array", "items": PERSON}}}
    many = Tool("People", extracted, {**some, "required": ["people"]})

    def called(tool: Tool, choice: str) -> list[Any]:
        made = compose(user(text, tools=(tool,), tool_choice=choice)).tool_calls
        return [json.loads(call.arguments) for call in made]

    assert called(one, "=Person") == found[:1]
    assert called(many, "=People") == [{"people": found}]
    assert called(one, "auto") == found


def test_a_question_that_no_other_function_fits_is_searched_for() -> None:
    query = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
    tools = (WEATHER, Tool("google", "Find pages", query))

    def called(text: str) -> list[tuple[str, Any]]:
        made = compose(user(text, tools=tools)).tool_calls
        return [(call.name, [*json.loads(call.arguments).values()]) for call in made]

    assert called("What is the weather in Toronto and who won the super bowl?") == [
        ("get_current_weather", ["Toronto"]),
        ("google", ["who won the super bowl"]),
    ]
    assert called("Who won?") == [("google", ["Who won"])]
    assert called("Hello there") == []


def test_what_an_agent_observed_is_its_final_answer() -> None:
    """As smolagents asks: all in the user's words, and some function must be called."""
    answer = {"type": "object", "properties": {"answer": {"type": "string"}}}
    tools = (WEATHER, Tool("final_answer", "", {**answer, "required": ["answer"]}))

    def called(text: str) -> list[tuple[str, Any]]:
        made = compose(user(text, tools=tools, tool_choice="required")).tool_calls
        return [(call.name, [*json.loads(call.arguments).values()]) for call in made]

    assert called("What is the weather in Oslo?") == [("get_current_weather", ["Oslo"])]
    seen = "The weather in Oslo is sunny."
    assert called(f"Observation:\n{seen}") == [("final_answer", [seen])]


def _answered(arguments: str, *results: str) -> str:
    """What is said when each call of one turn has returned."""
    calls = tuple(ToolCall("look_up", arguments, f"call_{i}") for i, _ in enumerate(results))
    returned = (Message("tool", text, (), f"call_{i}") for i, text in enumerate(results))
    turn = (Message("user", "?"), Message("assistant", "", calls), *returned)
    return compose(Prompt(turn)).text.removeprefix(LEAD)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("{}", " look_up returned x."),
        ("", " look_up returned x."),
        ('{"city":"Zürich","most":3,"new":true}',
         ' look_up(city="Zürich", most=3, new=true) returned x.'),
        ('{"text":"' + "w" * 5_000 + '"}', f' look_up(text="{"w" * 194}…) returned x.'),
        ("{", " look_up({) returned x."),
        ("[1]", " look_up([1]) returned x."),
        ("[" * 5_000, f" look_up({'[' * 200}…) returned x."),
    ],
)  # fmt: skip
def test_with_what_a_function_was_called_is_said(arguments: str, said: str) -> None:
    assert _answered(arguments, "x") == said


def test_what_several_calls_returned_is_one_sentence() -> None:
    assert _answered("{}", "Sunny.\n", "What?", "") == (
        " look_up returned Sunny; look_up returned What?; look_up returned nothing."
    )


def test_where_no_function_fits_it_says_how_to_script() -> None:
    heard = f'{LEAD} You said: "Sing!"'
    said = compose(user("Sing!", tools=tuple(TOOLS))).text

    assert said == f"{heard} No function fits that; --script FILE says what I answer."
    assert compose(user("Sing!")).text == heard
    assert compose(user("Sing!", tools=tuple(TOOLS), tool_choice="none")).text == heard


def test_a_list_of_places_is_one_call() -> None:
    (call,) = compose(user("forecasts for Oslo, Rome and Bern", tools=(FORECASTS,))).tool_calls

    assert json.loads(call.arguments) == {"cities": ["Oslo", "Rome", "Bern"]}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Transfer to Math Tutor", ["transfer_to_math_tutor"]),
        ("Can you help me with my math homework?", ["transfer_to_math_tutor"]),
        ("A historical question: who was first?", ["transfer_to_history_tutor"]),
        ("Transfer me to somebody else", ["transfer_to_history_tutor"]),
        ("History and math, please", ["transfer_to_history_tutor"]),
        ("Hi", []),
    ],
)
def test_one_handoff_is_chosen(text: str, names: list[str]) -> None:
    tools = [
        Tool(f"transfer_to_{of}_tutor", f"Handoff to the {of.title()} Tutor to handle the request.")
        for of in ("history", "math")
    ]

    calls = compose(user(text, tools=tuple(tools))).tool_calls
    assert [call.name for call in calls] == names


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("Transfer me to the travel agent", []),
        ("Please hand me over to the travel agent", []),
        ("I want to talk to the travel agent", []),
        ("How long do I travel from Oslo to Rome?", [("Oslo", "Rome")]),
        ("Switch to the travel agent, then travel from Bern to Rome", [("Bern", "Rome")]),
    ],
)
def test_the_agent_that_was_handed_the_conversation_goes_on_and_does_not_hand_it_back(
    text: str, called: list[tuple[str, str]]
) -> None:
    places = {name: {"type": "string"} for name in ("origin", "destination")}
    schema = {"type": "object", "properties": places, "required": [*places]}
    back = Tool("transfer_to_assistant", "Handoff to the Assistant agent: travel, and all else.")
    handed = (
        Message("user", text),
        Message("assistant", "", (ToolCall("transfer_to_travel_agent", "{}", "call_1"),)),
        Message("tool", '{"assistant": "Travel agent"}', tool_call_id="call_1"),
    )

    reply = compose(Prompt(handed, tools=(Tool("get_travel_time", "", schema), back)))

    assert [tuple(json.loads(call.arguments).values()) for call in reply.tool_calls] == called
    if not called:
        assert "transfer_to_travel_agent returned" in reply.text


def test_parameters_and_signs_ask_for_functions_too() -> None:
    number = {"type": "number"}
    two = {"type": "object", "properties": {"a": number, "b": number}, "required": ["a", "b"]}
    tools = (Tool("multiply", "", two), Tool("add", "", two))
    ticket = {"ticket": {"type": "string", "description": "The number of a support ticket"}}

    (call,) = compose(user("What is 1234 * 4567?", tools=tools)).tool_calls
    assert (call.name, json.loads(call.arguments)) == ("multiply", {"a": 1234, "b": 4567})
    assert _wanted("What is 2 plus 3?", tools) == ["add"]
    assert _wanted("Close my support ticket", [Tool("f", "", {"properties": ticket})]) == ["f"]


def test_the_second_city_is_asked_for_in_its_turn() -> None:
    asked = Message("user", "weather in Oslo and Rome?")
    called = ToolCall("get_current_weather", '{"location": "Oslo"}', "call_1")
    turn = (asked, Message("assistant", "", (called,)), Message("tool", "rain", (), "call_1"))

    (first,) = compose(Prompt((asked,), tools=(WEATHER,), parallel=False)).tool_calls
    (second,) = compose(Prompt(turn, tools=(WEATHER,), parallel=False)).tool_calls

    assert json.loads(first.arguments) == {"location": "Oslo"}
    assert json.loads(second.arguments) == {"location": "Rome"}


def test_a_required_call_hands_on_what_others_returned() -> None:
    final = Tool(
        "final_answer",
        "",
        {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]},
    )
    turn = (
        Message("user", "weather in Oslo?"),
        Message("assistant", "", (ToolCall("get_current_weather", "{}", "call_1"),)),
        Message("tool", "rain", (), "call_1"),
    )

    (call,) = compose(Prompt(turn, tools=(WEATHER, final), tool_choice="required")).tool_calls

    assert call.name == "final_answer"
    assert json.loads(call.arguments) == {"answer": "get_current_weather returned rain"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("search", {"city": None, "most": None}),
        ("search in Oslo", {"city": "Oslo", "most": None}),
        ("search 3 in Oslo", {"city": "Oslo", "most": 3}),
    ],
)
def test_what_may_be_null_is_null_until_it_is_said(text: str, filled: dict[str, Any]) -> None:
    most = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    properties = {"city": {"type": ["string", "null"]}, "most": most}
    tool = Tool("search", "", {"properties": properties, "required": ["city", "most"]})

    (call,) = compose(user(text, tools=(tool,), tool_choice="required")).tool_calls

    assert json.loads(call.arguments) == filled


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

    for choice in ("auto", "=get_current_date"):
        said = compose(Prompt(turn, tools=tools, tool_choice=choice))
        assert said.text == f"{LEAD} get_current_date returned 2026-11-21."
    must = compose(Prompt(turn, tools=tools, tool_choice="required"))
    assert [call.name for call in must.tool_calls] == ["getCurrentTime"]
    again = compose(Prompt((*turn, Message("user", "And the date now?")), tools=tools))
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
    assert compose(Prompt(messages)).text == (
        f"{LEAD} From your sources: The Fjord 2 weighs 1.9 kg [doc1]."
    )


def test_two_sources_are_cited_when_both_are_asked_for() -> None:
    text = compose(user(f"{TENT}\n\n{STOVE}\n\nHow heavy are the Fjord and the Ember?")).text

    assert text == (
        f"{LEAD} From your sources: The Ember weighs 92 grams [doc2]. The Fjord 2 weighs 1.9 kg"
        " [doc1]."
    )


def test_sources_that_do_not_answer() -> None:
    assert compose(user(f"{TENT}\n\nWho was Ada Lovelace?")).text == f"{LEAD} {NOT_FOUND}"


def test_sources_of_earlier_turns_are_not_cited() -> None:
    earlier = (
        Message("user", f"{TENT}\n\nHow heavy is it?"),
        Message("assistant", "1.9 kg [doc1]."),
    )
    said = compose(Prompt((*earlier, Message("user", "Hello tent"))))

    assert said.text == f'{LEAD} You said: "Hello tent". I remember 2 earlier messages.'


def test_instructions_about_marks_are_no_sources() -> None:
    assert split_sources("Cite your sources as [doc1].") == ("Cite your sources as [doc1].", [])


def test_sources_do_not_set_off_functions() -> None:
    text = "Hello\n\nSources:\n[doc1] The date of the fair is the weather's choice."

    assert compose(user(text, tools=tuple(TOOLS))).tool_calls == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [("Hello", '"Hello".'), ("How are you?", '"How are you?"'), ("  ", '"".'), ("Wow!", '"Wow!"')],
)
def test_an_echo_ends_as_a_sentence(text: str, said: str) -> None:
    assert compose(user(text)).text == f"{LEAD} You said: {said}"


def test_a_long_text_is_said_back_in_part() -> None:
    assert len(compose(user("word " * 100_000)).text) < 10_000


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
        ({"type": "array", "items": {"enum": ["x"]}}, ["x"]),
        ({"type": "what"}, "Hi"),
        (5, "Hi"),
    ],
    ids=str,
)
def test_examples_fit_their_schema(schema: Any, value: Any) -> None:
    assert example(schema, Words("Hi")) == value


def test_a_schema_that_holds_itself_comes_to_an_end() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#"}}}

    assert json.dumps(example(node, Words("Hi"))).count("next") < 20


def test_vectors_of_nothing_have_length_one() -> None:
    for text in ("", "?", "the"):
        assert sum(value**2 for value in embed(text, 8)) == pytest.approx(1)


SCHEMA = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}


@pytest.mark.parametrize(
    "messages",
    [
        (
            Message("system", f"Give objects in json that match this json_schema:\n{SCHEMA}"),
            Message("user", "Jason is 25"),
        ),
        (Message("user", f"Jason is 25. Answer as JSON like {SCHEMA}"),),
        (
            Message(
                "user",
                "Respond with a JSON object in the following order of fields: `age` (must be"
                " formatted as a valid Python int).",
            ),
        ),
    ],
    ids=["in the instructions", "in the question", "in words"],
)
def test_a_schema_that_is_written_out_is_kept_to(messages: tuple[Message, ...]) -> None:
    said = tuple(
        Message(each.role, each.text.replace(str(SCHEMA), json.dumps(SCHEMA))) for each in messages
    )

    assert json.loads(compose(Prompt(said)).text) == {"age": 0}


def test_fields_are_marked_where_the_prompt_marks_them() -> None:
    words = (
        "Respond with the corresponding output fields, starting with the field"
        " `[[ ## reasoning ## ]]`, then `[[ ## mood ## ]]` (must exactly match (no extra"
        " characters) one of: good; bad), then `[[ ## score ## ]]` (must be formatted as a valid"
        " Python float), and then ending with the marker for `[[ ## completed ## ]]`."
    )

    said = compose(user(words)).text

    assert said.startswith(f"[[ ## reasoning ## ]]\n{LEAD}")
    assert "[[ ## mood ## ]]\ngood\n\n[[ ## score ## ]]\n0\n\n[[ ## completed ## ]]" in said


@pytest.mark.parametrize("text", ["Explain JSON: { is a brace", 'Is {"a": 1} json?', "{" * 500])
def test_braces_alone_are_no_schema(text: str) -> None:
    assert compose(user(text)).text.startswith(LEAD)
