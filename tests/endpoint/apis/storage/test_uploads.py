"""Uploads: a file in parts, through the SDK."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from openai import BadRequestError, NotFoundError, OpenAI
from openai.types import Upload
from openai.types.uploads import UploadPart

from endpoint import strict
from endpoint.wire import ask
from scaffold.endpoint import Endpoint

CONTENT = b"# Ferry\n\nThe ferry to Bodo leaves at 7:45.\n"


def begin(client: OpenAI, size: int = len(CONTENT)) -> Any:
    return client.uploads.create(
        bytes=size, filename="ferry.md", mime_type="text/markdown", purpose="assistants"
    )


@pytest.mark.parametrize("which", ["openai", "azure_v1"])
def test_parts_become_a_file(request: pytest.FixtureRequest, which: str) -> None:
    client: OpenAI = request.getfixturevalue(which)
    upload = begin(client)
    assert (upload.status, upload.file) == ("pending", None)
    last = client.uploads.parts.create(upload.id, data=CONTENT[10:])
    first = client.uploads.parts.create(upload.id, data=CONTENT[:10])
    done = client.uploads.complete(
        upload.id, part_ids=[first.id, last.id], md5=hashlib.md5(CONTENT).hexdigest()
    )

    assert done.status == "completed"
    assert done.file is not None
    kept = client.files.retrieve(done.file.id)
    assert (kept.filename, kept.bytes) == ("ferry.md", len(CONTENT))
    store = client.vector_stores.create(file_ids=[kept.id])
    assert client.vector_stores.search(store.id, query="ferry").data[0].filename == "ferry.md"


def test_a_part_is_as_large_as_the_sdk_cuts_them(openai: OpenAI) -> None:
    part = openai.uploads.parts.create(begin(openai).id, data=bytes(64 * 1024 * 1024))
    assert part.object == "upload.part"


def test_what_is_said_is_of_the_sdks_types(endpoint: Endpoint, openai: OpenAI) -> None:
    body = {"bytes": 3, "filename": "a.md", "mime_type": "text/plain", "purpose": "assistants"}
    upload = ask(endpoint, "/v1/uploads", body).json
    strict.check(Upload, upload)
    part = openai.uploads.parts.create(upload["id"], data=b"abc")
    strict.check(UploadPart, part.to_dict())
    done = ask(endpoint, f"/v1/uploads/{upload['id']}/complete", {"part_ids": [part.id]})
    strict.check(Upload, done.json)


def test_what_does_not_fit_together_is_refused(openai: OpenAI) -> None:
    upload = begin(openai)
    part = openai.uploads.parts.create(upload.id, data=CONTENT[:10])
    with pytest.raises(BadRequestError, match="10 bytes"):
        openai.uploads.complete(upload.id, part_ids=[part.id])
    with pytest.raises(BadRequestError, match="Invalid part ID: 'part_x'"):
        openai.uploads.complete(upload.id, part_ids=["part_x"])
    rest = openai.uploads.parts.create(upload.id, data=CONTENT[10:])
    with pytest.raises(BadRequestError, match="md5"):
        openai.uploads.complete(upload.id, part_ids=[part.id, rest.id], md5="0" * 32)
    assert openai.uploads.cancel(upload.id).status == "cancelled"
    with pytest.raises(BadRequestError, match="is cancelled"):
        openai.uploads.parts.create(upload.id, data=b"x")
    with pytest.raises(NotFoundError, match="No such Upload object"):
        openai.uploads.cancel("upload_x")
    with pytest.raises(BadRequestError, match="bytes"):
        begin(openai, 0)
