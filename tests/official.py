"""Checks what the endpoint answers against OpenAI's own document: `openapi.json` of openai-openapi.

    python tests/official.py openapi.json [TESTS...]

It runs tests of the endpoint (those of its APIs, unless others are named), listens to what every
endpoint without a script of its own answers, and compares each object and each event of a stream
with the schema that the document has for it. It prints how many there were, what breaks the
document, and ends with 1 if something does. Get the document from
https://github.com/openai/openai-openapi; it is too large to come with this project.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

JsonObject = dict[str, Any]
# The method, the path, the status, the kind of content and the content of an answer.
Heard = tuple[str, str, int, str, bytes]

TESTS = (
    *(f"tests/endpoint/apis/{name}" for name in ("assistants", "chat", "responses", "storage")),
    *(f"tests/endpoint/apis/test_{name}.py" for name in ("batches", "completions", "embeddings")),
    "tests/endpoint/test_media.py",
    "tests/endpoint/models/test_model_answers.py",
)
_ID = re.compile(r"[a-z]+[_-][0-9A-Za-z-]*[0-9]{2}[0-9A-Za-z-]*")
_PREFIX = re.compile(r"/openai/v1(?=/)|/openai/deployments/[^/]+|/openai(?=/)|/v1(?=/)")
# Where the document contradicts itself, its own examples or what it says in words.
SELF_CONTRADICTIONS = {
    # It is required, but no property; `approval_request_id` is meant.
    ("MCPApprovalResponseResource", "request_id"),
    # The list of what was asked is typed as answers; its example has a user's message.
    ("ChatCompletionMessageList", "role"),
    ("ChatCompletionMessageList", "refusal"),
    # An empty list has no first and no last one.
    ("ChatCompletionList", "first_id"),
    ("ChatCompletionList", "last_id"),
    ("ListMessagesResponse", "first_id"),
    ("ListMessagesResponse", "last_id"),
    # A run has 256 or more; a request for one may ask for fewer.
    ("", "max_completion_tokens"),
    # With `encoding_format: base64` it is a text, as the parameter says.
    ("CreateEmbeddingResponse", "embedding"),
}
# Streams of which the document describes the events, but does not say where they are sent.
STREAMS = (("/threads", "AssistantStreamEvent"), ("/responses/", "ResponseStreamEvent"))


class Listener:
    """Hears what every endpoint answers, by method, path and kind of content."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []

    def pytest_configure(self) -> None:
        """Listen from the first test on."""
        # Imported here: pytest wants to be the first to see some of what this imports.
        from scaffold.endpoint import app as endpoint_app

        answer = endpoint_app.App.__call__
        heard = self.heard

        async def listening(app: Any, scope: Any, receive: Any, send: Any) -> None:
            said: JsonObject = {"status": 0, "kind": "", "body": b""}

            async def noting(message: Any) -> None:
                if message["type"] == "http.response.start":
                    named = {name.lower(): value for name, value in message["headers"]}
                    said["status"] = message["status"]
                    said["kind"] = named.get(b"content-type", b"").decode().split(";")[0]
                elif message["type"] == "http.response.body":
                    said["body"] += message.get("body", b"")
                await send(message)

            await answer(app, scope, receive, noting)
            if scope["type"] == "http" and app.script is None and len(said["body"]) < 1_000_000:
                heard.append(
                    (scope["method"], scope["path"], said["status"], said["kind"], said["body"])
                )

        endpoint_app.App.__call__ = listening  # type: ignore[method-assign, assignment]


class Document:
    """The official document: which schema an answer has."""

    def __init__(self, path: Path) -> None:
        # "oneOf" stands where a value may fit several, and "nullable" is no JSON Schema.
        text = path.read_text(encoding="utf-8").replace('"oneOf":', '"anyOf":')
        self.content = json.loads(text)
        _allow_null(self.content["components"]["schemas"])
        resource = DRAFT202012.create_resource(self.content)
        self.registry: Registry[Any] = Registry().with_resource("urn:openapi", resource)
        self.paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), operations)
            for path, operations in sorted(
                self.content["paths"].items(), key=lambda item: item[0].count("{")
            )
        ]

    def schema_of(self, method: str, path: str, kind: str) -> JsonObject | None:
        """Return the schema of an answer; None if the document has none."""
        for pattern, operations in self.paths:
            if pattern.fullmatch(path) and method.lower() in operations:
                answers = operations[method.lower()]["responses"]
                found: JsonObject | None = (
                    answers.get("200", {}).get("content", {}).get(kind, {}).get("schema")
                )
                return found or _stream(path, kind)
        return None

    def narrowed(self, schema: JsonObject, value: Any) -> JsonObject:
        """Return the one of several schemas that is for a value's type: its errors say more."""
        held = self._found(schema)
        if not isinstance(value, dict) or "anyOf" not in held:
            return schema
        fits = [each for each in held["anyOf"] if self._is_for(each, value)]
        return self.narrowed(fits[0], value) if len(fits) == 1 else schema

    def _found(self, schema: JsonObject) -> JsonObject:
        found: Any = self.content
        for step in schema.get("$ref", "").split("/")[1:]:
            found = found[step]
        return schema if found is self.content else found

    def _is_for(self, schema: JsonObject, value: JsonObject) -> bool:
        held = self._found(schema)
        if "anyOf" in held:
            return any(self._is_for(each, value) for each in held["anyOf"])
        properties = held.get("properties", {})
        for name in ("type", "event", "object"):
            allowed = properties.get(name, {}).get("enum")
            if allowed is not None and name in value:
                return value[name] in allowed
        return True

    def validator(self, schema: JsonObject) -> Draft202012Validator:
        """Return what checks a value against a schema of the document."""
        absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:openapi#/'))
        return Draft202012Validator(absolute, registry=self.registry)


