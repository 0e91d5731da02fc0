"""What the newer samples of the Responses API make of what a service sends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conftest import Project


def run_code(folder: Path, code: str) -> str:
    """Run code in a project's folder, and return what it prints."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=folder,
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
