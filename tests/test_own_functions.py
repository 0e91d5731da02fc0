"""A function of one's own in the functions samples, asked for offline in a newcomer's words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import Project
from conversations import OFFLINE
from samples import HIGHEST, run_sample

from scaffold.endpoint import Endpoint
from scaffold.running.runner import offline_environ

SAMPLES = {
    "openai-chat-streaming-with-functions": "openai_chat_completions_custom_functions.py",
    "openai-responses-streaming-with-functions": "openai_responses_custom_functions.py",
}
POPULATION = '''

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
'''
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
def test_it_is_understood_and_what_was_understood_is_said(name: str, tmp_path: Path) -> None:
    folder = Project(name, "openai").write(tmp_path / "project")
    with (folder / SAMPLES[name]).open("a", encoding="utf-8") as file:
        file.write(POPULATION)

    with Endpoint() as endpoint:
        environ = offline_environ(os.environ, endpoint.variables("openai"))
        typed = "".join(f"{asked}\n" for asked, _ in TALK)
        result = run_sample(HIGHEST, folder, environ, f"{typed}exit\n")

    assert result.stderr == ""
    told = [f"\nAssistant: {OFFLINE} {answer}\n\n" for _, answer in TALK]
    assert result.stdout.split("User: ")[1 : 1 + len(TALK)] == told
