"""What the Responses API and Conversations refuse, in the service's words."""

from __future__ import annotations

from typing import Any

import pytest

from endpoint.wire import MODEL, ask
from scaffold.endpoint import Endpoint

from .test_responses import CODE, NO_PARAMETERS, SEARCH, say

RESPONSES = "/v1/responses"
CONVERSATION = "conv_" + "9" * 24
MOVED = (
    "In the Responses API, this parameter has moved to '{}'. Try again with the new parameter. See"
    " the API documentation for more information:"
    " https://platform.openai.com/docs/api-reference/responses/create."
)
NO_ITEM = (
    "Items are not persisted when `store` is set to false. Try again with `store` set to true, or"
    " remove this item from your input."
)
ROLES = "'assistant', 'system', 'developer', and 'user'"


def refusal(message: str, param: str | None = None, code: str | None = None) -> Any:
    """A body in the service's shape."""
    kind = "invalid_request_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            say(stor=True),
            refusal("Unknown parameter: 'stor'.", "stor", "unknown_parameter"),
        ),
        (
            say(functions=[]),
            refusal("Unknown parameter: 'functions'.", "functions", "unknown_parameter"),
        ),
        (
            {"model": MODEL, "messages": []},
            refusal(
                f"Unsupported parameter: 'messages'. {MOVED.format('input')}",
                code="unsupported_parameter",
            ),
        ),
        (
            say(response_format={"type": "json_object"}),
            refusal(
                f"Unsupported parameter: 'response_format'. {MOVED.format('text.format')}",
                code="unsupported_parameter",
            ),
        ),
        (
            say(prompt={"id": "pmpt_1"}),
            refusal(
                "Unsupported parameter: 'prompt'. Reusable prompts end on 2026-11-30. Send the text"
                " of the prompt in 'instructions' or 'input' instead.",
                "prompt",
                "unsupported_parameter",
            ),
        ),
        (
            {"input": "Hello"},
            refusal("Missing required parameter: 'model'.", "model", "missing_required_parameter"),
        ),
        (
            {"model": MODEL},
            refusal("Missing required parameter: 'input'.", "input", "missing_required_parameter"),
        ),
        (
            say(""),
            refusal(
                "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must"
                " be provided.",
                code="missing_required_parameter",
            ),
        ),
        (
            say(model="gpt-x"),
            refusal("The requested model 'gpt-x' does not exist.", "model", "model_not_found"),
        ),
        (
            say(stream="yes"),
            refusal(
                "Invalid type for 'stream': expected a boolean, but got a string instead.",
                "stream",
                "invalid_type",
            ),
        ),
        (
            say(max_output_tokens=15),
            refusal(
                "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16,"
                " but got 15 instead.",
                "max_output_tokens",
                "integer_below_min_value",
            ),
        ),
        (
            say([{"role": "tool", "content": "x"}]),
            refusal(
                f"Invalid value: 'tool'. Supported values are: {ROLES}.",
                "input[0]",
                "invalid_value",
            ),
        ),
        (
            say([{"role": "user", "content": [{"type": "text", "text": "x"}]}]),
            refusal(
                "Invalid value: 'text'. Supported values are: 'input_text', 'input_image', and"
                " 'input_file'.",
                "input[0].content[0].type",
                "invalid_value",
            ),
        ),
        (
            say([{"role": "user", "content": "x", "name": "Ann"}]),
            refusal("Unknown parameter: 'input[0].name'.", "input[0].name", "unknown_parameter"),
        ),
        (
            say([{"type": "function_call", "id": "call_1", "call_id": "1", "name": "f"}]),
            refusal(
                "Missing required parameter: 'input[0].arguments'.",
                "input[0].arguments",
                "missing_required_parameter",
            ),
        ),
        (
            say([{"role": "user", "content": "x", "id": "x"}]),
            refusal(
                "Invalid 'input[0].id': 'x'. Expected an ID that begins with 'msg'.",
                "input[0].id",
                "invalid_value",
            ),
        ),
        (
            say([{"type": "function_call_output", "call_id": "call_x", "output": "1"}]),
            refusal("No tool call found for function call output with call_id call_x.", "input"),
        ),
        (
            say([{"type": "function_call", "call_id": "call_x", "name": "f", "arguments": ""}]),
            refusal("No tool output found for function call call_x.", "input"),
        ),
        (
            say([{"role": "user", "content": "x", "id": "msg_x"}] * 2),
            refusal(
                "Duplicate item found with id msg_x. Remove duplicate items from your input and"
                " try again.",
                "input",
            ),
        ),
        (
            say(tools=[{"type": "function", "function": {"name": "f"}}]),
            refusal(
                "Missing required parameter: 'tools[0].name'.",
                "tools[0].name",
                "missing_required_parameter",
            ),
        ),
        (
            say(tools=[{"type": "code_interpreter"}]),
            refusal(
                "Missing required parameter: 'tools[0].container'.",
                "tools[0].container",
                "missing_required_parameter",
            ),
        ),
        (
            say(tools=[{"type": "computer"}]),
            refusal(f"Hosted tool 'computer' is not supported with {MODEL}.", "tools"),
        ),
        (
            say(tools=[CODE], tool_choice={"type": "function", "name": "f"}),
            refusal("Tool choice 'function:f' not found in 'tools' parameter.", "tool_choice"),
        ),
        (
            say(tool_choice="required"),
            refusal(
                "Tool choice 'required' must be specified with 'tools' parameter.", "tool_choice"
            ),
        ),
        (
            say(text={"format": {"type": "json_schema", "schema": NO_PARAMETERS}}),
            refusal(
                "Missing required parameter: 'text.format.name'.",
                "text.format.name",
                "missing_required_parameter",
            ),
        ),
        (
            say(text={"format": {"type": "json_object"}}),
            refusal(
                "Response input messages must contain the word 'json' in some form to use"
                " 'text.format' of type 'json_object'.",
                "input",
            ),
        ),
        (
            say(previous_response_id="resp_x"),
            refusal(
                "Previous response with id 'resp_x' not found.",
                "previous_response_id",
                "previous_response_not_found",
            ),
        ),
        (
            say(previous_response_id="resp_x", conversation=CONVERSATION),
            refusal(
                "Mutually exclusive parameters: ''. Ensure you are only providing one of:"
                " 'pre..._id' or 'conversation'.",
                code="mutually_exclusive_parameters",
            ),
        ),
        (
            say(conversation="thread_x"),
            refusal(
                "Invalid 'conversation': 'thread_x'. Expected an ID that begins with 'conv'.",
                "conversation",
                "invalid_value",
            ),
        ),
        (
            say(stream_options={"include_obfuscation": False}),
            refusal(
                "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
                "stream_options",
            ),
        ),
    ],
    ids=lambda value: None if "error" in value else str(value)[:60],
)
def test_a_request_is_refused(endpoint: Endpoint, body: Any, expected: Any) -> None:
    heard = ask(endpoint, RESPONSES, body)

    assert (heard.status, heard.json) == (400, expected)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (say(conversation=CONVERSATION), f"Conversation with id '{CONVERSATION}' not found."),
        (
            say(tools=[{**SEARCH, "vector_store_ids": ["vs_x"]}]),
            "Vector store with id ['vs_x'] not found.",
        ),
        (say([{"id": "msg_x"}]), f"Item with id 'msg_x' not found. {NO_ITEM}"),
    ],
)
def test_what_does_not_exist(endpoint: Endpoint, body: Any, expected: str) -> None:
    heard = ask(endpoint, RESPONSES, body)

    assert (heard.status, heard.error["message"]) == (404, expected)


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/responses/resp_x", 404, "Response with id 'resp_x' not found."),
        ("DELETE", "/responses/resp_x", 404, "Response with id 'resp_x' not found."),
        ("GET", "/responses/resp_x/input_items", 404, "Response with id 'resp_x' not found."),
        ("POST", "/responses/resp_x/cancel", 404, "Response with id 'resp_x' not found."),
        (
            "GET",
            "/responses/x",
            400,
            "Invalid 'response_id': 'x'. Expected an ID that begins with 'resp'.",
        ),
        ("GET", "/conversations/conv_x", 404, "Conversation with id 'conv_x' not found."),
        ("POST", "/conversations/conv_x", 404, "Conversation with id 'conv_x' not found."),
        (
            "DELETE",
            "/conversations/conv_x/items/y",
            404,
            "Conversation with id 'conv_x' not found.",
        ),
    ],
)
@pytest.mark.parametrize("prefix", ["/v1", "/openai/v1"])
def test_an_address_without_anything(
    endpoint: Endpoint, prefix: str, method: str, path: str, status: int, message: str
) -> None:
    body = b"" if method == "POST" else None
    heard = ask(endpoint, prefix + path, body, method=method)

    assert (heard.status, heard.error["message"]) == (status, message)


def test_only_one_in_the_background_is_cancelled(endpoint: Endpoint) -> None:
    made = ask(endpoint, RESPONSES, say()).json["id"]
    heard = ask(endpoint, f"{RESPONSES}/{made}/cancel", b"")

    assert heard.status == 400
    assert heard.json == refusal("Cannot cancel a synchronous response.")


def test_a_response_is_not_streamed_again(endpoint: Endpoint) -> None:
    made = ask(endpoint, RESPONSES, say()).json["id"]
    heard = ask(endpoint, f"{RESPONSES}/{made}?stream=true")

    assert heard.status == 400
    assert heard.error["param"] == "stream"


def test_a_deployment_that_does_not_exist(endpoint: Endpoint) -> None:
    heard = ask(endpoint, "/openai/v1/responses", say(model="gpt-x"))

    assert (heard.status, heard.error["code"]) == (404, "DeploymentNotFound")


def test_too_many_items_at_once(endpoint: Endpoint) -> None:
    items = [{"role": "user", "content": "x"}] * 21
    heard = ask(endpoint, "/v1/conversations", {"items": items})

    assert (heard.status, heard.error["code"]) == (400, "array_above_max_length")
