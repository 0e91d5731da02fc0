"""Chat completions, on OpenAI and on both routes of Azure OpenAI."""

from __future__ import annotations

from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.apis.chat import on_your_data
from scaffold.endpoint.apis.chat import request as chat_request
from scaffold.endpoint.apis.chat.stored import keep
from scaffold.endpoint.apis.chat.wire import Saying, completion, events
from scaffold.endpoint.http import service_errors
from scaffold.endpoint.http.invalid import Invalid
from scaffold.endpoint.http.response import EventStream, HttpResponse
from scaffold.endpoint.http.surfaces import AZURE_DEPLOYMENT, AZURE_MODELS, AZURE_V1, OPENAI
from scaffold.endpoint.models import refusals
from scaffold.endpoint.models.model import Model
from scaffold.endpoint.models.reasoning import reasoning_tokens
from scaffold.endpoint.replies.prompt import Prompt

# Of a model of which nothing is known.
_CONTEXT_LENGTH = 1_000_000


def create(call: Call) -> HttpResponse | EventStream:
    """Answer a conversation.

    Raises:
        ServiceError: the body is not acceptable, or the model or deployment does not exist.
    """
    deployment = call.path.get("deployment")
    named = deployment
    if call.surface in {AZURE_V1, AZURE_MODELS} and isinstance(call.body, dict):
        named = call.body.get("model")
    model = None
    # On Azure the gateway looks for the deployment before a model reads the rest.
    if call.family == "azure" and isinstance(named, str):
        model = call.find_model(named, "chat")
    try:
        return _create(call, deployment, model)
    except Invalid as problem:
        raise service_errors.invalid(problem, chat=True) from problem


def _create(call: Call, deployment: str | None, model: Model | None) -> HttpResponse | EventStream:
    state = call.state
    body = chat_request.check(call.body, deployment is not None, call.lenient)
    if model is None:
        model = call.find_model(body["model"], "chat")
    refusals.check_chat(model, body)
    prompt = chat_request.to_prompt(body)
    prompt_tokens = _count_tokens(prompt, model)
    context = None
    if _has_sources(call, body):
        documents = on_your_data.retrieve(call, body)
        context = on_your_data.context(body, documents)
        prompt = prompt._replace(documents=documents, tools=())
    reply = call.reply_to(prompt)
    saying = Saying(
        id=state.new_id("chatcmpl-"),
        call_ids=tuple(call.id or state.new_id("call_") for call in reply.tool_calls),
        created=state.now(),
        model=model.name,
        azure=call.family == "azure",
        prompt_tokens=prompt_tokens,
        choices=body.get("n") or 1,
        logprobs=bool(body.get("logprobs")),
        top_logprobs=body.get("top_logprobs") or 0,
        usage=bool((body.get("stream_options") or {}).get("include_usage")),
        thought=_thought(model, body),
        context=context,
    )
    if body.get("store"):
        keep(state, body, completion(reply, saying))
    if body.get("stream"):
        return EventStream(events(reply, saying))
    return HttpResponse(completion(reply, saying))


def _thought(model: Model, body: dict[str, Any]) -> int:
    """Return how many tokens of reasoning there were, where it was asked for."""
    effort = body.get("reasoning_effort")
    return 0 if effort is None else reasoning_tokens(model.takes, effort)


def _has_sources(call: Call, body: dict[str, Any]) -> bool:
    """Return whether it has On Your Data; only Azure's dated route knows that."""
    if "data_sources" not in body or call.surface is AZURE_DEPLOYMENT:
        return "data_sources" in body
    if not call.lenient:
        raise Invalid("unknown_parameter", "data_sources")
    return False


def _count_tokens(prompt: Prompt, model: Model) -> int:
    """Return about how many tokens a prompt has.

    Raises:
        ServiceError: more than the model can read.
    """
    count = prompt.tokens
    most = model.context or _CONTEXT_LENGTH
    if count > most:
        raise service_errors.refused(
            f"This model's maximum context length is {most} tokens. However, your"
            f" messages resulted in {count} tokens. Please reduce the length of the messages.",
            param="messages",
            code="context_length_exceeded",
        )
    return count


OPERATIONS = (
    Operation(
        "POST",
        "/chat/completions",
        create,
        (OPENAI, AZURE_DEPLOYMENT, AZURE_V1, AZURE_MODELS),
        kind="chat",
    ),
)
