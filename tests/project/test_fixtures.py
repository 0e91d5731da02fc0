"""`scaffold fixtures`: the whole catalogue in a folder, and a check of one."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest
from conftest import CATALOGUE, PROJECTS, Project, Scaffold

from scaffold.errors import ConflictError
from scaffold.project.diff import unified_diff
from scaffold.project.fixtures import INDEX, find_drift, make_fixtures, plan_fixtures, select
from scaffold.project.write import write_files
from scaffold.report.words import visible

ONE = Project("openai-chat-streaming", "azure")
ONLY = ("--only", ONE.template)


def tree(folder: Path) -> dict[str, bytes]:
    """Reads all files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def write(target: Path, *only: str, force: bool = False) -> None:
    """Writes fixtures without a process of their own."""
    made = list(make_fixtures(CATALOGUE, select(CATALOGUE, only)))
    plan, _ = plan_fixtures(made, target, narrowed=bool(only), force=force)
    write_files(plan)


def drift(target: Path, *only: str) -> list[tuple[str, str]]:
    """Checks fixtures without a process of their own."""
    made = list(make_fixtures(CATALOGUE, select(CATALOGUE, only)))
    return [(each.kind, each.path) for each in find_drift(made, target, narrowed=bool(only))]


def test_every_project_there_is_and_the_check_is_clean(scaffold: Scaffold, tmp_path: Path) -> None:
    made = scaffold("fixtures", "out")
    checked = scaffold("fixtures", "out", "--check")

    assert made.returncode == 0
    assert made.stderr == ""  # the one line on stdout says it
    assert tree(tmp_path / "out").keys() == {
        INDEX,
        *(f"{project.name}/{file.path}" for project in PROJECTS for file in project.files()),
    }
    assert (checked.returncode, checked.stdout) == (0, "")
    assert checked.stderr.endswith(f"{len(PROJECTS)} projects in 'out': no drift\n")


def test_one_byte_is_drift_and_the_file_is_named(scaffold_here: Scaffold, tmp_path: Path) -> None:
    scaffold_here("fixtures", "out", *ONLY)
    path = tmp_path / "out" / ONE.name / "main.py"
    path.write_bytes(path.read_bytes().replace(b"import os\n", b"import so\n", 1))
    before = tree(tmp_path)

    result = scaffold_here("fixtures", "out", "--check", *ONLY)

    assert result.returncode == 5
    assert f"--- a/{ONE.name}/main.py\n+++ b/{ONE.name}/main.py\n" in result.stdout
    assert "-import so\n+import os\n" in result.stdout
    assert result.stderr.endswith(
        f"scaffold: 'out' is not what the catalogue makes (1 differs):\n"
        f"  {ONE.name}/main.py: differs\n"
    )
    assert tree(tmp_path) == before


def test_the_diff_puts_the_folder_right(scaffold_here: Scaffold, tmp_path: Path) -> None:
    scaffold_here("fixtures", "out", *ONLY)
    out = tmp_path / "out"
    right = tree(out)
    (out / ONE.name / "main.py").write_text("print('mine')")
    (out / ONE.name / "requirements.txt").unlink()
    (out / ONE.name / "more.py").write_text("a = 1\n")

    result = scaffold_here("fixtures", "out", "--check", *ONLY)
    (tmp_path / "diff").write_bytes(result.stdout.encode())
    # No repository: git then takes the paths as they are.
    subprocess.run(
        ["git", "apply", "../diff"],
        cwd=out,
        check=True,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)},
    )

    assert tree(out) == right


def test_drift_as_json(scaffold_here: Scaffold, tmp_path: Path) -> None:
    scaffold_here("fixtures", "out", *ONLY)
    (tmp_path / "out" / ONE.name / "main.py").unlink()
    (tmp_path / "out" / ONE.name / "notes.txt").write_text("mine\n")

    result = scaffold_here("fixtures", "out", "--check", "--json", *ONLY)
    document = json.loads(result.stdout)

    assert result.returncode == 5
    assert document["clean"] is False
    assert [(each["kind"], each["path"]) for each in document["drift"]] == [
        ("missing", f"{ONE.name}/main.py"),
        ("left over", f"{ONE.name}/notes.txt"),
    ]
    assert document["drift"][1]["diff"].endswith("+++ /dev/null\n@@ -1 +0,0 @@\n-mine\n")


