"""Files: the built-in documents, as files that were uploaded for assistants.

Source: https://platform.openai.com/docs/api-reference/files
"""

from __future__ import annotations

from typing import Any

from scaffold.endpoint.calls import AZURE_ASSISTANTS, OPENAI, Call, Operation, Reply
from scaffold.endpoint.documents import DOCUMENTS, Document
from scaffold.endpoint.paging import page
from scaffold.endpoint.service_errors import no_file

_BY_ID = {document.file_id: document for document in DOCUMENTS}


def exists(file_id: str) -> bool:
    """Whether there is a file with this id."""
    return file_id in _BY_ID


def list_files(call: Call) -> Reply:
    """A page of the files, all or those of one purpose."""
    purpose = call.query.get("purpose")
    files = [_resource(call, document) for document in DOCUMENTS]
    wanted = [file for file in files if purpose in {None, file["purpose"]}]
    return page(call, wanted, "file", largest=10_000)


def retrieve(call: Call) -> Reply:
    """One file's description.

    Raises:
        ServiceError: there is no such file.
    """
    return Reply(_resource(call, _document(call)))


def content(call: Call) -> Reply:
    """What is in a file.

    Raises:
        ServiceError: there is no such file.
    """
    return Reply(_document(call).text.encode(), media_type="application/octet-stream")


def _document(call: Call) -> Document:
    file_id = call.path["file"]
    if file_id not in _BY_ID:
        raise no_file(file_id)
    return _BY_ID[file_id]


def _resource(call: Call, document: Document) -> dict[str, Any]:
    return {
        "id": document.file_id,
        "object": "file",
        "bytes": len(document.text.encode()),
        "created_at": call.state.started,
        "expires_at": None,
        "filename": document.filename,
        "purpose": "assistants",
        "status": "processed",
        "status_details": None,
    }


_WHERE = (OPENAI, AZURE_ASSISTANTS)
OPERATIONS = (
    Operation("GET", "/files", list_files, _WHERE),
    Operation("GET", "/files/{file}", retrieve, _WHERE),
    Operation("GET", "/files/{file}/content", content, _WHERE),
)
