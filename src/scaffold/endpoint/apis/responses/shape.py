"""The shape of a Responses request: every field that it may have.

In this API null stands for a field that is left out, with few exceptions.

Source: https://developers.openai.com/api/reference/resources/responses/methods/create
"""

from __future__ import annotations

from typing import Any

from scaffold.endpoint.apis.chat.shape import MODERATION
from scaffold.endpoint.apis.responses.hosted import image_generation, web_search
from scaffold.endpoint.apis.responses.hosted.mcp import shape as mcp
from scaffold.endpoint.apis.responses.item_shape import ITEMS, id_of
from scaffold.endpoint.http.invalid import Invalid
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
from scaffold.endpoint.state import file_filters

_NAME = text(shortest=1, longest=64, pattern="[a-zA-Z0-9_-]+")
_FUNCTION = fields(
    {"type": anything, "name": _NAME},
    {
        "description": optional(text()),
        "parameters": optional(json_schema),
        "strict": optional(flag),
        "async": optional(flag),
        "defer_loading": optional(flag),
        "allowed_callers": optional(items(one_of("direct", "programmatic"), "strings")),
        "output_schema": optional(json_schema),
    },
)


def _function(value: Any, path: str, lenient: bool = False) -> Any:
    # Of a function as chat completions describe it, the service says that it has no name.
    if "name" not in value:
        raise Invalid("missing_required_parameter", f"{path}.name")
    return _FUNCTION(value, path, lenient)