def test_the_index_says_what_was_made_from_what(tmp_path: Path) -> None:
    write(tmp_path / "out", "openai-chat-streaming-with-data")
    index = json.loads((tmp_path / "out" / INDEX).read_text())

    assert index["schema_version"] == 1
    entry = index["projects"][-1]
    assert entry == {
        "directory": "openai-chat-streaming-with-data-openai-search",
        "template": "openai-chat-streaming-with-data",
        "language": "python",
        "provider": "openai",
        "answers": {
            "system_prompt": "You are a helpful AI assistant.",
            "azure_api": "v1",
            "retrieval": "search",
            "search_title_field": "title",
            "search_content_field": "content",
            "search_vector_field": "contentVector",
        },
        "files": entry["files"],
    }
    for file in entry["files"]:
        content = (tmp_path / "out" / entry["directory"] / file["path"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()


def test_the_same_bytes_every_time(scaffold: Scaffold, tmp_path: Path) -> None:
    environments = {
        "one": {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC", "PYTHONUTF8": "0"},
        "two": {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"},
    }
    for name, environ in environments.items():
        scaffold("fixtures", name, env=environ)

    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert not any(b"\r" in content for content in tree(tmp_path / "one").values())


def test_what_is_right_is_not_touched(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, *ONLY[1:])
    (out / ONE.name / "main.py").unlink()
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}

    write(out, *ONLY[1:])

    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert drift(out, *ONLY[1:]) == []


def test_what_somebody_edited_is_not_lost(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, ONE.template)
    (out / ONE.name / "main.py").write_text("my edit")
    (out / ONE.name / "requirements.txt").unlink()

    with pytest.raises(ConflictError, match="--force") as refused:
        write(out, ONE.template)

    assert refused.value.details == (f"{ONE.name}/main.py",)
    assert (out / ONE.name / "main.py").read_text() == "my edit"
    assert not (out / ONE.name / "requirements.txt").exists()

    write(out, ONE.template, force=True)
    assert drift(out, ONE.template) == []


def test_what_is_no_longer_made_goes_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, ONE.template, "openai-chat")
    (out / "openai-chat-azure" / "mine.txt").write_text("mine")
    made = list(make_fixtures(CATALOGUE, select(CATALOGUE, [ONE.template])))

    # As if the catalogue had nothing else.
    plan, theirs = plan_fixtures(made, out, narrowed=False, force=False)
    write_files(plan)

    assert theirs == ("openai-chat-azure/mine.txt",)
    assert sorted(os.listdir(out)) == sorted(
        [*(fixture.name for fixture in made), INDEX, "openai-chat-azure"]
    )
    assert os.listdir(out / "openai-chat-azure") == ["mine.txt"]
    left = find_drift(made, out, narrowed=False)
    assert [(each.kind, each.path) for each in left] == [
        ("left over", "openai-chat-azure/mine.txt")
    ]


def test_only_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, ONE.template, "openai-chat")
    whole = tree(out)
    (out / "openai-chat-azure" / "main.py").write_text("my edit")
    (out / ONE.name / "main.py").unlink()

    assert drift(out, ONE.name) == [("missing", f"{ONE.name}/main.py")]
    write(out, ONE.name)

    assert (out / "openai-chat-azure" / "main.py").read_text() == "my edit"
    assert tree(out).keys() == whole.keys()
    assert drift(out, ONE.template) == []
    assert ("missing", "openai-asst-azure/main.py") in drift(out)


def test_running_and_testing_the_projects_is_no_drift(tmp_path: Path) -> None:
    write(tmp_path, ONE.template)
    for path in ("__pycache__/main.cpython-311.pyc", ".venv/bin/python", ".env", "x.pyc"):
        (tmp_path / ONE.name / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / ONE.name / path).write_text("")

    assert drift(tmp_path, ONE.template) == []


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"projects": 3}', '{"projects": [[]]}', "é"])
def test_a_broken_index_is_drift_and_lets_nothing_be_lost(tmp_path: Path, content: str) -> None:
    write(tmp_path, ONE.name)
    (tmp_path / INDEX).write_text(content, encoding="latin-1")
    (tmp_path / ONE.name / "main.py").write_text("my edit")

    assert drift(tmp_path, ONE.name) == [
        ("differs", f"{ONE.name}/main.py"),
        ("differs", INDEX),
    ]
    with pytest.raises(ConflictError):
        write(tmp_path, ONE.name)


