"""The list of models."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from openai import NotFoundError, OpenAI, PermissionDeniedError
from openai.types import ChatModel, EmbeddingModel, Model

from endpoint.strict import check
from endpoint.wire import MODEL, ask
from scaffold.endpoint import Endpoint
from scaffold.endpoint.models.table import LOOKED_UP, MODELS

AZURE = "/openai/models{}?api-version=2024-10-21"
# What Azure's dated versions say besides.
AZURE_MODEL = {"status", "capabilities", "lifecycle_status", "deprecation", "created_at"}


def test_models_say_when_they_end(client: OpenAI) -> None:
    ends = {model.id: model.shutdown_date for model in client.models.list()}

    assert ends[MODEL] is None
    assert ends["gpt-5"] == ends["o3"] == "2026-12-11"
    assert ends["gpt-4o"] == ends["gpt-4.1"] == "2027-01-14"
    assert "gpt-3.5-turbo" not in ends
    assert client.models.retrieve("gpt-4o").shutdown_date == "2027-01-14"


@pytest.mark.parametrize("path", ["/v1/models{}", "/openai/v1/models{}", AZURE])
def test_a_model_is_of_the_sdks_type(endpoint: Endpoint, path: str) -> None:
    also = AZURE_MODEL if path is AZURE else ()
    listed = ask(endpoint, path.format("")).json
    assert listed.keys() == {"object", "data"}
    for model in listed["data"]:
        check(Model, model, also)
        assert ask(endpoint, path.format(f"/{model['id']}")).json == model


def test_azure_says_what_a_model_can_do(endpoint: Endpoint) -> None:
    model = ask(endpoint, AZURE.format("/gpt-4o")).json
    assert model["capabilities"]["chat_completion"]
    assert model["deprecation"] == {"inference": 1_799_884_800}


def test_models_that_are_not_there(endpoint: Endpoint, openai: OpenAI) -> None:
    for name in ("gpt-99", "gpt-3.5-turbo"):
        with pytest.raises(NotFoundError, match=f"The model '{name}' does not exist") as caught:
            openai.models.retrieve(name)
        assert (caught.value.code, caught.value.param) == ("model_not_found", "model")
    assert ask(endpoint, AZURE.format("/gpt-99")).error["code"] == "ResourceNotFound"


def test_no_model_is_deleted(openai: OpenAI) -> None:
    with pytest.raises(PermissionDeniedError, match="only fine-tuned models can be"):
        openai.models.delete(MODEL)
    with pytest.raises(NotFoundError):
        openai.models.delete("gpt-99")


def test_each_row_names_its_source_and_the_day_it_was_looked_up() -> None:
    for name, model in MODELS.items():
        assert all(model.source), name
        assert model.source, name
        assert model.looked_up == LOOKED_UP
        assert model.ends is None or date.fromisoformat(model.ends)
        assert model.successor is None or model.successor in MODELS
        assert model.takes.default_effort in (None, *(model.takes.efforts or ()))


def test_every_model_of_the_sdk_is_known() -> None:
    """Whatever the SDK lists is in the table, but for what the table leaves out on purpose."""
    listed = {*get_args(ChatModel), *get_args(EmbeddingModel)}
    left_out = {name for name in listed if "audio" in name} | {"gpt-5.1-mini"}
    assert listed - left_out - MODELS.keys() == set()
