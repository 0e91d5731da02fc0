"""What several test modules need: the installed command, and every project there is to make."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
import typer
from browsers import BROWSER_PATIENCE, MISSING, find_browser
from filelock import FileLock
from hypothesis import HealthCheck, settings
from pack_releases import NO_HISTORY, has_history
from typer.testing import CliRunner
from waiting import PATIENCE

from scaffold.catalogue.reader import Catalogue, templates_dir
from scaffold.catalogue.records import Combination
from scaffold.cli import app
from scaffold.endpoint import Endpoint
from scaffold.endpoint.models.table import LOOKED_UP
from scaffold.project.answers import resolve_answers
from scaffold.project.render import File, Renderer

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_copie.plugin import Copie

# What is kept is kept for this run alone, and none of what the user has is seen.
os.environ["SCAFFOLD_CACHE_DIR"] = tempfile.mkdtemp(prefix="scaffold-cache-")
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="scaffold-state-")
os.environ["LOCALAPPDATA"] = os.environ["XDG_STATE_HOME"]

# A shell's job in the background ignores Ctrl-C, one under nohup that its terminal is gone, and so
# would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
if sys.platform != "win32":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Every run looks at the same, so that it is a change that makes one fail. The nightly run, with
# `--hypothesis-profile=nightly`, looks further each time. How long it takes is no matter.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("every run", patient, max_examples=25, derandomize=True)
settings.register_profile("nightly", patient, max_examples=10_000)
settings.load_profile("every run")

COMMAND = str(Path(sys.executable).with_name("scaffold"))
CATALOGUE = Catalogue(templates_dir())
RENDERER = Renderer(CATALOGUE)


def find_commands(group: Any, before: str = "") -> dict[str, Any]:
    """Finds the commands of a group by what is typed, those of the groups in it too."""
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        inner = hasattr(command, "commands")
        typed = f"{before}{name}"
        found |= find_commands(command, f"{typed} ") if inner else {typed: command}
    return found


COMMANDS = find_commands(typer.main.get_command(app))

# Tests that take long, and a fixture that does.
LONG = {"test_mypy_finds_nothing", "test_the_service_hangs_up", "site"}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keeps Python from looking for garbage in thousands of tests: none of them ever is."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with what takes long, so that in the end no worker is left alone with it."""
    items.sort(
        key=lambda item: LONG.isdisjoint(
            [item.name.split("[")[0], *getattr(item, "fixturenames", [])]
        )
    )


LEFT_OUT = pytest.StashKey[int]()


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Counts what is left to the nightly run, unless other tests were asked for."""
    left_out = [item for item in items if item.get_closest_marker("nightly")]
    for item in left_out[:1]:
        if item.config.option.markexpr == "not nightly":
            item.config.stash[LEFT_OUT] = len(left_out)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hands the count of a worker to the process that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Takes the count of a worker: each has the same."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left out", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says loudly what was skipped: a green run alone would hide it."""
    if count := terminalreporter.config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(
            f"NIGHTLY: {count} tests were left out; 'pytest -m nightly' runs them", yellow=True
        )
    if find_browser(os.environ) is None:
        terminalreporter.write_line(MISSING, red=True, bold=True)
    if not has_history():
        terminalreporter.write_line(NO_HISTORY, red=True, bold=True)


class Project(Combination):
    """One project that the catalogue can make, and what tests do with it."""

    def resolve(self, **more: str) -> dict[str, str]:
        """Gives all its answers."""
        given = {**self.given, **more}
        return resolve_answers(CATALOGUE.get(self.template), CATALOGUE.questions, given)

    def files(self, **more: str) -> list[File]:
        """Renders it."""
        return RENDERER.render(self.resolve(**more))

    def write(self, folder: Path, **more: str) -> Path:
        """Renders it into a folder, which is returned."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in self.files(**more):
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
        return folder


PROJECTS = [
    Project(each.template, each.provider, each.answers, each.language)
    for each in CATALOGUE.combinations()
]

every_project = pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)


class Scaffold(Protocol):
    """Runs the installed `scaffold` with arguments, and returns how it ended."""

    def __call__(
        self,
        *arguments: str,
        typed: str = "",
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def scaffold(tmp_path: Path) -> Scaffold:
    """The installed command, in an empty folder unless another is named."""

    def run(
        *arguments: str,
        typed: str = "",
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *arguments],
            input=typed,
            cwd=cwd or tmp_path,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )

    return run


@pytest.fixture
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the user would keep is kept for one test alone."""
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "state"))
    monkeypatch.setenv("SCAFFOLD_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def scaffold_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scaffold:
    """The same without a process of its own, for what needs none: it takes a tenth of the time."""

    def run(
        *arguments: str,
        typed: str = "",
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(cwd or tmp_path)
        result = CliRunner().invoke(app, arguments, typed, env=env, prog_name="scaffold")
        command = ["scaffold", *arguments]
        return subprocess.CompletedProcess(command, result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this run have in common, and no other run."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def pages(shared: Path) -> Path:
    """All pages, made once for all tests."""
    folder = shared / "pages"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            from sample_pages import write_all_pages

            write_all_pages(folder)
    return folder


# pytest-copie's own has every process import Copier; pyproject.toml turns it off.
@pytest.fixture
def copie(tmp_path: Path) -> Copie:
    """Stock Copier, which renders into a folder of its own."""
    from pytest_copie.plugin import Copie

    folder = tmp_path / "copie"
    folder.mkdir()
    return Copie(CATALOGUE.root, folder, folder / "config")


# Closed with the module: while it runs there is an event loop, and others' tests want their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    path = find_browser(os.environ)
    if path is None and os.environ.get("SCAFFOLD_REQUIRE_BROWSER") == "1":
        pytest.fail(MISSING)
    if path is None:
        pytest.skip(MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, timeout=BROWSER_PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def refusing() -> Iterator[str]:
    """An address that refuses each connection, and that nobody else can get meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture(scope="session")
def endpoint() -> Iterator[Endpoint]:
    """An endpoint for tests that don't mind what others leave in it.

    Its clock begins on the day of the table of models, of which some will be gone one day.
    """
    began, day = time.time(), datetime.fromisoformat(f"{LOOKED_UP}T12:00:00+00:00").timestamp()
    with Endpoint(clock=lambda: day + time.time() - began) as endpoint:
        yield endpoint