_HYBRID = fields({"embedding_weight": number(0), "text_weight": number(0)})
_RANKING = fields(
    {},
    {
        "ranker": one_of("auto", "none", "default-2024-11-15"),
        "score_threshold": number(0, 1),
        "hybrid_search": _HYBRID,
    },
)
_FILE_SEARCH = fields(
    {"type": anything, "vector_store_ids": items(text(), "strings", fewest=1)},
    {
        "filters": optional(file_filters.check),
        "max_num_results": optional(whole(1, 50)),
        "ranking_options": optional(_RANKING),
    },
)
_AUTO = fields(
    {"type": one_of("auto")},
    {
        "file_ids": optional(items(text(), "strings", most=50)),
        "memory_limit": optional(one_of("1g", "4g", "16g", "64g")),
        "network_policy": optional(json_schema),
    },
)
_CONTAINER = either("one of a container ID or object", string=text(), object=_AUTO)
_CODE_INTERPRETER = fields(
    {"type": anything, "container": _CONTAINER},
    {"allowed_callers": optional(items(one_of("direct", "programmatic"), "strings"))},
)
# What the service runs itself.
HOSTED: dict[str, Check] = {
    "file_search": _FILE_SEARCH,
    "code_interpreter": _CODE_INTERPRETER,
    "image_generation": image_generation.SHAPE,
    "mcp": mcp.SHAPE,
    **dict.fromkeys(web_search.TYPES, web_search.SHAPE),
}
# Offered by the service, and by nothing that works offline.
ELSEWHERE = (
    "computer",
    "computer_use_preview",
    "local_shell",
    "shell",
    "custom",
    "namespace",
    "tool_search",
    "apply_patch",
    "programmatic_tool_calling",
)
_TOOL = by_field(
    "type",
    {
        "function": _function,
        **HOSTED,
        **dict.fromkeys(ELSEWHERE, anything),
    },
)
_CHOSEN = {**dict.fromkeys(HOSTED, fields({"type": anything})), "mcp": mcp.CHOSEN}
_NAMED = fields({"type": anything, "name": text()})
_ALLOWED = fields(
    {
        "type": anything,
        "mode": one_of("auto", "required"),
        "tools": items(
            by_field("type", {"function": _NAMED, **_CHOSEN}),
            "objects",
            fewest=1,
        ),
    }
)
_TOOL_CHOICE = either(
    "one of 'none', 'auto', 'required' or an object",
    string=one_of("none", "auto", "required"),
    object=by_field(
        "type",
        {
            "function": _NAMED,
            **_CHOSEN,
            "allowed_tools": _ALLOWED,
        },
    ),
)
_FORMAT = by_field(
    "type",
    {
        "json_object": fields({"type": anything}),
        "text": fields({"type": anything}),
        "json_schema": fields(
            {"type": anything, "name": _NAME, "schema": json_schema},
            {"description": optional(text()), "strict": optional(flag)},
        ),
    },
)
_VERBOSITY = optional(one_of("low", "medium", "high"))
_EFFORT = one_of("none", "minimal", "low", "medium", "high", "xhigh", "max")
_SUMMARY = optional(one_of("auto", "concise", "detailed"))
_REASONING = fields(
    {},
    {
        "context": optional(one_of("auto", "current_turn", "all_turns")),
        "effort": optional(_EFFORT),
        "generate_summary": _SUMMARY,
        "mode": optional(text()),
        "summary": _SUMMARY,
    },
)
INCLUDE = items(
    one_of(
        "file_search_call.results",
        "web_search_call.results",
        "web_search_call.action.sources",
        "message.input_image.image_url",
        "computer_call_output.output.image_url",
        "code_interpreter_call.outputs",
        "reasoning.encrypted_content",
        "message.output_text.logprobs",
    ),
    "strings",
)
_CONVERSATION = either(
    "one of a conversation ID or object",
    string=id_of("conv"),
    object=fields({"id": id_of("conv")}),
)
_OPTIONS: dict[str, Check] = {
    "access_programs": optional(mapping(text())),
    "background": optional(flag),
    "background_options": optional(
        fields({}, {"completion_window": one_of("soonest", "2h", "8h"), "continuation_id": text()})
    ),
    "context_management": optional(items(mapping(anything), "objects")),
    "conversation": optional(_CONVERSATION),
    "frequency_penalty": optional(number(-2, 2)),
    "image": optional(fields({}, {"context_compression": text()})),
    "include": optional(INCLUDE),
    "instructions": optional(text()),
    "max_output_tokens": optional(whole(16)),
    "max_tool_calls": optional(whole(1)),
    "metadata": optional(metadata),
    "moderation": optional(MODERATION),
    # Its beta: the first agent answers, and starts no others.
    "multi_agent": optional(fields({"enabled": flag}, {"max_concurrent_subagents": whole(1)})),
    "parallel_tool_calls": optional(flag),
    "presence_penalty": optional(number(-2, 2)),
    "previous_response_id": optional(id_of("resp")),
    "prompt": anything,
    "prompt_cache_key": optional(text()),
    "prompt_cache_options": optional(mapping(anything)),
    "prompt_cache_retention": optional(one_of("in_memory", "24h")),
    "reasoning": optional(_REASONING),
    "safety_identifier": optional(text(longest=128)),
    "service_tier": optional(
        one_of("auto", "default", "fast", "flex", "priority", "scale", "ultrafast")
    ),
    "store": optional(flag),
    "stream": optional(flag),
    "stream_options": optional(fields({}, {"include_obfuscation": flag})),
    "temperature": optional(number(0, 2)),
    "text": optional(fields({}, {"format": optional(_FORMAT), "verbosity": _VERBOSITY})),
    "tool_choice": optional(_TOOL_CHOICE),
    "tools": optional(items(_TOOL, "objects", most=128)),
    "top_logprobs": optional(whole(0, 20)),
    "top_p": optional(number(0, 1)),
    "truncation": optional(one_of("auto", "disabled")),
    "user": optional(text()),
}
_INPUT = either("one of a string or array of input items", string=text(), array=ITEMS)
BODY = fields({"model": text(), "input": _INPUT}, _OPTIONS)
_COUNTED_OPTIONS = """
    conversation instructions parallel_tool_calls previous_response_id reasoning text tool_choice
    tools truncation
""".split()
COUNTED = fields(
    {},
    {
        "input": optional(_INPUT),
        "model": optional(text()),
        "personality": optional(text()),
        **{name: _OPTIONS[name] for name in _COUNTED_OPTIONS},
    },
)
_COMPACTED_OPTIONS = """
    instructions previous_response_id prompt_cache_key prompt_cache_options prompt_cache_retention
    service_tier
""".split()
COMPACTED = fields(
    {"model": text()},
    {"input": optional(_INPUT), **{name: _OPTIONS[name] for name in _COMPACTED_OPTIONS}},
)
