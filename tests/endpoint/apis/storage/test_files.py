"""Files, through the SDK and to the letter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai import BadRequestError, NotFoundError, OpenAI
from openai.types import FileDeleted, FileObject

from endpoint.strict import check
from endpoint.wire import KEY, PREVIEW, Heard, ask
from scaffold.endpoint import Endpoint

NOTES = b"The gate code is 4711.\n"
OPENAI = "/v1/files"
AZURE = f"/openai/files?{PREVIEW}"
PURPOSES = "['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals']"


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    """One field of a form."""
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"'.encode()
    if filename is not None:
        head += f'; filename="{filename}"\r\nContent-Type: text/plain'.encode()
    return head + b"\r\n\r\n" + content + b"\r\n"


def upload(endpoint: Endpoint, path: str, *parts: bytes) -> Heard:
    headers = {**KEY, "Content-Type": "multipart/form-data; boundary=x"}
    return ask(endpoint, path, b"".join([*parts, b"--x--\r\n"]), headers=headers)


FILE = part("file", NOTES, "notes.txt")
PURPOSE = part("purpose", b"assistants")


def test_files_come_and_go(client: OpenAI) -> None:
    made = client.files.create(file=("notes.txt", NOTES), purpose="user_data")
    assert made.id.startswith("file-")
    assert (made.filename, made.bytes, made.purpose) == ("notes.txt", len(NOTES), "user_data")
    assert client.files.retrieve(made.id) == made
    assert client.files.wait_for_processing(made.id) == made
    assert made.id in [file.id for file in client.files.list(purpose="user_data")]

    assert client.files.delete(made.id).deleted
    with pytest.raises(NotFoundError, match=f"No such File object: {made.id}"):
        client.files.retrieve(made.id)


def test_what_is_in_a_file(azure: OpenAI, openai: OpenAI) -> None:
    lines = openai.files.create(file=("lines.jsonl", b'{"a": 1}\n'), purpose="batch")
    assert openai.files.content(lines.id).content == b'{"a": 1}\n'

    notes = openai.files.create(file=("notes.txt", NOTES), purpose="assistants")
    assert azure.files.content(notes.id).content == NOTES
    with pytest.raises(BadRequestError, match="Not allowed to download files of purpose: assist"):
        openai.files.content(notes.id)


def test_files_are_read_page_after_page() -> None:
    with Endpoint() as endpoint, OpenAI(api_key="x", base_url=f"{endpoint.url}/v1") as client:
        for number in range(7):
            client.files.create(file=(f"{number}.txt", NOTES), purpose="user_data")
        pages = client.files.list(purpose="user_data", limit=3, order="asc")
        assert pages.has_more
        assert [file.filename for file in pages] == [f"{number}.txt" for number in range(7)]
        newest = client.files.list(limit=1).data[0]
        assert newest.filename == "6.txt"
        assert len(client.files.list().data) == 15


@pytest.mark.parametrize("path", [OPENAI, AZURE, "/openai/v1/files"])
def test_a_file_is_of_the_sdks_type(endpoint: Endpoint, path: str) -> None:
    expiry = part("expires_after[anchor]", b"created_at"), part("expires_after[seconds]", b"3600")
    made = upload(endpoint, path, FILE, PURPOSE, *expiry).json
    check(FileObject, made)
    assert made["expires_at"] == made["created_at"] + 3600

    one = path.replace("/files", f"/files/{made['id']}")
    check(FileDeleted, ask(endpoint, one, method="DELETE").json)


def test_the_name_of_a_file_has_no_folder(endpoint: Endpoint) -> None:
    for name in ("../a/notes.txt", "C:\\\\a\\\\notes.txt", "notes.txt"):
        made = upload(endpoint, OPENAI, part("file", NOTES, name), PURPOSE).json
        assert made["filename"] == "notes.txt"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([FILE], "'purpose' is a required property"),
        ([FILE, part("purpose", b"fun")], f"'fun' is not one of {PURPOSES} - 'purpose'"),
        ([PURPOSE], "'file' is a required property"),
        ([PURPOSE, part("file", b"x")], "'file' is a required property"),
        ([PURPOSE, part("file", b"", "x.txt")], "File is empty."),
        (
            [FILE, PURPOSE, part("foo", b"")],
            "Additional properties are not allowed ('foo' was unexpected)",
        ),
        (
            [FILE, part("purpose", b"fine-tune")],
            "Invalid file format for Fine-Tuning API. Must be .jsonl",
        ),
        (
            [FILE, PURPOSE, part("expires_after[seconds]", b"3600")],
            "'expires_after.anchor' must be 'created_at'",
        ),
        (
            [
                FILE,
                PURPOSE,
                part("expires_after[anchor]", b"created_at"),
                part("expires_after[seconds]", b"1"),
            ],
            "'expires_after.seconds' must be an integer from 3600 to 2592000",
        ),
    ],
)
def test_uploads_that_are_refused(endpoint: Endpoint, parts: list[bytes], message: str) -> None:
    heard = upload(endpoint, OPENAI, *parts)

    assert (heard.status, heard.error["message"]) == (400, message)
    assert heard.error["type"] == "invalid_request_error"


@pytest.mark.parametrize("parts", [[FILE], [FILE, part("purpose", b"fun")]])
def test_azure_refuses_a_purpose_in_its_own_words(endpoint: Endpoint, parts: list[bytes]) -> None:
    heard = upload(endpoint, AZURE, *parts)

    expected = {"error": {"code": "invalidPayload", "message": "Invalid value for purpose."}}
    assert (heard.status, heard.json) == (400, expected)
    assert upload(endpoint, AZURE, PURPOSE).error["code"] == "invalidPayload"


def test_what_is_no_form(endpoint: Endpoint) -> None:
    message = "Invalid Content-Type header (application/json), expected multipart/form-data."
    assert ask(endpoint, OPENAI, {}).error["message"] == message
    for kind in ("multipart/form-data", "multipart/form-data; boundary=y"):
        heard = ask(endpoint, OPENAI, FILE, headers={**KEY, "Content-Type": kind})
        assert (heard.status, heard.error["message"]) == (400, "Could not parse multipart form.")


@settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(noise=st.binary(max_size=80), name=st.text(max_size=8), place=st.integers(0, 300))
def test_any_form_is_answered(endpoint: Endpoint, noise: bytes, name: str, place: int) -> None:
    whole = b"".join([FILE, PURPOSE, b"--x--\r\n"])
    title = name.encode("utf-8", "replace").decode()
    bodies: list[Any] = [noise, whole[:place] + noise + whole[place:], whole[:place]]
    bodies.append(part(title, noise, title) + PURPOSE + b"--x--\r\n")
    for body in bodies:
        headers = {**KEY, "Content-Type": "multipart/form-data; boundary=x"}
        heard = ask(endpoint, OPENAI, body, headers=headers)
        assert heard.status < 500, heard.content
        assert "message" in heard.error if heard.status >= 400 else heard.json["id"]
