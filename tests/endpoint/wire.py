"""Plain HTTP to an endpoint: exact bodies, headers and events, without a client in between."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waiting import PATIENCE

from scaffold.endpoint import Endpoint

KEY = {"Authorization": "Bearer any", "api-key": "any", "OpenAI-Beta": "assistants=v2"}
# Takes nearly everything, for it reasons only where it is told to.
MODEL = "gpt-5.4"
DATED = f"/openai/deployments/{MODEL}/chat/completions?api-version=2024-10-21"
PREVIEW = "api-version=2025-04-01-preview"


@dataclass(frozen=True)
class Heard:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def error(self) -> Any:
        return self.json["error"]

    @property
    def events(self) -> list[tuple[str | None, Any]]:
        """The name and the data of each server-sent event; `[DONE]` is left as text."""
        found = []
        for block in self.content.decode().split("\n\n")[:-1]:
            lines = dict(line.split(": ", 1) for line in block.splitlines())
            data = lines["data"]
            found.append((lines.get("event"), data if data == "[DONE]" else json.loads(data)))
        return found

    @property
    def chunks(self) -> list[Any]:
        """The data of the events that have JSON."""
        return [data for _, data in self.events if data != "[DONE]"]


def ask(
    endpoint: Endpoint,
    path: str,
    body: Any = None,
    *,
    method: str | None = None,
    headers: Mapping[str, str] = KEY,
) -> Heard:
    """Ask something: POST with a body (bytes as they are, all else as JSON), GET without."""
    content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    sent = dict(headers)
    if content is not None:
        sent.setdefault("Content-Type", "application/json")
    connection = http.client.HTTPConnection(endpoint.url.removeprefix("http://"), timeout=PATIENCE)
    try:
        connection.request(method or ("GET" if body is None else "POST"), path, content, sent)
        response = connection.getresponse()
        received = {name.lower(): value for name, value in response.getheaders()}
        return Heard(response.status, received, response.read())
    finally:
        connection.close()


def chat(text: str = "Hello", **more: Any) -> dict[str, Any]:
    """A chat completions body."""
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], **more}


def function(name: str, description: str = "", **properties: Any) -> dict[str, Any]:
    """A function as `tools` has it; every parameter is required."""
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    described = {"name": name, "description": description, "parameters": parameters}
    return {"type": "function", "function": described}
