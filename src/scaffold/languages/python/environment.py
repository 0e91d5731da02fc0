"""A project's own Python: `.venv` at its top, with what its manifest names.

A sample's manifest is `requirements.txt`. A project's is `pyproject.toml`: it is installed itself.

ensure_environment ─→ ready already? (one stamp file is read, nothing is started)
                   ─→ else, one run at a time: make `.venv`, install, leave the stamp
"""

from __future__ import annotations

import math
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold.errors import ScaffoldError
from scaffold.languages.python.install_errors import failure, install_failure, is_unclear
from scaffold.lock import locked
from scaffold.running.process import child_environ, supervise

# Exits with 0 when it is a virtual environment's Python, and of the version it was made for.
_PROBE = (
    "import os, sys, sysconfig; "
    "sys.exit(sys.prefix == sys.base_prefix or not os.path.isdir(sysconfig.get_path('purelib')))"
)
REQUIREMENTS = "requirements.txt"
_PATIENCE = 5.0  # seconds until it is said for the first time that an installer is still at it
_UNFINISHED, _FAILED = "unfinished", "failed"
_SEE_PYTHON = "Install uv, or complete your Python (Debian, Ubuntu: apt install python3-venv)"
_VENV_ENTRIES = frozenset(
    {"bin", "Scripts", "include", "Include", "lib", "Lib", "lib64", "share"}
    | {"pyvenv.cfg", ".scaffold", ".gitignore", ".lock", "CACHEDIR.TAG"}
)

_NEWS = re.compile(
    r"(Collecting|Obtaining|Processing|Downloading|Building|Preparing|Installing|Resolved|Prepared)\b"
)
_PIP_SETTINGS = re.compile(
    r"\.(index-url|extra-index-url|find-links|no-index|proxy|cert|client-cert|trusted-host)='[^']"
)


def ensure_environment(
    directory: Path,
    environ: Mapping[str, str],
    progress: Callable[[str], None],
    manifest: str = REQUIREMENTS,
) -> Path:
    """Make sure that a project has a Python with what its manifest names.

    Uses `.venv` in the project: made when there is none (with uv where PATH has it, else with
    `venv` and pip), remade when it is broken or was never finished, kept when it is the user's
    own. When nothing has changed since the last time, nothing is started and nothing is said.
    Of several runs at once in one project, one installs and the others wait.

    Args:
        directory: the project, a folder with a manifest.
        environ: the environment of the installers; what it says to pip and uv (indexes,
            certificates, proxies) holds. PATH decides whether there is a uv.
        progress: called with a line of plain text whenever there is something to tell.
        manifest: the file that names what the project needs.

    Returns:
        The absolute path of the project's Python.

    Raises:
        ScaffoldError: a requirement doesn't install, the index isn't reached, the folder can't be
            written. The next call tries again.
        KeyboardInterrupt: Ctrl-C, after the installer has ended. SIGTERM and SIGHUP are likewise
            raised again, to do what they would have done.
    """
    project = _Project(directory.absolute(), child_environ(environ), progress, manifest)
    try:
        if not project.is_ready():
            wait = "Waiting for another run in this folder to finish with .venv…"
            # A file that is there anyway: nothing of this is left lying in the project.
            with locked(
                project.requirements, patience=math.inf, say_waiting=lambda: progress(wait)
            ):
                if not project.is_ready():  # the run that was waited for may have done it
                    project.prepare()
    except OSError as error:
        raise ScaffoldError(
            f"Cannot prepare {project.venv}: {error.strerror or error}. "
            "Check the folder's permissions and the space on the disk, then run again."
        ) from error
    return project.python


def is_ready(directory: Path, manifest: str = REQUIREMENTS) -> bool:
    """Whether `ensure_environment` would find all done, so far as its stamp tells.

    Args:
        directory: the project, a folder with a manifest.
        manifest: the file that names what the project needs.
    """
    try:
        return _Project(directory.absolute(), {}, lambda _: None, manifest).is_ready()
    except OSError:
        return False


