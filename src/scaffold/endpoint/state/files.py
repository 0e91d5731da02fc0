"""Uploaded files, as one server keeps them; the built-in documents are among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scaffold.endpoint.replies.documents import Document

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


def built_in_files(now: int, documents: Sequence[Document]) -> dict[str, StoredFile]:
    """Return documents as files that were uploaded for assistants; a file may be several."""
    texts: dict[tuple[str, str], str] = {}
    for page in documents:
        file = (page.file_id, page.filename)
        texts[file] = texts.get(file, "") + page.text
    return {
        file_id: new_file(file_id, name, text.encode(), "assistants", now)
        for (file_id, name), text in texts.items()
    }
