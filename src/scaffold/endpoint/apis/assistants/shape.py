"""The shapes of the requests about assistants, threads and runs: every field that they may have.

Source: https://platform.openai.com/docs/api-reference/assistants, …/threads and …/runs
"""

from __future__ import annotations

from scaffold.endpoint.apis.chat.shape import FUNCTION, RESPONSE_FORMAT
from scaffold.endpoint.apis.storage.vector_stores import CHUNKING
from scaffold.endpoint.http.validation import (
    Check,
    anything,
    by_field,
    either,
    fields,
    flag,
    items,
    metadata,
    number,
    one_of,
    optional,
    text,
    whole,
)

_RANKING = fields(
    {"score_threshold": number(0, 1)}, {"ranker": one_of("auto", "default_2024_08_21")}
)
_FILE_SEARCH = fields({}, {"max_num_results": whole(1, 50), "ranking_options": _RANKING})
_TOOLS = items(
    by_field(
        "type",
        {
            "code_interpreter": fields({"type": anything}),
            "file_search": fields({"type": anything}, {"file_search": _FILE_SEARCH}),
            "function": fields({"type": anything, "function": FUNCTION}),
        },
    ),
    "objects",
    most=128,
)
_CODE = fields({}, {"file_ids": items(text(), "strings", most=20)})
_STORE_IDS = items(text(), "strings", most=1)
_NEW_STORE = fields(
    {},
    {
        "file_ids": items(text(), "strings", most=10_000),
        "chunking_strategy": CHUNKING,
        "metadata": optional(metadata),
    },
)
_TOOL_RESOURCES = fields(
    {},
    {"code_interpreter": _CODE, "file_search": fields({}, {"vector_store_ids": _STORE_IDS})},
)
_NEW_SEARCH = {
    "vector_store_ids": _STORE_IDS,
    "vector_stores": items(_NEW_STORE, "objects", most=1),
}
_NEW_RESOURCES = fields({}, {"code_interpreter": _CODE, "file_search": fields({}, _NEW_SEARCH)})
_FORMAT = either("one of 'auto' or an object", string=one_of("auto"), object=RESPONSE_FORMAT)
_TEMPERATURE, _TOP_P = optional(number(0, 2)), optional(number(0, 1))
_EFFORT = optional(one_of("none", "minimal", "low", "medium", "high", "xhigh"))
_ASSISTANT_OPTIONS: dict[str, Check] = {
    "name": optional(text(longest=256)),
    "description": optional(text(longest=512)),
    "instructions": optional(text(longest=256_000)),
    "tools": _TOOLS,
    "tool_resources": optional(_TOOL_RESOURCES),
    "metadata": optional(metadata),
    "temperature": _TEMPERATURE,
    "top_p": _TOP_P,
    "response_format": optional(_FORMAT),
    "reasoning_effort": _EFFORT,
}
ASSISTANT = fields(
    {"model": text()}, {**_ASSISTANT_OPTIONS, "tool_resources": optional(_NEW_RESOURCES)}
)
ASSISTANT_CHANGES = fields({}, {"model": text(), **_ASSISTANT_OPTIONS})

_DETAIL = one_of("auto", "low", "high")
_IMAGE_URL = fields({"url": text()}, {"detail": _DETAIL})
_IMAGE_FILE = fields({"file_id": text()}, {"detail": _DETAIL})
_PART = by_field(
    "type",
    {
        "text": fields({"type": anything, "text": text()}),
        "image_url": fields({"type": anything, "image_url": _IMAGE_URL}),
        "image_file": fields({"type": anything, "image_file": _IMAGE_FILE}),
    },
)
_ATTACHED = by_field(
    "type",
    {
        "code_interpreter": fields({"type": anything}),
        "file_search": fields({"type": anything}),
    },
)
_ATTACHMENT = fields({"file_id": text()}, {"tools": items(_ATTACHED, "objects")})
MESSAGE = fields(
    {
        "role": one_of("user", "assistant"),
        "content": either(
            "one of a string or array of objects",
            string=text(longest=256_000),
            array=items(_PART, "objects", fewest=1),
        ),
    },
    {"attachments": optional(items(_ATTACHMENT, "objects")), "metadata": optional(metadata)},
)
_MESSAGES = items(MESSAGE, "objects")
THREAD = fields(
    {},
    {
        "messages": _MESSAGES,
        "metadata": optional(metadata),
        "tool_resources": optional(_NEW_RESOURCES),
    },
)
THREAD_CHANGES = fields(
    {}, {"metadata": optional(metadata), "tool_resources": optional(_TOOL_RESOURCES)}
)
MESSAGE_CHANGES = fields({}, {"metadata": optional(metadata)})

INCLUDABLE = "step_details.tool_calls[*].file_search.results[*].content"
_CHOICE = either(
    "one of 'none', 'auto', 'required' or an object",
    string=one_of("none", "auto", "required"),
    object=by_field(
        "type",
        {
            "function": fields({"type": anything, "function": fields({"name": text()})}),
            "code_interpreter": fields({"type": anything}),
            "file_search": fields({"type": anything}),
        },
    ),
)
_TRUNCATION = fields(
    {"type": one_of("auto", "last_messages")}, {"last_messages": optional(whole(1))}
)
_RUN_OPTIONS: dict[str, Check] = {
    "instructions": optional(text(longest=256_000)),
    "max_completion_tokens": optional(whole(1)),
    "max_prompt_tokens": optional(whole(256)),
    "metadata": optional(metadata),
    "model": optional(text()),
    "parallel_tool_calls": flag,
    "response_format": optional(_FORMAT),
    "stream": optional(flag),
    "temperature": _TEMPERATURE,
    "tool_choice": optional(_CHOICE),
    "tools": optional(_TOOLS),
    "top_p": _TOP_P,
    "truncation_strategy": optional(_TRUNCATION),
}
RUN = fields(
    {"assistant_id": text()},
    {
        **_RUN_OPTIONS,
        "additional_instructions": optional(text()),
        "additional_messages": optional(_MESSAGES),
        "include": items(one_of(INCLUDABLE), "strings"),
        "reasoning_effort": _EFFORT,
    },
)
RUN_WITH_THREAD = fields(
    {"assistant_id": text()},
    {**_RUN_OPTIONS, "thread": THREAD, "tool_resources": optional(_TOOL_RESOURCES)},
)
RUN_CHANGES = fields({}, {"metadata": optional(metadata)})
_OUTPUT = fields({"tool_call_id": text()}, {"output": optional(text())})
TOOL_OUTPUTS = fields({"tool_outputs": items(_OUTPUT, "objects")}, {"stream": optional(flag)})
