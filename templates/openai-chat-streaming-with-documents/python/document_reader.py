"""Reads the documents of a folder, and cuts them into passages."""

import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pypdf import PdfReader
from pypdf.errors import DependencyError

# What is wrong with a file is told by this sample, in one line.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

SUFFIXES = (".md", ".pdf", ".txt")

# In characters: short enough to be about one thing, long enough to be understood.
LONGEST = 1000

# Words, as many as that holds; of a word that is longer, as much as it holds.
PART = re.compile(r"\S.{0,999}(?!\S)|\S{1,1000}", re.DOTALL)


class Passage(NamedTuple):
    """A part of a document that answers a question by itself."""

    file: str
    page: int | None
    text: str

    @property
    def title(self) -> str:
        """Where it stands, such as `manual.pdf, page 3`."""
        return f"{self.file}, page {self.page}" if self.page else self.file


def find_documents(folder: Path) -> dict[str, Path]:
    """Finds the documents below a folder, by name; what is hidden is none."""
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder '{folder}'")
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    names = {path.relative_to(folder).as_posix(): path for path in found}
    return {
        name: path
        for name, path in names.items()
        if path.suffix.lower() in SUFFIXES and not re.search(r"(^|/)\.", name)
    }


def read_passages(name: str, content: bytes) -> list[Passage]:
    """Reads a document, and cuts it; a `ValueError` says why it can't be read."""
    pages = read_pdf(content) if name.lower().endswith(".pdf") else read_text(content)
    passages = [
        Passage(name, number, part) for number, text in pages for part in cut(text)
    ]
    if not passages:
        raise ValueError("has no text in it")
    return passages


def read_text(content: bytes) -> list[tuple[int | None, str]]:
    """Reads a text file, which has no pages."""
    try:
        return [(None, content.decode("utf-8-sig"))]
    except UnicodeDecodeError as error:
        raise ValueError("is no UTF-8 text") from error


def read_pdf(content: bytes) -> list[tuple[int | None, str]]:
    """Reads a PDF file, page by page, counted from 1."""
    # One that only its owner may change opens without a password.
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DependencyError
        return [
            (number, page.extract_text())
            for number, page in enumerate(reader.pages, start=1)
        ]
    except DependencyError as error:
        raise ValueError("has a password") from error
    except Exception as error:
        # A file can be broken in many ways.
        raise ValueError("is no PDF that can be read") from error


def cut(text: str) -> Iterator[str]:
    """Cuts a text between its paragraphs, and inside of one that is too long."""
    passage = ""
    for paragraph in re.split(r"\n\s*\n", text):
        for part in PART.findall(paragraph):
            if passage and len(passage) + len(part) > LONGEST:
                yield passage
                passage = ""
            passage = f"{passage}\n\n{part.strip()}" if passage else part.strip()
    if passage:
        yield passage
