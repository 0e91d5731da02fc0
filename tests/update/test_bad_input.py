"""What `scaffold update` does where something is in the way: nothing is lost, and it says why."""

from __future__ import annotations

import os
import shutil
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from conftest import CATALOGUE, Scaffold
from edits import Files

from scaffold.commands.update import update_project
from scaffold.errors import ConflictError
from scaffold.project.write import Plan
from scaffold.update.undo import keep_before
from update.projects import EDITED, SAMPLE, newest, snapshot, tree, write


@pytest.mark.parametrize(
    ("files", "arguments", "code", "says"),
    [
        ({}, [], 2, "is no project of 'scaffold new'"),
        ({"main.py": b"print('hello')\n"}, [], 2, "is no project of 'scaffold new'"),
        ({"a": b""}, ["--from", "nonsense"], 2, "--from takes NAME@REVISION"),
        ({"a": b""}, ["--from", "nonsense@1"], 3, "there is no template 'nonsense'"),
        ({"a": b""}, ["--from", f"{SAMPLE}@0"], 3, f"there is no revision 0 of {SAMPLE}"),
        ({"a": b""}, ["--from", f"{SAMPLE}@999"], 2, "by a newer version of this program"),
        ({"a": b""}, ["--from", f"{SAMPLE}@1,provider=aws"], 3, "there is no"),
        ({}, ["--undo"], 2, "no update of"),
        ({}, ["--undo", "--check"], 2, "--undo goes with"),
        ({}, ["--check", "--diff"], 2, "--check goes with"),
        ({}, ["--on-conflict", "perhaps"], 2, "perhaps"),
    ],
)
def test_what_it_cannot_do_is_one_line(
    scaffold: Scaffold,
    tmp_path: Path,
    files: Files,
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    (tmp_path / "project").mkdir()
    write(tmp_path / "project", files)

    ended = scaffold("update", "project", *arguments)

    assert ended.returncode == code
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr
    assert tree(tmp_path / "project") == files


def test_a_folder_that_is_not_there_is_named(scaffold: Scaffold) -> None:
    ended = scaffold("update", "nowhere")
    assert (ended.returncode, "there is no folder 'nowhere'" in ended.stderr) == (2, True)


def test_a_base_that_fits_two_is_not_chosen(scaffold: Scaffold, tmp_path: Path) -> None:
    write(tmp_path / "project", {"requirements.txt": b"openai\n", "main.py": b"print()\n"})

    unclear = scaffold("update", "project", "--from", f"{SAMPLE}@1")

    assert unclear.returncode == 2
    assert [line.strip() for line in unclear.stderr.splitlines()[1:]] == [
        f"{SAMPLE}@1,provider=azure",
        f"{SAMPLE}@1,provider=openai",
    ]


def test_half_of_it_was_updated_by_hand(scaffold: Scaffold, project: Path) -> None:
    new = newest(snapshot(), system_prompt="Be brief.")
    (project / EDITED).write_bytes(new[EDITED])

    assert scaffold("update", "project").returncode == 0

    assert tree(project)[EDITED] == new[EDITED]


def test_every_other_place_of_a_file_was_updated_by_hand(scaffold: Scaffold, project: Path) -> None:
    old = (project / EDITED).read_bytes().splitlines(keepends=True)
    new = newest(snapshot(), system_prompt="Be brief.")[EDITED].splitlines(keepends=True)
    half: list[bytes] = []
    changes = 0
    for kind, start, end, to_start, to_end in SequenceMatcher(None, old, new).get_opcodes():
        changes += kind != "equal"
        half += new[to_start:to_end] if changes % 2 else old[start:end]
    assert changes > 1
    (project / EDITED).write_bytes(b"".join(half))

    assert scaffold("update", "project").returncode == 0

    assert tree(project)[EDITED] == b"".join(new)


def test_every_line_conflicts(scaffold: Scaffold, project: Path) -> None:
    lines = (project / EDITED).read_bytes().splitlines()
    mine = b"".join(b"mine %d\n" % number for number in range(len(lines)))
    (project / EDITED).write_bytes(mine)
    before = tree(project)

    assert scaffold("update", "project").returncode == 4
    assert tree(project) == before
    assert scaffold("update", "project", "--on-conflict", "mark").returncode == 1

    marked = tree(project)[EDITED]
    assert {*mine.splitlines(), *newest(snapshot())[EDITED].splitlines()} - {b""} <= {
        *marked.splitlines()
    }
    assert scaffold("update", "project", "--undo").returncode == 0
    assert tree(project) == before


def test_a_project_of_a_newer_version_of_this_program(scaffold: Scaffold, project: Path) -> None:
    old = f"{SAMPLE}@1".encode()
    (project / "requirements.txt").write_bytes(
        (project / "requirements.txt").read_bytes().replace(old, f"{SAMPLE}@999".encode())
    )
    before = tree(project)

    for arguments in ([], ["--check"], ["--diff"]):
        ended = scaffold("update", "project", *arguments)
        assert ended.returncode == 2
        assert "by a newer version of this program" in ended.stderr
        assert "pip install --upgrade" in ended.stderr
    assert tree(project) == before


def test_no_end_of_line_and_latin_1_stay(scaffold: Scaffold, project: Path) -> None:
    mine = "\n\n\ndef mine() -> None:\n    print('Grüße')".encode("latin-1")
    (project / "main.py").write_bytes(snapshot().files({})["main.py"].rstrip(b"\n") + mine)
    (project / EDITED).write_bytes((project / EDITED).read_bytes().rstrip(b"\n"))

    assert scaffold("update", "project").returncode == 0

    updated = tree(project)
    new = newest(snapshot())
    assert updated[EDITED] == new[EDITED].rstrip(b"\n")
    assert updated["main.py"] == new["main.py"].rstrip(b"\n") + mine


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_what_is_no_file_any_more_stays_and_the_newest_is_put_beside(
    scaffold: Scaffold, project: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.py"
    shutil.move(project / EDITED, elsewhere)
    content = elsewhere.read_bytes()
    (project / EDITED).symlink_to(elsewhere)

    ended = scaffold("update", "project")

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[1:] == [f"  {EDITED}.new"]
    assert (project / EDITED).is_symlink()
    assert elsewhere.read_bytes() == content
    assert (project / f"{EDITED}.new").read_bytes() == newest(snapshot())[EDITED]


def test_a_file_that_is_too_long_is_left_alone(scaffold: Scaffold, project: Path) -> None:
    long = b"x = 1\n" * 9_000_000  # 54 MB
    (project / EDITED).write_bytes(long)

    ended = scaffold("update", "project")

    assert ended.returncode == 1
    assert (project / EDITED).read_bytes() == long
    assert (project / f"{EDITED}.new").read_bytes() == newest(snapshot())[EDITED]


def test_a_file_that_is_a_folder_now_stays_and_the_newest_is_put_beside(
    scaffold: Scaffold, project: Path
) -> None:
    (project / EDITED).unlink()
    (project / EDITED).mkdir()
    (project / EDITED / "mine.py").write_bytes(b"mine\n")
    before = tree(project)

    ended = scaffold("update", "project")

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[1:] == [f"  {EDITED}.new"]
    assert (project / EDITED / "mine.py").read_bytes() == b"mine\n"
    new = newest(snapshot(), system_prompt="Be brief.")
    assert (project / f"{EDITED}.new").read_bytes() == new[EDITED]
    assert scaffold("update", "project", "--undo").returncode == 0
    assert tree(project) == before


def test_a_file_that_came_in_the_way_stops_all(scaffold: Scaffold, project: Path) -> None:
    (project / EDITED).unlink()
    (project / EDITED).mkdir()
    (project / f"{EDITED}.new").write_bytes(b"mine")
    before = tree(project)

    ended = scaffold("update", "project")

    assert (ended.returncode, tree(project)) == (4, before)
    assert f"  {EDITED}.new: something else is there\n" in ended.stderr


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever may do all, may write")
def test_a_folder_that_cannot_be_written_to(scaffold: Scaffold, project: Path) -> None:
    project.chmod(0o555)
    before = tree(project)
    try:
        ended = scaffold("update", "project")
        assert (ended.returncode, tree(project)) == (1, before)
    finally:
        project.chmod(0o755)


def test_a_read_only_file_is_not_overwritten(scaffold: Scaffold, project: Path) -> None:
    (project / EDITED).chmod(0o444)
    before = tree(project)

    ended = scaffold("update", "project")

    assert (ended.returncode, tree(project)) == (4, before)
    assert f"  {EDITED}: it is read-only\n" in ended.stderr


def test_nothing_is_written_where_nothing_can_be_kept_to_undo(
    scaffold: Scaffold, project: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    before = tree(project)

    home = str(tmp_path / "file")
    ended = scaffold("update", "project", env={"XDG_STATE_HOME": home, "LOCALAPPDATA": home})

    assert (ended.returncode, tree(project)) == (1, before)
    assert "can't keep what --undo would need" in ended.stderr


def test_somebody_else_writes_meanwhile(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def kept_and_edited(plan: Plan, state: Path) -> None:
        keep_before(plan, state)
        (project / EDITED).write_bytes(b"mine, just now\n")

    monkeypatch.setattr("scaffold.commands.update.keep_before", kept_and_edited)
    with pytest.raises(ConflictError, match="at the same moment"):
        update_project(CATALOGUE, project, os.environ)
    assert (project / EDITED).read_bytes() == b"mine, just now\n"


def test_undo_loses_nothing_that_was_edited_since(scaffold: Scaffold, project: Path) -> None:
    assert scaffold("update", "project").returncode == 0
    with (project / "main.py").open("ab") as file:
        file.write(b"# later\n")
    edited_since = tree(project)

    refused = scaffold("update", "project", "--undo")

    assert refused.returncode == 4
    assert refused.stderr.splitlines()[1:] == ["  main.py"]
    assert tree(project) == edited_since


def test_undo_leaves_alone_what_the_update_did_not_touch(scaffold: Scaffold, project: Path) -> None:
    (project / "notes.txt").write_bytes(b"mine\n")
    before = tree(project)
    assert scaffold("update", "project").returncode == 0
    (project / "notes.txt").write_bytes(b"mine, later\n")
    (project / "later.py").write_bytes(b"mine, too\n")

    assert scaffold("update", "project", "--undo").returncode == 0

    assert tree(project) == {**before, "notes.txt": b"mine, later\n", "later.py": b"mine, too\n"}


@pytest.mark.parametrize("now", ["gone", "a folder", "a link"])
def test_undo_touches_nothing_where_a_file_is_none_any_more(
    scaffold: Scaffold, project: Path, tmp_path: Path, now: str
) -> None:
    assert scaffold("update", "project").returncode == 0
    shutil.move(project / EDITED, tmp_path / "elsewhere.py")
    if now == "a folder":
        (project / EDITED).mkdir()
    elif now == "a link":
        if os.name == "nt":
            pytest.skip("links need rights there")
        (project / EDITED).symlink_to(tmp_path / "elsewhere.py")
    before = tree(project)

    refused = scaffold("update", "project", "--undo")

    assert refused.returncode == 4
    assert refused.stderr.splitlines()[1:] == [f"  {EDITED}"]
    assert tree(project) == before
