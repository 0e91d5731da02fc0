"""Files: uploaded, listed, read and deleted. The built-in documents are among them.

Source: https://developers.openai.com/api/reference/resources/files
"""

from __future__ import annotations

from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.http.forms import Form, Upload
from scaffold.endpoint.http.paging import page
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import ServiceError, azure_refused, no_file, refused
from scaffold.endpoint.http.surfaces import AZURE_FILES, AZURE_V1, OPENAI
from scaffold.endpoint.state.files import StoredFile

JsonObject = dict[str, Any]

_PURPOSES = ("fine-tune", "assistants", "batch", "user_data", "vision", "evals")
_LINES = {"fine-tune": "Fine-Tuning", "batch": "Batch"}
# What people put in for the service to read can't be read back at OpenAI.
_KEPT = {"assistants", "user_data", "vision"}
_FIELDS = {"file", "purpose", "expires_after[anchor]", "expires_after[seconds]"}
_LARGEST_PAGE = 10_000
_HOUR = 60 * 60


def create(call: Call) -> HttpResponse:
    """Store a file.

    Raises:
        ServiceError: the form is not acceptable.
    """
    form: Form = call.body
    upload, purpose = _checked(call, form)
    seconds = form.get("expires_after[seconds]")
    lasting = int(seconds) if isinstance(seconds, str) else None
    # A path is not for others to know.
    name = upload.filename.replace("\\", "/").rpartition("/")[2] or "file"
    stored = call.state.storage.add_file(name, upload.content, purpose, lasting)
    return HttpResponse(stored.resource)


def list_files(call: Call) -> HttpResponse:
    """Return a page of the files, all or those of one purpose."""
    purpose = call.query.get("purpose")
    files = [file.resource for file in call.state.storage.files.values()]
    wanted = [file for file in files if purpose in {None, file["purpose"]}]
    return page(call.query, wanted, "file", largest=_LARGEST_PAGE, usual=_LARGEST_PAGE)


def retrieve(call: Call) -> HttpResponse:
    """Return one file's description.

    Raises:
        ServiceError: there is no such file.
    """
    return HttpResponse(_find(call).resource)


def content(call: Call) -> HttpResponse:
    """Return what is in a file.

    Raises:
        ServiceError: there is no such file, or OpenAI does not give it out again.
    """
    file = _find(call)
    purpose = file.resource["purpose"]
    if call.family == "openai" and purpose in _KEPT:
        raise refused(f"Not allowed to download files of purpose: {purpose}")
    return HttpResponse(file.content, media_type="application/octet-stream")


def delete(call: Call) -> HttpResponse:
    """Forget a file; no vector store finds anything in it any more."""
    file_id = _find(call).resource["id"]
    call.state.storage.delete_file(file_id)
    return HttpResponse({"id": file_id, "object": "file", "deleted": True})


def _find(call: Call) -> StoredFile:
    file_id = call.path["file"]
    if file_id not in call.state.storage.files:
        raise no_file(file_id)
    return call.state.storage.files[file_id]


def _checked(call: Call, form: Form) -> tuple[Upload, str]:
    """Return the file and its purpose."""
    for name in form:
        if name not in _FIELDS:
            raise refused(f"Additional properties are not allowed ('{name}' was unexpected)")
    purpose, upload = form.get("purpose"), form.get("file")
    if not isinstance(purpose, str) or purpose not in _PURPOSES:
        raise _wrong_purpose(call, purpose)
    if not isinstance(upload, Upload):
        if call.family == "azure":
            raise azure_refused(400, "invalidPayload", "The file is missing.")
        raise refused("'file' is a required property")
    if not upload.content:
        raise refused("File is empty.")
    if purpose in _LINES and not upload.filename.endswith(".jsonl"):
        raise refused(f"Invalid file format for {_LINES[purpose]} API. Must be .jsonl")
    _check_expiry(form)
    return upload, purpose


def _wrong_purpose(call: Call, purpose: str | Upload | None) -> ServiceError:
    if call.family == "azure":
        return azure_refused(400, "invalidPayload", "Invalid value for purpose.")
    if purpose is None:
        return refused("'purpose' is a required property")
    said = purpose if isinstance(purpose, str) else purpose.filename
    return refused(f"'{said}' is not one of {list(_PURPOSES)} - 'purpose'")


def _check_expiry(form: Form) -> None:
    anchor, seconds = form.get("expires_after[anchor]"), form.get("expires_after[seconds]")
    if anchor is None and seconds is None:
        return
    if anchor != "created_at":
        raise refused("'expires_after.anchor' must be 'created_at'", param="expires_after.anchor")
    within = isinstance(seconds, str) and seconds.isascii() and seconds.isdecimal()
    if not (within and _HOUR <= int(str(seconds)[:9]) <= 30 * 24 * _HOUR):
        message = f"'expires_after.seconds' must be an integer from {_HOUR} to {30 * 24 * _HOUR}"
        raise refused(message, param="expires_after.seconds")


WHERE = (OPENAI, AZURE_FILES, AZURE_V1)
OPERATIONS = (
    Operation("POST", "/files", create, WHERE, form=True, kind="files"),
    Operation("GET", "/files", list_files, WHERE, kind="files"),
    Operation("GET", "/files/{file}", retrieve, WHERE, kind="files"),
    Operation("GET", "/files/{file}/content", content, WHERE, kind="files"),
    Operation("DELETE", "/files/{file}", delete, WHERE, kind="files"),
)
