"""A repository to fetch from, and an environment of the test's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sources.repositories import Origin


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment with folders for what is kept that are the test's own."""
    own = {name: str(tmp_path / name) for name in ("XDG_STATE_HOME", "LOCALAPPDATA", "HOME")}
    return {**os.environ, **own, "SCAFFOLD_CACHE_DIR": str(tmp_path / "cache")}


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    """A repository with two versions and a later commit."""
    made = Origin(tmp_path / "origin")
    made.commit({"copier.yml": "name: {type: str}\n", "a.txt": "one\n"}, "v1.0.0")
    made.commit({"a.txt": "two\n"}, "v1.10.0")
    made.commit({"a.txt": "three\n"}, "v2.0.0rc1")
    return made
