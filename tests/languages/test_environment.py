"""A project's `.venv`: made once, completed after a mishap, kept when it is the user's.

Real processes, no network: requirements are local wheels and folders. Where pip is not the point,
a stand-in for uv on PATH does the installing, and keeps a record of what it was asked to do.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from waiting import PATIENCE, is_alive, wait_for

from scaffold.errors import ScaffoldError
from scaffold.languages.python import environment
from scaffold.languages.python.environment import ensure_environment, is_ready
from scaffold.languages.python.install_errors import install_failure

SOURCES = Path(__file__).resolve().parents[2] / "src"
posix_only = pytest.mark.skipif(
    os.name == "nt", reason="uses a script as a program, or signals: Windows has neither"
)

# `uv venv … FOLDER` and `uv pip install -r requirements.txt --python PYTHON`, in a few lines.
UV = """#!{python} -IS
import os, pathlib, sys, time
with open({log!r}, "a") as log:
    print(*sys.argv[1:3], file=log)
if sys.argv[1] == "venv":
    venv, base = pathlib.Path(sys.argv[-1]), pathlib.Path({python!r}).resolve()
    version = "%d.%d" % sys.version_info[:2]
    (venv / "lib" / ("python" + version) / "site-packages").mkdir(parents=True)
    (venv / "pyvenv.cfg").write_text("home = " + str(base.parent) + "\\nversion = " + version)
    (venv / "bin").mkdir()
    (venv / "bin" / "python").symlink_to(base)
    sys.exit()
for name in pathlib.Path("requirements.txt").read_text().split():
    if name == "impossible":
        print("error: No solution found when resolving dependencies", file=sys.stderr)
        print("  cause: Because impossible was not found in the package registry and you require "
              "impossible, we can conclude that your requirements are unsatisfiable.")
        sys.exit(1)
    if name == "slow":
        pathlib.Path("pid").write_text(str(os.getpid()))
        time.sleep(600)
    if name == "wait":
        pathlib.Path("waits").touch()
        while not pathlib.Path("go").exists():
            time.sleep(0.02)
    if name == "offline":
        sys.exit("error: Request failed\\n  cause: Failed to fetch: https://me:SECRET@index/simple/"
                 "\\n  cause: dns error")
    if name == "full":
        sys.exit("error: failed to write: No space left on device (os error 28)")
    print("Downloading " + name)
    site = pathlib.Path(sys.argv[-1]).parent.parent.glob("lib*/python*/site-packages")
    (next(site) / (name + ".py")).touch()
"""


class Shop:
    """A project, the stand-in for uv, and what both were told."""

    def __init__(self, folder: Path) -> None:
        self.directory = folder / "project"
        self.directory.mkdir()
        self.log = folder / "uv.log"
        self.log.touch()
        self.said: list[str] = []
        (folder / "bin").mkdir()
        uv = folder / "bin" / "uv"
        uv.write_text(UV.format(python=sys.executable, log=str(self.log)), encoding="utf-8")
        uv.chmod(0o755)
        self.environ = {
            **{
                name: value for name, value in os.environ.items() if name[:4] not in ("PIP_", "UV_")
            },
            "PATH": str(uv.parent),
            "PIP_CONFIG_FILE": os.devnull,
        }
        self.require("one")

    def require(self, *names: str) -> None:
        (self.directory / "requirements.txt").write_text("\n".join(names), encoding="utf-8")

    def ensure(self) -> Path:
        self.said.clear()
        return ensure_environment(self.directory, self.environ, self.said.append)

    @property
    def calls(self) -> list[str]:
        return self.log.read_text().splitlines()

    @property
    def venv(self) -> Path:
        return self.directory / ".venv"

    def has(self, name: str) -> bool:
        return any(self.venv.glob(f"lib/python*/site-packages/{name}.py"))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def wheel(folder: Path, name: str) -> Path:
    """The smallest wheel there is: a module that can be imported."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n")
    return path