def test_an_index_cannot_name_what_is_not_there(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    out = tmp_path / "out"
    write(out, ONE.template)
    index = json.loads((out / INDEX).read_text())
    digest = hashlib.sha256(b"mine").hexdigest()
    index["projects"].append(
        {"directory": "..", "files": [{"path": "outside.txt", "sha256": digest}]}
    )
    (out / INDEX).write_text(json.dumps(index))

    write(out)

    assert outside.read_text() == "mine"
    assert drift(out) == []


@pytest.mark.skipif(os.name == "nt", reason="links can't be made there by everybody")
def test_links_are_not_followed(tmp_path: Path) -> None:
    out, outside = tmp_path / "out", tmp_path / "outside"
    write(out, ONE.name)
    (out / ONE.name).rename(outside)
    (out / ONE.name).symlink_to(outside, target_is_directory=True)

    assert {kind for kind, _ in drift(out, ONE.name)} == {"differs"}
    (outside / "main.py").write_text("mine")
    with pytest.raises(ConflictError, match="in the way"):
        write(out, ONE.name, force=True)
    assert (outside / "main.py").read_text() == "mine"


def test_other_things_in_the_folder(scaffold_here: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")

    result = scaffold_here("fixtures", "out", "--json")

    assert result.returncode == 4
    assert result.stdout == ""
    assert result.stderr.startswith("scaffold: 'out' holds other things")
    assert result.stderr.count("\n") == 1
    assert tree(tmp_path) == {"out/thesis.txt": b"mine"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["out", "--check"], 2, "'out' holds no fixtures"),
        (["out", "--only", "openai-cha"], 3, "  openai-chat\n"),
        (["file"], 4, "'file' is a file"),
        (["file/out"], 1, "can't write 'file"),
        ([], 2, "Missing argument 'DIR'"),
    ],
)
def test_bad_input(
    scaffold_here: Scaffold, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    (tmp_path / "file").write_text("mine")

    result = scaffold_here("fixtures", *arguments, "--json")

    assert result.returncode == code
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert tree(tmp_path) == {"file": b"mine"}


def test_an_empty_folder_and_one_with_a_repository_will_do(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "repository" / ".git").mkdir(parents=True)

    for name in ("empty", "repository"):
        write(tmp_path / name, ONE.name)
        assert drift(tmp_path / name, ONE.name) == []


@pytest.mark.parametrize(
    ("before", "after", "diff"),
    [
        (b"a\n", b"b\n", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n"),
        (None, b"a\n", "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n"),
        (b"a", b"a\n", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"),
        (b"a\r\n", b"a\n", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\r\n+a\n"),
        (b"a\x0cb\n", b"a\n", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\x0cb\n+a\n"),
        (b"\xff", b"a\n", "Binary files a/f and b/f differ\n"),
        (b"a\0", None, "Binary files a/f and /dev/null differ\n"),
        (b"same\n", b"same\n", ""),
    ],
)
def test_diffs(before: bytes | None, after: bytes | None, diff: str) -> None:
    assert unified_diff("f", before, after) == diff


def test_a_diff_cannot_steer_a_terminal() -> None:
    shown = visible("\x1b]0;title\x07\u202e\x9b31m\tfine\n", lines=True)
    assert shown == "\\x1b]0;title\\x07\\u202e\\x9b31m\tfine\n"


@pytest.mark.parametrize("command", ["fixtures", "docs"])
def test_a_file_is_no_folder_to_write_into(
    scaffold: Scaffold, tmp_path: Path, command: str
) -> None:
    (tmp_path / "taken").write_text("mine")

    result = scaffold(command, "taken", "--only", "openai-chat")

    assert result.returncode == 4
    assert result.stderr.splitlines()[-1] == (
        "scaffold: 'taken' is a file: name a folder that is new or empty"
    )
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_refusal_is_the_first_thing_one_reads(scaffold: Scaffold, tmp_path: Path) -> None:
    scaffold("fixtures", "out", "--only", "openai-chat")
    changed = next((tmp_path / "out").rglob("main.py"))
    changed.write_text("mine")

    result = scaffold("fixtures", "out", "--only", "openai-chat")

    assert result.returncode == 4
    assert result.stdout == ""
    assert result.stderr.startswith("scaffold: ")
    assert changed.read_text() == "mine"
