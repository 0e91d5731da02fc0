"""Vector stores: filled, searched, and used by assistants; through the SDK and to the letter."""

from __future__ import annotations

from typing import Any

import pytest
from openai import AzureOpenAI, BadRequestError, NotFoundError, OpenAI
from openai.types import VectorStore, VectorStoreDeleted, VectorStoreSearchResponse
from openai.types.vector_stores import (
    FileContentResponse,
    VectorStoreFile,
    VectorStoreFileBatch,
    VectorStoreFileDeleted,
)

from endpoint.strict import check
from endpoint.wire import PREVIEW, ask
from scaffold.endpoint import Endpoint
from scaffold.endpoint.replies.reply import LEAD

pytestmark = [
    pytest.mark.filterwarnings(f"ignore:{message}:DeprecationWarning")
    for message in ("The Assistants API is deprecated", "deprecated$")
]

NOTES = b"The gate code is 4711. The cellar door is green.\n"
LAMP = b"The lamp in the hall takes an E27 bulb. It burns for 800 hours.\n"
BUILT_IN = "vs_offlineproductguide00001"
TENT = "file-fjord2tent00000000000000"


@pytest.fixture(scope="module", params=["openai", "azure_v1"])
def v1(request: pytest.FixtureRequest) -> OpenAI:
    """The clients that have all of it."""
    made: OpenAI = request.getfixturevalue(request.param)
    return made


def new_file(client: OpenAI, content: bytes = NOTES, name: str = "gate-notes.txt") -> str:
    return client.files.create(file=(name, content), purpose="assistants").id


def test_vector_stores_come_and_go(client: OpenAI) -> None:
    made = client.vector_stores.create(
        name="Notes",
        file_ids=[new_file(client)],
        metadata={"a": "b"},
        expires_after={"anchor": "last_active_at", "days": 2},
        chunking_strategy={
            "type": "static",
            "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 20},
        },
    )
    assert made.id.startswith("vs_")
    assert (made.status, made.file_counts.in_progress) == ("in_progress", 1)
    found = client.vector_stores.retrieve(made.id)
    assert (found.status, found.file_counts.completed) == ("completed", 1)
    assert found.usage_bytes == len(NOTES)
    assert found.expires_at == (found.last_active_at or 0) + 2 * 24 * 60 * 60

    changed = client.vector_stores.update(made.id, name="Gate", metadata=None, expires_after=None)
    assert (changed.name, changed.metadata, changed.expires_at) == ("Gate", {}, None)
    assert client.vector_stores.delete(made.id).deleted
    with pytest.raises(NotFoundError, match=f"Vector store with id '{made.id}' not found."):
        client.vector_stores.retrieve(made.id)


def test_a_file_is_put_in_and_taken_out(v1: OpenAI) -> None:
    store = v1.vector_stores.create()
    file = v1.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("gate-notes.txt", NOTES), attributes={"year": 2026}
    )
    assert (file.status, file.usage_bytes, file.attributes) == (
        "completed",
        len(NOTES),
        {"year": 2026},
    )
    again = v1.vector_stores.files.create_and_poll(file.id, vector_store_id=store.id)
    assert again.attributes == {}
    changed = v1.vector_stores.files.update(
        file.id, vector_store_id=store.id, attributes={"draft": True}
    )
    assert changed.attributes == {"draft": True}
    [part] = v1.vector_stores.files.content(file.id, vector_store_id=store.id)
    assert part.text == NOTES.decode()

    assert v1.vector_stores.files.delete(file.id, vector_store_id=store.id).deleted
    where = f"No file found with id '{file.id}' in vector store '{store.id}'."
    with pytest.raises(NotFoundError, match=where):
        v1.vector_stores.files.retrieve(file.id, vector_store_id=store.id)
    assert v1.files.retrieve(file.id).id == file.id


def test_files_come_in_batches(client: OpenAI) -> None:
    store = client.vector_stores.create()
    batch = client.vector_stores.file_batches.upload_and_poll(
        store.id, files=[("notes.txt", NOTES), ("lamp.txt", LAMP), ("image.png", b"\x89PNG\0")]
    )
    assert (batch.status, batch.file_counts.completed) == ("completed", 2)
    assert (batch.file_counts.failed, batch.file_counts.total) == (1, 3)

    failed = client.vector_stores.file_batches.list_files(
        batch.id, vector_store_id=store.id, filter="failed"
    ).data
    assert [file.last_error.code for file in failed if file.last_error] == ["unsupported_file"]
    ids = [
        file.id
        for file in client.vector_stores.file_batches.list_files(
            batch.id, vector_store_id=store.id, limit=1
        )
    ]
    assert len(set(ids)) == 3
    assert [file.id for file in client.vector_stores.files.list(store.id, limit=2)] == ids
    oldest = client.vector_stores.files.list(store.id, order="asc", filter="completed").data
    bad = {file.id for file in failed}
    assert [file.id for file in oldest] == [each for each in reversed(ids) if each not in bad]


