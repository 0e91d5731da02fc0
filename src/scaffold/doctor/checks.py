"""What each service is asked, so that it says whether it would do what a sample wants of it.

All of it is free of charge: things are looked up, and a deployment, which can't be, is sent a
conversation without messages, which it refuses after it was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timezone
from typing import Any
from urllib.parse import quote

from scaffold.doctor.asking import Answer
from scaffold.doctor.service import (
    Expected,
    Finding,
    Level,
    Service,
    code_of,
    message_of,
    printable,
    shown,
)
from scaffold.endpoint.models.find import known_model

_SEARCH_VERSION = "2026-04-01"
_SOON = 60


def check_azure(service: Service, values: Mapping[str, str], today: date) -> list[Finding]:
    """Ask an Azure OpenAI resource for what the variables name.

    Args:
        service: the resource.
        values: the variables that can be used. Without an api-version it is the v1 route.
        today: to tell how long models have left.
    """
    backend = service.backend
    version = values.get(backend.version)
    query = f"?api-version={quote(version)}" if version else ""
    root = "/openai" if version else "/openai/v1"
    for name, path, field, answers in (
        (backend.part_name, "/chat/completions", "messages", "choices"),
        (backend.embedding_name, "/embeddings", "input", "data"),
    ):
        if name in values:
            deployment = values[name]
            start = f"{root}/deployments/{quote(deployment, safe='')}" if version else root
            body = {"model": deployment, field: []}
            answer = service.post(f"{start}{path}{query}", body, _has_list(answers))
            if answer:
                _tell_deployment(service, name, deployment, version, answer)
    if "ASSISTANT_ID" in values:
        _check_assistant(service, f"{root}/assistants/", values["ASSISTANT_ID"], query)
    if "OPENAI_VECTOR_STORE_ID" in values:
        _check_vector_store(service, f"{root}/vector_stores/", values["OPENAI_VECTOR_STORE_ID"])
    _check_lifetimes(service, f"{root}/models{query}", values, today)
    return service.findings


def check_openai(service: Service, values: Mapping[str, str], today: date) -> list[Finding]:
    """Ask OpenAI, or a server that speaks as it does, for what the variables name.

    Args:
        service: the server.
        values: the variables that can be used.
        today: to tell how long models have left.
    """
    for name in (service.backend.part_name, service.backend.embedding_name):
        if name in values:
            _check_model(service, name, values[name], today)
    if "ASSISTANT_ID" in values:
        _check_assistant(service, "/assistants/", values["ASSISTANT_ID"])
    if "OPENAI_VECTOR_STORE_ID" in values:
        _check_vector_store(service, "/vector_stores/", values["OPENAI_VECTOR_STORE_ID"])
    return service.findings


def check_search(service: Service, index: str) -> list[Finding]:
    """Ask Azure AI Search for an index, and how many documents are in it."""
    name = service.backend.part_name
    path = f"/indexes('{quote(index, safe='')}')/docs/search.post.search"
    body = {"search": "*", "top": 0, "count": True}
    answer = service.post(f"{path}?api-version={_SEARCH_VERSION}", body, _has_list("value"))
    if answer is None:
        return service.findings
    index = printable(index)
    count = answer.body.get("@odata.count") if isinstance(answer.body, dict) else None
    if answer.status == 404:
        advice = f"set {name} to one that is there: Azure portal, your search service, Indexes"
        service.tell("error", name, f"there is no index '{index}'", advice)
    elif answer.status != 200:
        what = f"the index '{index}' can't be searched ({answer.status} {code_of(answer)})"
        service.tell("error", name, what, f"check {service.address}")
    elif count == 0:
        service.tell("warn", name, f"the index '{index}' is empty", "put documents into it")
    else:
        service.tell("ok", name, f"the index '{index}' has {count} documents")
    return service.findings


def _check_model(service: Service, name: str, model: str, today: date) -> None:
    answer = service.get(f"/models/{quote(model, safe='')}", _has_id)
    if answer is None:
        return
    entry = answer.body if answer.status == 200 else None
    known = entry is not None or code_of(answer) == "model_not_found"
    if not known:
        # Some servers only have the list.
        listed = service.get("/models", _has_list("data"))
        if listed is None:
            return
        entries = list(_entries(listed.body))
        entry = next((each for each in entries if each.get("id") == model), None)
        known = bool(entries)
    model = printable(model)
    if entry is not None:
        service.tell("ok", name, f"there is a model '{model}'")
        _tell_lifetime(service, name, model, entry, today)
    elif known:
        advice = f"it may have been shut down: set {name} to another"
        row = known_model(model)
        if row is not None and row.ends and date.fromisoformat(row.ends) <= today:
            advice = f"it was shut down on {row.ends}: set {name} to {row.successor or 'another'}"
        service.tell("error", name, f"there is no model '{model}' for your key", advice)
    else:
        what = f"whether there is a model '{model}' can't be looked up ({answer.status})"
        advice = f"not every server can tell; but check {service.address}, most end in /v1"
        service.tell("warn", name, what, advice)


def _tell_deployment(
    service: Service, name: str, deployment: str, version: str | None, answer: Answer
) -> None:
    code = code_of(answer)
    deployment = printable(deployment)
    if code == "DeploymentNotFound":
        advice = f"set {name} to the name of a deployment (not of its model): Foundry, Deployments"
        service.tell("error", name, f"there is no deployment '{deployment}'", advice)
    elif code == "OperationNotSupported":
        kind = "chat" if name == service.backend.part_name else "embedding"
        # Responses are asked for on the v1 route, by some models that have no chat completions.
        level: Level = "error" if version or kind == "embedding" else "warn"
        what = f"the deployment '{deployment}' is of a model without {kind} completions"
        what = what.replace("embedding completions", "embeddings")
        service.tell(level, name, what, f"set {name} to one of another model")
    elif answer.status == 404:
        about = service.backend.version if version else service.address
        what = f"{service.label} has no such api-version as '{printable(version or '')}'"
        if not version:
            what = f"{service.label} has no v1 route at {shown(service.url)}"
        service.tell("error", about, what, f"set it to 2024-10-21, or correct {service.address}")
    else:
        service.tell("ok", name, f"there is a deployment '{deployment}'")


def _check_assistant(service: Service, path: str, identifier: str, query: str = "") -> None:
    beta = {"OpenAI-Beta": "assistants=v2"}
    answer = service.get(f"{path}{quote(identifier, safe='')}{query}", _has_id, **beta)
    if answer is None:
        return
    named = printable(identifier)
    if answer.status == 200:
        service.tell("ok", "ASSISTANT_ID", f"there is an assistant '{named}'")
    elif "assistant" in message_of(answer).lower() and "found" in message_of(answer).lower():
        advice = "set ASSISTANT_ID to one of your assistants"
        service.tell("error", "ASSISTANT_ID", f"there is no assistant '{named}'", advice)
    else:
        what = f"{service.label} has no Assistants API there ({answer.status})"
        advice = "use a sample of the Responses API"
        if query:
            advice = "use a preview api-version, such as 2025-04-01-preview; or " + advice
        service.tell("error", "ASSISTANT_ID", what, advice)


def _check_vector_store(service: Service, path: str, identifier: str) -> None:
    name = "OPENAI_VECTOR_STORE_ID"
    answer = service.get(path + quote(identifier, safe=""), _has_id)
    if answer is None:
        return
    named = printable(identifier)
    if answer.status != 200:
        advice = f"set {name} to one that belongs to the same project or resource as the key"
        service.tell("error", name, f"there is no vector store '{named}'", advice)
        return
    counts = answer.body.get("file_counts") if isinstance(answer.body, dict) else None
    if isinstance(counts, dict) and counts.get("total") == 0:
        service.tell("warn", name, f"the vector store '{named}' is empty", "put files into it")
    else:
        service.tell("ok", name, f"there is a vector store '{named}'")


def _check_lifetimes(service: Service, path: str, values: Mapping[str, str], today: date) -> None:
    """Tell of deployments that are called as their model, for only models have a last day."""
    found = {finding.about for finding in service.findings if finding.level == "ok"}
    deployments = (service.backend.part_name, service.backend.embedding_name)
    names = [name for name in values if name in deployments and name in found]
    answer = service.get(path, _has_list("data")) if names else None
    if answer is None:
        return
    models = {entry.get("id"): entry for entry in _entries(answer.body)}
    for name in names:
        if values[name] in models:
            model = printable(values[name])
            _tell_lifetime(service, name, model, models[values[name]], today)


def _has_id(body: Any) -> bool:
    return isinstance(body, dict) and isinstance(body.get("id"), str)


def _has_list(name: str) -> Expected:
    return lambda body: isinstance(body, dict) and isinstance(body.get(name), list)


def _entries(body: Any) -> Iterator[dict[str, Any]]:
    entries = body.get("data") if isinstance(body, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            yield entry


def _tell_lifetime(
    service: Service, name: str, model: str, entry: dict[str, Any], today: date
) -> None:
    row = known_model(model)
    last = last_day(entry)
    if last is None and row is not None and row.ends and "shutdown_date" not in entry:
        last = date.fromisoformat(row.ends)
    if last is None:
        return
    advice = f"choose its successor for {name}"
    if row is not None and row.successor:
        advice = f"set {name} to its successor, {row.successor}"
    if last <= today:
        service.tell("error", name, f"the model '{model}' was shut down on {last}", advice)
    elif (left := (last - today).days) < _SOON:
        what = f"the model '{model}' will be shut down on {last}, in {left} days"
        service.tell("warn", name, what, advice)


def last_day(entry: Any) -> date | None:
    """The day on which a model ends, as OpenAI and Azure say it; None if none is announced."""
    if not isinstance(entry, dict):
        return None
    deprecation = entry.get("deprecation")
    try:
        if entry.get("shutdown_date"):
            return date.fromisoformat(entry["shutdown_date"])
        if isinstance(deprecation, dict) and deprecation.get("inference"):
            return datetime.fromtimestamp(deprecation["inference"], timezone.utc).date()
    except (TypeError, ValueError, OverflowError, OSError):
        return None  # said in a way that we don't know
    return None
