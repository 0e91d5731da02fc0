"""Embeddings, on OpenAI and on both routes of Azure OpenAI.

Source: https://platform.openai.com/docs/api-reference/embeddings
"""

from __future__ import annotations

import base64
import struct
from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.http import service_errors
from scaffold.endpoint.http.invalid import Invalid, wrong_type
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.surfaces import AZURE_DEPLOYMENT, AZURE_MODELS, AZURE_V1, OPENAI
from scaffold.endpoint.http.validation import anything, fields, one_of, text, whole
from scaffold.endpoint.models.model import Model
from scaffold.endpoint.replies.tokens import count_tokens
from scaffold.endpoint.replies.words import embed

_MOST_INPUTS = 2048
_CONTEXT_LENGTH = 8192


def _input(value: Any, path: str, _: bool = False) -> Any:
    """Check for a text, an array of texts, the tokens of a text, or an array of those."""
    given = value
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        raise wrong_type(path, "one of a string or array of strings", value)
    if not value or "" in value or [] in value:
        raise Invalid("empty_input", path, "input cannot be empty")
    if len(value) > _MOST_INPUTS:
        detail = f"array too long. Expected an array with maximum length {_MOST_INPUTS}"
        raise Invalid("array_above_max_length", path, detail)
    kinds = {_kind(item) for item in value}
    if len(kinds) > 1 or None in kinds:
        wrong = next((item for item in value if _kind(item) is None), value)
        raise wrong_type(path, "an array of strings or of tokens", wrong)
    return given


def _kind(item: Any) -> str | None:
    if isinstance(item, str):
        return "text"
    if isinstance(item, list):
        return "tokens" if all(_kind(token) == "token" for token in item) else None
    return "token" if isinstance(item, int) and not isinstance(item, bool) else None


_OPTIONS = {
    "dimensions": whole(1),
    "encoding_format": one_of("float", "base64"),
    "user": text(),
}
_BODY = fields({"model": text(), "input": _input}, _OPTIONS)
_DEPLOYMENT_BODY = fields({"input": _input}, {"model": anything, **_OPTIONS})


def create(call: Call) -> HttpResponse:
    """Turn texts into vectors.

    Raises:
        ServiceError: the body is not acceptable, or the model or deployment does not exist.
        Instead: the script refuses.
    """
    deployment = call.path.get("deployment")
    if deployment is not None:
        call.find_model(deployment, "embeddings")
    try:
        shape = _BODY if deployment is None else _DEPLOYMENT_BODY
        body = shape(call.body, "", call.lenient)
        model = call.find_model(deployment or body["model"], "embeddings")
        length = _length(model, body.get("dimensions"))
    except Invalid as problem:
        raise service_errors.invalid(problem) from problem
    texts = _texts(body["input"])
    counts = [_count_tokens(item) for item in texts]
    entry = call.script.choose(text="\n".join(texts), model=model.name)
    scripted = None if entry is None else entry.embedding
    vectors = [embed(item, length) if scripted is None else scripted for item in texts]
    encode = _base64 if body.get("encoding_format") == "base64" else list
    data = [
        {"object": "embedding", "index": index, "embedding": encode(vector)}
        for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": sum(counts), "total_tokens": sum(counts)}
    return HttpResponse({"object": "list", "data": data, "model": model.name, "usage": usage})


def _length(model: Model, dimensions: int | None) -> int:
    if dimensions is None:
        return model.dimensions
    if model.name == "text-embedding-ada-002":
        raise service_errors.refused("This model does not support specifying dimensions.")
    whole(1, model.dimensions)(dimensions, "dimensions")
    return dimensions


def _count_tokens(item: str) -> int:
    """Return about how many tokens a text has.

    Raises:
        ServiceError: more than a model can read.
    """
    count = count_tokens(item)
    if count > _CONTEXT_LENGTH:
        raise service_errors.refused(
            f"This model's maximum context length is {_CONTEXT_LENGTH} tokens, however you"
            f" requested {count} tokens. Please reduce your prompt."
        )
    return count


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value[0], int):
        value = [value]
    return [item if isinstance(item, str) else " ".join(map(str, item)) for item in value]


def _base64(vector: tuple[float, ...]) -> str:
    """Return little-endian 32-bit floats, which the SDK asks for."""
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


OPERATIONS = (
    Operation(
        "POST",
        "/embeddings",
        create,
        (OPENAI, AZURE_DEPLOYMENT, AZURE_V1, AZURE_MODELS),
        kind="embedding",
    ),
)