def test_a_batch_is_cancelled(client: OpenAI) -> None:
    store = client.vector_stores.create()
    batch = client.vector_stores.file_batches.create(store.id, file_ids=[new_file(client)])
    assert batch.status == "in_progress"
    stopped = client.vector_stores.file_batches.cancel(batch.id, vector_store_id=store.id)
    assert (stopped.status, stopped.file_counts.cancelled) == ("cancelled", 1)
    assert client.vector_stores.files.list(store.id, filter="cancelled").data
    with pytest.raises(BadRequestError, match="Cannot cancel vector store file batch with status"):
        client.vector_stores.file_batches.cancel(batch.id, vector_store_id=store.id)
    assert client.vector_stores.retrieve(store.id).file_counts.cancelled == 1


def test_a_store_is_searched(v1: OpenAI) -> None:
    files: Any = [{"file_id": new_file(v1), "attributes": {"kind": "note", "year": 2025}}]
    lamp = new_file(v1, LAMP, "lamp.txt")
    files.append({"file_id": lamp, "attributes": {"kind": "guide", "year": 2026}})
    store = v1.vector_stores.create()
    v1.vector_stores.file_batches.create_and_poll(store.id, files=files)

    page = v1.vector_stores.search(store.id, query="Which bulb is in the lamp?")
    best = page.data[0]
    assert (best.file_id, best.filename, best.score) == (lamp, "lamp.txt", 1.0)
    assert best.attributes == {"kind": "guide", "year": 2026}
    assert best.content[0].text == LAMP.decode()

    both = ["gate code", "lamp bulb"]
    assert len(v1.vector_stores.search(store.id, query=both).data) == 2
    assert len(v1.vector_stores.search(store.id, query=both, max_num_results=1).data) == 1
    strict: Any = {"score_threshold": 1.0}
    assert len(v1.vector_stores.search(store.id, query=both, ranking_options=strict).data) <= 1
    assert not v1.vector_stores.search(store.id, query="zebra").data


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"type": "eq", "key": "kind", "value": "note"}, ["note"]),
        ({"type": "ne", "key": "kind", "value": "note"}, ["guide"]),
        ({"type": "gt", "key": "year", "value": 2025}, ["guide"]),
        ({"type": "gte", "key": "year", "value": 2025}, ["guide", "note"]),
        ({"type": "lt", "key": "year", "value": 2026}, ["note"]),
        ({"type": "lte", "key": "kind", "value": 1}, []),
        ({"type": "in", "key": "kind", "value": ["note", "other"]}, ["note"]),
        ({"type": "nin", "key": "kind", "value": ["note", "other"]}, ["guide"]),
        ({"type": "eq", "key": "year", "value": True}, []),
        (
            {
                "type": "or",
                "filters": [
                    {"type": "eq", "key": "kind", "value": "note"},
                    {
                        "type": "and",
                        "filters": [
                            {"type": "eq", "key": "kind", "value": "guide"},
                            {"type": "gt", "key": "year", "value": 2026},
                        ],
                    },
                ],
            },
            ["note"],
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_filter_chooses_files(
    endpoint: Endpoint, openai: OpenAI, wanted: Any, found: Any
) -> None:
    store = openai.vector_stores.create().id
    for kind, year in (("note", 2025), ("guide", 2026)):
        file = {"file_id": new_file(openai), "attributes": {"kind": kind, "year": year}}
        ask(endpoint, f"/v1/vector_stores/{store}/files", file)
    body = {"query": "gate code", "filters": wanted}
    rows = ask(endpoint, f"/v1/vector_stores/{store}/search", body).json["data"]
    assert sorted(row["attributes"]["kind"] for row in rows) == found


@pytest.mark.parametrize("prefix", ["/v1", "/openai/v1"])
def test_every_object_is_of_the_sdks_type(endpoint: Endpoint, openai: OpenAI, prefix: str) -> None:
    file = new_file(openai)
    stores = f"{prefix}/vector_stores"
    store = ask(endpoint, stores, {"file_ids": [TENT]}).json
    one = f"{stores}/{store['id']}"
    check(VectorStore, store)
    for row in ask(endpoint, stores).json["data"]:
        check(VectorStore, row)
    check(VectorStoreFile, ask(endpoint, f"{one}/files", {"file_id": file}).json)
    batch = ask(endpoint, f"{one}/file_batches", {"file_ids": [file, TENT]}).json
    check(VectorStoreFileBatch, batch)
    for listed in (f"{one}/files", f"{one}/file_batches/{batch['id']}/files"):
        for row in ask(endpoint, listed).json["data"]:
            check(VectorStoreFile, row)
    content = ask(endpoint, f"{one}/files/{TENT}/content").json
    assert content["object"] == "vector_store.file_content.page"
    check(FileContentResponse, content["data"][0])
    page = ask(endpoint, f"{one}/search", {"query": "tent", "rewrite_query": True}).json
    assert page.keys() == {"object", "search_query", "data", "has_more", "next_page"}
    assert page["search_query"] == ["tent"]
    for row in page["data"]:
        check(VectorStoreSearchResponse, row)
    deleted = ask(endpoint, f"{one}/files/{file}", method="DELETE").json
    check(VectorStoreFileDeleted, deleted)
    check(VectorStoreDeleted, ask(endpoint, one, method="DELETE").json)


def test_stores_are_read_page_after_page() -> None:
    with Endpoint() as endpoint, OpenAI(api_key="x", base_url=f"{endpoint.url}/v1") as client:
        names = [client.vector_stores.create(name=f"Store {n}").name for n in range(5)]
        pages = client.vector_stores.list(order="asc", limit=2)
        assert pages.has_more
        assert [store.name for store in pages] == ["Product guide", *names]
        middle = pages.data[1]
        before = client.vector_stores.list(order="asc", limit=2, before=middle.id)
        assert [store.id for store in before.data] == [BUILT_IN]


def test_the_built_in_store(endpoint: Endpoint, openai: OpenAI) -> None:
    assert endpoint.variables("openai")["OPENAI_VECTOR_STORE_ID"] == BUILT_IN
    assert endpoint.variables("azure")["OPENAI_VECTOR_STORE_ID"] == BUILT_IN
    assert openai.vector_stores.retrieve(BUILT_IN).file_counts.completed == 8
    best = openai.vector_stores.search(BUILT_IN, query="How heavy is the tent?").data[0]
    assert (best.filename, best.file_id) == ("fjord-2-tent.md", TENT)


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("", {"foo": 1}, "Unknown parameter: 'foo'."),
        ("", {"file_ids": ["file-x"]}, "No such File object: file-x"),
        ("/files", {}, "Missing required parameter: 'file_id'."),
        ("/files", {"file_id": "file-x"}, "No such File object: file-x"),
        (
            "/files",
            {"file_id": TENT, "attributes": {"a": []}},
            "Invalid type for 'attributes.a': expected one of a string, number or boolean, but got"
            " an array instead.",
        ),
        (
            "",
            {"chunking_strategy": {"type": "static", "static": {"max_chunk_size_tokens": 100}}},
            "Missing required parameter: 'chunking_strategy.static.chunk_overlap_tokens'.",
        ),
        (
            "",
            {
                "chunking_strategy": {
                    "type": "static",
                    "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 51},
                }
            },
            "Invalid 'chunking_strategy.static.chunk_overlap_tokens': must be at most half of"
            " max_chunk_size_tokens.",
        ),
        ("/file_batches", {}, "Missing required parameter: 'file_ids'."),
        (
            "/file_batches",
            {"file_ids": [TENT], "files": [{"file_id": TENT}]},
            "'file_ids' and 'files' are mutually exclusive.",
        ),
        ("/search", {"query": []}, "Invalid 'query': empty array."),
        ("/search", {"query": "x", "max_num_results": 51}, "Invalid 'max_num_results': integer"),
        (
            "/search",
            {"query": "x", "filters": {"type": "like"}},
            "Invalid value: 'like'. Supported values are: 'eq', 'ne', 'gt', 'gte', 'lt', 'lte',",
        ),
        (
            "/search",
            {"query": "x", "filters": {"type": "and", "filters": [{"type": "gt", "key": "a"}]}},
            "Missing required parameter: 'filters.filters[0].value'.",
        ),
    ],
)
def test_what_is_refused(endpoint: Endpoint, path: str, body: Any, message: str) -> None:
    start = f"/v1/vector_stores/{BUILT_IN}" if path else "/v1/vector_stores"
    heard = ask(endpoint, start + path, body)

    assert heard.status == (404 if "No such" in message else 400)
    assert heard.error["message"].startswith(message)


