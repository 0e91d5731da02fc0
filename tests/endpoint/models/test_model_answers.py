"""What each model takes: the table of requests, on every route."""

from __future__ import annotations

from typing import Any

import pytest

from endpoint.wire import Heard, ask
from scaffold.endpoint import Endpoint

from .request_table import ROWS, Row

VERSION = "?api-version=2024-10-21"
CHAT_ROUTES = ("/v1/chat/completions", "/openai/v1/chat/completions", "")
RESPONSE_ROUTES = ("/v1/responses", "/openai/v1/responses")


def send(endpoint: Endpoint, route: str, row: Row) -> Heard:
    """Sends a row's request on a route; the empty one is Azure's dated route."""
    body: dict[str, Any] = {"model": row.model, **row.asked}
    if row.api == "responses":
        return ask(endpoint, route, {**body, "input": "Hello"})
    body["messages"] = [{"role": "user", "content": "Hello"}]
    dated = f"/openai/deployments/{row.model}/chat/completions{VERSION}"
    return ask(endpoint, route or dated, body)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_model_takes_what_the_service_says(endpoint: Endpoint, row: Row) -> None:
    assert row.source
    for route in CHAT_ROUTES if row.api == "chat" else RESPONSE_ROUTES:
        heard = send(endpoint, route, row)
        if not row.message:
            assert (heard.status, heard.json.get("error")) == (200, None), route
            continue
        if row.status == 404 and route not in ("/v1/chat/completions", "/v1/responses"):
            # Before a model reads a request, Azure's gateway says whose it is.
            assert (heard.status, heard.error["code"]) == (400, "OperationNotSupported")
            continue
        refusal = {
            "message": row.message,
            "type": "invalid_request_error",
            "param": row.param,
            "code": row.code,
        }
        assert (heard.status, heard.error) == (row.status, refusal), route


def test_no_row_is_there_twice() -> None:
    assert len(set(map(str, ROWS))) == len(ROWS)


@pytest.mark.parametrize(
    ("effort", "param"),
    [({"reasoning_effort": "hard"}, "reasoning_effort"), ({"reasoning_effort": 3}, "")],
)
def test_an_effort_that_is_none(endpoint: Endpoint, effort: dict[str, Any], param: str) -> None:
    row = Row("gpt-6-luna", effort, "")
    heard = send(endpoint, "/v1/chat/completions", row)
    assert heard.status == 400
    assert heard.error["param"] == "reasoning_effort"
    if param:
        assert heard.error["message"].startswith("Invalid value: 'hard'. Supported values are:")
