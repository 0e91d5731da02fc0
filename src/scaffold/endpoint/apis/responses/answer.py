"""What is said to the items of a conversation: the tools of the service run, then a reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scaffold.endpoint.apis.call import ReplyTo
from scaffold.endpoint.apis.responses import tools as response_tools
from scaffold.endpoint.apis.responses.items import to_messages
from scaffold.endpoint.replies.functions.arguments import Tool
from scaffold.endpoint.replies.prompt import Prompt, Reply
from scaffold.endpoint.state.state import State

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Answered:
    """What the service ran, what it asked for then, and what was said."""

    ran: response_tools.Ran
    prompt: Prompt
    said: Reply


def answer(
    state: State,
    body: JsonObject,
    items: Sequence[JsonObject],
    reply_to: ReplyTo,
    tools: Sequence[Tool] = (),
) -> Answered:
    """Answer a conversation.

    Args:
        state: what the server knows.
        body: the checked request.
        items: the conversation.
        reply_to: what the call asks for a reply.
        tools: what may be called besides the functions of the request.

    Raises:
        ServiceError: a vector store or a file does not exist, or a schema contradicts itself.
    """
    messages = to_messages(body.get("instructions"), items)
    ran = response_tools.run(state, body, messages)
    prompt = response_tools.to_prompt(body, messages, ran, tools)
    return Answered(ran, prompt, reply_to(prompt))
