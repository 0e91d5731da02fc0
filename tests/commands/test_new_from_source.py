"""`scaffold new ADDRESS`: nothing runs before somebody said so, and what is written is checked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import COMMAND, Scaffold
from elsewhere import PLAIN, write_template
from sources.repositories import Origin
from waiting import wait_for

from scaffold.sources.address import parse_address
from scaffold.sources.consent import ConsentRequest, Verdict
from scaffold.sources.snapshot import open_snapshot

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keeps all that is kept in folders of the test's own; what is temporary must be gone."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "user"))
    monkeypatch.setenv("SCAFFOLD_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(temporary))
    yield temporary
    assert os.listdir(temporary) == []


def tasks(*commands: str) -> dict[str, str]:
    """Gives the files of a template with tasks."""
    listed = "".join(f"- {command}\n" for command in commands)
    return {**PLAIN, "copier.yml": f"{PLAIN['copier.yml']}_tasks:\n{listed}"}


def contents(folder: Path) -> dict[str, bytes]:
    """Reads all that is in a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.usefixtures("own")
def test_without_consent_nothing_runs_and_the_tree_is_named(
    scaffold: Scaffold, tmp_path: Path
) -> None:
    origin = Origin(tmp_path / "origin")
    origin.commit(tasks("touch ran"), "1.0.0")
    tree = origin.git("rev-parse", "HEAD^{tree}")

    refused = scaffold("new", origin.url, "--output-dir", "made")
    other = scaffold("new", origin.url, "--output-dir", "made", "--trust", "0" * 40)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert f"--trust {tree}" in refused.stderr
    assert "task: touch ran" in refused.stderr
    assert other.returncode == 2
    assert f"its tree is {tree}" in other.stderr
    assert not (tmp_path / "made").exists()

    # With it: the same bytes each time, however it was named, and offline from here on.
    made = scaffold("new", origin.url, "--output-dir", "made", "--trust", tree)
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "made" / "ran").exists()
    assert "Hello Ada" in (tmp_path / "made" / "hello.txt").read_text()
    assert not [*(tmp_path / "user").rglob("trusted*")]  # it was for this time alone

    # A changed tree asks again.
    origin.commit({"more.txt": "more"}, "1.1.0")
    changed = scaffold("new", origin.url, "--output-dir", "again", "--trust", tree)
    assert changed.returncode == 2
    assert not (tmp_path / "again").exists()


