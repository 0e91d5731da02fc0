"""What the sample of the OpenAI Agents SDK does besides what every sample does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Project
from conversations import OFFLINE
from samples import HIGHEST, run_sample

from scaffold.endpoint import Endpoint
from scaffold.running.runner import offline_environ

SAMPLE = Project("openai-agents-streaming", "openai")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample, written."""
    return SAMPLE.write(tmp_path / "project")


@pytest.fixture
def fresh_endpoint() -> Iterator[Endpoint]:
    """An endpoint of the test's own."""
    with Endpoint() as endpoint:
        yield endpoint


def run_code(code: str, folder: Path, endpoint: Endpoint) -> Any:
    """Runs code beside the sample's modules, and returns what it prints as JSON."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=folder,
        env=offline_environ(os.environ, endpoint.variables("openai")),
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stderr == ""
    return json.loads(result.stdout)


BEGIN = """
import asyncio, contextlib, json, os
from openai_agents_streaming import OpenAIAgentsStreaming

async def ignore(text):
    pass

def make_chat(**more):
    return OpenAIAgentsStreaming("key", os.environ["OPENAI_MODEL_NAME"], "Be kind.", **more)
"""


def test_a_failed_turn_leaves_the_session_and_the_agent_as_they_were(
    folder: Path, fresh_endpoint: Endpoint
) -> None:
    # It fails when a function was called, and the conversation handed over, already.
    asked = "What's the weather in Rome, and how long do I travel there from Oslo?"
    match = {"userMessage": asked, "endpoint": "chat"}
    drop = {"fault": "drop", "afterChunks": 3}
    fresh_endpoint.script(
        {"fixtures": [{"match": {**match, "toolName": "get_travel_time"}, "scaffold": drop}]}
    )
    code = f"""{BEGIN}
async def main():
    async with contextlib.aclosing(make_chat()) as chat:
        await chat.get_response("Hello", ignore)
        before, agent, error, told = await chat.session.get_items(), chat.agent, "", []
        async def tell(text):
            told.append(text)
        try:
            await chat.get_response({asked!r}, tell)
        except Exception as problem:
            error = type(problem).__name__
        kept = before == await chat.session.get_items(), agent is chat.agent
        await chat.clear_conversation()
        print(json.dumps([error, *kept, len(before), told, len(await chat.session.get_items())]))

asyncio.run(main())
"""
    error, same_session, same_agent, before, told, cleared = run_code(code, folder, fresh_endpoint)

    assert (same_session, same_agent, before, cleared) == (True, True, 2, 0)
    assert error == "APIConnectionError"
    assert "assistant-handoff: Travel agent" in "".join(told)


@pytest.mark.parametrize("asked_for", [False, True])
def test_there_is_no_trace_unless_it_is_asked_for(
    folder: Path, fresh_endpoint: Endpoint, asked_for: bool
) -> None:
    code = f"""{BEGIN}
from agents import set_trace_processors
from agents.tracing import TracingProcessor

class Count(TracingProcessor):
    traces = 0
    def on_trace_start(self, trace):
        self.traces += 1
    def on_trace_end(self, trace): pass
    def on_span_start(self, span): pass
    def on_span_end(self, span): pass
    def shutdown(self): pass
    def force_flush(self): pass

count = Count()
set_trace_processors([count])

async def main():
    async with contextlib.aclosing(make_chat(tracing={asked_for})) as chat:
        await chat.get_response("Hello", ignore)
    print(count.traces)

asyncio.run(main())
"""
    assert run_code(code, folder, fresh_endpoint) == asked_for


def test_a_function_of_ones_own_and_one_that_fails(folder: Path, fresh_endpoint: Endpoint) -> None:
    agents = folder / "openai_agents_custom_agents.py"
    text = agents.read_text(encoding="utf-8")
    own = '''@function_tool(failure_error_function=tell_error)
def get_population(city: str) -> str:
    """Get how many people live in a city."""
    if city == "Atlantis":
        raise LookupError("nobody knows")
    return f"{len(city)} million."


def make_agents('''
    text = text.replace("def make_agents(", own)
    text = text.replace("tools=[get_current_date, ", "tools=[get_population, get_current_date, ")
    agents.write_text(text, encoding="utf-8")

    typed = "How many people live in Rome?\nAnd what is the population of Atlantis?\n\n"
    environ = offline_environ(os.environ, fresh_endpoint.variables("openai"))
    result = run_sample(HIGHEST, folder, environ, typed, quickly=True)

    assert result.stderr == ""
    assert result.stdout == (
        'User: \nAssistant: \nassistant-function: get_population({"city":"Rome"})\n'
        f"assistant-output: 4 million.\n\n"
        f'{OFFLINE} get_population(city="Rome") returned 4 million.\n\n'
        'User: \nAssistant: \nassistant-function: get_population({"city":"Atlantis"})\n'
        "assistant-output: Error: nobody knows\n\n"
        f'{OFFLINE} get_population(city="Atlantis") returned Error: nobody knows.\n\nUser: '
    )
