"""Every sample as a project: `new --project` writes a package whose tests pass offline."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import tomllib
from conftest import CATALOGUE, PROJECTS, Project, Scaffold
from nightly import IN_TURN, with_each

from scaffold.catalogue.records import PROJECT

if TYPE_CHECKING:
    from pytest_copie.plugin import Copie

TOP = Path(__file__).parents[1]
KEPT = [Project(*each.shaped(PROJECT)) for each in PROJECTS]
TURNS = frozenset(Project(*each.shaped(PROJECT)) for each in IN_TURN)
CHAT = "openai-chat-streaming-with-functions"
# The rest goes the same way: it is left to the nightly run.
TESTED = {f"{CHAT}-openai-project", "openai-responses-streaming-azure-project"}

every_kept = pytest.mark.parametrize("project", KEPT, ids=lambda project: project.name)


def write(project: Project, folder: Path, **more: str) -> Path:
    """Renders a project into a folder, which is returned."""
    for file in project.files(**more):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return folder


def package_of(project: Project) -> str:
    """Says how a project's package is called unless somebody names it."""
    return project.template.replace("-", "_")


def run_its_tests(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs a project's own tests with this Python, as if the project were installed in it."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-pno:cacheprovider", "-pno:copie", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@with_each(KEPT, TURNS)
def test_copier_writes_the_same_bytes(project: Project, copie: Copie) -> None:
    result = copie.copy(extra_answers=project.resolve())

    assert result.exception is None
    assert result.project_dir is not None
    found = {
        path.relative_to(result.project_dir).as_posix(): path.read_bytes()
        for path in result.project_dir.rglob("*")
        if path.is_file()
    }
    assert found == {file.path: file.content for file in project.files()}


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_a_template_names_the_files_that_a_project_has_of_it(name: str) -> None:
    """Stock Copier can't list a folder: `files` of template.yml does."""
    folder = CATALOGUE.root / name / "python"
    found = {
        path.relative_to(folder).as_posix().removesuffix(".jinja")
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
    assert {*CATALOGUE.get(name).files} == found - {"main.py", "requirements.txt"}
    assert (CATALOGUE.root / name / "test_python.jinja").is_file(), "a project needs its tests"


def test_ruff_finds_nothing(tmp_path: Path) -> None:
    for project in KEPT:
        write(project, tmp_path / project.name)
    for command in (["check"], ["format", "--diff"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.nightly
@every_kept
def test_mypy_finds_nothing(project: Project, tmp_path: Path, shared: Path) -> None:
    folder = write(project, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(shared / "mypy of projects")],
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@with_each(KEPT, [each for each in KEPT if each.name in TESTED])
def test_its_own_tests_pass_in_seconds(project: Project, tmp_path: Path) -> None:
    done = run_its_tests(write(project, tmp_path))

    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed in (\d+)\.\d+s", done.stdout)
    assert passed is not None, done.stdout
    assert int(passed[1]) >= 2


def test_its_tests_turn_red_when_a_line_of_it_is_broken(tmp_path: Path) -> None:
    folder = write(Project(CHAT, "openai", (("shape", PROJECT),)), tmp_path)
    helper = (
        folder
        / "src"
        / package_of(Project(CHAT, "openai"))
        / ("openai_chat_completions_functions_streaming.py")
    )
    text = helper.read_text()
    tests = {
        "test_it_answers": ("callback(choice.delta.content)", "pass"),
        "test_it_calls_a_function": ("not context.try_call_function()", "True"),
        "test_it_remembers": ("*self.messages,", ""),
    }
    for line, broken in tests.values():
        assert line in text
        text = text.replace(line, broken)
    helper.write_text(text)

    done = run_its_tests(folder)

    assert done.returncode == 1
    assert {*tests} <= {*re.findall(r"^FAILED tests/test_program.py::(\w+)", done.stdout, re.M)}


def install_with_pip(folder: Path, wheels: Path) -> list[str]:
    """Does what a project's README says for pip."""
    python = folder / ".venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder / ".venv"], check=True)
    pip: list[str | Path] = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "pip>=25.1"], check=True)
    subprocess.run(
        [*pip, "--find-links", wheels, "-e", ".", "--group", "dev"], cwd=folder, check=True
    )
    return [str(python), "-m", "pytest", "-q"]


def install_with_uv(folder: Path, wheels: Path) -> list[str]:
    """Does what a project's README says for uv."""
    environ = {
        **os.environ,
        "UV_FIND_LINKS": str(wheels),
        "UV_PRERELEASE": "if-necessary-or-explicit",
    }
    environ.pop("VIRTUAL_ENV", None)
    subprocess.run(["uv", "sync", "-q"], cwd=folder, env=environ, check=True)
    return ["uv", "run", "-q", "--no-sync", "pytest", "-q"]


@pytest.fixture(scope="session")
def wheels(shared: Path) -> Path:
    """A folder with this very program as a wheel: a project requires it to be tested."""
    folder = shared / "wheels"
    if not list(folder.glob("*.whl")):
        subprocess.run(
            [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, TOP], check=True
        )
    return folder


@pytest.mark.nightly
@pytest.mark.xdist_group("installs")
@pytest.mark.parametrize(
    ("project", "install"),
    [(each, install_with_uv) for each in KEPT]
    + [(each, install_with_pip) for each in KEPT if each in TURNS],
    ids=[f"{each.name}-uv" for each in KEPT]
    + [f"{each.name}-pip" for each in KEPT if each in TURNS],
)
def test_it_installs_and_passes_its_own_tests(
    project: Project, install: object, tmp_path: Path, wheels: Path
) -> None:
    assert callable(install)
    if install is install_with_uv and shutil.which("uv") is None:
        pytest.fail("there is no uv on the PATH: pip install uv")
    folder = write(project, tmp_path / "kept")
    environ = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    command = install(folder, wheels)

    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=300, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d passed in", done.stdout), done.stdout


@pytest.mark.nightly
def test_its_workflow_is_one_of_github(tmp_path: Path) -> None:
    pytest.importorskip("check_jsonschema", reason="pip install check-jsonschema")
    folder = write(KEPT[0], tmp_path)
    schema = ("--builtin-schema", "vendor.github-workflows")
    workflow = folder / ".github/workflows/ci.yml"
    subprocess.run([sys.executable, "-m", "check_jsonschema", *schema, workflow], check=True)


def python_with(folder: Path, venv: Path) -> Path:
    """Makes a Python that has all that this one has, and a project, installed as `-e .` does."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    packages = sysconfig.get_path("purelib", vars={"base": str(venv), "platbase": str(venv)})
    here = sysconfig.get_path("purelib")
    lines = f"import site; site.addsitedir({here!r})\n{folder / 'src'}\n"
    (Path(packages) / "kept.pth").write_text(lines)
    return venv / "bin" / "python"


def test_new_writes_a_project_that_runs_and_stays_up_to_date(
    scaffold: Scaffold, tmp_path: Path
) -> None:
    made = scaffold("new", "openai-chat", "--project", "--set", "package=my_chat")
    folder = tmp_path / "openai-chat-py"
    assert made.returncode == 0, made.stderr
    assert "  src/my_chat/main.py\n" in made.stdout
    assert "  cd openai-chat-py\n  uv sync " in made.stdout
    assert "  uv run pytest\n  uv run scaffold run\n" in made.stdout
    facts = tomllib.loads((folder / "pyproject.toml").read_text())
    assert facts["project"]["scripts"] == {"my-chat": "my_chat.main:run"}
    revision = CATALOGUE.get("openai-chat").revision
    assert facts["tool"]["scaffold"]["made-by"] == (
        f"openai-chat@{revision} provider=azure azure_api=v1 shape=project package=my_chat"
    )

    # It is renamed, and edited.
    (folder / "src/my_chat").rename(folder / "src/ours")
    (folder / "src/ours/own.py").write_text('KEY = "AZURE_OPENAI_OWN_THING"\n')
    ran = subprocess.run(
        [python_with(folder, tmp_path / "venv"), "-m", "scaffold", "run", folder],
        input="Hello\nexit\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert 'You said: "Hello".' in ran.stdout

    assert scaffold("new", ".env", "--output-dir", str(folder)).returncode == 0
    assert "AZURE_OPENAI_API_KEY=" in (folder / ".env").read_text()
    looked = scaffold("doctor", str(folder))
    assert "AZURE_OPENAI_API_KEY is a placeholder still" in looked.stdout

    checked = scaffold("update", str(folder), "--check")
    assert checked.returncode == 0, checked.stderr
    updated = scaffold("update", str(folder), "--json")
    kinds = {each["path"]: each["kind"] for each in json.loads(updated.stdout)["files"]}
    assert updated.returncode == 0, updated.stderr
    assert {*kinds.values()} <= {"same", "yours", "deleted"}
    assert not (folder / "src/my_chat").exists()


def test_an_update_finds_what_made_a_project_that_says_nothing(
    scaffold: Scaffold, tmp_path: Path
) -> None:
    folder = write(Project("openai-chat", "openai", (("shape", PROJECT),)), tmp_path / "kept")
    manifest = folder / "pyproject.toml"
    text = manifest.read_text()
    manifest.write_text(text.partition("[tool.scaffold]")[0])

    asked = scaffold("update", str(folder))

    assert asked.returncode == 2
    assert f"no line in the pyproject.toml of '{folder}' says what made it" in asked.stderr
    assert "--from openai-chat@" in asked.stderr
    chosen = re.search(r"--from (\S+)", asked.stderr.splitlines()[1])
    assert chosen is not None
    assert scaffold("update", str(folder), "--from", chosen[1]).returncode == 0
    assert "[tool.scaffold]\nmade-by = " in manifest.read_text()


def test_fixtures_writes_projects_and_finds_drift(scaffold: Scaffold, tmp_path: Path) -> None:
    options = ("fixtures", "kept", "--project", "--only", "openai-chat")
    assert scaffold(*options).returncode == 0
    assert scaffold(*options, "--check").returncode == 0
    made = tmp_path / "kept" / "openai-chat-openai-project" / "src" / "openai_chat" / "main.py"
    made.write_text(made.read_text() + "# mine\n")
    drifted = scaffold(*options, "--check")
    assert drifted.returncode == 5
    assert "openai-chat-openai-project/src/openai_chat/main.py" in drifted.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--project", "--set", "package=my-chat"), "how about 'my_chat'?"),
        (("--project", "--set", "package=2fast"), "how about 'fast'?"),
        (("--project", "--set", "package=Grüße"), "can't be called 'Grüße'"),
        (("--project", "--set", "package=class"), "that is a word of Python's own"),
        (("--project", "--set", "package=json"), "there is a module of that name"),
        (("--project", "--set", "package=openai"), "there is a module of that name"),
        (("--project", "--set", "package=" + "x" * 100), "at most 60"),
        (("--project", "--set", "package="), "can't be called ''"),
        (("--set", "package=mine"), "'package' is a question of projects: add --project"),
        (("--set", "shape=both"), "'shape' can't be 'both' here; it is one of: sample, project"),
    ],
)
def test_a_name_that_can_not_be_is_one_line(
    scaffold_here: Scaffold, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    done = scaffold_here("new", "openai-chat", *options)

    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_pyproject_that_is_there_is_in_the_way(scaffold_here: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'mine'\n")

    done = scaffold_here("new", "openai-chat", "--project", "--output-dir", ".")

    assert done.returncode == 4
    assert "pyproject.toml" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]
