"""The hosted tool `mcp`: a server is asked for its tools, and its calls are approved and made."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai import BadRequestError, OpenAI
from openai.types.responses import Response

from endpoint import strict
from endpoint.mcp_servers import hosted
from endpoint.wire import MODEL, ask
from scaffold.endpoint import Endpoint

ORDER = "Is the Ember in stock? Then order 2 of them."


def shop(endpoint: Endpoint, **more: Any) -> Any:
    return hosted(f"{endpoint.url}/mcp", **more)


def types(response: Response) -> list[str]:
    return [item.type for item in response.output]


def approval(request_id: str, approve: bool = True, **more: Any) -> Any:
    kind = "mcp_approval_response"
    return {"type": kind, "approval_request_id": request_id, "approve": approve, **more}


def test_tools_are_listed_and_called(endpoint: Endpoint, client: OpenAI) -> None:
    said = client.responses.create(
        model=MODEL, input=ORDER, tools=shop(endpoint, require_approval="never")
    )

    assert types(said) == ["mcp_list_tools", "mcp_call", "mcp_call", "message"]
    listed: Any
    stock: Any
    listed, stock = said.output[:2]
    assert [tool.name for tool in listed.tools] == ["search_guide", "check_stock", "place_order"]
    assert (stock.server_label, stock.name, stock.output) == (
        "shop",
        "check_stock",
        "Ember: 18 in stock.",
    )
    assert json.loads(stock.arguments) == {"product": "Ember"}
    assert "Order 70964: 2 x Ember" in said.output_text


def test_a_call_waits_until_it_is_approved(endpoint: Endpoint, openai: OpenAI) -> None:
    tools = shop(endpoint)
    asked = openai.responses.create(model=MODEL, input="Order 2 Ember stoves", tools=tools)
    assert types(asked) == ["mcp_list_tools", "mcp_approval_request"]
    wanted: Any = asked.output[1]
    assert (wanted.name, json.loads(wanted.arguments)) == (
        "place_order",
        {"product": "Ember", "quantity": 2},
    )

    # The list is in the conversation already, and is not asked for again.
    done = openai.responses.create(
        model=MODEL, previous_response_id=asked.id, input=[approval(wanted.id)], tools=tools
    )
    assert types(done) == ["mcp_call", "message"]
    assert done.output[0].approval_request_id == wanted.id  # type: ignore[union-attr]
    assert "Order 70964" in done.output_text
    more = openai.responses.create(
        model=MODEL, previous_response_id=done.id, input="Thank you!", tools=tools
    )
    assert types(more) == ["message"]


def test_what_is_not_approved_is_not_called(endpoint: Endpoint, openai: OpenAI) -> None:
    tools = shop(endpoint)
    asked = openai.responses.create(model=MODEL, input="Order 2 Ember stoves", tools=tools)
    told = openai.responses.create(
        model=MODEL,
        previous_response_id=asked.id,
        input=[approval(asked.output[1].id or "", False, reason="too dear")],
        tools=tools,
    )

    assert types(told) == ["message"]
    assert "returned nothing, for it was not approved: too dear" in told.output_text


def test_a_conversation_that_the_program_keeps_goes_on(endpoint: Endpoint, openai: OpenAI) -> None:
    tools = shop(endpoint)
    items: Any = [{"role": "user", "content": "Order 2 Ember stoves"}]
    asked = openai.responses.create(model=MODEL, input=items, tools=tools, store=False)
    items += [item.to_dict() for item in asked.output] + [approval(asked.output[1].id or "")]
    done = openai.responses.create(model=MODEL, input=items, tools=tools, store=False)
    assert types(done) == ["mcp_call", "message"]
    items += [*(item.to_dict() for item in done.output), {"role": "user", "content": "Thanks"}]
    assert types(openai.responses.create(model=MODEL, input=items, tools=tools)) == ["message"]


@pytest.mark.parametrize(
    ("rule", "waiting"),
    [
        ("always", ["check_stock", "place_order"]),
        (None, ["check_stock", "place_order"]),
        ("never", []),
        ({"never": {"tool_names": ["check_stock"]}}, ["place_order"]),
        ({"never": {"read_only": True}}, ["place_order"]),
        (
            {"always": {"tool_names": ["place_order"]}, "never": {"read_only": True}},
            ["place_order"],
        ),
    ],
)
def test_who_has_to_approve_is_said_for_all_or_for_each(
    endpoint: Endpoint, openai: OpenAI, rule: Any, waiting: list[str]
) -> None:
    said = openai.responses.create(
        model=MODEL, input=ORDER, tools=shop(endpoint, require_approval=rule)
    )

    assert [item.name for item in said.output if item.type == "mcp_approval_request"] == waiting
    called = [item.name for item in said.output if item.type == "mcp_call"]
    assert sorted(called + waiting) == ["check_stock", "place_order"]


@pytest.mark.parametrize(
    "allowed", [["check_stock"], {"tool_names": ["check_stock"]}, {"read_only": True}]
)
def test_only_allowed_tools_are_listed_and_called(
    endpoint: Endpoint, openai: OpenAI, allowed: Any
) -> None:
    said = openai.responses.create(
        model=MODEL,
        input=ORDER,
        tools=shop(endpoint, allowed_tools=allowed, require_approval="never"),
    )

    assert types(said) == ["mcp_list_tools", "mcp_call", "message"]
    assert "place_order" not in [tool.name for tool in said.output[0].tools]  # type: ignore[union-attr]


def test_a_tool_can_be_demanded_and_calls_can_be_limited(
    endpoint: Endpoint, openai: OpenAI
) -> None:
    tools = shop(endpoint, require_approval="never")
    choice: Any = {"type": "mcp", "server_label": "shop", "name": "search_guide"}
    said = openai.responses.create(model=MODEL, input="Hi", tools=tools, tool_choice=choice)
    assert types(said) == ["mcp_list_tools", "mcp_call", "message"]
    one = openai.responses.create(model=MODEL, input=ORDER, tools=tools, max_tool_calls=1)
    assert types(one) == ["mcp_list_tools", "mcp_call", "message"]


def test_what_is_said_and_streamed_is_of_the_sdks_types(endpoint: Endpoint) -> None:
    def say(text: str, **more: Any) -> dict[str, Any]:
        return {"model": MODEL, "input": text, **more}

    asking = say(ORDER, tools=shop(endpoint, require_approval={"never": {"read_only": True}}))
    heard = ask(endpoint, "/v1/responses", asking).json
    strict.check(Response, heard, {"store"})
    names = []
    for _, data in ask(endpoint, "/v1/responses", {**asking, "stream": True}).events:
        strict.check_response_event(data)
        names.append(data["type"])
    items = [name for name in names if "mcp" in name]
    assert [items[0], items[1], items[-1]] == [
        "response.mcp_list_tools.in_progress",
        "response.mcp_list_tools.completed",
        "response.mcp_call.completed",
    ]
    assert "response.mcp_call_arguments.delta" in names
    assert names[-3:] == [
        "response.output_item.added",
        "response.output_item.done",
        "response.completed",
    ]


def test_an_approval_must_answer_a_request_and_only_once(
    endpoint: Endpoint, openai: OpenAI
) -> None:
    tools = shop(endpoint)
    asked = openai.responses.create(model=MODEL, input="Order 2 Ember stoves", tools=tools)

    def answer(*approvals: Any, previous: str = asked.id) -> Response:
        return openai.responses.create(
            model=MODEL, previous_response_id=previous, input=list(approvals), tools=tools
        )

    with pytest.raises(BadRequestError, match=r"No approval request found .* mcpr_unknown"):
        answer(approval("mcpr_unknown"))
    done = answer(approval(asked.output[1].id or ""))
    with pytest.raises(BadRequestError, match="already answered"):
        answer(approval(asked.output[1].id or ""), previous=done.id)
    with pytest.raises(BadRequestError, match=r"MCP server 'shop' .* not found"):
        openai.responses.create(
            model=MODEL,
            previous_response_id=asked.id,
            input=[approval(asked.output[1].id or "")],
            tools=shop(endpoint, server_label="other"),
        )


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ({"server_url": None}, "exactly one of 'server_url', 'connector_id' or 'tunnel_id'"),
        ({"connector_id": "connector_gmail"}, "exactly one of 'server_url'"),
        ({"server_label": "my shop"}, "tools\\[0\\].server_label"),
        ({"require_approval": "sometimes"}, "Supported values are: 'always' and 'never'"),
        ({"require_approval": {"tool": "always"}}, "tools\\[0\\].require_approval.tool"),
    ],
)
def test_a_tool_that_makes_no_sense_is_refused(
    endpoint: Endpoint, openai: OpenAI, tool: Any, words: str
) -> None:
    with pytest.raises(BadRequestError, match=words):
        openai.responses.create(model=MODEL, input="Hi", tools=shop(endpoint, **tool))
    with pytest.raises(BadRequestError, match="'server_label' of its own"):
        openai.responses.create(model=MODEL, input="Hi", tools=shop(endpoint) * 2)
