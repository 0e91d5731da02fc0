"""The sample that answers from a folder: what it embeds again, and documents that can't be read."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Project
from conversations import OFFLINE
from samples import HIGHEST, Ended, run_sample

from scaffold.endpoint import Endpoint
from scaffold.running.runner import offline_environ

SAMPLE = Project("openai-chat-streaming-with-documents", "openai")
MODEL = "OPENAI_EMBEDDING_MODEL_NAME"


@dataclass(frozen=True)
class Run:
    """A project, documents of one's own, and the endpoint that it asks."""

    project: Path
    documents: Path
    endpoint: Endpoint

    def __call__(self, typed: str = "exit\n", **settings: str) -> Ended:
        """Runs it with the documents."""
        environ = offline_environ(os.environ, self.endpoint.variables("openai")) | settings
        folder = str(self.documents)
        return run_sample(HIGHEST, self.project, environ, typed, folder, quickly=True)

    def embedded(self) -> list[str]:
        """The texts that were embedded so far."""
        bodies = [each["body"] for each in self.endpoint.journal if "embeddings" in each["path"]]
        return [text for body in bodies for text in body["input"]]

    @property
    def store(self) -> Path:
        """The file of the vectors."""
        return next(self.project.glob(".documents-*.sqlite"))


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A project and a folder with two documents, one of them in a folder of its own."""
    documents = tmp_path / "mine"
    (documents / "notes").mkdir(parents=True)
    (documents / "notes" / "oslo.md").write_text("# Oslo\n\nThe ferry leaves at noon.", "utf-8")
    (documents / "rome.txt").write_text("The tram costs two euros.", "utf-8")
    (documents / ".hidden.txt").write_text("Nobody sees this.", "utf-8")
    (documents / "picture.png").write_bytes(b"\x89PNG")
    with Endpoint() as endpoint:
        yield Run(SAMPLE.write(tmp_path / "project"), documents, endpoint)


def lock(path: Path, password: str) -> None:
    """Writes a PDF that has a password; an empty one keeps nobody from reading it."""
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=SAMPLE_PDF)
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    writer.write(path)


SAMPLE_PDF = (
    Path(__file__)
    .parents[1]
    .joinpath("templates", SAMPLE.template, "python", "documents", "trips.pdf")
)


def test_only_what_changed_is_embedded_again(run: Run) -> None:
    first = run("When does the ferry leave?\nexit\n")
    assert first.stderr == ""
    assert first.stdout == (
        "Embedding 2 of 2 documents...\n"
        f"User: \nAssistant: {OFFLINE} From your sources: The ferry leaves at noon [1].\n\n"
        "[1] notes/oslo.md\n\nUser: "
    )
    assert run().stdout == "User: "

    (run.documents / "rome.txt").write_text("The tram costs three euros.", "utf-8")
    (run.documents / "new.md").write_text("A bus costs one euro.", "utf-8")
    (run.documents / "notes" / "oslo.md").unlink()
    known = run.embedded()
    again = run("What does the tram cost?\nWhen does the ferry leave?\n\n")
    assert again.stdout.startswith("Embedding 2 of 2 documents...\n")
    assert "The tram costs three euros [1]" in again.stdout
    assert "noon" not in again.stdout
    new = run.embedded()[len(known) :]
    assert new[:2] == ["A bus costs one euro.", "The tram costs three euros."]


def test_a_long_document_is_cut_and_embedded_in_parts(run: Run) -> None:
    (run.documents / "long.md").write_text(
        "\n\n".join(f"Number {number} is {'so ' * 200}{number}." for number in range(130)), "utf-8"
    )
    word = f"{'x' * 2500}\n\nA short one.\n\nAnother."
    (run.documents / "word.md").write_text(word, "utf-8")
    assert run().stderr == ""

    sent = [each["body"]["input"] for each in run.endpoint.journal]
    assert [len(texts) for texts in sent] == [100, 30, 1, 1, 3]
    assert [len(text) for text in sent[-1]] == [1000, 1000, 500 + len(word) - 2500]


def test_what_can_not_be_read_is_left_out_in_one_line(run: Run) -> None:
    (run.documents / "latin.txt").write_bytes("Grüße".encode("latin-1"))
    (run.documents / "empty.md").write_text(" \n", "utf-8")
    (run.documents / "broken.pdf").write_bytes(SAMPLE_PDF.read_bytes()[:300])
    (run.documents / "no.PDF").write_bytes(b"no PDF at all")
    lock(run.documents / "locked.pdf", "secret")
    lock(run.documents / "open.pdf", "")

    ended = run("In what wind does no trip begin?\n\n")
    assert ended.stderr == ""
    told, _, talk = ended.stdout.partition("Embedding 3 of 8 documents...\n")
    assert told.splitlines() == [
        "broken.pdf is left out: it is no PDF that can be read",
        "empty.md is left out: it has no text in it",
        "latin.txt is left out: it is no UTF-8 text",
        "locked.pdf is left out: it has a password",
        "no.PDF is left out: it is no PDF that can be read",
    ]
    assert "] open.pdf, page 2" in talk


@pytest.mark.parametrize("kept", [(), ("picture.png",), (".hidden.txt",)])
def test_a_folder_without_documents_is_one_line(run: Run, kept: tuple[str, ...]) -> None:
    for path in [path for path in run.documents.rglob("*") if path.is_file()]:
        if path.name not in kept:
            path.unlink()
    ended = run()
    assert ended.stderr == (
        "\nThe sample encountered an error: there is no .md, .txt or .pdf file to read in "
        f"'{run.documents.resolve()}'\n"
    )
    assert ended.returncode == 1


def test_a_folder_that_is_not_there_is_one_line(run: Run) -> None:
    run.documents.rename(run.documents.with_name("elsewhere"))
    ended = run()
    assert ended.stderr == (
        f"\nThe sample encountered an error: there is no folder '{run.documents.resolve()}'\n"
    )
    assert ended.returncode == 1


def test_a_store_of_another_model_or_version_is_made_again_in_one_line(run: Run) -> None:
    again = (
        "The store is of another version or embedding model: made anew.\n"
        "Embedding 2 of 2 documents...\nUser: "
    )
    run()
    assert run(**{MODEL: "text-embedding-3-large"}).stdout == again
    assert run(**{MODEL: "text-embedding-3-large"}).stdout == "User: "

    with sqlite3.connect(run.store) as store:
        store.execute("UPDATE made_with SET version = 0")
    store.close()
    assert run(**{MODEL: "text-embedding-3-large"}).stdout == again

    run.store.write_bytes(b"no store at all" * 1000)
    assert run(**{MODEL: "text-embedding-3-large"}).stdout == again


def test_another_model_under_the_same_name_is_one_line(run: Run) -> None:
    def say(dimensions: int) -> None:
        vector = {"response": {"embedding": [0.5] * dimensions}, "match": {"endpoint": "embedding"}}
        run.endpoint.script({"fixtures": [vector]})

    say(8)
    run()
    say(4)
    ended = run("Hello\n")
    assert ended.stderr == (
        "\nThe sample encountered an error: the embedding model is another than before: "
        f"delete '{run.store.resolve()}'\n"
    )
    assert ended.returncode == 1


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"response": {"error": {"message": "Not for you."}, "status": 403}}, "Not for you."),
        ({"scaffold": {"fault": "html", "status": 200}}, "something that is no answer"),
    ],
)
def test_what_it_looks_up_can_not_be_had(run: Run, entry: dict[str, object], said: str) -> None:
    run.endpoint.script({"fixtures": [{"match": {"endpoint": "embedding"}, **entry}]})
    ended = run("Hello\n")
    assert ended.stderr.startswith("\nThe sample encountered an error: ")
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 2
    assert ended.returncode == 1
    # Nothing half done is kept: the next run goes on.
    run.endpoint.script({"fixtures": []})
    assert run().stdout == "Embedding 2 of 2 documents...\nUser: "
