"""Batches: each line is answered as if it had been asked on its own, and a broken one is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai import BadRequestError, ConflictError, NotFoundError, OpenAI
from openai.types import Batch

from endpoint import strict
from endpoint.wire import MODEL, chat
from scaffold.endpoint import Endpoint

CHAT: Any = "/v1/chat/completions"


def line(custom_id: str, body: Any, url: str = CHAT, **more: Any) -> str:
    return json.dumps({"custom_id": custom_id, "method": "POST", "url": url, "body": body} | more)


def begin(client: OpenAI, *lines: str, endpoint: Any = CHAT) -> Batch:
    content = "\n".join(lines).encode()
    file = client.files.create(file=("lines.jsonl", content), purpose="batch")
    return client.batches.create(
        input_file_id=file.id, endpoint=endpoint, completion_window="24h", metadata={"run": "1"}
    )


def end(client: OpenAI, batch: Batch) -> Batch:
    seen = [batch.status]
    while seen[-1] in {"validating", "in_progress", "cancelling"}:
        batch = client.batches.retrieve(batch.id)
        seen.append(batch.status)
    return batch


def rows(client: OpenAI, file_id: str | None) -> list[Any]:
    assert file_id is not None
    return [json.loads(each) for each in client.files.content(file_id).text.splitlines()]


@pytest.mark.parametrize("which", ["openai", "azure", "azure_v1"])
def test_every_line_is_answered(request: pytest.FixtureRequest, which: str) -> None:
    client: OpenAI = request.getfixturevalue(which)
    batch = begin(client, line("a", chat("Hello")), "", line("b", {"model": MODEL}))
    assert (batch.status, client.batches.retrieve(batch.id).status) == (
        "validating",
        "in_progress",
    )
    ended = end(client, batch)

    assert ended.status == "completed"
    counts: Any = ended.request_counts
    assert (counts.total, counts.completed, counts.failed) == (2, 1, 1)
    assert ended.metadata == {"run": "1"}
    strict.check(Batch, ended.to_dict())
    (good,) = rows(client, ended.output_file_id)
    assert (good["custom_id"], good["error"], good["response"]["status_code"]) == ("a", None, 200)
    assert 'You said: "Hello"' in good["response"]["body"]["choices"][0]["message"]["content"]
    (bad,) = rows(client, ended.error_file_id)
    assert (bad["custom_id"], bad["response"]["status_code"]) == ("b", 400)
    assert "messages" in bad["response"]["body"]["error"]["message"]
    assert batch.id in [each.id for each in client.batches.list()]


def test_other_apis_are_asked_too(openai: OpenAI) -> None:
    for url, body in (
        ("/v1/responses", {"model": MODEL, "input": "Hello"}),
        ("/v1/embeddings", {"model": "text-embedding-3-small", "input": "Hello"}),
    ):
        ended = end(openai, begin(openai, line("a", body, url), endpoint=url))
        (row,) = rows(openai, ended.output_file_id)
        assert row["response"]["body"]["object"] in {"response", "list"}


@pytest.mark.parametrize(
    ("third", "code"),
    [
        ('{"custom_id": "c", "body": ', "invalid_json_line"),
        ("[]", "invalid_json_line"),
        (json.dumps({"method": "POST", "url": CHAT, "body": {}}), "missing_required_parameter"),
        (line("c", chat("x"), "/v1/embeddings"), "mismatched_url"),
        (line("a", chat("x")), "duplicate_custom_id"),
        (line("c", chat("x"), method="GET"), "invalid_method"),
    ],
)
def test_a_broken_third_line_fails_the_batch_and_is_named(
    openai: OpenAI, third: str, code: str
) -> None:
    ended = end(openai, begin(openai, line("a", chat("x")), line("b", chat("x")), third))

    assert (ended.status, ended.output_file_id) == ("failed", None)
    assert ended.errors is not None
    assert [(error.line, error.code) for error in ended.errors.data or []] == [(3, code)]
    strict.check(Batch, ended.to_dict())


def test_a_batch_is_stopped_and_what_is_not_there_is_refused(openai: OpenAI) -> None:
    batch = begin(openai, line("a", chat("x")))
    assert openai.batches.cancel(batch.id).status == "cancelling"
    assert end(openai, batch).status == "cancelled"
    with pytest.raises(ConflictError, match="with status 'cancelled'"):
        openai.batches.cancel(batch.id)
    with pytest.raises(NotFoundError):
        openai.batches.retrieve("batch_x")
    with pytest.raises(NotFoundError, match="No such File object"):
        openai.batches.create(input_file_id="file-x", endpoint=CHAT, completion_window="24h")
    other = openai.files.create(file=("a.txt", b"x"), purpose="user_data")
    with pytest.raises(BadRequestError, match="purpose"):
        openai.batches.create(input_file_id=other.id, endpoint=CHAT, completion_window="24h")


def test_a_script_answers_the_lines_too() -> None:
    script: Any = [{"match": {"userMessage": "no"}, "response": {"error": {"message": "No."}}}]
    with (
        Endpoint(script={"fixtures": script}) as endpoint,
        OpenAI(api_key="any", base_url=f"{endpoint.url}/v1", max_retries=0) as client,
    ):
        ended = end(client, begin(client, line("a", chat("no")), line("b", chat("yes"))))
        (bad,) = rows(client, ended.error_file_id)
        assert (bad["custom_id"], bad["response"]["status_code"]) == ("a", 500)
        assert bad["response"]["body"]["error"]["message"] == "No."
