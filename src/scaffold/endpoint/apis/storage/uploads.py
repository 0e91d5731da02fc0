"""Uploads: a large file that is sent in parts, and becomes a file once it is complete.

Source: https://developers.openai.com/api/reference/resources/uploads
"""

from __future__ import annotations

import hashlib
from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.http.forms import Upload
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import ServiceError, refused
from scaffold.endpoint.http.surfaces import AZURE_V1, OPENAI
from scaffold.endpoint.http.validation import fields, items, one_of, optional, text, whole
from scaffold.endpoint.state.stored import PendingUpload

JsonObject = dict[str, Any]

_HOUR = 60 * 60
_GIGABYTE = 1024**3
_LARGEST_PART = 64 * 1024**2
_CREATE = fields(
    {
        "bytes": whole(1, 8 * _GIGABYTE),
        "filename": text(shortest=1),
        "mime_type": text(shortest=1),
        "purpose": one_of("assistants", "batch", "fine-tune", "vision", "user_data"),
    },
    {
        "expires_after": optional(
            fields({"anchor": one_of("created_at"), "seconds": whole(_HOUR, 30 * 24 * _HOUR)})
        )
    },
)
_COMPLETE = fields({"part_ids": items(text(), "strings", fewest=1)}, {"md5": optional(text())})


def create(call: Call) -> HttpResponse:
    """Begin an upload.

    Raises:
        ServiceError: the body is not acceptable.
    """
    body = call.checked(_CREATE)
    state = call.state
    resource = {
        "id": state.new_id("upload_"),
        "object": "upload",
        "bytes": body["bytes"],
        "created_at": state.now(),
        "filename": body["filename"],
        "purpose": body["purpose"],
        "status": "pending",
        "expires_at": state.now() + _HOUR,
    }
    state.uploads[resource["id"]] = PendingUpload(resource)
    return HttpResponse(resource)


def add_part(call: Call) -> HttpResponse:
    """Take a part of the file.

    Raises:
        ServiceError: there is no such upload, it has ended, or the part is none or too large.
    """
    pending = _pending(call)
    data = call.body.get("data")
    if not isinstance(data, Upload):
        raise refused("'data' is a required property", param="data")
    if len(data.content) > _LARGEST_PART:
        raise refused("The part is larger than the maximum of 64 MB.", param="data")
    part_id = call.state.new_id("part_")
    pending.parts[part_id] = data.content
    return HttpResponse(
        {
            "id": part_id,
            "object": "upload.part",
            "created_at": call.state.now(),
            "upload_id": pending.resource["id"],
        }
    )


def complete(call: Call) -> HttpResponse:
    """Put the parts together, in the order that is said, and make a file of them.

    Raises:
        ServiceError: a part is unknown, or they are not what was announced.
    """
    pending = _pending(call)
    body = call.checked(_COMPLETE)
    unknown = [part_id for part_id in body["part_ids"] if part_id not in pending.parts]
    if unknown:
        raise refused(f"Invalid part ID: '{unknown[0]}'.", param="part_ids")
    content = b"".join(pending.parts[part_id] for part_id in body["part_ids"])
    resource = pending.resource
    if len(content) != resource["bytes"]:
        raise refused(
            f"The total size of the parts ({len(content)} bytes) does not match the size of the"
            f" upload ({resource['bytes']} bytes).",
            param="part_ids",
        )
    if body.get("md5") and hashlib.md5(content).hexdigest() != body["md5"].lower():  # noqa: S324
        raise refused("The md5 checksum does not match the contents of the file.", param="md5")
    storage = call.state.storage
    file = storage.add_file(resource["filename"], content, resource["purpose"], None)
    pending.resource = {**resource, "status": "completed", "file": file.resource}
    pending.parts.clear()
    return HttpResponse(pending.resource)


def cancel(call: Call) -> HttpResponse:
    """End an upload; no part can be added any more."""
    pending = _pending(call)
    pending.resource = {**pending.resource, "status": "cancelled"}
    pending.parts.clear()
    return HttpResponse(pending.resource)


def _pending(call: Call) -> PendingUpload:
    upload_id = call.path["upload"]
    pending = call.state.uploads.get(upload_id)
    if pending is None:
        raise refused(f"No such Upload object: {upload_id}", status=404, param="id")
    if pending.resource["status"] != "pending":
        raise _ended(pending.resource)
    return pending


def _ended(resource: JsonObject) -> ServiceError:
    return refused(f"Upload '{resource['id']}' is {resource['status']}, and can't be changed.")


WHERE = (OPENAI, AZURE_V1)
_ONE = "/uploads/{upload}"
OPERATIONS = (
    Operation("POST", "/uploads", create, WHERE, kind="files"),
    Operation("POST", _ONE + "/parts", add_part, WHERE, form=True, kind="files"),
    Operation("POST", _ONE + "/complete", complete, WHERE, kind="files"),
    Operation("POST", _ONE + "/cancel", cancel, WHERE, kind="files"),
)