def without_uv(**settings: str) -> dict[str, str]:
    """An environment with pip and nothing that reaches a network."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PIP_", "UV_"))}
    return {**kept, "PATH": "", "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, **settings}


def venv_that_sees_pip(folder: Path) -> None:
    """A user's own environment; with the system's packages, for putting pip in takes seconds."""
    options = ["-I", "-m", "venv", "--without-pip", "--system-site-packages"]
    subprocess.run([sys.executable, *options, folder], check=True)


@posix_only
class TestOnce:
    def test_the_second_time_nothing_is_started(self, shop: Shop) -> None:
        python = shop.ensure()
        assert python == shop.venv / "bin" / "python"
        assert shop.has("one")
        assert shop.calls == ["venv --no-project", "pip install"]
        *said, ready = shop.said
        assert said == [
            "Making a virtual environment in .venv…",
            "Installing 1 package from requirements.txt…",
        ]
        assert re.fullmatch(r"Ready in \d+ s", ready)
        stamp = shop.venv / ".scaffold"
        written = stamp.stat().st_mtime_ns
        with pytest.MonkeyPatch.context() as patch:
            patch.delattr(environment, "supervise")  # the only way to start anything
            assert shop.ensure() == python
        assert (shop.said, len(shop.calls)) == ([], 2)
        assert stamp.stat().st_mtime_ns == written

    def test_changed_requirements_are_installed_into_it(self, shop: Shop) -> None:
        shop.ensure()
        shop.require("one", "two")
        shop.ensure()
        assert shop.has("two")
        assert shop.calls == ["venv --no-project", "pip install", "pip install"]
        assert shop.said[0] == "Installing 2 packages from requirements.txt…"

    def test_another_comment_installs_nothing(self, shop: Shop) -> None:
        shop.require("# Made by scaffold: openai-chat@6 provider=azure", "one")
        shop.ensure()
        called = len(shop.calls)
        shop.require("# Made by scaffold: openai-chat@7 provider=azure", "", "one")
        shop.ensure()
        assert len(shop.calls) == called
        assert is_ready(shop.directory)

    def test_nothing_required(self, shop: Shop) -> None:
        shop.require("# nothing", "", "--pre")
        shop.ensure()
        assert shop.calls == ["venv --no-project"]

    def test_a_relative_folder(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(shop.directory.parent)
        said: list[str] = []
        python = ensure_environment(Path("project"), shop.environ, said.append)
        assert python == shop.venv / "bin" / "python"
        assert shop.has("one")

    def test_a_uv_that_does_not_work(self, shop: Shop) -> None:
        (shop.directory.parent / "bin" / "uv").write_text("no program")
        shop.require()
        assert shop.ensure().exists()


@posix_only
class TestMishaps:
    def test_its_python_is_gone(self, shop: Shop) -> None:
        python = shop.ensure()
        python.unlink()
        python.symlink_to("/nowhere/python")
        shop.ensure()
        assert shop.calls[2:] == ["venv --no-project", "pip install"]
        assert "again" in shop.said[0]

    def test_its_python_is_of_another_version(self, shop: Shop) -> None:
        shop.ensure()
        (library,) = (shop.venv / "lib").glob("python*")
        library.rename(library.with_name("python3.1"))
        (shop.venv / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.1\n")
        shop.ensure()
        assert shop.has("one")
        assert "again" in shop.said[0]

    def test_half_of_it_without_a_stamp(self, shop: Shop) -> None:
        (shop.venv / "bin").mkdir(parents=True)
        # Without pyvenv.cfg this is the system's Python: nothing may be installed there.
        (shop.venv / "bin" / "python").symlink_to(Path(sys.executable).resolve())
        shop.ensure()
        assert shop.has("one")

    def test_a_folder_of_something_else_is_not_touched(self, shop: Shop) -> None:
        shop.venv.mkdir()
        (shop.venv / "diary.txt").touch()
        with pytest.raises(ScaffoldError, match="in the way: it is not a virtual environment"):
            shop.ensure()
        assert [entry.name for entry in shop.venv.iterdir()] == ["diary.txt"]

    def test_a_file_in_its_place(self, shop: Shop) -> None:
        shop.venv.touch()
        with pytest.raises(ScaffoldError, match=r"Cannot prepare .*\.venv: Not a directory\. "):
            shop.ensure()

    def test_a_folder_that_cannot_be_written(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "mkdir", refuse)  # a mode would not stop root
        with pytest.raises(ScaffoldError, match=r"Permission denied\. Check the folder's perm"):
            shop.ensure()

    def test_the_users_own_is_kept(self, shop: Shop) -> None:
        options = ["-I", "-m", "venv", "--without-pip"]
        subprocess.run([sys.executable, *options, shop.venv], check=True)
        (shop.venv / "mine").touch()
        shop.ensure()
        assert shop.calls == ["pip install"]
        shop.require("impossible")
        with pytest.raises(ScaffoldError):
            shop.ensure()
        shop.require("two")
        shop.ensure()
        assert (shop.venv / "mine").exists()
        assert shop.has("one")
        assert shop.has("two")


@posix_only
class TestFailures:
    def test_a_requirement_that_does_not_exist(self, shop: Shop) -> None:
        shop.require("impossible")
        for _ in range(2):
            with pytest.raises(ScaffoldError) as caught:
                shop.ensure()
        assert caught.value.message == (
            "Cannot install requirements.txt: Because impossible was not found in the package "
            "registry and you require impossible. Correct requirements.txt, then run again."
        )
        assert caught.value.details[0] == "error: No solution found when resolving dependencies"
        shop.require("one")
        shop.ensure()
        assert shop.calls.count("venv --no-project") == 1  # nothing wrong with that one

    def test_no_network(self, shop: Shop) -> None:
        shop.require("offline")
        with pytest.raises(ScaffoldError, match=r"could not be reached .*Check the net") as it:
            shop.ensure()
        assert "SECRET" not in it.value.message + "".join(it.value.details)

    def test_a_full_disk(self, shop: Shop) -> None:
        shop.require("full")
        with pytest.raises(ScaffoldError, match=r"the disk is full\. Make room, then run again\."):
            shop.ensure()


class TestPip:
    """With the real pip; the only test that waits for ensurepip is the first."""

    def test_a_whole_environment(self, tmp_path: Path) -> None:
        path = wheel(tmp_path, "tinyone")
        (tmp_path / "requirements.txt").write_text(f"./{path.name}\n")
        (tmp_path / "logging.py").write_text("raise SystemExit('imported the project file')")
        said: list[str] = []
        python = ensure_environment(tmp_path, without_uv(), said.append)
        subprocess.run([python, "-I", "-c", "import tinyone, pip"], check=True)
        own = ("Making a ", "Installing 1 package from requirements.txt…", "Still at it", "Ready")
        assert all(line.startswith(own) for line in said)  # what pip says is kept for a failure
        assert said[-1].startswith("Ready in ")

    def test_it_names_the_requirement_and_tries_again(self, tmp_path: Path) -> None:
        venv_that_sees_pip(tmp_path / ".venv")
        path = wheel(tmp_path, "tinytwo")
        requirements = tmp_path / "requirements.txt"
        requirements.write_text("nowhere-to-be-found==1\n")
        said: list[str] = []
        with pytest.raises(ScaffoldError) as caught:
            ensure_environment(tmp_path, without_uv(), said.append)
        assert caught.value.message == (
            "Cannot install requirements.txt: Could not find a version that satisfies the "
            "requirement nowhere-to-be-found==1. Correct requirements.txt, then run again."
        )
        assert caught.value.details[-1].startswith("ERROR: No matching distribution")
        # --find-links, from the user's own settings, is where the next one comes from.
        requirements.write_text("tinytwo\n")
        settings = without_uv(PIP_FIND_LINKS=str(path.parent))
        python = ensure_environment(tmp_path, settings, said.append)
        subprocess.run([python, "-I", "-c", "import tinytwo"], check=True)

    @pytest.mark.parametrize(
        ("status", "message"),
        [
            (404, "Could not find a version that satisfies the requirement nowhere-to-be-found. "),
            (503, "the package index answers with 503 (Could not find a version that satisfies"),
            pytest.param(
                403,
                "the package index answers with 403 (Could not find a version that satisfies",
                marks=pytest.mark.nightly,
            ),
            (200, "the package index answers, but lists no such package (Could not find a"),
            (0, "the package index could not be reached (Could not find a version that satisfies"),
        ],
    )
    def test_the_index_is_told_from_the_file(
        self, tmp_path: Path, refusing: str, status: int, message: str
    ) -> None:
        venv_that_sees_pip(tmp_path / ".venv")
        (tmp_path / "requirements.txt").write_text("nowhere-to-be-found\n")
        with web_server(status) as url:
            environ = without_uv(PIP_INDEX_URL=url if status else refusing, PIP_RETRIES="0")
            del environ["PIP_NO_INDEX"]
            with pytest.raises(ScaffoldError) as caught:
                ensure_environment(tmp_path, environ, lambda _: None)

        assert caught.value.message.startswith(f"Cannot install requirements.txt: {message}")
        assert ("Correct requirements.txt" in caught.value.message) is (status == 404)
        assert ("Check the" in caught.value.message) is (status != 404)

    @posix_only
    def test_it_stands_in_for_a_uv_that_lacks_its_settings(self, shop: Shop) -> None:
        venv_that_sees_pip(shop.venv)
        path = wheel(shop.directory, "impossible")
        shop.require("impossible")
        shop.environ |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(path.parent)}
        shop.ensure()
        assert any(line.startswith("uv could not install them; trying pip") for line in shop.said)
        assert shop.has("impossible")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("HTTP status server error (503 Service Unavailable) for url", "answers with 503"),
        ("hint: An index (http://x/simple) returned a 403 Forbidden error.", "answers with 403"),
        (
            "hint: An index URL (http://x/simple) could not be queried due to a lack of valid "
            "authentication credentials (401 Unauthorized)",
            "answers with 401",
        ),
        (
            "  cause: Because there are no versions of openai and you require openai, we can",
            "answers, but lists no such package (Because there are no versions of openai and",
        ),
        ("  cause: error sending request for url (http://x/)", "could not be reached"),
    ],
)
def test_what_uv_says_of_an_index(said: str, message: str) -> None:
    error = install_failure(["error: No solution found when resolving dependencies", said])

    assert f"the package index {message}" in error.message
    assert "Correct requirements.txt" not in error.message


@contextmanager
def web_server(status: int) -> Iterator[str]:
    """A server that answers everything with a page of this status; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Sign in</title>")

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}).start()
        try:
            yield f"http://127.0.0.1:{running.server_port}/simple"
        finally:
            running.shutdown()


