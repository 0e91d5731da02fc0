"""What each class of models takes, and who says so. A class is of models that take the same.

Sources, besides those of each: a request that names no effort has the default one, and what it may
send follows from that (https://github.com/BerriAI/litellm-docs/pull/1066, which tried it; OpenAI's
https://developers.openai.com/api/docs/guides/deployment-checklist). The requests that the services
were seen to refuse are rows of `tests/endpoint/models/request_table.py`, each with its source.
"""

from __future__ import annotations

from scaffold.endpoint.models.model import Takes

_LOW_TO_HIGH = ("low", "medium", "high")
_NONE_TO_XHIGH = ("none", *_LOW_TO_HIGH, "xhigh")
_USE_RESPONSES = "Please use /v1/responses instead."
_OR_NONE = "To use function tools, use /v1/responses or set reasoning_effort to 'none'."

PLAIN = Takes("gpt-4o and gpt-4.1")
O3 = Takes(
    "o3",
    efforts=_LOW_TO_HIGH,
    default_effort="medium",
    sampling="never",
    max_tokens=False,
    stop=False,
)
GPT_5 = Takes(
    "gpt-5",
    efforts=("minimal", *_LOW_TO_HIGH),
    default_effort="medium",
    sampling="never",
    max_tokens=False,
    stop=False,
)
GPT_5_1 = Takes(
    "gpt-5.1",
    efforts=("none", *_LOW_TO_HIGH),
    default_effort="none",
    sampling="effort none",
    max_tokens=False,
)
GPT_5_2 = Takes(
    "gpt-5.2",
    efforts=_NONE_TO_XHIGH,
    default_effort="none",
    sampling="effort none",
    max_tokens=False,
    stop=False,
    chat_tools="no effort sent",
    advice=_USE_RESPONSES,
)
GPT_5_4 = Takes(
    "gpt-5.4",
    efforts=_NONE_TO_XHIGH,
    default_effort="none",
    sampling="effort none",
    max_tokens=False,
    stop=None,
    chat_tools="no effort sent",
    advice=_USE_RESPONSES,
)
GPT_5_5 = Takes(
    "gpt-5.5",
    efforts=_NONE_TO_XHIGH,
    default_effort="medium",
    sampling="effort none",
    max_tokens=False,
    stop=None,
    chat_tools="no effort sent",
    advice=_USE_RESPONSES,
)
GPT_6 = Takes(
    "gpt-5.6 and gpt-6",
    efforts=_NONE_TO_XHIGH,
    efforts_of_responses=("max",),
    default_effort="medium",
    sampling="effort none",
    max_tokens=False,
    stop=None,
    chat_tools="effort none",
    advice=_OR_NONE,
)
ALWAYS_REASONS = Takes(
    "gpt-6 that always reasons",
    efforts=(*_LOW_TO_HIGH, "xhigh"),
    efforts_of_responses=("max",),
    sampling="never",
    max_tokens=False,
    stop=None,
    chat_tools="effort none",
    advice=_OR_NONE,
)
PRO = Takes(
    "for Responses alone",
    efforts=("medium", "high", "xhigh"),
    sampling="never",
    hosted_tools=None,
    structured_output=None,
)
EMBEDDING = Takes("embedding", images=False, structured_output=False, hosted_tools=False)
# What one would have to know of models that are gone, and of the stand-in for `/completions`.
UNKNOWN = Takes("unknown", None, (), None, None, None, None, None, "", None, None, None)
