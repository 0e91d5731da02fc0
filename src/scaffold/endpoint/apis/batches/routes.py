"""Batches: a file of requests, answered line by line as if each had been asked on its own.

Source: https://developers.openai.com/api/docs/guides/batch
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Iterator
from typing import Any

from scaffold.endpoint.apis import completions, embeddings
from scaffold.endpoint.apis.batches.lines import read
from scaffold.endpoint.apis.call import Call, Handler, Operation
from scaffold.endpoint.apis.chat import routes as chat
from scaffold.endpoint.apis.media import images, moderations
from scaffold.endpoint.apis.responses import routes as responses
from scaffold.endpoint.http.paging import page
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import ServiceError, no_file, refused
from scaffold.endpoint.http.surfaces import AZURE_FILES, AZURE_V1, OPENAI
from scaffold.endpoint.http.validation import fields, metadata, one_of, optional, text, whole
from scaffold.endpoint.script.shape import Kind
from scaffold.endpoint.script.turn import Instead
from scaffold.endpoint.state.stored import StoredBatch

JsonObject = dict[str, Any]

# What may be asked, and by which name a script knows it.
_ASKED: dict[str, tuple[Handler, Kind]] = {
    "/v1/responses": (responses.create, "responses"),
    "/v1/chat/completions": (chat.create, "chat"),
    "/v1/embeddings": (embeddings.create, "embedding"),
    "/v1/completions": (completions.create, ""),
    "/v1/moderations": (moderations.create, ""),
    "/v1/images/generations": (images.generate, ""),
}
_DAY = 24 * 60 * 60
_MOST_ERRORS = 100
_CREATE = fields(
    {
        "input_file_id": text(),
        "endpoint": one_of(*_ASKED, *(url.removeprefix("/v1") for url in _ASKED)),
        "completion_window": one_of("24h"),
    },
    {
        "metadata": optional(metadata),
        "output_expires_after": optional(
            fields({"anchor": one_of("created_at"), "seconds": whole(3600, 30 * _DAY)})
        ),
    },
)


def create(call: Call) -> HttpResponse:
    """Begin a batch.

    Raises:
        ServiceError: the body is not acceptable, or the file is not there.
    """
    body = call.checked(_CREATE)
    state = call.state
    file = state.storage.files.get(body["input_file_id"])
    if file is None:
        raise no_file(body["input_file_id"])
    if file.resource["purpose"] != "batch":
        raise refused(
            f"Invalid file purpose '{file.resource['purpose']}': expected 'batch'.",
            param="input_file_id",
        )
    now = state.now()
    resource = {
        "id": state.new_id("batch_"),
        "object": "batch",
        "endpoint": body["endpoint"],
        "input_file_id": body["input_file_id"],
        "completion_window": body["completion_window"],
        "status": "validating",
        "created_at": now,
        "expires_at": now + _DAY,
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "metadata": body.get("metadata") or {},
    }
    stored = StoredBatch(resource)
    stored.life = _live(call, stored, file.content)
    state.batches[resource["id"]] = stored
    return HttpResponse(resource)


def list_batches(call: Call) -> HttpResponse:
    """Return a page of the batches."""
    return page(call.query, [each.resource for each in call.state.batches.values()], "batch")


async def retrieve(call: Call) -> HttpResponse:
    """Return one batch, a status further than it was."""
    stored = _find(call)
    for step in stored.life:
        if step is not None:
            await step
        break
    return HttpResponse(stored.resource)


def cancel(call: Call) -> HttpResponse:
    """Stop a batch.

    Raises:
        ServiceError: there is no such batch, or it has ended.
    """
    stored = _find(call)
    status = stored.resource["status"]
    if status not in {"validating", "in_progress"}:
        raise refused(f"Cannot cancel a batch with status '{status}'.", status=409)
    now = call.state.now()
    stored.resource = {**stored.resource, "status": "cancelling", "cancelling_at": now}
    stored.life = _cancelled(call, stored)
    return HttpResponse(stored.resource)


def _cancelled(call: Call, stored: StoredBatch) -> Iterator[None]:
    now = call.state.now()
    stored.resource = {**stored.resource, "status": "cancelled", "cancelled_at": now}
    yield None


def _live(call: Call, stored: StoredBatch, content: bytes) -> Iterator[Awaitable[None] | None]:
    """Go through the life of a batch, a status each time; what takes longer is handed out."""
    lines, errors = read(content, stored.resource["endpoint"])
    now = call.state.now
    if errors:
        told = {"object": "list", "data": errors[:_MOST_ERRORS]}
        stored.resource |= {"status": "failed", "failed_at": now(), "errors": told}
        yield None
        return
    counts = {"total": len(lines), "completed": 0, "failed": 0}
    stored.resource |= {
        "status": "in_progress",
        "in_progress_at": now(),
        "request_counts": counts,
        "model": str(lines[0]["body"].get("model", "")),
    }
    yield None
    yield _work(call, stored, lines)


async def _work(call: Call, stored: StoredBatch, lines: list[JsonObject]) -> None:
    """Ask what each line says, and put the answers into files."""
    answers = [await _answer(call, stored.resource["endpoint"], line) for line in lines]
    good = [each for each in answers if each["response"]["status_code"] == 200]
    bad = [each for each in answers if each["response"]["status_code"] != 200]
    now = call.state.now()
    batch_id = stored.resource["id"]
    ended = {"status": "completed", "finalizing_at": now, "completed_at": now}
    for name, kind, rows in (("output", "output", good), ("error", "error", bad)):
        if rows:
            text = "".join(json.dumps(row) + "\n" for row in rows).encode()
            file = call.state.storage.add_file(
                f"{batch_id}_{kind}.jsonl", text, "batch_output", None
            )
            ended[f"{name}_file_id"] = file.resource["id"]
    counts = {"total": len(lines), "completed": len(good), "failed": len(bad)}
    stored.resource = {**stored.resource, **ended, "request_counts": counts}


async def _answer(call: Call, endpoint: str, line: JsonObject) -> JsonObject:
    """Return a line of the output."""
    handler, kind = _ASKED["/v1" + endpoint.removeprefix("/v1")]
    surface = AZURE_V1 if call.family == "azure" else OPENAI
    script = call.script.another(kind, line["body"])
    status, body = 200, None
    try:
        answer = handler(
            call._replace(surface=surface, path={}, query={}, body=line["body"], script=script)
        )
        said = await answer if isinstance(answer, Awaitable) else answer
        if isinstance(said, HttpResponse):
            status, body = said.status, json.loads(said.encode() or b"null")
        else:
            status, body = 400, refused("Streaming is not supported in the Batch API.").body
    except Instead as instead:
        status = instead.response.status
        body = instead.response.body
    except ServiceError as error:
        status, body = error.status, error.body
    return {
        "id": call.state.new_id("batch_req_"),
        "custom_id": line["custom_id"],
        "response": {
            "status_code": status,
            "request_id": call.state.new_id("req_"),
            "body": body,
        },
        "error": None,
    }


def _find(call: Call) -> StoredBatch:
    batch_id = call.path["batch"]
    if batch_id not in call.state.batches:
        raise refused(f"No batch found with id '{batch_id}'.", status=404)
    return call.state.batches[batch_id]


WHERE = (OPENAI, AZURE_FILES, AZURE_V1)
OPERATIONS = (
    Operation("POST", "/batches", create, WHERE),
    Operation("GET", "/batches", list_batches, WHERE),
    Operation("GET", "/batches/{batch}", retrieve, WHERE),
    Operation("POST", "/batches/{batch}/cancel", cancel, WHERE),
)