def test_what_does_not_exist(endpoint: Endpoint) -> None:
    for path in ("", "/files", "/files/x", "/file_batches/x"):
        heard = ask(endpoint, f"/v1/vector_stores/vs_x{path}")
        assert (heard.status, heard.error["message"]) == (
            404,
            "Vector store with id 'vs_x' not found.",
        )
    one = f"/v1/vector_stores/{BUILT_IN}"
    assert ask(endpoint, f"{one}/file_batches/vsfb_x").status == 404
    assert ask(endpoint, f"{one}/files?filter=odd").status == 400
    assert ask(endpoint, f"/openai/vector_stores?{PREVIEW}").status == 200
    # A file's content came after Assistants, and is on Azure's v1 route alone.
    file = f"/openai/vector_stores/{BUILT_IN}/files/x/content"
    assert ask(endpoint, f"{file}?{PREVIEW}").status == 404


def test_azures_dated_routes_search_too(azure: AzureOpenAI) -> None:
    found = azure.vector_stores.search(BUILT_IN, query="How heavy is the Fjord 2 tent?")

    assert found.data[0].filename == "fjord-2-tent.md"


def answer_of(client: OpenAI, question: str, **thread: Any) -> str:
    """What the assistant says in a new thread."""
    made = client.beta.threads.create(messages=[{"role": "user", "content": question}], **thread)
    return run_on(client, made.id)


