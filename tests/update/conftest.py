"""A project to update, and a place of its own for what is kept between runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from update.projects import lined, snapshot, write


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for what is kept between runs, of the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of the first revision, with the line, and a function of one's own."""
    old = snapshot()
    files = lined(old, old.files({"system_prompt": "Be brief."}))
    files["main.py"] += b"\n\ndef mine() -> None:\n    print('mine')\n"
    return write(tmp_path / "project", files)
