"""What the newer samples of the Responses API make of what a service sends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import Project
from conversations import OFFLINE
from samples import HIGHEST, run_sample

from scaffold.endpoint import Endpoint
from scaffold.endpoint.replies.pictures import picture
from scaffold.running.runner import offline_environ


def run_code(folder: Path, code: str, environ: Mapping[str, str] | None = None) -> str:
    """Run code in a project's folder, and return what it prints."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return result.stdout


def test_pages_of_the_web_are_numbered_as_the_service_cites_them(tmp_path: Path) -> None:
    template = "openai-responses-streaming-with-web-search"
    # As OpenAI streams it: several links in one delta, what they cite after it, a page cited
    # twice, an address with brackets, a citation without a link; and mappings, as older SDKs have
    # them.
    code = """
from types import SimpleNamespace as Some
from openai_responses_streaming_with_web_search import OpenAIResponsesStreamingWithWebSearch
def text(delta):
    return Some(type="response.output_text.delta", delta=delta)
def note(kind, url, title):
    about = {"type": "url_citation", "url": url, "title": title, "start_index": 0, "end_index": 9}
    return Some(type="response.output_text.annotation.added", annotation=kind(**about))
def search(**action):
    item = Some(type="web_search_call", action=Some(**action))
    return Some(type="response.output_item.done", item=item)
events = [
    search(type="search", query="first"),
    search(type="search", queries=["second", "third"], query="second"),
    search(type="open_page", url="https://a.example/x"),
    text("One ([a.example](https://a.example/x)), two ([b.example](https://b.example/y_(z)))."),
    note(Some, "https://a.example/x", "A \\n page"),
    note(dict, "https://b.example/y_(z)", "B"),
    text(" Again ([a.example](https://a.example/x))"),
    note(Some, "https://a.example/x", "A \\n page"),
    text(", and more"),
    note(Some, "https://c.example/", ""),
    Some(type="response.completed", response=Some(status="completed")),
]
openai = Some(responses=Some(create=lambda **_: events))
chat = OpenAIResponsesStreamingWithWebSearch("model", "system", openai)
chat.get_response("Hello", lambda piece: print(piece, end=""))
"""
    told = run_code(Project(template, "openai").write(tmp_path / "project"), code)

    assert told == (
        "\n\nassistant-search:\nfirst\n\n"
        "\n\nassistant-search:\nsecond\nthird\n\n"
        "One [1], two [2]. Again [1], and more[3]\n\n"
        "[1] A page — https://a.example/x\n"
        "[2] B — https://b.example/y_(z)\n"
        "[3] https://c.example/"
    )


GIF = b"GIF89a\x03\0\x02\0\0\0\0;"
STRUCTURED = "openai-responses-streaming-with-structured-output"


def asked(**entry: object) -> dict[str, object]:
    """Return an entry of a script that answers the first question of a test."""
    return {"match": {"userMessage": "Lunch with Ana"}, **entry}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            asked(response={"content": "I can't help with that."}, scaffold={"fault": "refusal"}),
            "I can't help with that.\nERROR: The model refused to answer!\n\nUser: ",
        ),
        (
            asked(response={"content": '{"title": "Lun', "finishReason": "length"}),
            '{"title": "Lun\nERROR: The answer was cut short!\n\nUser: ',
        ),
        (
            asked(response={"content": "Lunch!"}),
            "Lunch!\nERROR: The answer is no CalendarEvent: it is not JSON\n\nUser: ",
        ),
        (
            asked(response={"content": {"title": "Lunch", "date": "soon", "people": []}}),
            "\nERROR: The answer is no CalendarEvent: date: Input should be a valid date",
        ),
        (
            asked(response={"content": {"title": "Lunch", "people": []}}),
            "\nERROR: The answer is no CalendarEvent: date: Field required\n\nUser: ",
        ),
        (
            asked(response={"content": {"title": "", "date": None, "people": []}}),
            "\n\nfield   value\ntitle   -\ndate    -\npeople  -\n\nUser: ",
        ),
    ],
    ids=["refused", "cut", "no JSON", "a wrong value", "a field too few", "nothing in it"],
)
def test_what_is_no_object_is_said_and_the_talk_goes_on(
    tmp_path: Path, entry: dict[str, object], told: str
) -> None:
    folder = Project(STRUCTURED, "openai").write(tmp_path / "project")
    with Endpoint(script=[entry]) as endpoint:
        environ = offline_environ(os.environ, endpoint.variables("openai"))
        result = run_sample(HIGHEST, folder, environ, "Lunch with Ana\nAnd Ben\n", quickly=True)

    assert result.stderr == ""
    assert told in result.stdout
    assert 'You said: "And Ben"' in result.stdout.rpartition("field   value")[2]
    assert result.returncode == 0