def _stream(path: str, kind: str) -> JsonObject | None:
    for start, name in STREAMS:
        if kind == "text/event-stream" and path.startswith(start):
            return {"$ref": f"#/components/schemas/{name}"}
    return None


def _allow_null(value: Any) -> None:
    """Say in JSON Schema what "nullable" says."""
    if isinstance(value, list):
        for item in value:
            _allow_null(item)
    elif isinstance(value, dict):
        for name, item in list(value.items()):
            _allow_null(item)
            if isinstance(item, dict) and item.get("nullable") is True:
                value[name] = {"anyOf": [item, {"type": "null"}]}


def events_of(body: bytes) -> Iterator[tuple[str, Any]]:
    """Yield the name and the data of each event of a stream."""
    for block in body.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        data = fields.get("data", "[DONE]")
        if data != "[DONE]":
            yield fields.get("event", ""), json.loads(data)


def answers_of(
    heard: list[Heard],
) -> Iterator[tuple[str, str, str, Any]]:
    """Yield each object and each event: method, path, kind, value."""
    for method, path, status, kind, body in heard:
        found = _PREFIX.match(path)
        if status != 200 or found is None:
            continue
        short = path[found.end() :]
        if kind == "application/json":
            yield method, short, kind, json.loads(body)
        elif kind == "text/event-stream":
            for name, data in events_of(body):
                value = {"event": name, "data": data} if name.startswith("thread") else data
                yield method, short, kind, value


def _shape(value: Any) -> Any:
    """Return what decides whether a value fits: long texts and numbers are all alike."""
    if isinstance(value, dict):
        return {name: _shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shape(item) for item in value[:20]]
    if isinstance(value, str):
        return value if len(value) < 24 and " " not in value else "…"
    return type(value).__name__


def _told(error: ValidationError, schema: JsonObject) -> tuple[str, str]:
    best = best_match([error]) or error
    return str(schema.get("$ref", "")).rpartition("/")[2], f"{best.json_path}: {best.message[:200]}"


def check(document: Document, heard: list[Heard]) -> int:
    """Print what was checked and what breaks the document; return how many do."""
    counts: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    broken: Counter[tuple[str, str, str]] = Counter()
    seen: dict[str, list[tuple[str, str, str]]] = {}
    for method, path, kind, value in answers_of(heard):
        schema = document.schema_of(method, path, kind)
        if schema is None:
            counts["without a schema in the document"] += 1
            unknown[f"{method} {_ID.sub('ID', path)} {kind}"] += 1
            continue
        schema = document.narrowed(schema, value)
        counts["events" if kind == "text/event-stream" else "objects"] += 1
        key = json.dumps([schema, _shape(value)], sort_keys=True)
        if key not in seen:
            route = (
                f"{method} {re.sub(r'[a-z]+[_-][0-9A-Za-z-]*[0-9]{2}[0-9A-Za-z-]*', 'ID', path)}"
            )
            seen[key] = [
                (route, *_told(error, schema))
                for error in document.validator(schema).iter_errors(value)
            ]
            seen[key] = [each for each in seen[key] if not _is_the_documents_own(each)]
        broken.update(seen[key])
    for name, count in counts.items():
        print(f"{count:7} {name}")
    print(f"{len(seen):7} different shapes")
    for route, count in unknown.most_common():
        print(f"{count:7} × {route} has no schema in the document")
    for (route, name, told), count in broken.most_common():
        print(f"{count:7} × {route} ({name}) {told}")
    return len(broken)


def _is_the_documents_own(broken: tuple[str, str, str]) -> bool:
    _, where, told = broken
    place = told.partition(":")[0]
    return any(
        where == name and (f"'{field}'" in told or f".{field}" in place)
        for name, field in SELF_CONTRADICTIONS
    )


def main(arguments: list[str]) -> int:
    """Run the tests, then check; return the exit code."""
    if not arguments:
        print(__doc__)
        return 2
    document = Document(Path(arguments[0]))
    listener = Listener()
    tests = arguments[1:] or [*TESTS]
    code = pytest.main(["-q", "-n", "0", "--no-header", *tests], plugins=[listener])
    broken = check(document, listener.heard)
    return 1 if broken or code else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
