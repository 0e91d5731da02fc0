"""What is kept between two runs of `scaffold docs`, so that only what changed is run again.

A cache, no more: it may be deleted at any time, and where it can't be written all goes on without.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import scaffold
from scaffold.catalogue.records import Example
from scaffold.project.render import File
from scaffold.walkthrough.run import Transcript


class Transcripts:
    """The runs that are known already.

    Args:
        folder: where they are kept; None for nowhere.
        program: what the samples are run with, in its environment.
    """

    def __init__(self, folder: Path | None, program: Path) -> None:
        self._folder = folder and folder / "transcripts"
        self._same = _fingerprint([*_program(), *_packages(program)]) if folder else ""

    def find(self, files: Sequence[File], example: Example) -> Transcript | None:
        """Find what came of running a sample, if nothing that it depends on has changed."""
        if self._folder is None:
            return None
        try:
            kept = json.loads(self._path(self._folder, files, example).read_bytes())
            return Transcript(kept["printed"], kept["requests"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, files: Sequence[File], example: Example, transcript: Transcript) -> None:
        """Keep what came of running a sample, if that can be.

        Args:
            files: the sample's files.
            example: what was typed.
            transcript: what came of it.
        """
        if self._folder is None:
            return
        path = self._path(self._folder, files, example)
        staged = path.with_suffix(f".{secrets.token_hex(4)}")
        document = {"printed": transcript.printed, "requests": list(transcript.requests)}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            staged.write_text(json.dumps(document), encoding="utf-8")
            staged.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                staged.unlink()

    def _path(self, folder: Path, files: Sequence[File], example: Example) -> Path:
        parts = [self._same.encode(), repr(example).encode()]
        for file in files:
            parts += [file.path.encode(), file.content]
        return folder / f"{_fingerprint(parts)}.json"


def environment_folder(folder: Path | None, manifests: Iterable[str]) -> Path | None:
    """Make the folder in which an environment for these manifests is kept; None if none can."""
    if folder is None:
        return None
    path = (
        folder
        / "environments"
        / _fingerprint(each.encode() for each in sorted(set(manifests)))[:16]
    )
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return path if os.access(path, os.W_OK) else None


def _program() -> Iterable[bytes]:
    """All of this program that a run may depend on."""
    root = Path(scaffold.__file__).parent
    for path in sorted(root.rglob("*.py")):
        yield path.relative_to(root).as_posix().encode()
        yield path.read_bytes()


def _packages(program: Path) -> Iterable[bytes]:
    """The packages that an environment has, each with its version."""
    site = [Path(each) for each in sys.path] if program == Path(sys.executable) else []
    for folder in site or program.parent.parent.glob("[Ll]ib*/**/site-packages"):
        yield from sorted(each.name.encode() for each in folder.glob("*.dist-info"))


def _fingerprint(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