@pytest.mark.usefixtures("own")
def test_what_is_made_is_as_with_bundled_samples(scaffold: Scaffold, tmp_path: Path) -> None:
    template = write_template(tmp_path / "plain", {**PLAIN, "main.py": "", "requirements.txt": ""})
    (tmp_path / "answers.yml").write_text("loud: true\n")
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "hello.txt").write_text("mine")
    new = (
        "new",
        "./plain",
        "--output-dir",
        "made",
        "--set",
        "name=Bob",
        "--answers",
        "answers.yml",
    )

    in_the_way = scaffold(*new)
    dry = scaffold(*new, "--on-conflict", "overwrite", "--dry-run", "--json")
    kept = scaffold(*new, "--on-conflict", "keep")

    assert in_the_way.returncode == 4
    assert "hello.txt" in in_the_way.stderr
    told = json.loads(dry.stdout)
    assert told["contents"]["hello.txt"] == "Hello Bob!\n"
    assert told["answers"] == {"name": "Bob", "loud": True}
    assert (told["template"], told["origin"]) == ("plain", str(template))
    assert told["tasks_run"] is False
    assert kept.returncode == 0
    assert "scaffold run" in kept.stdout
    made = contents(tmp_path / "made")
    assert made["hello.txt"] == b"mine"
    # Where it came from is said, not where it was copied to for the look.
    assert f"_src_path: {template}\n" in made[".copier-answers.yml"].decode()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--set", "nmae=x"), 3, "there is no variable 'nmae'"),
        (("--set", "age=old"), 2, "'age' can't be 'old' here"),
        (("--for", "x"), 2, "--for goes with"),
    ],
)
@pytest.mark.usefixtures("own")
def test_wrong_usage_is_told(
    scaffold: Scaffold, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    write_template(tmp_path / "plain", PLAIN)

    done = scaffold("new", "./plain", *arguments)

    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_options_of_templates_from_elsewhere_go_with_no_other(scaffold_here: Scaffold) -> None:
    done = scaffold_here("new", "openai-chat", "--trust", "abc")

    assert done.returncode == 2
    assert "--trust goes with a template from elsewhere" in done.stderr


NO_COPIER = """
import sys
from importlib import metadata
found = metadata.version
def version(name):
    if name != "copier":
        return found(name)
    if {version!r}:
        return {version!r}
    raise metadata.PackageNotFoundError(name)
metadata.version = version
from scaffold.__main__ import main
sys.argv = ["scaffold", "new", "./plain"]
main()
"""


@pytest.mark.parametrize("version", ["", "9.19.0"])
@pytest.mark.usefixtures("own")
def test_without_copier_or_with_an_old_one_it_says_how_to_get_it(
    tmp_path: Path, version: str
) -> None:
    write_template(tmp_path / "plain", PLAIN)
    code = NO_COPIER.format(version=version)

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert re.fullmatch(r"scaffold: .*pip install 'scaffold-ai\[templates\]'\n", done.stderr)


def processes_of(folder: Path) -> list[int]:
    """Finds the processes whose temporary folder this is, or is in."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            environ = (each / "environ").read_bytes()
        except OSError:
            continue
        if f"TMPDIR={folder}".encode() in environ:
            found.append(int(each.name))
    return found


LOOP = "{% for x in range(9**5) %}{% for y in range(9**5) %}{% endfor %}{% endfor %}"
ENDLESS = {"copier.yml": f"a: '{LOOP}'"}
SLOW_TASK = tasks("'touch begun; sleep 1000 & wait'")


@linux
@pytest.mark.parametrize(
    ("files", "end"),
    [
        pytest.param(ENDLESS, "INT", id="render, Ctrl-C"),
        pytest.param(ENDLESS, "KILL", id="render, kill"),
        pytest.param(SLOW_TASK, "INT", id="tasks, Ctrl-C"),
        pytest.param(SLOW_TASK, "KILL", id="tasks, kill", marks=pytest.mark.nightly),
        pytest.param(ENDLESS, "TERM", id="render, term", marks=pytest.mark.nightly),
    ],
)
def test_nothing_is_left_of_a_run_that_is_ended(
    own: Path, tmp_path: Path, files: dict[str, str], end: str
) -> None:
    import signal

    write_template(tmp_path / "plain", files)
    environ = {**os.environ, "SCAFFOLD_TEMPLATE_SECONDS": "1000"}
    new = [COMMAND, "new", "./plain", "--output-dir", "made"]
    refused = (
        subprocess.run(new, cwd=tmp_path, capture_output=True, text=True, check=False)
        if files is SLOW_TASK
        else None
    )
    tree = ["--trust", re.findall(r"--trust (\w+)", refused.stderr)[0]] if refused else []
    running = subprocess.Popen(
        [*new, *tree],
        cwd=tmp_path,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    # The run itself, its two guards, and Copier at work.
    copying = (tmp_path / "made/begun").exists if tree else lambda: len(processes_of(own)) > 3
    wait_for(copying)

    running.send_signal(getattr(signal, f"SIG{end}"))

    code = running.wait()
    assert code == (130 if end == "INT" else -getattr(signal, f"SIG{end}"))
    wait_for(lambda: not processes_of(own))
    wait_for(lambda: os.listdir(own) == [])
    assert (tmp_path / "made").exists() == bool(tree)


@pytest.mark.usefixtures("own")
def test_a_folder_of_a_repository_is_a_template_too(scaffold: Scaffold, tmp_path: Path) -> None:
    origin = Origin(tmp_path / "origin")
    for name in ("one", "two"):
        origin.commit({f"{name}/{path}": text for path, text in PLAIN.items()})
    origin.commit({"two/only.txt": "two"}, "1.0.0")

    made = scaffold("new", f"{origin.url}//two", "--set", "name=Bob")

    assert made.returncode == 0, made.stderr
    found = contents(tmp_path / "two")
    assert found["hello.txt"] == b"Hello Bob\n"
    assert found["only.txt"] == b"two"
    answers = found[".copier-answers.yml"].decode()
    assert f"_commit: 1.0.0\n_src_path: git+{origin.url}//two\n" in answers


@pytest.mark.usefixtures("own")
def test_stock_copier_updates_what_was_made(scaffold: Scaffold, tmp_path: Path) -> None:
    origin = Origin(tmp_path / "origin")
    origin.commit({**PLAIN, "old.txt": "a\nb\nc\n"}, "1.0.0")
    made = scaffold("new", f"{origin.url}@1.0.0", "--output-dir", "made", "--set", "name=Bob")
    assert made.returncode == 0, made.stderr
    origin.commit({"old.txt": "a\nb\nC\n", "new.txt": "new\n"}, "1.1.0")
    project = tmp_path / "made"
    (project / "old.txt").write_text("A\nb\nc\n")
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "COPIER_CACHE_DIR": str(tmp_path / "copier")}
    for command in (
        "git init -q .",
        "git add -A",
        "git -c user.name=t -c user.email=t@t commit -qm1",
    ):
        subprocess.run(command.split(), cwd=project, check=True)

    subprocess.run(
        [sys.executable, "-m", "copier", "update", "--defaults", "--quiet"],
        cwd=project,
        env={**os.environ, **settings},
        check=True,
    )

    assert contents(project)["old.txt"] == b"A\nb\nC\n"
    assert contents(project)["new.txt"] == b"new\n"
    assert b"_commit: 1.1.0" in contents(project)[".copier-answers.yml"]


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("kind", ["branch", "folder"])
def test_what_was_looked_at_is_what_is_rendered_and_run(tmp_path: Path, kind: str) -> None:
    from scaffold.commands.new_from_source import Asking, new_from_source

    def version(word: str) -> dict[str, str]:
        return {**tasks(f"touch {word}"), "hello.txt.jinja": f"{word}\n"}

    origin = Origin(tmp_path / "origin")
    commit = origin.commit(version("looked"))
    address = f"{origin.url}@main" if kind == "branch" else str(origin.folder)
    asked: list[tuple[str, ...]] = []

    def move_and_consent(request: ConsentRequest) -> Verdict:
        asked.append(request.look.lines)
        origin.commit(version("moved"))
        # As another run would, that asks in between: the copy in the cache has the branch moved.
        with open_snapshot(parse_address(address, {}), os.environ) as moved:
            assert moved.tree != request.snapshot.tree
        return "once"

    target = tmp_path / "made"
    asking = Asking(consent=move_and_consent)
    made = new_from_source(address, {}, os.environ, directory=target, asking=asking)

    assert asked == [("task: touch looked",)]
    assert made.ran
    assert (target / "hello.txt").read_text() == "looked\n"
    assert (target / "looked").exists()
    assert not (target / "moved").exists()
    if kind == "branch":
        assert f"_commit: {commit[:7]}" in (target / ".copier-answers.yml").read_text()


# Somebody presses Ctrl-C at the moment when the template is looked at.
WHILE_LOOKING = """
import signal, sys
from scaffold.sources.look import look
def interrupted(folder):
    assert (folder / "copier.yml").is_file()
    signal.raise_signal(signal.SIGINT)
look.read_config = interrupted
from scaffold.__main__ import main
sys.argv = ["scaffold", "new", "./plain", "--output-dir", "made"]
main()
"""


@linux
@pytest.mark.parametrize("moment", ["look", "consent"])
def test_ctrl_c_before_anything_was_agreed_to_leaves_nothing(
    own: Path, tmp_path: Path, moment: str
) -> None:
    from screens import Terminal

    write_template(tmp_path / "plain", tasks("touch ran"))
    new = [COMMAND, "new", "./plain", "--output-dir", "made"]
    command = [sys.executable, "-c", WHILE_LOOKING] if moment == "look" else new

    terminal = Terminal(command, tmp_path, lines=50)
    if moment == "consent":
        terminal.wait_for("May it?")
        terminal.type("\x03")

    assert terminal.end() == 130
    assert b"Traceback" not in terminal.said
    wait_for(lambda: not processes_of(own))
    wait_for(lambda: os.listdir(own) == [])
    assert not (tmp_path / "made").exists()
    assert not [*tmp_path.rglob("ran"), *(tmp_path / "user").rglob("trusted*")]
