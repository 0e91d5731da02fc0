"""A kill at any system call that writes leaves each file as it was or as it is to be."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CATALOGUE, Project, Scaffold

from scaffold.project.fixtures import INDEX, make_fixtures
from scaffold.project.paths import STAGING
from scaffold.update.released import read_released, released_dir

pytestmark = pytest.mark.skipif(os.name == "nt", reason="forks, and kills with a signal")

PROJECT = Project("openai-chat-streaming", "azure")


def tree(folder: Path) -> dict[str, bytes]:
    """Reads all files below a folder, but for what is only staged."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and STAGING not in path.parts
    }


def killed_at_every_write(tmp_path: Path, *arguments: str) -> list[Path]:
    """Runs a command on copies of `before`, killed at ever later moments; the last one ends."""
    results = tmp_path / "results"
    results.mkdir()
    harness = Path(__file__).parents[1] / "kills.py"
    ended = subprocess.run(
        [sys.executable, str(harness), str(tmp_path / "before"), str(results), *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    number, code = ended.stdout.split()
    assert code == "0"
    assert int(number) > 5
    return [results / str(each + 1) for each in range(int(number))]


def test_a_new_project_is_there_whole_or_not_at_all(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    whole = {f"a/b/{file.path}": file.content for file in PROJECT.files()}
    arguments = ("new", "openai-chat-streaming", "--output-dir", "a/b")

    places = killed_at_every_write(tmp_path, *arguments)

    assert all(tree(place) in ({}, whole) for place in places)
    assert tree(places[-1]) == whole
    # The next run cleans up after the one that was killed.
    staged = [place for place in places if list(place.rglob(STAGING))]
    assert staged
    for place in (staged[0], staged[-1]):
        assert scaffold(*arguments, cwd=place).returncode == 0
        assert tree(place) == whole
        assert not list(place.rglob(STAGING))


@pytest.mark.parametrize(
    "on_conflict", [pytest.param("keep", marks=pytest.mark.nightly), "overwrite"]
)
def test_no_file_of_an_old_project_is_half_written(
    scaffold: Scaffold, tmp_path: Path, on_conflict: str
) -> None:
    old = {"main.py": b"my edit\n" * 500, "notes.txt": b"mine\n"}
    project = tmp_path / "before" / "project"
    project.mkdir(parents=True)
    for path, content in old.items():
        (project / path).write_bytes(content)
    new = {**old, **{file.path: file.content for file in PROJECT.files()}}
    if on_conflict == "keep":
        new["main.py"] = old["main.py"]
    arguments = ["new", "openai-chat-streaming", "--output-dir=project", "--on-conflict"]

    places = killed_at_every_write(tmp_path, *arguments, on_conflict)

    for place in places:
        found = tree(place / "project")
        assert all(found.get(path) in (old.get(path), new[path]) for path in new)
        assert set(old) <= set(found) <= set(new)
    staged = [place for place in places if list(place.rglob(STAGING))]
    assert scaffold(*arguments, on_conflict, cwd=staged[-1]).returncode == 0
    for place in (places[-1], staged[-1]):
        assert tree(place / "project") == new
        assert not list(place.rglob(STAGING))


def test_no_file_of_an_updated_project_is_half_written_and_undo_has_the_old_bytes(
    scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at any write and any rename, while one file is renamed as well."""
    old = read_released(released_dir(), PROJECT.template)[0]
    files = old.files({})
    files["requirements.txt"] = (
        f"{old.origin.line(old.origin.file)}\n".encode() + files["requirements.txt"]
    )
    files["main.py"] += b"\n# mine\n" * 100
    project = tmp_path / "before" / "project"
    project.mkdir(parents=True)
    for path, content in files.items():
        (project / path).write_bytes(content)
    # The template has that file under another name now.
    helper = next(path for path in files if path.startswith("openai"))
    templates = tmp_path / "templates"
    shutil.copytree(CATALOGUE.root, templates)
    folder = templates / PROJECT.template / "python"
    (folder / f"{helper}.jinja").rename(folder / "renamed.py.jinja")
    monkeypatch.setenv("KILLS_TEMPLATES", str(templates))

    places = killed_at_every_write(tmp_path, "update", "project")

    new = tree(places[-1] / "project")
    assert {*new} == {"main.py", "renamed.py", "requirements.txt"}
    for place in places:
        found = tree(place / "project")
        assert all(found.get(path) in (files.get(path), new.get(path)) for path in {*files, *new})
        assert {*found} <= {*files, *new}
        assert "main.py" in found
        assert helper in found or "renamed.py" in found
        undone = scaffold(
            "update", "project", "--undo", cwd=place, env={"XDG_STATE_HOME": str(place / "state")}
        )
        assert undone.returncode in (0, 2)
        assert tree(place / "project") == files
        assert not list((place / "project").rglob(f"{STAGING}*")) or undone.returncode == 2


def older_fixtures(folder: Path) -> None:
    """Writes fixtures as an older catalogue would have made them, and a person's files."""
    only = [each for each in CATALOGUE.combinations() if each.name == PROJECT.name]
    entries = []
    for fixture in make_fixtures(CATALOGUE, only):
        files = {file.path: file.content for file in fixture.files}
        files[f"{fixture.name}/main.py"] = b"print('older')\n"
        files[f"{fixture.name}/gone/old.py"] = b"print('no longer made')\n"
        del files[f"{fixture.name}/requirements.txt"]
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        listed = [
            {"path": path.partition("/")[2], "sha256": hashlib.sha256(content).hexdigest()}
            for path, content in files.items()
        ]
        entries.append({**fixture.entry, "files": listed})
    (folder / INDEX).write_text(json.dumps({"schema_version": 1, "projects": entries}))
    (folder / PROJECT.name / "notes.txt").write_text("mine")
    (folder / "README.md").write_text("mine too")


@pytest.mark.parametrize(
    "there",
    [True, pytest.param(False, marks=pytest.mark.nightly)],
    ids=["old folder", "new folder"],
)
def test_no_fixture_is_half_written(scaffold: Scaffold, tmp_path: Path, there: bool) -> None:
    (tmp_path / "before").mkdir()
    if there:
        older_fixtures(tmp_path / "before" / "out")
    arguments = ("fixtures", "out", "--only", PROJECT.name)
    old = tree(tmp_path / "before")

    places = killed_at_every_write(tmp_path, *arguments)

    new = tree(places[-1])
    for place in places:
        found = tree(place)
        if there:
            assert all(found.get(path) in (old.get(path), new.get(path)) for path in {*old, *new})
            assert found["out/README.md"] == b"mine too"
            assert found[f"out/{PROJECT.name}/notes.txt"] == b"mine"
        else:
            assert found in ({}, new)
    assert not any("gone" in path for path in new)
    for place in places[len(places) // 2 :: 6]:
        assert scaffold(*arguments, cwd=place).returncode == 0
        assert tree(place) == new
        assert not list(place.rglob(STAGING))
