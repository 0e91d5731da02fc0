"""Copier in a child process: the same bytes as stock Copier, and nothing left of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from elsewhere import ANSWERS, PLAIN, make_repository, snapshot_of

from scaffold.errors import ScaffoldError, TemplateError, UsageError
from scaffold.sources.records import TemplateEntry
from scaffold.sources.rendering.child import TemplateQuestion, throwaway
from scaffold.sources.rendering.render import Rendering, render, run_tasks

ORIGIN = "https://templates.invalid/team/plain.git"
ENTRY = TemplateEntry("plain", "Plain")


@pytest.fixture
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Gives a folder for what is temporary, which must be empty in the end."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    yield temporary
    assert list(temporary.iterdir()) == []


def rendered(tmp_path: Path, files: dict[str, str], **more: Any) -> Rendering:
    """Renders a template out of a repository."""
    repository = make_repository(tmp_path / "repository", files)
    options = {"target": Path("out"), **more}
    given = options.pop("given", {})
    with throwaway() as place:
        return render(snapshot_of(repository, ORIGIN), ENTRY, given, os.environ, place, **options)


@pytest.mark.usefixtures("nothing_left")
def test_the_bytes_are_those_of_stock_copier(tmp_path: Path) -> None:
    files = {
        **PLAIN,
        "run.sh": "#!/bin/sh\n",
        "copier.yml": PLAIN["copier.yml"] + "_preserve_symlinks: true\n",
    }
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "run.sh").touch(mode=0o755)
    (repository / "again").symlink_to("run.sh")
    ours = rendered(tmp_path, files, given={"name": "Bob"})

    from copier import run_copy

    run_copy(
        str(repository),
        tmp_path / "stock",
        {"name": "Bob"},
        defaults=True,
        quiet=True,
        vcs_ref="1.0.0",
    )
    stock = {
        path.relative_to(tmp_path / "stock").as_posix(): path
        for path in (tmp_path / "stock").rglob("*")
    }
    assert {file.path for file in ours.files} == stock.keys()
    for file in ours.files:
        path = stock[file.path]
        assert file.link == (path.readlink().as_posix() if path.is_symlink() else "")
        assert file.executable == (os.access(path, os.X_OK) and not path.is_symlink())
        # Where it came from is another address here.
        same = path.read_bytes().replace(str(repository).encode(), ORIGIN.encode())
        assert file.link or file.content == same
    assert (
        b"_commit: 1.0.0\n"
        in {file.path: file.content for file in ours.files}[".copier-answers.yml"]
    )


@pytest.mark.usefixtures("nothing_left")
def test_questions_are_asked_as_they_come_up(tmp_path: Path) -> None:
    config = (
        "name:\n  type: str\n  validator: '{% if name != name|lower %}small letters!{% endif %}'\n"
        "shade:\n  type: str\n  choices: {Dark red: red, Sky: blue}\n  default: blue\n"
        "why:\n  type: str\n  when: \"{{ shade == 'red' }}\"\n  help: Why {{ name }}?\n"
        "never:\n  type: str\n  default: '{{ name }}s'\n  when: false\n"
    )
    answers: list[Any] = ["BOB", "bob", "red", "so"]
    asked: list[TemplateQuestion] = []

    def ask(question: TemplateQuestion) -> Any:
        asked.append(question)
        return answers.pop(0)

    made = rendered(
        tmp_path,
        {"copier.yml": config, "said.jinja": "{{ name }} {{ shade }} {{ why }} {{ never }}"},
        ask=ask,
    )

    assert [each.name for each in asked] == ["name", "name", "shade", "why"]
    assert "small letters!" in asked[1].problem
    assert [each.title for each in asked[2].choices] == ["Dark red", "Sky"]
    assert asked[2].default == "blue"
    assert asked[3].message.strip() == "Why bob?"
    assert made.files[0].content == b"bob red so bobs"
    assert made.data == {"name": "bob", "shade": "red", "why": "so"}


@pytest.mark.usefixtures("nothing_left")
def test_a_task_gets_the_users_environment_and_nothing_of_the_childs(tmp_path: Path) -> None:
    tasks = '_tasks:\n- "env > environment.txt"\n- [git, config, --get-all, protocol.allow]\n'
    repository = make_repository(
        tmp_path / "repository", {**PLAIN, "copier.yml": f"{PLAIN['copier.yml']}{tasks}"}
    )
    target = tmp_path / "target"
    target.mkdir()
    environ = {**os.environ, "MINE": "kept", "HOME": str(tmp_path)}

    with throwaway() as place, pytest.raises(ScaffoldError, match="task of the template failed"):
        run_tasks(
            snapshot_of(repository, ORIGIN),
            ENTRY,
            {},
            environ,
            place,
            target=target,
            hear=lambda _: None,
        )

    [left] = target.iterdir()  # its files are not rendered once more
    lines = left.read_text(encoding="utf-8").splitlines()
    assert {"MINE=kept", f"HOME={tmp_path}", "STAGE=task"} <= {*lines}
    assert not [line for line in lines if line.startswith(("COPIER_CACHE", "GIT_CONFIG_NO"))]


BROKEN = [
    pytest.param({"copier.yml": "a: 1\n", "x.jinja": "\n{% if %}"}, "x.jinja, line 2", id="syntax"),
    *(
        pytest.param(files, said, id=said, marks=pytest.mark.nightly)
        for files, said in (
            ({"copier.yml": "a:\n  type: strange\n  default: 1\n"}, "strange"),
            ({"copier.yml": "a: 1\n", "x.jinja": "{{ nothing() }}"}, "nothing"),
            ({"copier.yml": "_min_copier_version: 99.0.0\n"}, "99.0.0"),
        )
    ),
]


@pytest.mark.parametrize(("files", "said"), BROKEN)
@pytest.mark.usefixtures("nothing_left")
def test_a_broken_template_is_told_in_a_line(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    with pytest.raises(TemplateError, match=said) as caught:
        rendered(tmp_path, files)
    assert "\n" not in caught.value.message


@pytest.mark.usefixtures("nothing_left")
def test_an_answer_that_is_missing_or_refused_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--set name=VALUE"):
        rendered(tmp_path, {"copier.yml": "name:\n  type: str\n", **ANSWERS})
