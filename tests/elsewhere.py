"""Templates from elsewhere for the tests: a folder or a repository with what a test puts in."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from scaffold.sources.records import Address, SourceSnapshot

ANSWERS = {"{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers|to_nice_yaml -}}\n"}
PLAIN = {
    "copier.yml": "name: Ada\nloud: false\nage: 36\n",
    "hello.txt.jinja": "Hello {{ name }}{% if loud %}!{% endif %}\n",
    **ANSWERS,
}


def git(folder: Path, *arguments: str) -> str:
    """Runs git in a folder, with nobody's settings."""
    settings = ("-c", "user.name=t", "-c", "user.email=t@t", "-c", "init.defaultBranch=main")
    command = ["git", *settings, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def write_template(folder: Path, files: Mapping[str, str]) -> Path:
    """Writes the files of a template into a folder, which is returned."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def make_repository(folder: Path, files: Mapping[str, str], tag: str = "1.0.0") -> Path:
    """Makes a repository with one commit that has a tag."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q")
    write_template(folder, files)
    commit(folder, tag)
    return folder


def commit(folder: Path, tag: str) -> None:
    """Commits all that is there, under a tag."""
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "-m", tag)
    git(folder, "tag", tag)


def snapshot_of(repository: Path, origin: str, ref: str = "1.0.0") -> SourceSnapshot:
    """Takes a repository for the mirror of an origin that is nowhere."""
    return SourceSnapshot(
        Address(origin, origin),
        origin,
        ref,
        ref,
        git(repository, "rev-parse", f"{ref}^{{commit}}"),
        git(repository, "rev-parse", f"{ref}^{{tree}}"),
        repository,
        repository / ".git",
    )
