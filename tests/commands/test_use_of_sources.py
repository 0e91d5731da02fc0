"""What a template of a source made is used as what ours make is: run, examined, made once more."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import openai
import pytest
from conftest import CATALOGUE, Project, Scaffold
from elsewhere import ANSWERS
from sources.repositories import Origin

SETTINGS = dict.fromkeys(CATALOGUE.environment, "")


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scaffold_here: Scaffold) -> Origin:
    """A source `team` with one template: the files of a sample, and a `template.yml`."""
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "state"))
    monkeypatch.setenv("SCAFFOLD_CACHE_DIR", str(tmp_path / "cache"))
    sample = {file.path: file.content.decode() for file in Project("openai-chat", "openai").files()}
    made = Origin(tmp_path / "templates")
    files = {
        **sample,
        "requirements.txt": "",  # nothing is installed in a test
        "hello.txt.jinja": "Hello {{ who }}\n",
        **ANSWERS,
    }
    about = {
        "chat/copier.yml": "who: Ada\n_subdirectory: files\n",
        "chat/template.yml": "title: A chat\nsummary: A chat of the team.\n",
    }
    made.commit({**about, **{f"chat/files/{path}": text for path, text in files.items()}}, "v1.0")
    assert scaffold_here("source", "add", "team", made.url).returncode == 0
    return made


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Reads all files of a folder, each with its permissions."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mode)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.usefixtures("team")
def test_run_and_doctor_know_what_it_made(
    scaffold: Scaffold, scaffold_here: Scaffold, tmp_path: Path
) -> None:
    made = scaffold_here("new", "team/chat")
    assert made.returncode == 0, made.stderr
    assert "scaffold run" in made.stdout
    project = tmp_path / "chat"
    assert not (project / "template.yml").exists()
    # It is offline, with the SDK of the tests' own environment.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", project / ".venv"], check=True)
    packages = next((project / ".venv").rglob("site-packages"))
    (packages / "tests.pth").write_text(str(Path(openai.__file__).parents[1]))

    ran = scaffold("run", "chat", typed="Hello\n")
    told = scaffold_here("doctor", "chat", env=SETTINGS)

    assert ran.returncode == 0, ran.stderr
    assert 'You said: "Hello"' in ran.stdout
    assert "error  OPENAI_API_KEY is not set" in told.stdout
    assert told.returncode == 1
    # Copier's answers file says what made it.
    assert "what made this project" not in told.stdout


def test_the_second_use_needs_no_origin_and_gives_the_same_bytes(
    scaffold: Scaffold, tmp_path: Path, team: Origin
) -> None:
    first = scaffold("new", "team/chat", "--output-dir", "first/made")
    shutil.rmtree(team.folder)

    other = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C", "HOME": str(tmp_path)}
    second = scaffold("new", "team/chat", "--output-dir", "second/made", env=other)
    unnamed = scaffold("new", f"{team.url}//chat", "--output-dir", "third/made")
    never_seen = scaffold("new", f"{team.url}2//chat", "--output-dir", "fourth")

    assert first.returncode == 0, first.stderr
    assert second.returncode == 0, second.stderr
    assert unnamed.returncode == 0, unnamed.stderr
    made = contents(tmp_path / "first")
    assert b"Hello Ada\n" in [content for content, _ in made.values()]
    assert contents(tmp_path / "second") == made
    assert contents(tmp_path / "third") == made
    # A source stays where it is and asks nobody; an address has its origin asked each time.
    assert "taking what was fetched" not in second.stderr
    assert "taking what was fetched on " in unnamed.stderr
    assert never_seen.returncode == 1
    assert len([line for line in never_seen.stderr.splitlines() if "scaffold: " in line]) == 1
