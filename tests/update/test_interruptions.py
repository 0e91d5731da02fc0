"""An update that a full disk or Ctrl-C stops leaves each file whole, and can be undone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import COMMAND, Scaffold
from waiting import PATIENCE

from scaffold.project.paths import STAGING
from update.projects import EDITED, newest, snapshot, tree

pytestmark = pytest.mark.skipif(os.name == "nt", reason="limits and signals of POSIX")


def with_room_for(size: int) -> Callable[[], None]:
    """Says how to give a process a disk on which no file can get longer than that."""
    import resource

    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def update(project: Path, room: int) -> subprocess.CompletedProcess[str]:
    """Updates a project where there is so much room."""
    return subprocess.run(
        [COMMAND, "update", project.name],
        cwd=project.parent,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        preexec_fn=with_room_for(room),
    )


@pytest.mark.parametrize("room", [0, 1, 1_000])
def test_a_disk_without_room_for_what_undo_needs(project: Path, state: Path, room: int) -> None:
    before = tree(project)

    ended = update(project, room)

    assert ended.returncode == 1
    assert "can't keep what --undo would need" in ended.stderr
    assert "nothing was written" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert (tree(project), tree(state)) == (before, {})


def test_a_disk_that_fills_while_the_project_is_written(scaffold: Scaffold, project: Path) -> None:
    # What was there is short, so there is room to keep it; what comes is long.
    (project / "main.py").unlink()
    (project / EDITED).unlink()
    (project / EDITED).mkdir()
    before = tree(project)
    long = len(newest(snapshot())[EDITED])

    ended = update(project, long - 1)

    assert ended.returncode == 1
    assert ended.stderr.startswith("scaffold: can't write 'project': ")
    assert len(ended.stderr.splitlines()) == 1
    assert tree(project) == before
    assert not list(project.rglob(f"{STAGING}*"))
    # Nothing has changed, so there is nothing to undo, and no harm in it either.
    assert scaffold("update", "project", "--undo").returncode == 0
    assert tree(project) == before
    # With room again it goes through.
    assert update(project, 10 * long).returncode == 1  # as the newest is put beside the folder
    assert (project / f"{EDITED}.new").is_file()


# Presses Ctrl-C when this process does something for the n-th time.
INTERRUPTED = """
import os, signal, sys
from scaffold.__main__ import main

wanted, left = sys.argv.pop(1), int(sys.argv.pop(1))

def count(event, arguments):
    global left
    if event == wanted:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGINT)

sys.addaudithook(count)
main()
"""
MOMENTS = [
    *(("import", number) for number in (1, 5, 20, 60, 100)),
    *(("os.rename", number) for number in (1, 2, 3, 4)),
    *(("os.mkdir", number) for number in (1, 2)),
]


@pytest.mark.parametrize(("event", "number"), MOMENTS)
def test_ctrl_c_leaves_each_file_old_or_new_and_undo_brings_back_all(
    scaffold: Scaffold, project: Path, event: str, number: int
) -> None:
    before = tree(project)
    command = [sys.executable, "-c", INTERRUPTED, event, str(number), "update", "project"]

    ended = subprocess.run(
        command,
        cwd=project.parent,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert ended.returncode == 130
    assert "Traceback" not in ended.stderr
    found = tree(project)
    new = newest(snapshot(), system_prompt="Be brief.")
    new["main.py"] += b"\n\ndef mine() -> None:\n    print('mine')\n"
    assert {*found} == {*before}
    assert all(found[path] in (before[path], new[path]) for path in before)
    assert scaffold("update", "project", "--undo").returncode in (0, 2)
    assert tree(project) == before
    # The next one is none the worse for it.
    assert scaffold("update", "project").returncode == 0
    assert tree(project) == new
    assert not list(project.rglob(f"{STAGING}*"))
