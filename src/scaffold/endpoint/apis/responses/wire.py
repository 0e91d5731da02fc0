"""How a reply is said by the Responses API: the response and the items of its output.

Source: https://developers.openai.com/api/reference/resources/responses
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from scaffold.endpoint.apis.responses.items import shown
from scaffold.endpoint.replies.code_interpreter import CodeRun
from scaffold.endpoint.replies.documents import Document
from scaffold.endpoint.replies.prompt import Reply, ToolCall
from scaffold.endpoint.replies.web_pages import WebPage
from scaffold.endpoint.state.storage import Found

JsonObject = dict[str, Any]

_PIECE = re.compile(r"\w{1,8}|[^\w]+")


def resource(body: JsonObject) -> JsonObject:
    """Return a response as it begins, out of a checked body: what it was asked for, and its
    defaults.
    """

    def setting(name: str, otherwise: Any = None) -> Any:
        return otherwise if body.get(name) is None else body[name]

    said = setting("text", {})
    reasoning = setting("reasoning", {})
    return {
        "object": "response",
        "status": "in_progress",
        "background": setting("background", False),
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "instructions": setting("instructions"),
        "max_output_tokens": setting("max_output_tokens"),
        "max_tool_calls": setting("max_tool_calls"),
        "output": [],
        "parallel_tool_calls": setting("parallel_tool_calls", True),
        "previous_response_id": setting("previous_response_id"),
        "prompt_cache_key": setting("prompt_cache_key"),
        "reasoning": {"effort": reasoning.get("effort"), "summary": reasoning.get("summary")},
        "safety_identifier": setting("safety_identifier"),
        "service_tier": "default",
        "store": setting("store", True),
        "temperature": setting("temperature", 1.0),
        "text": {
            "format": _format(said.get("format") or {"type": "text"}),
            "verbosity": said.get("verbosity") or "medium",
        },
        "tool_choice": setting("tool_choice", "auto"),
        "tools": [_tool(tool) for tool in setting("tools", [])],
        "top_logprobs": setting("top_logprobs", 0),
        "top_p": setting("top_p", 1.0),
        "truncation": setting("truncation", "disabled"),
        "metadata": setting("metadata", {}),
        # The official document has no null here, nor in `usage`, which comes at the end.
        **({} if body.get("user") is None else {"user": body["user"]}),
    }


def _format(given: JsonObject) -> JsonObject:
    if given["type"] != "json_schema":
        return given
    sent = {name: value for name, value in given.items() if value is not None}
    return {"strict": False, **sent}


def _tool(tool: JsonObject) -> JsonObject:
    """Return a tool with all that holds where nothing is said."""
    sent = {name: value for name, value in tool.items() if value is not None}
    if tool["type"] == "function":
        return {"description": None, "parameters": None, "strict": True, **sent}
    if tool["type"] == "file_search":
        ranking = {"ranker": "auto", "score_threshold": 0.0, **sent.get("ranking_options", {})}
        return {"filters": None, "max_num_results": 20, **sent, "ranking_options": ranking}
    return sent


def unmark(reply: Reply) -> tuple[list[str], list[JsonObject]]:
    """Return the pieces of a reply as this API says them, and what they cite, as annotations.

    Where a file is cited is said, and the mark is left to whoever shows the text; the link to a
    page of the web stays in the text.
    """
    marked = {citation.start: citation.document for citation in reply.citations}
    pieces: list[str] = []
    notes: list[JsonObject] = []
    read = length = 0
    for piece in reply.pieces:
        document = marked.get(read)
        read += len(piece)
        if document is not None and not isinstance(document, WebPage):
            if pieces and pieces[-1].isspace():
                length -= len(pieces.pop())
            notes.append(_file_citation(document, length))
            continue
        pieces.append(piece)
        length += len(piece)
        if document is not None:
            notes.append(_url_citation(document, length - len(piece), length))
    return pieces, notes


def _file_citation(document: Document, index: int) -> JsonObject:
    return {
        "type": "file_citation",
        "file_id": document.file_id,
        "filename": document.filename,
        "index": index,
    }


def _url_citation(page: Document, start: int, end: int) -> JsonObject:
    return {
        "type": "url_citation",
        "start_index": start,
        "end_index": end,
        "title": page.title,
        "url": page.url,
    }


def message(
    message_id: str,
    pieces: Sequence[str],
    annotations: Sequence[JsonObject],
    *,
    logprobs: Sequence[JsonObject],
    status: str,
    refused: bool = False,
) -> JsonObject:
    """Return the item of a reply in words.

    Args:
        message_id: its id.
        pieces: its text, in pieces.
        annotations: what is cited in it.
        logprobs: the probabilities of its pieces, where they are shown.
        status: whether it is complete.
        refused: whether it says why there is no answer.
    """
    part: JsonObject = {"type": "refusal", "refusal": "".join(pieces)}
    if not refused:
        part = {
            "type": "output_text",
            "annotations": list(annotations),
            "logprobs": list(logprobs),
            "text": "".join(pieces),
        }
    return {
        "id": message_id,
        "type": "message",
        "status": status,
        "content": [part],
        "role": "assistant",
    }


def function_call(item_id: str, call_id: str, call: ToolCall) -> JsonObject:
    """Return the item of a call of a function.

    Args:
        item_id: the id of the item.
        call_id: the id of the call.
        call: the call.
    """
    return {
        "id": item_id,
        "type": "function_call",
        "status": "completed",
        "arguments": call.arguments,
        "call_id": call_id,
        "name": call.name,
    }


def file_search_call(item_id: str, query: str, found: Sequence[Found]) -> JsonObject:
    """Return the item of a search in files.

    Args:
        item_id: its id.
        query: what was looked for.
        found: what was found.
    """
    results = [
        {
            "attributes": each.attributes,
            "file_id": each.document.file_id,
            "filename": each.document.filename,
            "score": each.score,
            "text": each.document.text,
        }
        for each in found
    ]
    return {
        "id": item_id,
        "type": "file_search_call",
        "status": "completed",
        "queries": [query],
        "results": results,
    }


def code_interpreter_call(item_id: str, container_id: str, run: CodeRun) -> JsonObject:
    """Return the item of code that was run.

    Args:
        item_id: its id.
        container_id: the id of the container that it ran in.
        run: what was run.
    """
    return {
        "id": item_id,
        "type": "code_interpreter_call",
        "status": "completed",
        "code": run.code,
        "container_id": container_id,
        "outputs": [{"type": "logs", "logs": run.logs}],
    }


def usage(read: int, said: int, thought: int = 0) -> JsonObject:
    """Return the count of tokens; those of reasoning count as output.

    Args:
        read: how many tokens were read.
        said: how many were written.
        thought: how many were reasoning.
    """
    said += thought
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": said,
        "output_tokens_details": {"reasoning_tokens": thought},
        "total_tokens": read + said,
    }


def seen(response: JsonObject, include: Collection[str]) -> JsonObject:
    """Return a response as it is shown to those who asked for this much of it."""
    return {**response, "output": [shown(item, include) for item in response["output"]]}


def cut(code: str) -> list[str]:
    """Return code or arguments, cut as a model's tokens would be."""
    return _PIECE.findall(code)