@dataclass(frozen=True)
class _Project:
    """A project's folder and how to reach the outside while its environment is made."""

    directory: Path
    environ: Mapping[str, str]
    progress: Callable[[str], None]
    manifest: str

    @property
    def requirements(self) -> Path:
        return self.directory / self.manifest

    @property
    def venv(self) -> Path:
        return self.directory / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def stamp(self) -> Path:
        """Two words: whose `.venv` it is (`ours`, `theirs`) and the state it was left in.

        The state is a fingerprint, `failed` (install again) or `unfinished` (interrupted: ours is
        made again, for nobody knows what is in it; theirs is installed into again).
        """
        return self.venv / ".scaffold"

    def read_stamp(self) -> tuple[str, str]:
        try:
            owner, _, state = self.stamp.read_text("utf-8", "replace").partition(" ")
        except FileNotFoundError:
            return "", ""
        return owner, state

    def fingerprint(self) -> str:
        """Changes with the requirements and with the Python (pyvenv.cfg names its version)."""
        import hashlib

        digest = hashlib.sha256(os.path.realpath(self.python).encode("utf-8", "replace"))
        # A comment requires nothing: an update changes the one that says what made the project.
        lines = (line.strip() for line in self.requirements.read_bytes().splitlines())
        said = (b"#", b"made-by")
        required = b"\n".join(line for line in lines if line and not line.startswith(said))
        for content in ((self.venv / "pyvenv.cfg").read_bytes(), required):
            digest.update(b"\0" + content)
        return digest.hexdigest()

    def is_ready(self) -> bool:
        _, state = self.read_stamp() if self.python.exists() else ("", "")
        return state not in ("", _UNFINISHED, _FAILED) and state == self.fingerprint()

    def prepare(self) -> None:
        started = time.monotonic()
        owner = self._make_venv()
        count = _count(self.requirements.read_text("utf-8", "replace"))
        if self.manifest != REQUIREMENTS or count:
            packages = "1 package" if count == 1 else f"{count} packages"
            if self.manifest != REQUIREMENTS:
                packages = "the project and what it requires,"
            self.progress(f"Installing {packages} from {self.manifest}…")
            self._leave(owner, _UNFINISHED)
            try:
                self._install()
            except ScaffoldError:
                self._leave(owner, _FAILED)
                raise
        self._leave(owner, self.fingerprint())
        self.progress(f"Ready in {round(time.monotonic() - started) or 1} s")

    def _leave(self, owner: str, state: str) -> None:
        self.stamp.write_text(f"{owner} {state}", encoding="utf-8")

    def _make_venv(self) -> str:
        """Make `.venv` unless there is one that works; returns whose it is."""
        owner, state = self.read_stamp()
        works = self.python.exists() and self._run(self.python, "-I", "-c", _PROBE)[0] == 0
        if works and not (owner == "ours" and state == _UNFINISHED):
            return owner or "theirs"
        if self.venv.exists() and any(self.venv.iterdir()):
            self._discard_venv()
            self.progress("Making the virtual environment in .venv again: it was not complete…")
        else:
            self.progress("Making a virtual environment in .venv…")
        self.venv.mkdir(exist_ok=True)
        self._leave("ours", _UNFINISHED)
        uv = self._uv()
        options = ("--no-project", "--allow-existing", "--python", sys.executable)
        if not uv or self._run(uv, "venv", *options, self.venv)[0]:
            # Without pip: it is put in when it is needed, see _install.
            options = ("-I", "-m", "venv", "--without-pip")
            code, lines = self._run(sys.executable, *options, self.venv)
            if code:
                raise failure("Cannot make a virtual environment", lines, _SEE_PYTHON)
        return "ours"

    def _discard_venv(self) -> None:
        names = {entry.name for entry in self.venv.iterdir()}
        if "pyvenv.cfg" not in names and not names <= _VENV_ENTRIES:
            raise ScaffoldError(
                f"{self.venv} is in the way: it is not a virtual environment. "
                "Move it away, then run again."
            )
        self.python.unlink(missing_ok=True)  # first, so that a half-deleted one is seen as broken
        shutil.rmtree(self.venv)

    def _install(self) -> None:
        what = ("-r", self.manifest) if self.manifest == REQUIREMENTS else ("-e", ".")
        install = ("install", *what)
        if uv := self._uv():
            code, lines = self._run(uv, "pip", *install, "--python", self.python)
            if code == 0:
                return
            if not self._pip_is_configured():
                raise install_failure(lines)
            self.progress("uv could not install them; trying pip, which has settings of its own…")
        # -I: no file of the project may stand in for a module that pip imports.
        python = (self.python, "-I", "-X", "utf8", "-m")
        pip = (*python, "pip", "--disable-pip-version-check", "--no-input")
        if self._run(self.python, "-I", "-c", "import pip")[0]:
            code, lines = self._run(*python, "ensurepip", "--upgrade")
            if code:
                raise failure("Cannot put pip into .venv", lines, _SEE_PYTHON)
        # --no-user: with `user = true` in pip.conf it would refuse a virtual environment.
        command = (*pip, *install, "--no-user", "--progress-bar=off")
        code, lines = self._run(*command)
        if code and is_unclear(lines):
            # pip says what the index answered when it is asked twice as loud.
            raise install_failure(lines, self._run(*command, "-vv", "--retries=0")[1])
        if code:
            raise install_failure(lines)

    def _uv(self) -> str | None:
        return shutil.which("uv", path=self.environ.get("PATH", ""))

    def _pip_is_configured(self) -> bool:
        """Whether pip would look elsewhere than uv does, which reads neither pip.conf nor PIP_*."""
        code, lines = self._run(sys.executable, "-I", "-m", "pip", "config", "list")
        return code == 0 and any(_PIP_SETTINGS.search(line) for line in lines)

    def _run(self, *command: str | Path) -> tuple[int, list[str]]:
        """Run an installer, telling what it is at; returns its exit code and its output."""
        started = time.monotonic()
        lines: list[str] = []
        news, due = "installing", _PATIENCE

        def listen(line: str) -> None:
            nonlocal news, due
            if line:
                lines.append(_clean(line))
                if _NEWS.match(text := lines[-1].strip()):
                    news = re.sub(r"(?<=Processing ).*[/\\]| \(from .*", "", text)[:100]
            # A sign of life is enough: what all of them are called is of no use to anybody.
            waited = time.monotonic() - started
            if waited >= due:
                self.progress(f"Still at it after {waited:.0f} s: {news}")
                due = 2 * waited

        colourless = {"FORCE_COLOR", "CLICOLOR_FORCE"}
        environ = {n: v for n, v in self.environ.items() if n not in colourless} | {"NO_COLOR": "1"}
        words = [str(word) for word in command]
        try:
            ended = supervise(words, directory=self.directory, environ=environ, listen=listen)
        except OSError as error:
            return 127, [f"error: {words[0]}: {error.strerror or error}"]
        if ended.signal is not None:
            signal.raise_signal(ended.signal)
            raise KeyboardInterrupt  # whoever handles that signal went on; there is nothing to use
        return ended.code, lines


def _count(requirements: str) -> int:
    """How many lines name something to install; options such as --index-url don't."""
    inclusions = ("-r", "--requirement", "-e", "--editable")
    lines = (line.strip() for line in requirements.splitlines())
    return sum(
        line.startswith(inclusions) or not line.startswith(("#", "-")) for line in lines if line
    )


def _clean(line: str) -> str:
    """An installer's line without control characters and without a password in an address."""
    printable = "".join(char for char in line.rstrip() if char.isprintable())
    return re.sub(r"://[^/@\s]+@", "://", printable)
