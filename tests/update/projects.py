"""Projects of released revisions, to update in tests."""

from __future__ import annotations

from pathlib import Path

from conftest import CATALOGUE, RENDERER
from edits import Files

from scaffold.project.answers import resolve_answers
from scaffold.update.released import Snapshot, read_released, released_dir, released_names

SAMPLE = "openai-chat-streaming"
EDITED = "openai_chat_completions_streaming.py"
FOLDER = released_dir()
EVERY = [each for name in released_names(FOLDER) for each in read_released(FOLDER, name)]


def snapshot(template: str = SAMPLE, revision: int = 1, provider: str = "azure") -> Snapshot:
    """Finds a released project."""
    return next(
        each
        for each in read_released(FOLDER, template)
        if each.origin.revision == revision and each.origin.answers["provider"] == provider
    )


def newest(old: Snapshot, **texts: str) -> Files:
    """Renders the newest version of a released project."""
    template = CATALOGUE.get(old.origin.template)
    made_with = dict(old.origin.answers)
    if "azure_api" in template.answers and made_with["provider"] != "openai":
        made_with.setdefault("azure_api", "dated")  # there was no other route
    answers = resolve_answers(template, CATALOGUE.questions, {**made_with, **texts})
    return {file.path: file.content for file in RENDERER.render(answers)}


def write(folder: Path, files: Files) -> Path:
    """Writes a project, which is returned."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def tree(folder: Path) -> Files:
    """Reads all files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def lined(old: Snapshot, files: Files) -> Files:
    """Gives a project the line that says what made it."""
    line = f"{old.origin.line(old.origin.file)}\n".encode()
    return {**files, "requirements.txt": line + files.get("requirements.txt", b"")}
