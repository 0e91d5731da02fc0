"""`scaffold fixtures --source`: the templates of a source in a folder, and a check of one."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from conftest import Scaffold
from elsewhere import PLAIN

from scaffold.project.fixtures import INDEX
from sources.repositories import Origin

pytestmark = pytest.mark.usefixtures("own_places")

LINKED = "_preserve_symlinks: true\n"
# Code that runs when files are rendered, from a package that is there.
EXTENSION = "_jinja_extensions: [jinja2.ext.debug]\n"


@pytest.fixture
def team(own_places: None, tmp_path: Path, scaffold_here: Scaffold) -> Origin:  # noqa: ARG001
    """A source `team` of two templates: one with a link, one with a task and a hidden file."""
    made = Origin(tmp_path / "templates")
    made.folder.joinpath("chat").mkdir()
    made.folder.joinpath("chat/again.txt").symlink_to("hello.txt")
    task = f"{PLAIN['copier.yml']}_tasks: ['touch ../../ran ran']\n"
    made.commit(
        {
            **{f"chat/{path}": text for path, text in PLAIN.items()},
            "chat/copier.yml": PLAIN["copier.yml"] + LINKED,
            "task/copier.yml": task,
            "task/.github/ci.yml": "on: push\n",
        },
        "v1.0",
    )
    added = scaffold_here("source", "add", "team", made.url)
    assert added.returncode == 0, added.stderr
    return made


def files(folder: Path) -> set[str]:
    """Names the files of a folder, links among them."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }


def test_each_template_is_made_with_its_defaults_and_drift_is_found(
    scaffold_here: Scaffold, tmp_path: Path, team: Origin
) -> None:
    shutil.rmtree(team.folder / ".git")  # what was fetched is enough
    fixtures = ("fixtures", "out", "--source", "team")
    out = tmp_path / "out"

    made = scaffold_here(*fixtures)

    assert made.returncode == 0, made.stderr
    assert made.stdout == "2 projects in 'out': 5 files written, 0 unchanged, 0 removed\n"
    chat = {f"chat/{name}" for name in ("hello.txt", "again.txt", ".copier-answers.yml")}
    assert files(out) == {INDEX, "task/.github/ci.yml", *chat}
    assert (out / "chat/again.txt").read_text() == "Hello Ada\n"
    assert not [*tmp_path.rglob("ran")]  # its task is not what is looked at
    index = json.loads((out / INDEX).read_text())["projects"]
    assert [(each["template"], each["version"]) for each in index] == [
        ("team/chat", "v1.0"),
        ("team/task", "v1.0"),
    ]

    checked = scaffold_here(*fixtures, "--check")
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stderr
    (out / "chat/hello.txt").write_text("Hello Bob\n")
    (out / "chat/again.txt").unlink()
    drifted = scaffold_here(*fixtures, "--check", "--only", "chat", "--json")
    assert drifted.returncode == 5
    assert "is not what the source 'team' makes (1 missing, 1 differs):" in drifted.stderr
    found = json.loads(drifted.stdout)
    assert found["projects"] == ["chat"]
    assert [(each["path"], each["kind"]) for each in found["drift"]] == [
        ("chat/again.txt", "missing"),
        ("chat/hello.txt", "differs"),
    ]
    assert scaffold_here(*fixtures, "--check", "--only", "team/task").returncode == 0
    assert scaffold_here(*fixtures).returncode == 4  # what somebody edited stays


@pytest.mark.nightly
def test_an_answer_goes_to_each_template_that_asks_for_it(
    scaffold_here: Scaffold, tmp_path: Path, team: Origin
) -> None:
    team.commit(
        {"needs/copier.yml": "who: {type: str}\n", "needs/a.txt.jinja": "{{ who }}"}, "v1.1"
    )
    assert scaffold_here("source", "refresh").returncode == 0
    fixtures = ("fixtures", "out", "--source", "team")

    without = scaffold_here(*fixtures)
    made = scaffold_here(*fixtures, "--set", "who=me", "--set", "name=Bob")

    assert without.returncode == 2
    assert "--set who=VALUE" in without.stderr
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "out/needs/a.txt").read_text() == "me"
    assert (tmp_path / "out/chat/hello.txt").read_text() == "Hello Bob\n"


@pytest.mark.nightly
def test_what_a_template_makes_no_longer_goes_whatever_its_name(
    scaffold_here: Scaffold, tmp_path: Path, team: Origin
) -> None:
    fixtures = ("fixtures", "out", "--source", "team", "--only", "task")
    assert scaffold_here(*fixtures).returncode == 0
    team.git("mv", "task/.github", "task/.forge")
    team.commit({}, "v1.1")
    assert scaffold_here(*fixtures, "--check").returncode == 0  # not before it is refreshed
    assert scaffold_here("source", "refresh").returncode == 0

    drifted = scaffold_here(*fixtures, "--check")
    made = scaffold_here(*fixtures)

    assert drifted.returncode == 5
    assert "task/.github/ci.yml: left over" in drifted.stderr
    assert made.returncode == 0, made.stderr
    assert files(tmp_path / "out") == {INDEX, "task/.forge/ci.yml"}


def test_code_runs_only_with_consent_to_its_content(
    scaffold_here: Scaffold, tmp_path: Path, team: Origin
) -> None:
    files = {
        "code/copier.yml": EXTENSION,
        "code/made.txt.jinja": "{% set x %}{% debug %}{% endset %}",
    }
    team.commit(files, "v2.0")
    assert scaffold_here("source", "refresh").returncode == 0
    tree = team.git("rev-parse", "HEAD^{tree}")
    fixtures = ("fixtures", "out", "--source", "team")

    refused = scaffold_here(*fixtures)
    other = scaffold_here(*fixtures, "--trust", "0" * 40)
    without = scaffold_here(*fixtures, "--only", "chat")

    assert (refused.returncode, other.returncode) == (2, 2)
    assert "'team/code' runs code" in refused.stderr
    assert f"--trust {tree}" in refused.stderr
    assert f"its tree is {tree}" in other.stderr
    assert without.returncode == 0, without.stderr

    consented = scaffold_here(*fixtures, "--trust", tree)

    assert consented.returncode == 0, consented.stderr
    assert (tmp_path / "out/code/made.txt").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--source", "taem"), 3, "team"),
        (("--source", "team", "--only", "caht"), 3, "chat"),
        (("--source", "team", "--project"), 2, "--project goes with"),
        (("--trust", "abc"), 2, "--source NAME"),
        (("--set", "name=Bob"), 2, "--source NAME"),
        (("--source", "team", "--set", "nmae=Bob"), 3, "no template in 'team' asks it"),
    ],
)
@pytest.mark.usefixtures("team")
def test_wrong_usage_is_told(
    scaffold_here: Scaffold, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = scaffold_here("fixtures", "out", *arguments)

    assert done.returncode == code
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_template_that_is_broken_is_named_and_nothing_is_written(
    scaffold_here: Scaffold, tmp_path: Path, team: Origin
) -> None:
    team.commit({"broken/copier.yml": "a: [\n"}, "v1.1")
    assert scaffold_here("source", "refresh").returncode == 0

    done = scaffold_here("fixtures", "out", "--source", "team")

    assert done.returncode == 1
    assert "'team': broken/copier.yml, line 2: it is no YAML" in done.stderr
    assert not os.path.lexists(tmp_path / "out")
    assert scaffold_here("fixtures", "out", "--source", "team", "--only", "chat").returncode == 0
