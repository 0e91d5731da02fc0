"""Figures that can be relied on: tokens, limits, the headers that tell of them, probabilities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from openai import OpenAI, RateLimitError

from scaffold.endpoint import Endpoint
from scaffold.endpoint.http.limits import Limits
from scaffold.endpoint.http.service_errors import ServiceError
from scaffold.endpoint.replies.tokens import count_tokens

from .wire import DATED, MODEL, ask, chat

_CODE = """def quick_sort(items: list[int]) -> list[int]:
    if len(items) <= 1:
        return items
    pivot = items[len(items) // 2]
    left = [item for item in items if item < pivot]
    middle = [item for item in items if item == pivot]
    right = [item for item in items if item > pivot]
    return quick_sort(left) + middle + quick_sort(right)
"""
_JAVASCRIPT = """export async function fetchWeather(city) {
  const response = await fetch(`https://api.example.com/weather?q=${encodeURIComponent(city)}`);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return { city, ...(await response.json()) };
}
"""
# Each with the tokens that `o200k_base` makes of it (js-tiktoken 1.0.21).
COUNTED = [
    ("x", 1),
    ("Hello", 1),
    ("The quick brown fox jumps over the lazy dog.", 10),
    (
        "What's the weather like in San Francisco today, and how should I dress for a long hike?",
        19,
    ),
    (
        "Large language models generate text one token at a time; each token is chosen according to"
        " the probabilities that the network assigned, given everything that was said before.",
        31,
    ),
    (_CODE, 91),
    (_JAVASCRIPT, 55),
    (
        "人工智能正在改变我们的生活方式。近年来,大型语言模型取得了显著的进展,它们可以回答问题、编写代码、"
        "翻译文本,并协助人们完成各种各样的任务。",
        47,
    ),
    ("请把下面的句子翻译成英文：我喜欢在周末和朋友们一起去爬山，呼吸新鲜空气，锻炼身体。", 36),
]


@pytest.mark.parametrize(("text", "tokens"), COUNTED, ids=range(len(COUNTED)))
def test_tokens_are_counted_within_a_seventh(text: str, tokens: int) -> None:
    assert count_tokens(text) == pytest.approx(tokens, rel=0.15)


def test_the_usage_of_one_letter_is_that_of_the_service(endpoint: Endpoint) -> None:
    body = chat("x")
    responses = ask(endpoint, "/v1/responses", {"model": MODEL, "input": "x"}).json

    assert ask(endpoint, "/v1/chat/completions", body).json["usage"]["prompt_tokens"] == 8
    assert responses["usage"]["input_tokens"] == 8


@pytest.mark.parametrize("path", ["/v1/chat/completions", DATED])
def test_every_answer_tells_what_is_left(endpoint: Endpoint, path: str) -> None:
    heard = ask(endpoint, path, chat())
    refused = ask(endpoint, path, {})

    for each in (heard, refused):
        for kind in ("requests", "tokens"):
            limit = int(each.headers[f"x-ratelimit-limit-{kind}"])
            assert 0 < int(each.headers[f"x-ratelimit-remaining-{kind}"]) <= limit
            assert re.fullmatch(r"(\d+m)?[\d.]+m?s", each.headers[f"x-ratelimit-reset-{kind}"])


def test_azures_request_id_is_a_guid(endpoint: Endpoint) -> None:
    guid = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    assert re.fullmatch(guid, ask(endpoint, DATED, chat()).headers["apim-request-id"])


@pytest.fixture
def limited() -> Iterator[Endpoint]:
    with Endpoint(rpm=2) as endpoint:
        yield endpoint


def test_a_limit_of_requests_is_kept(limited: Endpoint) -> None:
    settings = limited.variables("openai")
    with (
        OpenAI(api_key="any", base_url=settings["OPENAI_BASE_URL"], max_retries=0) as client,
    ):
        for _ in range(2):
            client.embeddings.create(model="text-embedding-3-small", input="Hello")
        with pytest.raises(RateLimitError) as caught:
            client.embeddings.create(model="text-embedding-3-small", input="Hello")

    assert caught.value.code == "rate_limit_exceeded"
    assert "requests per min (RPM): Limit 2, Used 2, Requested 1" in caught.value.message
    assert 0 < int(caught.value.response.headers["retry-after"]) <= 30
    azure = ask(limited, DATED, chat())
    assert (azure.status, azure.error["code"]) == (429, "RateLimitReached")
    # What is no inference is not counted.
    assert ask(limited, "/v1/models").status == 200


def test_a_limit_of_tokens_comes_back_evenly() -> None:
    now = [0.0]
    limits = Limits(tokens=60, clock=lambda: now[0])

    limits.take("openai", 40)
    with pytest.raises(ServiceError) as caught:
        limits.take("openai", 30)
    assert "tokens per min (TPM): Limit 60, Used 40, Requested 30" in str(caught.value)
    assert caught.value.headers["retry-after"] == "10"
    now[0] = 10.0
    limits.take("openai", 30)
    # More than a minute's is had once nothing else was.
    now[0] = 100.0
    limits.take("openai", 1_000)


def test_the_likeliest_pieces_are_told(openai: OpenAI) -> None:
    said = openai.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": "Hello"}],
        logprobs=True,
        top_logprobs=3,
    )
    logprobs = said.choices[0].logprobs
    assert logprobs is not None
    for token in logprobs.content or ():
        assert token.top_logprobs[0].token == token.token
        assert len({top.token for top in token.top_logprobs}) == 3


def test_the_likeliest_pieces_of_a_response(openai: OpenAI) -> None:
    said: Any = openai.responses.create(
        model="gpt-4o",
        input="Hello",
        include=["message.output_text.logprobs"],
        top_logprobs=2,
    )
    for token in said.output[0].content[0].logprobs:
        assert [top.logprob for top in token.top_logprobs] == [0.0, -9999.0]


def test_a_mistake_of_the_endpoints_own_is_told_in_one_line() -> None:
    told: list[str] = []
    broken = False

    def clock() -> float:
        return 1 / 0 if broken else 1767225600.0

    with Endpoint(say=told.append, clock=clock) as endpoint:
        broken = True
        heard = ask(endpoint, "/v1/chat/completions", chat())

    assert (heard.status, heard.error["type"]) == (500, "server_error")
    (line,) = told
    assert line.startswith("POST /v1/chat/completions is a 500, a mistake of the endpoint's own")
    assert "ZeroDivisionError" in line
    assert "test_usage.py:" in line
