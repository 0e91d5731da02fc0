"""The journal: what was asked, without keys."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI

from endpoint.wire import DATED, KEY, ask, chat
from scaffold.endpoint import Endpoint, EndpointError
from scaffold.endpoint.state.journal import KEPT, LONGEST_BODY, Record

OPENAI = "/v1/chat/completions"
JOURNAL = "/_scaffold/journal"
SECRET = "sk-" + "never-to-be-seen" * 2
WITH_SECRET = {**KEY, "Authorization": f"Bearer {SECRET}", "api-key": SECRET}


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def test_a_line_says_what_was_asked_and_what_became_of_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    fixtures = [{"match": {"userMessage": "Hi"}, "response": {"content": "Hello"}}]
    with Endpoint(journal=path, script=fixtures) as endpoint:
        ask(endpoint, OPENAI, chat("Hi"))
        ask(endpoint, DATED, chat("What else?", n=0))
        ask(endpoint, "/nowhere?a=1&a=2")
        kept = endpoint.journal
        assert kept == ask(endpoint, JOURNAL, headers={}).json == lines(path)

    first, second, third = kept
    assert list(first) == [
        *("time", "method", "path", "query", "body", "fixture", "status", "duration_ms"),
    ]
    assert datetime.fromisoformat(first["time"]).utcoffset() is not None
    assert (first["method"], first["path"], first["status"]) == ("POST", OPENAI, 200)
    assert first["body"] == chat("Hi")
    assert first["fixture"] == {"index": 0, "path": "fixtures[0]", "line": None}
    assert 0 < first["duration_ms"] < 5000
    assert second["query"] == {"api-version": "2024-10-21"}
    assert (second["status"], second["fixture"]) == (400, None)
    assert (third["method"], third["body"], third["status"]) == ("GET", None, 404)
    assert third["query"] == {"a": ["1", "2"]}
    assert endpoint.journal == kept, "it can be read once the endpoint is closed"


def test_reading_and_clearing_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Endpoint(journal=path) as endpoint:
        ask(endpoint, OPENAI, chat())
        assert ask(endpoint, JOURNAL, method="DELETE").json == {"deleted": 1}
        assert ask(endpoint, JOURNAL).json == endpoint.journal == []
        ask(endpoint, OPENAI, chat())
        assert len(endpoint.journal) == 1
        assert ask(endpoint, JOURNAL, {}).status == 405
        refused = ask(endpoint, JOURNAL, headers={"Host": "evil.example"})
        assert refused.status == 421
    assert len(lines(path)) == 2, "the file is only ever added to"


def test_a_file_goes_on_where_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    for _ in range(2):
        with Endpoint(journal=str(path)) as endpoint:
            ask(endpoint, OPENAI, chat())
    assert len(lines(path)) == 2


def test_a_key_never_appears(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    source = {"authentication": {"type": "api_key", "key": SECRET}, "index_name": "x"}
    body = chat(
        f"My key is {SECRET}.",
        data_sources=[{"type": "azure_search", "parameters": source}],
        metadata={"Api-Key": "hidden-1", "accessToken": "hidden-2", SECRET: "x"},
        authorization={"deep": "hidden-3"},
        password=["hidden-4"],
        max_tokens=5,
    )
    with Endpoint(journal=path) as endpoint:
        for where in (OPENAI, f"/v1/{SECRET}", f"{OPENAI}?api-key=hidden-5&user={SECRET}&n=1"):
            ask(endpoint, where, body, headers=WITH_SECRET)
        ask(endpoint, "/indexes?sig=hidden-6", headers=WITH_SECRET)
        told = ask(endpoint, JOURNAL).content.decode() + path.read_text()
        entries = endpoint.journal

    assert SECRET not in told
    assert "hidden" not in told
    assert entries[0]["body"]["max_tokens"] == 5
    assert entries[0]["body"]["messages"][0]["content"] == "My key is [redacted]."
    assert entries[2]["query"] == {"api-key": "[redacted]", "user": "[redacted]", "n": "1"}


def test_a_number_that_is_the_key_leaves_a_line_json(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Endpoint(journal=path) as endpoint:
        key = {"Authorization": "Bearer 123456789012345"}
        ask(endpoint, OPENAI, chat(seed=123456789012345), headers=key)
        ask(endpoint, OPENAI, b'{"seed": 1e999}')
    assert [entry["status"] for entry in lines(path)] == [200, 400]
    assert "Infinity" not in path.read_text().replace('"inf"', "")


@pytest.mark.parametrize("body", [b"{", b"[" * 900 + b"]" * 900, b"\xff", b'"\\ud800"'])
def test_whatever_is_sent_a_line_is_a_line(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    with Endpoint(journal=path) as endpoint:
        ask(endpoint, OPENAI + "?%0A=%ff", body)
    assert [entry["status"] for entry in lines(path)] == [400]


def test_a_long_body_is_counted_only(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Endpoint(journal=path) as endpoint:
        ask(endpoint, OPENAI, chat("x" * LONGEST_BODY))
        assert re.fullmatch(r"\[\d+ bytes\]", endpoint.journal[0]["body"])


def test_an_upload_is_told_by_name_and_size() -> None:
    with Endpoint() as endpoint, OpenAI(base_url=f"{endpoint.url}/v1", api_key=SECRET) as client:
        client.files.create(file=("notes.txt", b"four"), purpose="assistants")
        body = endpoint.journal[0]["body"]
    assert body == {"purpose": "assistants", "file": {"filename": "notes.txt", "bytes": 4}}


def test_a_stream_is_written_when_it_ends() -> None:
    with Endpoint(pace=0.01) as endpoint:
        chunks = ask(endpoint, OPENAI, chat(stream=True)).chunks
        (entry,) = endpoint.journal
    assert entry["duration_ms"] >= 10 * len(chunks)
    assert entry["status"] == 200


def test_a_connection_dropped_before_the_first_byte_has_no_status() -> None:
    drop = [{"match": {}, "scaffold": {"fault": "drop"}}]
    with Endpoint(script=drop) as endpoint:
        with pytest.raises(ConnectionError):
            ask(endpoint, OPENAI, chat())
        (entry,) = endpoint.journal
    assert (entry["status"], entry["fixture"]["index"]) == (None, 0)


def test_only_the_last_are_kept() -> None:
    with Endpoint() as endpoint:
        with OpenAI(base_url=f"{endpoint.url}/v1", api_key="x", max_retries=0) as client:
            for _ in range(3):
                client.models.list()
            assert len(endpoint.journal) == 3  # the last is written down after its answer
        state = endpoint._journal
        for number in range(KEPT):
            state.write(Record(0, "GET", f"/{number}", (), b"null", (), None, 200, 0))
        kept = endpoint.journal
    assert [entry["path"] for entry in kept] == [f"/{number}" for number in range(KEPT)]


def test_a_journal_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(EndpointError, match=r"^cannot write the journal .*: Is a directory$"):
        Endpoint(journal=tmp_path).start()
    with pytest.raises(EndpointError, match="No such file or directory"):
        Endpoint(journal=tmp_path / "nowhere" / "x").start()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_a_disk_that_is_full_ends_the_journal_and_nothing_else() -> None:
    said: list[str] = []
    with Endpoint(journal="/dev/full", say=said.append) as endpoint:
        assert [ask(endpoint, OPENAI, chat()).status for _ in range(2)] == [200, 200]
        assert len(endpoint.journal) == 2
    assert len(said) == 1
    assert said[0].startswith("cannot write /dev/full: No space left")


def test_how_answers_begin_and_end(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Endpoint(journal=path, answers=True, clock=lambda: 1767225600) as endpoint:
        ask(endpoint, OPENAI, chat("Hi"))
        ask(endpoint, OPENAI, chat("Hi", stream=True))
        ask(endpoint, "/nowhere")
    whole, streamed, refused = lines(path)

    assert json.loads(whole["answer"]["first"][0])["created"] == 1767225600
    assert (whole["answer"]["last"], whole["answer"]["count"]) == ([], 1)
    assert '"role":"assistant"' in streamed["answer"]["first"][0]
    assert len(streamed["answer"]["first"]) == 2
    assert '"finish_reason":"stop"' in streamed["answer"]["last"][0]
    assert streamed["answer"]["last"][1] == "data: [DONE]\n\n"
    assert streamed["answer"]["count"] > 4
    assert "/nowhere" in refused["answer"]["first"][0]
