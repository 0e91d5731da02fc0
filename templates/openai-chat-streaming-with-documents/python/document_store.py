"""Keeps passages with their vectors, in a file: SQLite with the extension sqlite-vec."""

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import sqlite_vec  # type: ignore[import-untyped]

from document_reader import Passage

# Counts on when the tables, or how documents are cut, are no longer what they were.
VERSION = 1

TABLES = """
CREATE TABLE made_with (version INTEGER, embedding_model TEXT);
CREATE TABLE documents (name TEXT PRIMARY KEY, digest TEXT);
CREATE TABLE passages (id INTEGER PRIMARY KEY, file TEXT, page INTEGER, text TEXT);
CREATE INDEX passages_of_file ON passages (file);
"""


class DocumentStore:
    """Finds the passages that are nearest to a question."""

    def __init__(self, path: Path, embedding_model: str) -> None:
        # Open the file. One of another version, or with the vectors of another model, is
        # of no use: `was_replaced` says that there was one.
        self.path = path
        self.made_with = (VERSION, embedding_model)
        self.was_replaced = path.exists()
        self.db = self.open()
        if self.was_replaced and self.is_usable():
            self.was_replaced = False
            return
        if self.was_replaced:
            self.db.close()
            self.path.unlink()
            self.db = self.open()

        # Make the tables. That of the vectors is made when it is known how long they are.
        with self.db:
            self.db.execute(TABLES)
            self.db.execute("INSERT INTO made_with VALUES (?, ?)", self.made_with)

    def open(self) -> apsw.Connection:
        """Opens the file. Not every Python's own SQLite loads extensions; apsw's does."""
        try:
            db = apsw.Connection(str(self.path))
        except apsw.CantOpenError as error:
            raise OSError(f"the store '{self.path}' can't be opened") from error
        db.set_busy_timeout(60_000)  # another run may be embedding just now
        db.enable_load_extension(True)
        db.load_extension(sqlite_vec.loadable_path())
        db.enable_load_extension(False)
        return db

    def is_usable(self) -> bool:
        """Tells whether the file was made with this version and this model."""
        try:
            rows = self.db.execute("SELECT * FROM made_with").fetchall()
        except apsw.Error:
            return False
        return rows == [self.made_with]

    def digests(self) -> dict[str, str]:
        """Tells which documents are here, each with the digest that it had."""
        return dict(self.db.execute("SELECT name, digest FROM documents"))

    def add(
        self,
        name: str,
        digest: str,
        passages: list[Passage],
        vectors: list[list[float]],
    ) -> None:
        """Puts a document in, in place of what it was before: all of it, or nothing."""
        with self.say_mismatch(), self.db:
            self.db.execute(
                "CREATE VIRTUAL TABLE IF NOT EXISTS vectors USING "
                f"vec0(embedding float[{len(vectors[0])}] distance_metric=cosine)"
            )
            self.remove(name)
            self.db.execute("INSERT INTO documents VALUES (?, ?)", (name, digest))
            for passage, vector in zip(passages, vectors, strict=True):
                self.db.execute(
                    "INSERT INTO passages (file, page, text) VALUES (?, ?, ?)", passage
                )
                self.db.execute(
                    "INSERT INTO vectors (rowid, embedding) VALUES (?, ?)",
                    (self.db.last_insert_rowid(), array("f", vector).tobytes()),
                )

    def remove(self, name: str) -> None:
        """Takes a document out, if it is here."""
        with self.db:
            found = self.db.execute("SELECT id FROM passages WHERE file = ?", (name,))
            ids = found.fetchall()
            self.db.executemany("DELETE FROM vectors WHERE rowid = ?", ids)
            self.db.execute("DELETE FROM passages WHERE file = ?", (name,))
            self.db.execute("DELETE FROM documents WHERE name = ?", (name,))

    def search(self, vector: list[float], count: int) -> list[Passage]:
        """Finds the passages nearest to a vector, the nearest first."""
        with self.say_mismatch():
            rows = self.db.execute(
                "SELECT file, page, text FROM vectors "
                "JOIN passages ON passages.id = vectors.rowid "
                "WHERE embedding MATCH ? AND k = ? ORDER BY distance",
                (array("f", vector).tobytes(), count),
            )
            return [Passage(*row) for row in rows]

    @contextmanager
    def say_mismatch(self) -> Iterator[None]:
        """Says plainly that a model of the same name makes other vectors than it did."""
        try:
            yield
        except apsw.SQLError as error:
            if "imension" not in str(error):
                raise
            raise ValueError(
                f"the embedding model is another than before: delete '{self.path}'"
            ) from error
