"""The shape of a chat completions request: every field that it may have.

Source: https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

from scaffold.endpoint.http.validation import (
    Check,
    anything,
    by_field,
    either,
    fields,
    flag,
    items,
    json_schema,
    mapping,
    metadata,
    number,
    one_of,
    optional,
    text,
    whole,
)

_NAME = text(shortest=1, longest=64, pattern="[a-zA-Z0-9_-]+")
_TEXT_PART = fields({"type": anything, "text": text()}, {"prompt_cache_breakpoint": anything})
_IMAGE = fields({"url": text()}, {"detail": one_of("auto", "low", "high", "original")})
_AUDIO = fields({"data": text(), "format": one_of("wav", "mp3")})
_FILE = fields({}, {"file_data": text(), "file_id": text(), "filename": text()})
_USER_PARTS = by_field(
    "type",
    {
        "text": _TEXT_PART,
        "image_url": fields({"type": anything, "image_url": _IMAGE}),
        "input_audio": fields({"type": anything, "input_audio": _AUDIO}),
        "file": fields({"type": anything, "file": _FILE}),
    },
)
_ASSISTANT_PARTS = by_field(
    "type",
    {"text": _TEXT_PART, "refusal": fields({"type": anything, "refusal": text()})},
)


def _content(part: Check) -> Check:
    parts = items(part, "objects", fewest=1)
    return either("one of a string or array of objects", string=text(), array=parts)


_TEXT_CONTENT = _content(by_field("type", {"text": _TEXT_PART}))
_CALLED = fields({"name": text(), "arguments": text()})
_TOOL_CALL = by_field(
    "type", {"function": fields({"id": text(), "type": anything, "function": _CALLED})}
)
# Frameworks send null for what they have nothing to say about, and the service takes it.
_MESSAGE_NAME: dict[str, Check] = {"name": optional(text())}
_INSTRUCTION = fields({"role": anything, "content": _TEXT_CONTENT}, _MESSAGE_NAME)
_MESSAGE = by_field(
    "role",
    {
        "system": _INSTRUCTION,
        "developer": _INSTRUCTION,
        "user": fields({"role": anything, "content": _content(_USER_PARTS)}, _MESSAGE_NAME),
        "assistant": fields(
            {"role": anything},
            {
                "content": optional(_content(_ASSISTANT_PARTS)),
                "tool_calls": optional(items(_TOOL_CALL, "objects", fewest=1, most=128)),
                **_MESSAGE_NAME,
                "refusal": optional(text()),
                "audio": optional(fields({"id": text()})),
                "function_call": optional(_CALLED),
                # The service sends these; people send the message back as it came.
                "annotations": optional(items(anything, "objects")),
                "context": anything,
                # LiteLLM sends back its own message whole, as its guide to functions does.
                "provider_specific_fields": anything,
            },
        ),
        # The name is of no use here, but CrewAI and LangChain.js send it and the service takes it.
        "tool": fields(
            {"role": anything, "content": _TEXT_CONTENT, "tool_call_id": text()}, _MESSAGE_NAME
        ),
    },
)
FUNCTION = fields(
    {"name": _NAME},
    {
        "description": optional(text()),
        "parameters": optional(json_schema),
        "strict": optional(flag),
    },
)
_TOOL = by_field("type", {"function": fields({"type": anything, "function": FUNCTION})})
_NAMED = fields({"type": one_of("function"), "function": fields({"name": text()})})
_TOOL_CHOICE = either(
    "one of 'none', 'auto', 'required' or an object",
    string=one_of("none", "auto", "required"),
    object=_NAMED,
)
_SCHEMA = fields(
    {"name": _NAME},
    {"description": optional(text()), "schema": json_schema, "strict": optional(flag)},
)
RESPONSE_FORMAT = by_field(
    "type",
    {
        "text": fields({"type": anything}),
        "json_object": fields({"type": anything}),
        "json_schema": fields({"type": anything, "json_schema": _SCHEMA}),
    },
)
_STOP = either(
    "one of a string or array of strings",
    string=text(),
    array=items(text(), "strings", fewest=1, most=4),
)
_POLICY = optional(fields({"mode": one_of("score", "block")}))
MODERATION = fields(
    {"model": text()},
    {"policy": optional(fields({}, {"input": _POLICY, "output": _POLICY}))},
)
OPTIONS: dict[str, Check] = {
    "audio": anything,
    "data_sources": anything,
    "frequency_penalty": optional(number(-2, 2)),
    "function_call": anything,
    "functions": anything,
    "logit_bias": optional(mapping(number(-100, 100))),
    "logprobs": optional(flag),
    "max_completion_tokens": optional(whole(1)),
    "max_tokens": optional(whole(1)),
    "metadata": optional(metadata),
    "modalities": optional(items(one_of("text"), "strings")),
    "moderation": optional(MODERATION),
    "n": optional(whole(1, 128)),
    "parallel_tool_calls": optional(flag),
    "prediction": optional(fields({"type": one_of("content"), "content": anything})),
    "presence_penalty": optional(number(-2, 2)),
    "prompt_cache_key": optional(text()),
    "prompt_cache_options": optional(fields({}, {"mode": text(), "ttl": text()})),
    "prompt_cache_retention": optional(one_of("in_memory", "24h")),
    "reasoning_effort": optional(
        one_of("none", "minimal", "low", "medium", "high", "xhigh", "max")
    ),
    "response_format": optional(RESPONSE_FORMAT),
    "safety_identifier": optional(text(longest=128)),
    "seed": optional(whole()),
    "service_tier": optional(one_of("auto", "default", "flex", "scale", "priority", "fast")),
    "stop": optional(_STOP),
    "store": optional(flag),
    "stream": optional(flag),
    "stream_options": optional(fields({}, {"include_usage": flag, "include_obfuscation": flag})),
    "temperature": optional(number(0, 2)),
    "tool_choice": optional(_TOOL_CHOICE),
    "tools": optional(items(_TOOL, "objects", most=128)),
    "top_logprobs": optional(whole(0, 20)),
    "top_p": optional(number(0, 1)),
    "user": optional(text()),
    "verbosity": optional(one_of("low", "medium", "high")),
    "web_search_options": anything,
}
_MESSAGES = items(_MESSAGE, "objects", fewest=1)
BODY = fields({"model": text(), "messages": _MESSAGES}, OPTIONS)
# On a route that names the deployment, nobody reads what the body says of the model.
DEPLOYMENT_BODY = fields({"messages": _MESSAGES}, {"model": anything, **OPTIONS})
