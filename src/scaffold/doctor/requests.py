"""What a project asks of a model, found in its own files, and what the service would refuse of it.

Nothing is sent: the table of models says it. What can't be read from the files is left to the
service; so are models that the table does not know.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scaffold.doctor.asking import LOOPBACK
from scaffold.doctor.service import Finding, Level
from scaffold.endpoint.models.find import known_model
from scaffold.endpoint.models.model import Api, Model
from scaffold.endpoint.models.refusals import refusal
from scaffold.project.render import File
from scaffold.providers import MODEL_SERVICES

_CALLS: dict[str, Api] = {"chat.completions": "chat", "responses": "responses"}
_METHODS = ("create", "stream", "parse")
_EFFORT = "OPENAI_REASONING_EFFORT"
_TOOLS = [{"type": "function", "function": {"name": "yours"}}]
# Refused whatever their value, so that it need not be known.
_WHATEVER = {"max_tokens": 1, "stop": "yours"}
# What a request may have that some models don't take, and of which type it is.
_TYPES: dict[str, type | tuple[type, ...]] = {
    "temperature": (int, float),
    "top_p": (int, float),
    "logprobs": bool,
    "top_logprobs": int,
    "max_tokens": int,
    "stop": (str, list),
    "reasoning_effort": str,
    "reasoning": dict,
    "include": list,
    "response_format": dict,
    "text": dict,
}


@dataclass(frozen=True)
class ModelRequest:
    """A request that a file makes.

    Attributes:
        file: the file's name.
        line: where it is made.
        api: what it asks.
        body: what it sends, as far as the file says so.
    """

    file: str
    line: int
    api: Api
    body: dict[str, Any]


def check_requests(
    files: Iterable[File], usable: Mapping[str, str], settings: Mapping[str, str]
) -> list[Finding]:
    """Tell what the service would refuse of a project's requests, before the first is sent.

    Args:
        files: the project's.
        usable: the variables that can be used, with their defaults.
        settings: those of the environment and of `.env`, empty ones too.
    """
    findings: list[Finding] = []
    found = [request for file in files for request in find_requests(file)]
    if not found:
        return []
    for name, level in _models(usable):
        model = known_model(usable[name])
        if model is None:
            continue
        for request in found:
            body = dict(request.body)
            if request.api == "chat" and _EFFORT in usable:
                body["reasoning_effort"] = settings.get(_EFFORT, usable[_EFFORT]) or None
            reason = refusal(model, request.api, body)
            if reason is not None:
                where = f"{request.file}, line {request.line}"
                what = f"the model '{model.name}' would refuse what is asked in {where}: {reason}"
                findings.append(Finding(level, name, what, _advice(model, request.api, body, name)))
    return findings


def find_requests(file: File) -> Iterator[ModelRequest]:
    """The requests to a model in a Python file; none in one that can't be read."""
    if not file.path.endswith(".py"):
        return
    try:
        tree = ast.parse(file.content)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            sent = {each.arg: each.value for each in node.keywords if each.arg}
            api = _api_called(node.func)
        elif isinstance(node, ast.Dict):
            # Without the SDK, the body is written out before it is posted.
            sent = _members(node)
            api = _api_of_body(sent)
        else:
            continue
        if api is not None:
            yield ModelRequest(file.path, node.lineno, api, _body(sent))


def _api_called(called: ast.Attribute) -> Api | None:
    """The API that a call asks, by the SDK's names."""
    owner = ast.unparse(called.value)
    if called.attr not in _METHODS or ".beta." in owner:
        return None
    return next((api for suffix, api in _CALLS.items() if owner.endswith(f".{suffix}")), None)


def _api_of_body(members: Mapping[str, ast.expr]) -> Api | None:
    """The API that takes a body with these members."""
    if "model" not in members:
        return None
    return "chat" if "messages" in members else "responses" if "input" in members else None


def _members(node: ast.Dict) -> dict[str, ast.expr]:
    """The members of an object as the source has them, as far as their names are literals."""
    pairs = zip(node.keys, node.values, strict=True)
    return {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}


def _body(sent: Mapping[str, ast.expr]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, node in sent.items():
        if name == "tools":
            body[name] = _TOOLS
        elif name in _TYPES:
            try:
                value = ast.literal_eval(node)
            except ValueError:
                value = _WHATEVER.get(name)
            if isinstance(value, _TYPES[name]):
                body[name] = value
    return body


def _models(usable: Mapping[str, str]) -> Iterator[tuple[str, Level]]:
    """The variables that name the model, and how sure it is that it is the one of the table."""
    # What is sure comes first: a deployment need not be of the model that it is called as.
    for service in sorted(MODEL_SERVICES, key=lambda each: each.api == "azure"):
        if service.part_name in usable:
            url = usable.get(service.address, service.default)
            hosts = (urlsplit(service.default).hostname, *LOOPBACK)
            sure = service.api == "openai" and urlsplit(url).hostname in hosts
            yield service.part_name, "error" if sure else "warn"


def _advice(model: Model, api: Api, body: Mapping[str, Any], name: str) -> str:
    """What to do about a refusal."""
    takes, another = model.takes, f"or choose another model for {name}"
    if api not in model.apis:
        return f"use a sample of the Responses API, {another}"
    effort = body.get("reasoning_effort")
    if body.get("tools") and api == "chat" and takes.chat_tools != "always":
        if "none" in (takes.efforts or ()):
            return f"set {_EFFORT} to none"
        return f"use 'scaffold new openai-responses-streaming-with-functions', {another}"
    if effort is not None and effort not in (takes.efforts or ()):
        return f"set {_EFFORT} to nothing, {another}"
    if body.get("max_tokens") is not None and takes.max_tokens is False:
        return "send max_completion_tokens in its place"
    return f"leave that parameter out, {another}"
