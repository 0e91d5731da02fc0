"""Somebody's own documents, found and cited wherever the built-in ones would be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import Project
from openai import OpenAI
from samples import HIGHEST, run_sample

from endpoint.wire import DATED, MODEL, ask, chat
from scaffold.endpoint import DocumentsError, Endpoint
from scaffold.endpoint.replies.documents import INDEX_NAME, VECTOR_STORE_ID

FERRY = "# Ferries\n\nThe ferry to Bodo leaves at 7:45 from pier nine.\n"
ASKED = "When does the ferry to Bodo leave?"
SAID = "The ferry to Bodo leaves at 7:45 from pier nine"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of documents, with what is not meant for anybody."""
    documents = tmp_path / "documents"
    (documents / "north").mkdir(parents=True)
    (documents / "north" / "ferry.md").write_text(FERRY)
    (documents / "bread.txt").write_text("Bake the bread for an hour.\n\n" * 300)
    (documents / ".hidden").write_bytes(b"\x00\xff")
    (documents / ".git").mkdir()
    (documents / ".git" / "index").write_bytes(b"\x00\xff")
    return documents


def test_the_search_index_has_them(folder: Path) -> None:
    path = f"/indexes/{INDEX_NAME}/docs/search?api-version=2024-07-01"
    with Endpoint(documents=folder) as endpoint:
        found = ask(endpoint, path, {"search": ASKED, "top": 1}).json["value"]
        number = int(ask(endpoint, path.replace("search?", "$count?")).content.decode("utf-8-sig"))
        key = found[0]["id"]
        one = ask(endpoint, f"/indexes/{INDEX_NAME}/docs/{key}?api-version=2024-07-01").json

    assert found[0]["title"] == "north/ferry.md"
    assert SAID in found[0]["content"]
    assert number > 2  # what is long is cut into several
    assert one["content"] == FERRY


def test_file_search_cites_the_file(folder: Path) -> None:
    with Endpoint(documents=folder) as endpoint:
        client = OpenAI(base_url=f"{endpoint.url}/v1", api_key="any")
        tool: Any = {"type": "file_search", "vector_store_ids": [VECTOR_STORE_ID]}
        reply = client.responses.create(model=MODEL, input=ASKED, tools=[tool])
        message: Any = reply.output[-1]
        files = client.vector_stores.files.list(VECTOR_STORE_ID)
        names = {client.files.retrieve(each.id).filename for each in files}
        cited: Any = message.content[0].annotations[0]
        content = client.files.retrieve(cited.file_id)

    assert SAID in reply.output_text
    assert "product guide" not in reply.output_text
    assert cited.filename == content.filename == "north/ferry.md"
    assert names == {"north/ferry.md", "bread.txt"}


def test_on_your_data_cites_the_file(folder: Path) -> None:
    parameters = {
        "endpoint": "https://x.search.windows.net",
        "index_name": INDEX_NAME,
        "authentication": {"type": "api_key", "key": "any"},
    }
    source = {"data_sources": [{"type": "azure_search", "parameters": parameters}]}
    with Endpoint(documents=folder) as endpoint:
        message = ask(endpoint, DATED, chat(ASKED) | source).json["choices"][0]["message"]

    assert message["content"].endswith(f"{SAID} [doc1].")
    assert message["context"]["citations"][0]["filepath"] == "north/ferry.md"


def test_the_sample_with_data_cites_the_file(folder: Path, tmp_path: Path) -> None:
    project = Project("openai-chat-streaming-with-data", "openai").write(tmp_path / "p")
    with Endpoint(documents=folder / "north" / "ferry.md") as endpoint:
        done = run_sample(HIGHEST, project, endpoint.variables("openai"), f"{ASKED}\n")

    assert f"{SAID} [doc1]" in done.stdout
    assert "[doc1] ferry.md" in done.stdout


@pytest.mark.parametrize(
    ("name", "content", "times", "said"),
    [
        ("a.pdf", b"%PDF\x00\xff", 1, "is no text: save it as .txt or .md"),
        ("a.txt", b"", 1, "is no text"),
        (".a", b"x", 1, "there are no documents in"),
        ("big.txt", b"x", (32 << 20) + 1, "has too much in it: 1000 files, 32 MiB at most"),
    ],
)
def test_what_cannot_be_used_is_said(
    tmp_path: Path, name: str, content: bytes, times: int, said: str
) -> None:
    (tmp_path / name).write_bytes(content * times)

    with pytest.raises(DocumentsError, match=said) as caught:
        Endpoint(documents=tmp_path)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DocumentsError, match=r"cannot read .*: No such file or directory"):
        Endpoint(documents=tmp_path / "nowhere")
