"""Uploaded files, as one server keeps them; the built-in documents are among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scaffold.endpoint.replies.documents import DOCUMENTS

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class StoredFile:
    """An uploaded file: how it is described, and what is in it."""

    resource: JsonObject
    content: bytes


def new_file(
    file_id: str, name: str, content: bytes, purpose: str, now: int, expires_at: int | None = None
) -> StoredFile:
    """Return a file as it is kept.

    Args:
        file_id: its id.
        name: its name, without a folder.
        content: what is in it.
        purpose: what it was uploaded for.
        now: the time.
        expires_at: when it expires; None for never.
    """
    resource = {
        "id": file_id,
        "object": "file",
        "bytes": len(content),
        "created_at": now,
        "filename": name,
        "purpose": purpose,
        "status": "processed",
    }
    # The official document has a time there or nothing, never null.
    if expires_at is not None:
        resource["expires_at"] = expires_at
    return StoredFile(resource, content)


def built_in_files(now: int) -> dict[str, StoredFile]:
    """Return the built-in documents, as files that were uploaded for assistants."""
    return {
        page.file_id: new_file(page.file_id, page.filename, page.text.encode(), "assistants", now)
        for page in DOCUMENTS
    }
