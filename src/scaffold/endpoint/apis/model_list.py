"""The models, as they are listed, each with the day on which it ends.

Sources: https://developers.openai.com/api/reference/resources/models and
https://learn.microsoft.com/rest/api/azureopenai/models/list
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import azure_refused, refused
from scaffold.endpoint.http.surfaces import AZURE_FILES, AZURE_V1, OPENAI
from scaffold.endpoint.models.model import Model

JsonObject = dict[str, Any]

_CREATED = 1_735_689_600


def list_models(call: Call) -> HttpResponse:
    """Return all models; this list has no pages."""
    return HttpResponse(
        {"object": "list", "data": [_said(call, model) for model in call.state.models.live()]}
    )


def retrieve(call: Call) -> HttpResponse:
    """Return one model.

    Raises:
        ServiceError: there is no such model, or it is there no more.
    """
    return HttpResponse(_said(call, _find(call)))


def delete(call: Call) -> HttpResponse:
    """Delete a model that was fine-tuned, of which there are none here.

    Raises:
        ServiceError: always.
    """
    name = _find(call).name
    message = f"You are not allowed to delete the model '{name}': only fine-tuned models can be."
    raise refused(message, status=403, param="model")


def _find(call: Call) -> Model:
    name = call.path["model"]
    for model in call.state.models.live():
        if model.name == name:
            return model
    if call.family == "azure":
        raise azure_refused(404, "ResourceNotFound", "The specified resource could not be found.")
    message = f"The model '{name}' does not exist"
    raise refused(message, status=404, param="model", code="model_not_found")


def _said(call: Call, model: Model) -> JsonObject:
    said: JsonObject = {
        "id": model.name,
        "object": "model",
        "created": _CREATED,
        "owned_by": "system",
        "shutdown_date": model.ends,
    }
    if call.surface is not AZURE_FILES:
        return said
    deprecation = {} if model.ends is None else {"inference": _seconds(model.ends)}
    return {
        **said,
        "status": "succeeded",
        "capabilities": {
            "fine_tune": False,
            "inference": True,
            "completion": "completions" in model.apis,
            "chat_completion": "chat" in model.apis,
            "embeddings": "embeddings" in model.apis,
        },
        "lifecycle_status": "generally-available",
        "deprecation": deprecation,
        "created_at": _CREATED,
    }


def _seconds(day: str) -> int:
    return int(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=timezone.utc).timestamp())


WHERE = (OPENAI, AZURE_FILES, AZURE_V1)
OPERATIONS = (
    Operation("GET", "/models", list_models, WHERE, kind="models"),
    Operation("GET", "/models/{model}", retrieve, WHERE, kind="models"),
    Operation("DELETE", "/models/{model}", delete, (OPENAI,), kind="models"),
)
