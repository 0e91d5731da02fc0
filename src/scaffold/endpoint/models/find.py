"""Which model a name stands for: models have their own, and on Azure also their deployments."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timezone

from scaffold.endpoint.http.service_errors import (
    Family,
    only_responses,
    retired_model,
    unknown_model,
    wrong_model,
)
from scaffold.endpoint.models.classes import UNKNOWN
from scaffold.endpoint.models.model import Api, Model
from scaffold.endpoint.models.table import MODELS

CHAT_MODEL = "gpt-6-luna"
EMBEDDING_MODEL = "text-embedding-3-small"

# What Azure calls the use of an API, in its refusals.
_OPERATIONS: dict[Api, str] = {
    "chat": "chatCompletion",
    "responses": "responses",
    "embeddings": "embeddings",
    "completions": "completion",
}


class DeploymentsError(ValueError):
    """The deployments can't be used: one line that says which, and why."""


class KnownModels:
    """The models that one server knows.

    Args:
        clock: tells the time, in seconds since 1970: a model is gone from its last day on.
        deployments: tells the names that Azure's deployments have besides their models' own, each
            with its model.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        deployments: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._clock = clock
        self._deployments = deployments

    def live(self) -> list[Model]:
        """Return every model that is not gone."""
        return [model for model in MODELS.values() if not is_gone(model, self._clock())]

    def exists(self, name: str) -> bool:
        """Return whether there is a model of this name, or was one."""
        return name in MODELS

    def find(self, family: Family, name: str, api: Api, *, lenient: bool = False) -> Model:
        """Return the model of a name, which must be one that the API serves.

        Args:
            family: whose service is asked; on Azure a name is that of a deployment.
            name: as the request has it.
            api: what is asked of it.
            lenient: let every name be that of a model, of which nothing is known.

        Raises:
            ServiceError: there is none, it is gone, or another API serves it.
        """
        if family == "azure":
            name = self._deployments().get(name, name)
        model = MODELS.get(name)
        if lenient:
            known = model is not None and api in model.apis
            return model if model and known else Model(name, UNKNOWN, (api,), dimensions=1536)
        if model is None:
            raise unknown_model(family, name)
        if is_gone(model, self._clock()):
            raise retired_model(name) if family == "openai" else unknown_model(family, name)
        if api not in model.apis:
            if family == "openai" and api == "chat" and "responses" in model.apis:
                raise only_responses()
            raise wrong_model(family, name, _OPERATIONS[api])
        return model


def known_model(name: str) -> Model | None:
    """Return the row of a name, or None where the table has none."""
    return MODELS.get(name)


def is_gone(model: Model, now: float) -> bool:
    """Return whether a model's last day has come, at a time in seconds since 1970."""
    if model.ends is None:
        return False
    return model.ends <= datetime.fromtimestamp(now, timezone.utc).date().isoformat()


def check_deployments(
    deployments: Mapping[str, str], now: float, beside: Collection[str] = ()
) -> None:
    """Check that deployments are of models that there are, and each of a name of its own.

    Args:
        deployments: their names, each with its model.
        now: the time, in seconds since 1970.
        beside: the names of those that were added before.

    Raises:
        DeploymentsError: a name is none, or there twice, or the model does not exist or is gone.
    """
    for name, wanted in deployments.items():
        if name in beside:
            raise DeploymentsError(f"there are two deployments named '{name}'")
        if not name or not name.isprintable() or "/" in name:
            raise DeploymentsError(f"{name!r} is no name for a deployment")
        model = MODELS.get(wanted)
        if model is None:
            near = difflib.get_close_matches(wanted, MODELS, n=3, cutoff=0.5)
            live = [each for each in near if not is_gone(MODELS[each], now)]
            hint = f"; near: {', '.join(live)}" if live else ""
            raise DeploymentsError(f"deployment '{name}': there is no model '{wanted}'{hint}")
        if is_gone(model, now):
            hint = f"; its successor is {model.successor}" if model.successor else ""
            reason = f"the model '{wanted}' is gone since {model.ends}{hint}"
            raise DeploymentsError(f"deployment '{name}': {reason}")
