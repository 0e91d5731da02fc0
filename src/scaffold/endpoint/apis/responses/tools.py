"""The tools of a response: what the service runs itself for a turn, and what it leaves to a model.

Source: https://developers.openai.com/api/docs/guides/tools
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from scaffold.endpoint.apis.assistants.run_life import file_mark
from scaffold.endpoint.apis.chat.request import to_tool
from scaffold.endpoint.apis.responses.hosted import image_generation, web_search
from scaffold.endpoint.apis.responses.request import identity, named_tools
from scaffold.endpoint.http.service_errors import refused
from scaffold.endpoint.replies import code_interpreter
from scaffold.endpoint.replies.code_interpreter import CodeRun
from scaffold.endpoint.replies.documents import Document
from scaffold.endpoint.replies.functions.arguments import Tool
from scaffold.endpoint.replies.prompt import Message, Prompt, question_of
from scaffold.endpoint.replies.web_pages import WebPage, link
from scaffold.endpoint.state.state import State
from scaffold.endpoint.state.storage import Found

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Ran:
    """What the service ran before it answered: code, a search in files or in the web, an image, or
    nothing.
    """

    code: CodeRun | None = None
    query: str = ""
    found: tuple[Found, ...] | None = None
    pages: tuple[WebPage, ...] | None = None
    image: JsonObject | None = None


def check_stores(state: State, body: JsonObject) -> None:
    """Check that the vector stores that are to be searched exist.

    Raises:
        ServiceError: one does not.
    """
    for tool in body.get("tools") or []:
        ids = tool.get("vector_store_ids", [])
        unknown = [store_id for store_id in ids if store_id not in state.storage.stores]
        if unknown:
            raise refused(f"Vector store with id {unknown} not found.", status=404)


def run(state: State, body: JsonObject, messages: tuple[Message, ...]) -> Ran:
    """Run the tools that the question asks for; none once the functions of a turn have answered.

    Args:
        state: what the server knows.
        body: the checked request.
        messages: the conversation.
    """
    tools = {tool["type"]: tool for tool in allowed(body) if tool["type"] != "function"}
    if not tools or (messages and messages[-1].role == "tool"):
        return Ran()
    forced = _must(body) and all(tool["type"] != "function" for tool in allowed(body))
    question = question_of(messages)
    if "code_interpreter" in tools:
        code = code_interpreter.run_for(question, forced and "file_search" not in tools)
        if code is not None:
            return Ran(code)
    image = tools.get("image_generation")
    if image is not None and (forced or image_generation.is_asked_for(question)):
        return Ran(query=question, image=image)
    ran = _search_files(state, tools["file_search"], question) if "file_search" in tools else Ran()
    if ran.found or (forced and "file_search" in tools):
        return ran
    web = next((tools[kind] for kind in web_search.TYPES if kind in tools), None)
    if web is None:
        return Ran()
    pages = web_search.search(web, question)
    # What nobody would look up, such as a greeting, is not looked up.
    return Ran(query=question, pages=pages) if pages or forced else Ran()


def _search_files(state: State, tool: JsonObject, question: str) -> Ran:
    found = state.storage.search(
        tool["vector_store_ids"],
        question,
        most=tool.get("max_num_results") or 20,
        filters=tool.get("filters"),
        threshold=(tool.get("ranking_options") or {}).get("score_threshold", 0.0),
    )
    return Ran(query=question, found=tuple(found))


def to_prompt(
    body: JsonObject, messages: tuple[Message, ...], ran: Ran, more: Sequence[Tool] = ()
) -> Prompt:
    """Return what is asked for, with what was found.

    Args:
        body: the checked request.
        messages: the conversation.
        ran: what the service ran for it.
        more: what may be called besides the functions of the request.
    """
    functions = (to_tool(tool) for tool in allowed(body) if tool["type"] == "function")
    documents: tuple[Document, ...] | None = ran.pages
    if ran.found is not None:
        documents = tuple(found.document for found in ran.found)
    return Prompt(
        messages,
        tools=(*functions, *more),
        tool_choice=_choice(body, ran),
        parallel=body.get("parallel_tool_calls") is not False,
        documents=documents,
        mark=file_mark if ran.pages is None else partial(_link, ran.pages),
        code=ran.code,
        json_schema=_schema((body.get("text") or {}).get("format")),
        most_tokens=body.get("max_output_tokens"),
    )


def _link(pages: Sequence[WebPage], index: int) -> str:
    return link(pages[index])


def allowed(body: JsonObject) -> list[JsonObject]:
    """Return the tools that may be used now."""
    tools: list[JsonObject] = body.get("tools") or []
    choice = body.get("tool_choice")
    if choice == "none":
        return []
    named = [identity(tool) for tool in named_tools(choice)]
    return [tool for tool in tools if not named or identity(tool) in named]


def _must(body: JsonObject) -> bool:
    """Return whether some tool has to be used."""
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        choice = choice.get("mode", "required")
    return bool(choice == "required")


def _choice(body: JsonObject, ran: Ran) -> str:
    choice = body.get("tool_choice")
    if isinstance(choice, dict) and choice.get("name"):
        return f"={choice['name']}"
    # What the service ran is a use of a tool, too.
    return "required" if _must(body) and ran == Ran() else "auto"


def _schema(text_format: JsonObject | None) -> JsonObject | None:
    """Return the JSON Schema that the text must fit; `{}` for any object."""
    if not text_format or text_format["type"] == "text":
        return None
    schema: JsonObject = text_format.get("schema", {})
    return schema
