"""Templates that people use: the same bytes as from stock Copier, and stock `copier update` works.

They are fetched by nobody here: `SCAFFOLD_KNOWN_TEMPLATES` is a folder with a clone of each, as
`git clone --bare https://github.com/pawamoy/copier-uv copier-uv` makes it. The network that they
need is that fetch; copier-uv asks GitHub's API besides, by `gh`, and goes on without an answer.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Scaffold

KNOWN = Path(os.environ.get("SCAFFOLD_KNOWN_TEMPLATES", ""))
# Each with an older version of it, and the answers that have no default.
TEMPLATES: dict[str, tuple[str, dict[str, str]]] = {
    "copier-uv": (
        "1.12.1",
        {"project_name": "My project", "project_description": "Mine", "author_fullname": "Ann"}
        | {"author_email": "ann@example.com", "author_username": "ann"},
    ),
    "autopretty": ("v0.4.1", {}),
    "substrate": (
        "v2.0.0",
        {"project_name": "My project", "project_description": "Mine", "author_name": "Ann"}
        | {"author_email": "ann@example.com", "project_url": "https://github.com/ann/mine"},
    ),
    "ss-python": ("v0.0.66", {}),
}
pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(
        not os.environ.get("SCAFFOLD_KNOWN_TEMPLATES"),
        reason="SCAFFOLD_KNOWN_TEMPLATES names no folder with clones of known templates",
    ),
]


def files(folder: Path) -> dict[str, tuple[bytes, bool]]:
    """Reads all files of a project but git's, each with whether it is a program."""
    return {
        path.relative_to(folder).as_posix(): (
            os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes(),
            os.access(path, os.X_OK),
        )
        for path in folder.rglob("*")
        if (path.is_file() or path.is_symlink()) and ".git" not in path.relative_to(folder).parts
    }


def run(folder: Path, *command: str, **environ: str) -> None:
    """Runs a command, which must go well."""
    names = {"GIT_CONFIG_GLOBAL": os.devnull}
    names |= {f"GIT_{who}_NAME": "t" for who in ("AUTHOR", "COMMITTER")}
    names |= {f"GIT_{who}_EMAIL": "t@t" for who in ("AUTHOR", "COMMITTER")}
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **names, **environ}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_known_template(scaffold: Scaffold, tmp_path: Path, name: str) -> None:
    older, answers = TEMPLATES[name]
    url = (KNOWN / name).as_uri()
    given = [f"--data={each}={value}" for each, value in answers.items()]
    sets = [word for each in given for word in ("--set", each.removeprefix("--data="))]
    state = {each: str(tmp_path / "state") for each in ("XDG_STATE_HOME", "SCAFFOLD_CACHE_DIR")}
    own = {"COPIER_CACHE_DIR": str(tmp_path / "copier"), "HOME": str(tmp_path)}
    for version, folder in (("", "mine"), (older, "old")):
        address = f"{url}@{version}" if version else url
        command = ["new", address, "--output-dir", folder, *sets]
        first = scaffold(*command, "--skip-tasks", env=state)
        if first.returncode == 2:  # it renders with extensions of its own
            tree = first.stderr.split("--trust ")[1].split(";")[0]
            first = scaffold(*command, "--skip-tasks", "--trust", tree, env=state)
        assert first.returncode == 0, first.stderr

    copier = (sys.executable, "-m", "copier")
    stock = (
        "copy",
        "--defaults",
        "--trust",
        "--skip-tasks",
        "--quiet",
        *given,
        f"git+{url}",
        "stock",
    )
    run(tmp_path, *copier, *stock, **own)
    assert files(tmp_path / "mine") == files(tmp_path / "stock")
    assert len(files(tmp_path / "mine")) > 5

    # From the older version of ours to what stock Copier makes today.
    project = tmp_path / "old"
    (project / "mine.txt").write_text("mine\n")
    run(project, "git", "init", "-q", ".")
    run(project, "git", "add", "-A", "-f")
    run(project, "git", "commit", "-qm", "1")
    answers_file = next(project.glob(".copier-answers*.yml")).name
    update = ("update", "--defaults", "--trust", "--skip-tasks", "--quiet", "-a", answers_file)
    run(project, *copier, *update, **own)
    updated = files(project)
    assert updated.pop("mine.txt")[0] == b"mine\n"
    assert updated == files(tmp_path / "stock")