def run_on(client: OpenAI, thread: str) -> str:
    client.beta.threads.runs.create_and_poll(
        thread_id=thread, assistant_id="asst_offlineproductguide00001"
    )
    block = client.beta.threads.messages.list(thread, limit=1).data[0].content[0]
    assert block.type == "text"
    return block.text.value


def test_an_assistant_finds_what_was_uploaded(openai: OpenAI, azure: AzureOpenAI) -> None:
    said = f"{LEAD} From your files: The gate code is 4711 【4:0†source】."
    question = "What is the gate code?"
    for client in (openai, azure):
        file = new_file(client)
        store = client.vector_stores.create(file_ids=[file])
        named = {"file_search": {"vector_store_ids": [store.id]}}
        described = {"file_search": {"vector_stores": [{"file_ids": [file]}]}}
        for resources in (named, described):
            assert answer_of(client, question, tool_resources=resources) == said


def test_an_assistant_finds_what_is_attached(openai: OpenAI) -> None:
    thread = openai.beta.threads.create()
    for content, name in ((NOTES, "gate.txt"), (LAMP, "lamp.txt")):
        openai.beta.threads.messages.create(
            thread.id,
            role="user",
            content="Which bulb does the lamp take?",
            attachments=[
                {"file_id": new_file(openai, content, name), "tools": [{"type": "file_search"}]}
            ],
        )
    resources = openai.beta.threads.retrieve(thread.id).tool_resources
    assert resources is not None
    assert resources.file_search is not None
    [store] = resources.file_search.vector_store_ids or []
    assert len(openai.vector_stores.files.list(store).data) == 2
    assert run_on(openai, thread.id) == (
        f"{LEAD} From your files: The lamp in the hall takes an E27 bulb 【4:0†source】."
    )


def test_a_file_that_is_gone_is_found_no_more(openai: OpenAI) -> None:
    file = new_file(openai)
    store = openai.vector_stores.create(file_ids=[file])
    assert openai.vector_stores.search(store.id, query="gate code").data
    openai.files.delete(file)
    assert not openai.vector_stores.search(store.id, query="gate code").data


def test_a_long_file_is_cut_into_passages(openai: OpenAI) -> None:
    days = [f"On day {day} we walked {day * 7} miles." for day in range(200)]
    file = new_file(openai, "\n".join(days).encode(), "diary.md")
    store = openai.vector_stores.create(
        file_ids=[file],
        chunking_strategy={
            "type": "static",
            "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 20},
        },
    )
    parts = list(openai.vector_stores.files.content(file, vector_store_id=store.id))
    assert all(len(part.text or "") <= 400 for part in parts)
    assert len(parts) > 15
    best = openai.vector_stores.search(store.id, query="day 113").data[0]
    assert days[113] in best.content[0].text