def test_the_object_is_one_of_the_model_that_was_handed_over(tmp_path: Path) -> None:
    folder = Project(STRUCTURED, "openai").write(tmp_path / "project")
    code = """
from openai import OpenAI
from calendar_event import CalendarEvent
from openai_responses_streaming_with_structured_output import (
    OpenAIResponsesStreamingWithStructuredOutput,
)
with OpenAI() as openai:
    chat = OpenAIResponsesStreamingWithStructuredOutput("gpt-6-luna", "", CalendarEvent, openai)
    chat.create_conversation()
    event = chat.get_response("Lunch with Ana and Ben on May 1, 2027", lambda piece: None)
print(type(event).__name__, event.date.isoformat(), event.people)
"""
    with Endpoint() as endpoint:
        environ = offline_environ(os.environ, endpoint.variables("openai"))
        told = run_code(folder, code, environ)

    assert told == "CalendarEvent 2027-05-01 ['Ana', 'Ben']\n"


IMAGES = "openai-responses-streaming-with-images"


def test_pictures_are_part_of_the_first_turn(tmp_path: Path) -> None:
    folder = Project(IMAGES, "openai").write(tmp_path / "project")
    (folder / "one.png").write_bytes(picture("any", 160, 120))
    (folder / "two.dat").write_bytes(GIF)
    with Endpoint() as endpoint:
        environ = offline_environ(os.environ, endpoint.variables("openai"))
        named = ("one.png", "two.dat", "https://example.com/three.jpg")
        first = run_sample(HIGHEST, folder, environ, "Look\nAnd?\n", *named, quickly=True)
        conversation = first.stdout.rpartition(": ")[2].rstrip(")\n")
        again = run_sample(
            HIGHEST, folder, environ, "More\n", conversation, "two.dat", quickly=True
        )
        last = run_sample(HIGHEST, folder, environ, "Less\n", conversation, quickly=True)

    assert first.stderr == again.stderr == last.stderr == ""
    turns = first.stdout.split("Assistant: ")[1:]
    assert turns[0].startswith(
        f"{OFFLINE} You sent a PNG picture of 160 x 120 pixels, a GIF picture of 3 x 2 pixels and "
        "the picture at https://example.com/three.jpg, which nobody fetches offline. "
        'You said: "Look"'
    )
    assert "You sent" not in turns[1]
    assert again.stdout.startswith("User: Look[input_image][input_image][input_image]\n\n")
    assert 'You sent a GIF picture of 3 x 2 pixels. You said: "More"' in again.stdout
    assert 'You said: "Less"' in last.stdout
    assert "You sent" not in last.stdout.rpartition("Assistant: ")[2]


@pytest.mark.parametrize(
    ("name", "size", "content", "told"),
    [
        ("gone.png", None, b"", "there is no picture 'gone.png'"),
        (".", None, b"", "there is no picture '.'"),
        ("big.png", 60_000_000, b"", "'big.png' is too large: 37 MB of pictures are the most"),
        ("a.png", 5, b"%PDF-", "'a.png' is not one of png, jpeg, gif, webp"),
        ("empty.png", 0, b"", "'empty.png' is not one of png, jpeg, gif, webp"),
        ("a.wav", 12, b"RIFF\0\0\0\0WAVE", "'a.wav' is not one of png, jpeg, gif, webp"),
    ],
)
def test_what_is_no_picture_is_one_line(
    tmp_path: Path, name: str, size: int | None, content: bytes, told: str
) -> None:
    folder = Project(IMAGES, "openai").write(tmp_path / "project")
    if size is not None:
        (folder / name).write_bytes(content)
        os.truncate(folder / name, size)
    with Endpoint() as endpoint:
        environ = offline_environ(os.environ, endpoint.variables("openai"))
        result = run_sample(HIGHEST, folder, environ, "Look\n", name, quickly=True)
        asked_for = endpoint.journal

    assert result.stderr == f"\nThe sample encountered an error: {told}\n"
    assert result.returncode == 1
    assert asked_for == []
