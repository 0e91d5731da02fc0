"""Files to disk: what is in the way, and who else is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import COMMAND, Project, Scaffold
from waiting import PATIENCE

from scaffold.errors import ConflictError, ScaffoldError
from scaffold.lock import locked
from scaffold.project import write
from scaffold.project.paths import STAGING
from scaffold.project.render import File
from scaffold.project.write import OnConflict, overwriting, plan_writes, write_files

posix = pytest.mark.skipif(os.name == "nt", reason="about POSIX")
FILES = [File("main.py", b"new\n"), File("src/helper.py", b"new too\n")]


def put(folder: Path, **files: str) -> None:
    """Writes files into a folder, by their names without the suffix."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)


def state(folder: Path) -> dict[str, str]:
    """Reads all files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_an_unchanged_file_is_not_touched(tmp_path: Path) -> None:
    put(tmp_path, main="new\n")
    os.utime(tmp_path / "main.py", (1, 1))
    before = (tmp_path / "main.py").stat()

    write_files(plan_writes(FILES, tmp_path, "overwrite"))

    after = (tmp_path / "main.py").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert state(tmp_path) == {"main.py": "new\n", "src/helper.py": "new too\n"}


@posix
def test_where_nothing_is_to_be_written_nothing_is(tmp_path: Path) -> None:
    put(tmp_path / "project", main="new\n")
    before = (tmp_path / "project").stat().st_mtime_ns

    write_files(plan_writes(FILES[:1], tmp_path / "project", "fail"))

    assert (tmp_path / "project").stat().st_mtime_ns == before


@posix
@pytest.mark.parametrize("on_conflict", ["fail", "overwrite"])
def test_a_read_only_file_in_the_way(tmp_path: Path, on_conflict: OnConflict) -> None:
    put(tmp_path, main="mine")
    (tmp_path / "main.py").chmod(0o444)

    with pytest.raises(ConflictError) as refused:
        plan_writes(FILES, tmp_path, on_conflict)

    assert refused.value.details == ("main.py",)
    assert state(tmp_path) == {"main.py": "mine"}


@posix
def test_a_read_only_file_that_is_kept_or_the_same_is_in_nobodys_way(tmp_path: Path) -> None:
    put(tmp_path, main="mine")
    (tmp_path / "main.py").chmod(0o444)

    write_files(plan_writes(FILES, tmp_path, "keep"))
    write_files(plan_writes([File("main.py", b"mine")], tmp_path, "overwrite"))

    assert state(tmp_path) == {"main.py": "mine", "src/helper.py": "new too\n"}


@posix
def test_the_mode_of_a_file_stays(tmp_path: Path) -> None:
    put(tmp_path, main="mine")
    (tmp_path / "main.py").chmod(0o750)

    write_files(plan_writes(FILES, tmp_path, "overwrite"))

    assert (tmp_path / "main.py").stat().st_mode & 0o777 == 0o750


@posix
@pytest.mark.parametrize("there", [False, True], ids=["new folder", "old folder"])
def test_programs_and_links_are_written_as_such(tmp_path: Path, there: bool) -> None:
    target = tmp_path / "project"
    if there:
        put(target, mine="mine")
    files = [
        File("run.sh", b"#!/bin/sh\n", executable=True),
        File("a/again", b"", link="../run.sh"),
    ]

    write_files(plan_writes(files, target, "fail"))

    assert os.access(target / "run.sh", os.X_OK)
    assert (target / "a/again").readlink() == Path("../run.sh")
    assert plan_writes(files, target, "fail").unchanged == (*files,)


@posix
def test_a_link_that_is_to_come_replaces_nothing(tmp_path: Path) -> None:
    put(tmp_path, main="mine")
    (tmp_path / "other").symlink_to("main.py")

    for path in ("main.py", "other"):
        with pytest.raises(ConflictError):
            plan_writes([File(path, b"", link="elsewhere")], tmp_path, "overwrite")


@posix
@pytest.mark.parametrize("what", ["link", "link to a folder", "folder", "pipe", "a file as folder"])
def test_what_is_no_plain_file_is_in_the_way(tmp_path: Path, what: str) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    put(outside, helper="mine")
    project.mkdir()
    if what == "link":
        (project / "main.py").symlink_to(outside / "helper.py")
    elif what == "link to a folder":
        (project / "src").symlink_to(outside, target_is_directory=True)
    elif what == "folder":
        (project / "main.py").mkdir()
    elif what == "pipe":
        os.mkfifo(project / "main.py")
    else:
        (project / "src").write_text("mine")

    with pytest.raises(ConflictError, match="no plain file"):
        plan_writes(FILES, project, "overwrite")

    assert state(outside) == {"helper.py": "mine"}


@posix
def test_a_link_planted_after_the_plan_is_not_followed(tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    put(outside, helper="mine")
    project.mkdir()
    plan = plan_writes(FILES, project, "overwrite")
    (project / "src").symlink_to(outside, target_is_directory=True)

    with pytest.raises(ConflictError, match="at the same moment"):
        write_files(plan)

    assert state(outside) == {"helper.py": "mine"}
    assert os.listdir(project) == ["src"]


@pytest.mark.parametrize("there", [True, False], ids=["old folder", "new folder"])
def test_what_was_written_since_the_plan_is_not_lost(tmp_path: Path, there: bool) -> None:
    project = tmp_path / "project"
    if there:
        put(project, main="mine")
    plan = plan_writes(FILES, project, "overwrite")
    put(project, main="my later edit")

    with pytest.raises(ConflictError, match="this run wrote nothing"):
        write_files(plan)

    assert state(project) == {"main.py": "my later edit"}
    assert sorted(os.listdir(tmp_path)) == ["project"]


def test_some_of_the_files_in_the_way_can_be_overwritten(tmp_path: Path) -> None:
    put(tmp_path, main="mine")
    put(tmp_path / "src", helper="mine too")
    plan = plan_writes(FILES, tmp_path, "keep")

    write_files(overwriting(plan, plan.kept[1:]))

    assert state(tmp_path) == {"main.py": "mine", "src/helper.py": "new too\n"}


@pytest.mark.parametrize("there", [True, False], ids=["old folder", "new folder"])
def test_what_a_killed_run_left_is_cleaned_up(tmp_path: Path, there: bool) -> None:
    project = tmp_path / "project"
    where = project if there else tmp_path
    put(where / STAGING / "src", helper="half")
    (where / STAGING / "main.py").write_text("hal")

    write_files(plan_writes(FILES, project, "fail"))

    assert state(tmp_path) == {"project/main.py": "new\n", "project/src/helper.py": "new too\n"}
    assert not (where / STAGING).exists()


@posix
def test_something_else_by_that_name_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path / "mine", precious="mine")
    (tmp_path / STAGING).symlink_to(tmp_path / "mine", target_is_directory=True)

    write_files(plan_writes(FILES, tmp_path, "fail"))

    assert state(tmp_path / "mine") == {"precious.py": "mine"}
    assert sorted(os.listdir(tmp_path)) == [STAGING, "main.py", "mine", "src"]


def test_another_run_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "PATIENCE", 0.05)
    put(tmp_path, main="mine")
    plan = plan_writes(FILES, tmp_path, "overwrite")

    with locked(tmp_path), pytest.raises(ConflictError, match="another run is writing"):
        write_files(plan)

    assert {path: text for path, text in state(tmp_path).items() if path.endswith(".py")} == {
        "main.py": "mine"
    }


def test_a_busy_parent_is_no_reason_to_wait(tmp_path: Path) -> None:
    with locked(tmp_path):
        write_files(plan_writes(FILES, tmp_path / "project", "fail"))

    assert len(state(tmp_path / "project")) == 2


@pytest.mark.parametrize("there", [True, False], ids=["old folder", "new folder"])
def test_of_two_runs_at_once_one_wins_whole_and_the_other_says_so(
    tmp_path: Path, there: bool
) -> None:
    if there:
        (tmp_path / "project").mkdir()
    command = [COMMAND, "new", "openai-chat-streaming", "--output-dir", "project", "--provider"]
    runs = [
        subprocess.Popen(
            [*command, provider], cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        for provider in ("azure", "openai")
    ]
    errors = [run.communicate(timeout=PATIENCE)[1].decode() for run in runs]

    assert sorted(run.returncode for run in runs) == [0, 4]
    loser = errors[[run.returncode for run in runs].index(4)]
    assert "wrote nothing" in loser or "nothing was written" in loser
    assert loser.startswith("scaffold: ")
    winner = "azure" if runs[0].returncode == 0 else "openai"
    expected = Project("openai-chat-streaming", winner).files()
    assert state(tmp_path / "project") == {each.path: each.content.decode() for each in expected}
    assert os.listdir(tmp_path) == ["project"]


def test_a_folder_that_another_run_makes_meanwhile_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, exists = tmp_path / "project", os.path.lexists

    def make_it_first(path: Path) -> bool:
        if path == target and not exists(target):
            target.mkdir()
        return exists(path)

    monkeypatch.setattr(os.path, "lexists", make_it_first)

    plan_writes(FILES, target, "fail")

    assert target.is_dir()


def test_many_files_in_the_target_cost_nothing(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    listed: list[os.stat_result] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("os.listdir", "os.scandir") and watching:
            listed.append(os.stat(arguments[0] or "."))  # noqa: PTH116 (it may be a number)

    sys.addaudithook(watch)  # it stays as long as this process
    watching = True
    try:
        for number in range(20):
            write_files(plan_writes([File(f"new{number}.py", b"")], target, "fail"))
    finally:
        watching = False

    # A listing takes as long as there are files.
    assert not any(os.path.samestat(each, target.stat()) for each in listed)


@posix
def test_a_folder_that_can_be_written_to_but_not_read(tmp_path: Path, scaffold: Scaffold) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (tmp_path / "closed").mkdir(0o300)

    result = scaffold("new", "openai-chat-streaming", "--output-dir", "closed/project")

    assert result.returncode == 0


@posix
def test_a_disk_that_is_full_from_the_start(tmp_path: Path) -> None:
    put(tmp_path / "project", main="mine")
    code = (
        "import resource, signal, sys; from scaffold.cli import app;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); app(sys.argv[1:])"
    )
    for command in (
        ["new", "openai-chat-streaming", "--output-dir", "project", "--force"],
        ["fixtures", "out", "--only", "openai-chat-streaming", "--json"],
    ):
        result = subprocess.run(
            [sys.executable, "-c", code, *command],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 1
        assert result.stderr.startswith("scaffold: can't write '")
        assert result.stderr.count("\n") == 1
        assert state(tmp_path) == {"project/main.py": "mine"}


def test_an_error_names_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    plan = plan_writes(FILES, tmp_path / "file" / "project", "fail")

    with pytest.raises(ScaffoldError, match="can't write"):
        write_files(plan)
