"""The models that the endpoint knows, in use and retired.

Source: https://developers.openai.com/api/docs/deprecations, as of November 2026. The table does not
look at the clock: what works today works the same in a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scaffold.endpoint.http.service_errors import Family, retired_model, unknown_model, wrong_model

ModelOperation = Literal["chatCompletion", "embeddings", "completion"]

CHAT_MODEL = "gpt-6-luna"
EMBEDDING_MODEL = "text-embedding-3-small"


@dataclass(frozen=True)
class Model:
    """A model; `shutdown` is the day on which it ends (YYYY-MM-DD), if one is announced.

    `dimensions` is the length of an embedding model's vectors; `on_azure` says whether the
    endpoint's Azure resource has a deployment of that name.
    """

    name: str
    kind: Literal["chat", "embeddings", "completions"] = "chat"
    shutdown: str | None = None
    on_azure: bool = True
    dimensions: int = 0


MODELS = {
    model.name: model
    for model in (
        Model(CHAT_MODEL),
        Model("gpt-5.6-sol"),
        Model("gpt-5.6-terra"),
        Model("gpt-5", shutdown="2026-12-11", on_azure=False),
        Model("o3", shutdown="2026-12-11", on_azure=False),
        Model("gpt-4o", shutdown="2027-01-14", on_azure=False),
        Model("gpt-4.1", shutdown="2027-01-14", on_azure=False),
        Model(EMBEDDING_MODEL, "embeddings", dimensions=1536),
        Model("text-embedding-3-large", "embeddings", dimensions=3072),
        Model("text-embedding-ada-002", "embeddings", dimensions=1536),
        # Legacy: stands for the models of `/completions`, all of which are gone.
        Model("offline-instruct", "completions"),
    )
}
_RETIRED = """
    gpt-3.5-turbo gpt-3.5-turbo-0125 gpt-3.5-turbo-1106 gpt-3.5-turbo-16k gpt-4 gpt-4-0613 gpt-4-32k
    gpt-4-turbo gpt-4-turbo-preview gpt-4-1106-preview gpt-4-vision-preview gpt-4.1-nano
    gpt-4o-2024-05-13 gpt-4.5-preview chatgpt-4o-latest o1 o1-mini o1-preview o3-mini o4-mini
    gpt-3.5-turbo-instruct davinci-002 babbage-002
    text-davinci-003 text-davinci-002 davinci curie babbage ada
"""
RETIRED = frozenset(_RETIRED.split())


_KINDS: dict[str, Literal["chat", "embeddings", "completions"]] = {
    "chatCompletion": "chat",
    "embeddings": "embeddings",
    "completion": "completions",
}


def find_model(
    family: Family, name: str, operation: ModelOperation, lenient: bool = False
) -> Model:
    """The model or deployment of a name, which must be able to do the operation.

    Args:
        family: whose service is asked.
        name: of the model or deployment.
        operation: what it is to do.
        lenient: whether there is a model of every name.

    Raises:
        ServiceError: there is none, it is retired, or it does something else.
    """
    model = MODELS.get(name)
    if lenient:
        kind = _KINDS[operation]
        if model is not None and model.kind == kind:
            return model
        return Model(name, kind, dimensions=1536)
    if family == "openai" and name in RETIRED:
        raise retired_model(name)
    if model is None or (family == "azure" and not model.on_azure):
        raise unknown_model(family, name)
    if model.kind != _KINDS[operation]:
        raise wrong_model(family, name, operation)
    return model
