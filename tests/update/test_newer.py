"""`doctor` and `run` say when there is a newer version of a project's sample."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from conftest import CATALOGUE, Project, Scaffold

from scaffold.commands.run import newer_note
from scaffold.update.newer import is_told_today
from scaffold.update.released import read_released, released_dir

SAMPLE = "openai-chat"
NEWEST = f"{SAMPLE}@{CATALOGUE.get(SAMPLE).revision}"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A project of an older revision."""
    old = read_released(released_dir(), SAMPLE)[0]
    folder = tmp_path / "project"
    folder.mkdir()
    for path, content in old.files({}).items():
        (folder / path).write_bytes(content)
    (folder / "requirements.txt").write_text(
        f"{old.origin.line(old.origin.file)}\nopenai>=1.106,<4\n"
    )
    return folder


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment that keeps what it has to remember in a folder of the test's own."""
    state = str(tmp_path / "state")
    environ = {name: value for name, value in os.environ.items() if name != "CI"}
    return {**environ, "XDG_STATE_HOME": state, "LOCALAPPDATA": state}


def test_run_says_it_once_a_day_and_never_in_ci(older: Path, environ: dict[str, str]) -> None:
    assert newer_note(older, {**environ, "CI": "true"}) == ""

    assert NEWEST in newer_note(older, environ)
    assert newer_note(older, environ) == ""


def test_another_day_it_is_said_again(older: Path, tmp_path: Path) -> None:
    assert not is_told_today(older, tmp_path / "state", date(2026, 11, 21))
    assert is_told_today(older, tmp_path / "state", date(2026, 11, 21))
    assert not is_told_today(older, tmp_path / "state", date(2026, 11, 22))
    (tmp_path / "file").touch()
    # Where it can't be kept, nobody is to hear it each time.
    assert is_told_today(older, tmp_path / "file", date(2026, 11, 22))


def test_the_newest_says_nothing(tmp_path: Path, environ: dict[str, str]) -> None:
    project = Project(SAMPLE, "azure").write(tmp_path / "newest")
    assert newer_note(project, environ) == ""
    (project / "requirements.txt").write_text("# Made by scaffold: nothing@1 provider=azure\n")
    assert newer_note(project, environ) == ""
    (project / "requirements.txt").unlink()
    assert newer_note(project, environ) == ""


def test_the_doctor_warns_of_it(scaffold_here: Scaffold, older: Path) -> None:
    settings = dict.fromkeys(CATALOGUE.environment, "")
    told = scaffold_here("doctor", str(older), env=settings).stdout
    assert f"warn   {NEWEST} is a newer version of this sample, which is {SAMPLE}@1" in told
    assert (
        scaffold_here("update", str(older), env={"XDG_STATE_HOME": str(older.parent)}).returncode
        == 0
    )
    assert "newer version" not in scaffold_here("doctor", str(older), env=settings).stdout


def test_the_doctor_says_where_nothing_tells_what_made_it(
    scaffold_here: Scaffold, older: Path
) -> None:
    settings = dict.fromkeys(CATALOGUE.environment, "")
    (older / "requirements.txt").write_text("openai>=1.106,<4\n")

    told = scaffold_here("doctor", str(older), env=settings).stdout.splitlines()

    said = [line for line in told if "what made this project" in line]
    assert said == [
        "warn   no line in requirements.txt says what made this project, so what is newer can't be "
        "told  →  'scaffold update' lists what to name with --from"
    ]
    # What hasn't the files of any sample hears nothing of it.
    (older / "requirements.txt").unlink()
    assert "what made this" not in scaffold_here("doctor", str(older), env=settings).stdout
