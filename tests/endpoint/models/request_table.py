"""Requests, models, and what the services answer: each row names who saw that, or says so.

`none said` in a source: the status and the field are from there, the exact words from no source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

CHECKLIST = "https://developers.openai.com/api/docs/guides/deployment-checklist"
LITELLM = "https://github.com/BerriAI/litellm/pull/34569"
LITELLM_DOCS = "https://github.com/BerriAI/litellm-docs/pull/1066"
LIVEKIT = "https://github.com/livekit/agents/pull/7169"
LIVEKIT_5_2 = "https://github.com/livekit/agents/pull/5088"
LIVEKIT_5_1 = "https://github.com/livekit/agents/pull/3966"
PIPECAT = "https://github.com/pipecat-ai/pipecat/issues/4043"
OPENAPI = "https://github.com/openai/openai-openapi/issues/541"
WEBMCP = "https://github.com/GoogleChromeLabs/webmcp-tools/issues/417"
LIBRECHAT = "https://github.com/danny-avila/LibreChat/issues/14231"
ONYX = "https://github.com/onyx-dot-app/onyx/issues/15008"
MODEL_PAGE = "https://developers.openai.com/ja-JP/api/docs/models/gpt-6-luna"
GENKIT = "https://github.com/genkit-ai/genkit/pull/6303"
FOUNDRY = "https://github.com/microsoft/foundry-dev-tools/issues/779"
CRUSH = "https://github.com/charmbracelet/crush/issues/2913"
AZURE_NODE = "https://learn.microsoft.com/en-us/javascript/api/@azure/ai-projects/reasoningeffort"
EXPERIENTIAL = "https://github.com/experientiallabs/experiential/issues/764"
DART = "https://github.com/davidmigloz/langchain_dart/issues/712"
COMMUNITY_GPT_5 = "https://community.openai.com/t/gpt-5-gpt-5-mini-and-gpt-5-nano-now-available-in-the-api/1337048/3"
VANE = "https://github.com/ItzCrazyKns/Vane/issues/1173"
SMOLAGENTS = "https://github.com/huggingface/smolagents/issues/1671"
SMOLAGENTS_5_2 = "https://github.com/huggingface/smolagents/issues/1893"
ENGRAM = "https://wiki.engram.work/05-knowledge-base/gpt-5.1-chat-api-parameters-fix.html"
COPILOT = "https://github.com/caozhiyuan/copilot-api/issues/172"
CHATBOX = "https://github.com/chatboxai/chatbox/issues/2627"
OPENHANDS = "https://github.com/OpenHands/software-agent-sdk/issues/1837"
CHATWISE = "https://github.com/egoist/chatwise-releases/issues/1122"
APIDOG_6_2 = "https://dev.to/hassann/how-to-use-gpt-62-astra-api-3j9l"
MODELS_DEV = "https://github.com/anomalyco/models.dev: providers/openai/models"
RESPONSES_REFERENCE = "https://platform.openai.com/docs/api-reference/responses/create"
MICROSOFT = "https://learn.microsoft.com/azure/ai-foundry/openai/how-to/reasoning"
REFERENCE = "https://platform.openai.com/docs/api-reference/chat/create"


@dataclass(frozen=True)
class Row:
    """A request and what becomes of it.

    Attributes:
        model: who is asked.
        asked: what the request has besides the model and `Hello`.
        source: who says what becomes of it.
        api: `chat` or `responses`.
        message: of the refusal; empty where the request is served.
        param: of the refusal.
        code: of the refusal.
        status: of the refusal.
    """

    model: str
    asked: dict[str, Any]
    source: str
    api: str = "chat"
    message: str = ""
    param: str | None = None
    code: str | None = None
    status: int = 400

    def __str__(self) -> str:
        asked = dict(self.asked)
        if "tools" in asked:
            asked["tools"] = asked["tools"][0]["type"]
        said = ", ".join(
            name if name == "text" else f"{name}={value}" for name, value in asked.items()
        )
        return f"{self.api} {self.model} {said}"


_PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
_FUNCTION = {"name": "get_weather", "description": "The weather", "parameters": _PARAMETERS}
TOOLS = {"tools": [{"type": "function", "function": _FUNCTION}]}
FLAT_TOOLS = {"tools": [{"type": "function", "strict": True, **_FUNCTION}]}
CODE = {"tools": [{"type": "code_interpreter", "container": {"type": "auto"}}]}
HOSTED = {"tools": [{"type": "web_search"}]}
SCHEMA = {"type": "json_schema", "name": "weather", "schema": _PARAMETERS, "strict": True}


def _effort(effort: str) -> dict[str, Any]:
    return {"reasoning_effort": effort}


def _reasoning(effort: str) -> dict[str, Any]:
    return {"reasoning": {"effort": effort}}


def _no_tools(model: str, effort: str | None, source: str, advice: str = "") -> Row:
    """Chat completions refuse function tools at this effort, or where none is named."""
    advice = advice or (
        "To use function tools, use /v1/responses or set reasoning_effort to 'none'."
    )
    return Row(
        model,
        TOOLS if effort is None else {**TOOLS, **_effort(effort)},
        source,
        message=f"Function tools with reasoning_effort are not supported for {model} in"
        f" /v1/chat/completions. {advice}",
        param="reasoning_effort",
    )


def _no_effort(model: str, effort: str, efforts: str, source: str, **more: Any) -> Row:
    return Row(
        model,
        {**_effort(effort), **more},
        source,
        message=f"Unsupported value: 'reasoning_effort' does not support '{effort}' with this"
        f" model. Supported values are: {efforts}.",
        param="reasoning_effort",
        code="unsupported_value",
    )


def _unsupported(model: str, name: str, value: Any, source: str, advice: str = "") -> Row:
    return Row(
        model,
        {name: value},
        source,
        message=f"Unsupported parameter: '{name}' is not supported with this model.{advice}",
        param=name,
        code="unsupported_parameter",
    )


def _temperature(model: str, source: str, value: float = 0.2, **more: Any) -> Row:
    return Row(
        model,
        {"temperature": value, **more},
        source,
        message=f"Unsupported value: 'temperature' does not support {value} with this model."
        " Only the default (1) value is supported.",
        param="temperature",
        code="unsupported_value",
    )


_COMPLETION_TOKENS = " Use 'max_completion_tokens' instead."
_RESPONSES = "Please use /v1/responses instead."
_XHIGH = "'none', 'low', 'medium', 'high', and 'xhigh'"

_TOOLS_ON_CHAT = [
    # The three raw requests of litellm#34569: on the model that they were sent to, on others of
    # its generation, and on those of the next.
    *(
        row
        for model, refused, served in (
            ("gpt-5.6", LITELLM, LITELLM),
            ("gpt-5.6-luna", LIVEKIT, LIVEKIT),
            ("gpt-5.6-terra", WEBMCP, LIBRECHAT),
            ("gpt-6-sol", ONYX, CHECKLIST),
            ("gpt-6-luna", MODEL_PAGE, MODEL_PAGE),
        )
        for row in (
            _no_tools(model, None, refused),
            _no_tools(model, "low", refused),
            Row(model, {**TOOLS, **_effort("none")}, served),
        )
    ),
    # These have no effort `none`, so that nothing helps.
    _no_tools("gpt-6-astra", None, FOUNDRY),
    _no_tools("gpt-6-astra", "low", GENKIT),
    _no_effort("gpt-6-astra", "none", "'low', 'medium', 'high', and 'xhigh'", GENKIT, **TOOLS),
    _no_tools("gpt-6.1-sol", None, CHECKLIST),
    # No effort means none with these; the advice is older than that of 5.6.
    Row("gpt-5.4", TOOLS, LIVEKIT),
    Row("gpt-5.4", {**TOOLS, **_effort("none")}, OPENAPI),
    _no_tools("gpt-5.4", "low", PIPECAT, _RESPONSES),
    _no_tools("gpt-5.4", "medium", OPENAPI, _RESPONSES),
    Row("gpt-5.2", TOOLS, LIVEKIT),
    _no_tools("gpt-5.2", "low", LIVEKIT_5_2, _RESPONSES),
    _no_tools("gpt-5.5", "low", CRUSH, _RESPONSES),
    # Nobody tells what becomes of it, so it passes.
    Row("gpt-5.5", TOOLS, "unknown"),
    Row("gpt-5.1", {**TOOLS, **_effort("high")}, AZURE_NODE),
    Row("gpt-5", {**TOOLS, **_effort("minimal")}, REFERENCE),
    Row("gpt-4o", TOOLS, REFERENCE),
]
_EFFORTS = [
    _no_effort("gpt-5.6-luna", "minimal", _XHIGH, LIVEKIT),
    _no_effort("gpt-5.6-sol", "max", _XHIGH, LIVEKIT),
    _no_effort("gpt-5.1", "minimal", "'none', 'low', 'medium', and 'high'", LIVEKIT_5_1),
    _no_effort("gpt-5", "none", "'minimal', 'low', 'medium', and 'high'", AZURE_NODE),
    _no_effort("o3", "minimal", "'low', 'medium', and 'high'", MODELS_DEV),
    *(
        Row(
            model,
            _effort(effort),
            DART,
            message="Unrecognized request argument supplied: reasoning_effort",
        )
        for model in ("gpt-4o", "gpt-4o-mini", "gpt-4o-2024-08-06", "gpt-4.1")
        for effort in ("none", "low")
    ),
    Row(
        "gpt-5.6-luna",
        _reasoning("minimal"),
        EXPERIENTIAL,
        "responses",
        "Unsupported value: 'minimal' is not supported with the 'gpt-5.6-luna' model. Supported"
        " values are: 'none', 'low', 'medium', 'high', 'xhigh', and 'max'.",
        "reasoning.effort",
        "unsupported_value",
    ),
    *(
        Row("gpt-5.6-luna", _reasoning(effort), EXPERIENTIAL, "responses")
        for effort in ("none", "low", "medium", "high", "xhigh", "max")
    ),
    Row(
        "gpt-6.2-astra",
        _reasoning("none"),
        APIDOG_6_2 + " (none said)",
        "responses",
        "Unsupported value: 'none' is not supported with the 'gpt-6.2-astra' model. Supported"
        " values are: 'low', 'medium', 'high', 'xhigh', and 'max'.",
        "reasoning.effort",
        "unsupported_value",
    ),
    Row(
        "gpt-4o",
        _reasoning("low"),
        RESPONSES_REFERENCE + " (none said)",
        "responses",
        "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
        "reasoning.effort",
        "unsupported_parameter",
    ),
    # On Responses, tools and effort go together.
    Row("gpt-5.6-terra", {**FLAT_TOOLS, **_reasoning("high")}, WEBMCP, "responses"),
    Row("gpt-6-luna", FLAT_TOOLS, MODEL_PAGE, "responses"),
    Row("gpt-6-astra", FLAT_TOOLS, CHECKLIST, "responses"),
    Row("gpt-5.4", {**FLAT_TOOLS, **_reasoning("medium")}, OPENAPI, "responses"),
]
_PARAMETERS_OF_REASONING = [
    *(
        _unsupported(model, "max_tokens", 50, source, _COMPLETION_TOKENS)
        for model, source in (
            ("gpt-5.1", ENGRAM),
            ("gpt-5.4", COPILOT),
            ("gpt-6-astra", "https://docs.litellm.ai/blog/gpt_6_astra"),
            ("gpt-6-luna", "https://docs.litellm.ai/blog/gpt_6_sol_luna"),
            ("o3", MICROSOFT),
        )
    ),
    Row("gpt-6-luna", {"max_completion_tokens": 50}, "https://docs.litellm.ai/blog/gpt_6_sol_luna"),
    Row("gpt-4o", {"max_tokens": 50}, REFERENCE),
    _temperature("gpt-5", COMMUNITY_GPT_5),
    _temperature("gpt-5.6-luna", VANE),
    _temperature("gpt-6-luna", CHECKLIST),
    _temperature("gpt-5.5", LITELLM_DOCS, 0),
    _temperature("gpt-5.2", LITELLM_DOCS, 0, **_effort("medium")),
    Row("gpt-5.2", {"temperature": 0}, LITELLM_DOCS),
    Row("gpt-5.2", {"temperature": 0, **_effort("none")}, LITELLM_DOCS),
    Row("gpt-5.1", {"temperature": 0}, LITELLM_DOCS),
    Row("gpt-6-luna", {"temperature": 0.2, **_effort("none")}, CHECKLIST),
    Row("gpt-6-luna", {"temperature": 1}, COMMUNITY_GPT_5),
    Row("gpt-4o", {"temperature": 0.2, "top_p": 0.5, "logprobs": True, "stop": "x"}, REFERENCE),
    _unsupported("gpt-5", "top_p", 0.5, CHATBOX),
    _unsupported("gpt-6-luna", "top_p", 0.5, CHECKLIST),
    _unsupported("gpt-6-luna", "logprobs", True, CHECKLIST + " (none said)"),
    _unsupported("gpt-5-mini", "stop", ["END"], SMOLAGENTS),
    _unsupported("o3", "stop", "END", "https://github.com/FlowiseAI/Flowise/pull/5227"),
    _unsupported("gpt-5.2", "stop", "END", SMOLAGENTS_5_2),
    Row("gpt-5.1", {"stop": "END"}, SMOLAGENTS_5_2),
    Row("gpt-6-luna", {"stop": "END"}, "unknown"),
    *(
        Row(
            model,
            {name: value},
            source,
            "responses",
            f"Unsupported parameter: '{name}' is not supported with this model.",
            name,
        )
        for model, name, value, source in (
            ("gpt-5", "temperature", 0.2, "https://github.com/sourcebot-dev/sourcebot/issues/454"),
            ("gpt-6-luna", "temperature", 0.2, CHECKLIST),
            ("gpt-6-luna", "top_p", 0.5, CHECKLIST),
            ("gpt-6-luna", "top_logprobs", 3, CHECKLIST),
        )
    ),
    Row(
        "gpt-5.2",
        {"temperature": 0.2, **_reasoning("low")},
        OPENHANDS,
        "responses",
        "Unsupported parameter: 'temperature' is not supported with this model.",
        "temperature",
    ),
    Row("gpt-6-luna", {"temperature": 0.2, **_reasoning("none")}, CHECKLIST, "responses"),
    Row("gpt-4o", {"temperature": 0.2, "top_p": 0.5}, REFERENCE, "responses"),
    Row(
        "gpt-6-luna",
        {"include": ["message.output_text.logprobs"]},
        CHECKLIST + " (none said)",
        "responses",
        "logprobs are not supported with reasoning models.",
        "include",
    ),
]
_APIS = [
    # Hosted tools belong to Responses, whichever the model.
    *(
        Row(
            model,
            HOSTED,
            MODEL_PAGE + " (none said)",
            message="Invalid value: 'web_search'. Supported values are: 'function'.",
            param="tools[0].type",
            code="invalid_value",
        )
        for model in ("gpt-5.6-sol", "gpt-6-luna", "gpt-4o")
    ),
    *(
        Row(model, CODE, MODEL_PAGE, "responses")
        for model in ("gpt-5.6-sol", "gpt-6-luna", "gpt-5.2", "gpt-4o")
    ),
    *(
        Row(
            model,
            {},
            CHATWISE,
            message="This model is only supported in v1/responses and not in v1/chat/completions.",
            param="model",
            status=404,
        )
        for model in ("gpt-5-pro", "gpt-5.5-pro", "gpt-5.5-pro-2026-04-23", "gpt-5.3-codex")
    ),
    Row("gpt-5.5-pro", {}, MODELS_DEV, "responses"),
    Row("gpt-5.5-pro", {"text": {"format": SCHEMA}}, MODELS_DEV, "responses"),
    Row(
        "gpt-5.2-pro",
        {"text": {"format": SCHEMA}},
        MODELS_DEV + " (none said)",
        "responses",
        "Invalid parameter: 'text.format' of type 'json_schema' is not supported with this model."
        " Learn more about supported models at the Structured Outputs guide:"
        " https://platform.openai.com/docs/guides/structured-outputs",
        "text.format",
    ),
]
ROWS = [*_TOOLS_ON_CHAT, *_EFFORTS, *_PARAMETERS_OF_REASONING, *_APIS]
