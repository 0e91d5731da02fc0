"""A function of one's own in the functions samples, asked for offline in a newcomer's words."""

from __future__ import annotations

import json
import os
import re
import subprocess
from itertools import product
from pathlib import Path

import pytest
from conftest import Project
from conversations import OFFLINE
from nightly import mostly_nightly
from samples import HIGHEST, run_sample
from sdks import lowest_python

from scaffold.endpoint import Endpoint
from scaffold.running.runner import offline_environ

SAMPLES = {
    "openai-chat-streaming-with-functions": "openai_chat_completions_custom_functions.py",
    "openai-responses-streaming-with-functions": "openai_responses_custom_functions.py",
}
# By its docstring and types, and by a schema of one's own.
POPULATION = {
    "types": '''

@factory.function
def get_population(city: str) -> str:
    """Get how many people live in a city."""
    return f"{len(city)} million."
''',
    "schema": '''

def get_population(city: str) -> str:
    """Stands for a census."""
    return f"{len(city)} million."


factory.add_function(
    {
        "name": "get_population",
        "description": "Get how many people live in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
    get_population,
)
''',
}
ASSISTANT = "openai-asst-streaming-with-functions"
# The first gets an argument that it doesn't take.
CALLED = """[factory.try_call_function(*call) for call in [
    ("get_current_date", '{"timezone": "UTC"}'),
    ("get_current_weather", '{"location": "Oslo", "unit": "celsius"}'),
    ("sing", "{}"), ("get_current_time", "{"), ("get_current_weather", "{}"),
]]"""
DESCRIBED = [
    ("get_current_date", "Get the current date."),
    ("get_current_time", "Get the current time."),
    ("get_current_weather", "Get the current weather in a given location."),
]
TALK = [
    (
        "weather in Oslo and Rome?",
        'get_current_weather(location="Oslo") returned The weather in Oslo is 72 degrees and sunny '
        '(fahrenheit); get_current_weather(location="Rome") returned The weather in Rome is 72 '
        "degrees and sunny (fahrenheit).",
    ),
    (
        "population of Oslo and weather in Rome?",
        'get_population(city="Oslo") returned 4 million; get_current_weather(location="Rome") '
        "returned The weather in Rome is 72 degrees and sunny (fahrenheit).",
    ),
    ("How many people live in Oslo?", 'get_population(city="Oslo") returned 4 million.'),
    (
        "Sing!",
        'You said: "Sing!" I remember 9 earlier messages. '
        "No function fits that; --script FILE says what I answer.",
    ),
]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("way", POPULATION)
def test_it_is_understood_and_what_was_understood_is_said(
    name: str, way: str, tmp_path: Path
) -> None:
    folder = Project(name, "openai").write(tmp_path / "project")
    with (folder / SAMPLES[name]).open("a", encoding="utf-8") as file:
        file.write(POPULATION[way])

    with Endpoint() as endpoint:
        environ = offline_environ(os.environ, endpoint.variables("openai"))
        typed = "".join(f"{asked}\n" for asked, _ in TALK)
        result = run_sample(HIGHEST, folder, environ, f"{typed}exit\n")

    assert result.stderr == ""
    told = [f"\nAssistant: {OFFLINE} {answer}\n\n" for _, answer in TALK]
    assert result.stdout.split("User: ")[1 : 1 + len(TALK)] == told


@pytest.mark.parametrize(
    ("name", "end"),
    mostly_nightly(
        product([*SAMPLES, ASSISTANT], ["highest", "lowest"]),
        lambda name, end: end == "highest" or name == ASSISTANT,
    ),
)
def test_its_types_are_the_schema_that_is_sent(
    name: str, end: str, shared: Path, tmp_path: Path
) -> None:
    folder = Project(name, "openai").write(tmp_path / "project")
    module = next(folder.glob("*_custom_functions.py")).stem
    code = f"""
import json
from {module} import factory
print(json.dumps([factory.get_function_schemas(), {CALLED}]))
"""
    result = subprocess.run(
        [HIGHEST if end == "highest" else lowest_python(shared), "-W", "error", "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )

    tools, (date, weather, unknown, broken, raised) = json.loads(result.stdout)
    schemas = [tool.get("function", tool) for tool in tools]
    assert [(each["name"], each["description"]) for each in schemas] == DESCRIBED
    nothing, _, place = (each["parameters"] for each in schemas)
    assert nothing == {"type": "object", "properties": {}, "additionalProperties": False}
    assert place["required"] == ["location"]
    location, unit = place["properties"]["location"], place["properties"]["unit"]
    assert location["type"] == unit["type"] == "string"
    assert location["description"] == "The city and state, e.g. San Francisco, CA"
    assert unit["enum"] == ["celsius", "fahrenheit"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", date)
    assert weather == "The weather in Oslo is 72 degrees and sunny (celsius)."
    assert unknown.startswith("Error: there is no function 'sing', only: get_current_date, ")
    assert broken.startswith("Error: the arguments are not valid JSON: ")
    assert raised.startswith("Error: TypeError: ")