@pytest.mark.skipif(
    not (uv := shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")),
    reason="uv is not installed",
)
def test_with_the_real_uv(tmp_path: Path) -> None:
    path = wheel(tmp_path, "tinythree")
    (tmp_path / "requirements.txt").write_text(f"./{path.name}\n")
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PIP_", "UV_"))}
    environ = {**kept, "UV_NO_INDEX": "1", "UV_SYSTEM_PYTHON": "1"}
    environ["PATH"] = os.pathsep.join((str(Path(uv or "").parent), os.environ["PATH"]))
    said: list[str] = []
    python = ensure_environment(tmp_path, environ, said.append)
    subprocess.run([python, "-I", "-c", "import tinythree"], check=True)
    assert not any("trying pip" in line for line in said)


def maker(directory: Path, environ: Mapping[str, str]) -> subprocess.Popen[str]:
    """A process that makes the environment as the command line would."""
    code = (
        "import os, pathlib, sys\n"
        "from scaffold.languages.python.environment import ensure_environment\n"
        "say = lambda line: print(line, flush=True)\n"
        f"ensure_environment(pathlib.Path({str(directory)!r}), os.environ, say)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**environ, "PYTHONPATH": str(SOURCES)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# A build backend that takes its time, in a process that pip starts and that is deaf to Ctrl-C.
SLOW_BACKEND = """
import os, pathlib, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
pathlib.Path("pid").write_text(str(os.getpid()))
time.sleep(600)
"""


@posix_only
class TestInterruptions:
    def test_ctrl_c_leaves_no_process_and_the_next_run_works(self, shop: Shop) -> None:
        shop.require("slow")
        process = maker(shop.directory, shop.environ)
        pid = shop.directory / "pid"
        wait_for(lambda: pid.exists() and pid.read_text())
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == -signal.SIGINT
        assert "KeyboardInterrupt" in err
        assert not is_alive(int(pid.read_text()))
        shop.require("one")
        shop.ensure()
        assert shop.has("one")
        assert "again" in shop.said[0]  # nobody knows how far the first one came

    def test_what_pip_started_goes_with_it(self, tmp_path: Path) -> None:
        venv_that_sees_pip(tmp_path / ".venv")
        source = tmp_path / "slow"
        source.mkdir()
        (source / "backend.py").write_text(SLOW_BACKEND)
        (source / "pyproject.toml").write_text(
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        )
        (tmp_path / "requirements.txt").write_text("./slow\n")
        process = maker(tmp_path, without_uv())
        pid = source / "pid"
        wait_for(lambda: pid.exists() and pid.read_text())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
        assert process.returncode == -signal.SIGTERM
        wait_for(lambda: not is_alive(int(pid.read_text())))

    def test_two_runs_at_once_install_once(self, shop: Shop) -> None:
        shop.require("wait", "one")
        first = maker(shop.directory, shop.environ)
        wait_for((shop.directory / "waits").exists)
        second = maker(shop.directory, shop.environ)
        assert second.stdout
        told = second.stdout.readline()
        (shop.directory / "go").touch()
        first.communicate(timeout=PATIENCE)
        told += second.communicate(timeout=PATIENCE)[0]
        assert (first.returncode, second.returncode) == (0, 0)
        assert shop.calls == ["venv --no-project", "pip install"]
        assert told == "Waiting for another run in this folder to finish with .venv…\n"
