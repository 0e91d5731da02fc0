"""What a model does not take: a request that fits its API, and that the service refuses even so.

The texts are the services' own; `tests/endpoint/models/request_table.py` says where each was seen.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from scaffold.endpoint.http.service_errors import (
    ServiceError,
    only_responses,
    refused,
    unsupported,
)
from scaffold.endpoint.models.model import Api, Model, Takes
from scaffold.endpoint.models.reasoning import reasons

JsonObject = dict[str, Any]

_ENCRYPTED = "reasoning.encrypted_content"
_LOGPROBS = "message.output_text.logprobs"
_STRUCTURED = "Learn more about supported models at the Structured Outputs guide:"
_GUIDE = "https://platform.openai.com/docs/guides/structured-outputs"
# What says how words are chosen, or shows it.
_SAMPLING = {"temperature", "top_p", "logprobs", "top_logprobs"}


def check_chat(model: Model, body: JsonObject) -> None:
    """Check a chat completions request, whose fields are of the right type, against its model.

    Raises:
        ServiceError: the model does not take it.
    """
    takes, effort = model.takes, body.get("reasoning_effort")
    if effort is not None:
        _check_chat_effort(takes, effort)
    if body.get("tools"):
        _check_chat_tools(model, effort)
    if takes.max_tokens is False and body.get("max_tokens") is not None:
        raise unsupported("max_tokens", "Use 'max_completion_tokens' instead.")
    if takes.stop is False and body.get("stop") is not None:
        raise unsupported("stop", "")
    if not _samples(takes, effort):
        _check_chat_sampling(body)
    if takes.structured_output is False and _is_schema(body.get("response_format")):
        raise _no_structured_output("response_format")


def check_response(model: Model, body: JsonObject) -> None:
    """Check a Responses request, whose fields are of the right type, against its model.

    Raises:
        ServiceError: the model does not take it.
    """
    takes, include = model.takes, body.get("include") or []
    reasoning = body.get("reasoning") or {}
    effort = reasoning.get("effort")
    if takes.efforts == ():
        for name in ("effort", "summary", "generate_summary"):
            if reasoning.get(name) is not None:
                raise unsupported(f"reasoning.{name}", "")
        if _ENCRYPTED in include:
            message = "Encrypted content is not supported with this model."
            raise refused(message, param="include")
    elif effort is not None and takes.efforts is not None:
        efforts = (*takes.efforts, *takes.efforts_of_responses)
        if effort not in efforts:
            raise refused(
                f"Unsupported value: '{effort}' is not supported with the '{model.name}' model."
                f" Supported values are: {_listed(efforts)}.",
                param="reasoning.effort",
                code="unsupported_value",
            )
    if not _samples(takes, effort):
        _check_response_sampling(body, include)
    if takes.structured_output is False and _is_schema((body.get("text") or {}).get("format")):
        raise _no_structured_output("text.format")


def refusal(model: Model, api: Api, body: JsonObject) -> str | None:
    """Say why the service would refuse a request, in its words; None where it would not.

    Args:
        model: who is asked.
        api: through which API.
        body: what is sent, as far as it is known.
    """
    if api not in model.apis:
        error = only_responses()
    else:
        try:
            (check_chat if api == "chat" else check_response)(model, body)
        except ServiceError as refused_it:
            error = refused_it
        else:
            return None
    return str(error.body["error"]["message"])


def _check_chat_effort(takes: Takes, effort: str) -> None:
    if takes.efforts is None or effort in takes.efforts:
        return
    if not takes.efforts:
        # As if there were no such parameter.
        raise refused("Unrecognized request argument supplied: reasoning_effort")
    raise refused(
        f"Unsupported value: 'reasoning_effort' does not support '{effort}' with this model."
        f" Supported values are: {_listed(takes.efforts)}.",
        param="reasoning_effort",
        code="unsupported_value",
    )


def _check_chat_tools(model: Model, effort: str | None) -> None:
    takes = model.takes
    sent = takes.chat_tools == "no effort sent" and effort not in (None, "none")
    if sent or (takes.chat_tools == "effort none" and reasons(takes, effort)):
        raise refused(
            f"Function tools with reasoning_effort are not supported for {model.name} in"
            f" /v1/chat/completions. {takes.advice}",
            param="reasoning_effort",
        )


def _samples(takes: Takes, effort: str | None) -> bool:
    """Return whether how words are chosen may be set, and seen; what is not known may be."""
    if takes.sampling == "effort none":
        return not reasons(takes, effort)
    return takes.sampling != "never"


def _check_chat_sampling(body: JsonObject) -> None:
    if _SAMPLING.isdisjoint(body):
        return
    temperature = body.get("temperature")
    if temperature not in (None, 1):
        raise refused(
            f"Unsupported value: 'temperature' does not support {json.dumps(temperature)} with this"
            " model. Only the default (1) value is supported.",
            param="temperature",
            code="unsupported_value",
        )
    if body.get("top_p") not in (None, 1):
        raise unsupported("top_p", "")
    for name in ("logprobs", "top_logprobs"):
        if body.get(name):
            raise unsupported(name, "")


def _check_response_sampling(body: JsonObject, include: Sequence[str]) -> None:
    for name, default in (("temperature", 1), ("top_p", 1), ("top_logprobs", 0)):
        if body.get(name) not in (None, default):
            message = f"Unsupported parameter: '{name}' is not supported with this model."
            raise refused(message, param=name)
    if _LOGPROBS in include:
        raise refused("logprobs are not supported with reasoning models.", param="include")


def _is_schema(wanted: Any) -> bool:
    return isinstance(wanted, dict) and wanted.get("type") == "json_schema"


def _no_structured_output(name: str) -> ServiceError:
    message = f"Invalid parameter: '{name}' of type 'json_schema' is not supported with this model."
    return refused(f"{message} {_STRUCTURED} {_GUIDE}", param=name)


def _listed(values: Sequence[str]) -> str:
    """Return values as the services list them: 'low', 'medium', and 'high'."""
    quoted = [f"'{value}'" for value in values]
    if len(quoted) < 3:
        return " and ".join(quoted)
    return f"{', '.join(quoted[:-1])}, and {quoted[-1]}"
