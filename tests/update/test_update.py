"""`scaffold update` as people meet it: an older project, edited, is brought up to date."""

from __future__ import annotations

import json
import os
import random
import sys
from collections import Counter
from pathlib import Path

import pytest
from conftest import CATALOGUE, Scaffold
from edits import Files, by_ruff, edited
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nightly import mostly_nightly

from scaffold.commands.update import update_project
from scaffold.update.released import Snapshot
from update.projects import EDITED, EVERY, SAMPLE, lined, newest, snapshot, tree, write

OFTEN = EVERY[::5]  # each has three providers or so, and this takes one after the other


@pytest.mark.parametrize(
    "old",
    mostly_nightly([(each,) for each in EVERY], lambda each: each in OFTEN),
    ids=[each.origin.full_name for each in EVERY],
)
def test_an_untouched_project_becomes_the_newest_and_no_file_more(
    old: Snapshot, tmp_path: Path
) -> None:
    project = write(tmp_path / "project", old.files({}))

    update_project(CATALOGUE, project, os.environ, made_from=old.origin.full_name)

    assert tree(project) == newest(old)


@pytest.mark.parametrize("old", EVERY[::7], ids=lambda each: each.origin.full_name)
def test_the_line_alone_tells_what_made_it_and_texts_stay(old: Snapshot, tmp_path: Path) -> None:
    texts = dict.fromkeys(old.texts, 'You are "a pirate".\nAhoy!')
    project = write(tmp_path / "project", lined(old, old.files(texts)))

    update_project(CATALOGUE, project, os.environ)

    assert tree(project) == newest(old, **texts)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
@given(seed=st.integers(0, 10**9))
def test_no_line_of_yours_is_lost_whatever_was_edited(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    old = random.Random(seed).choice(EVERY)
    mine = edited(old.files({}), seed)
    project = write(tmp_path_factory.mktemp("update") / "project", lined(old, mine))
    environ = {**os.environ, "XDG_STATE_HOME": str(project.parent), "LOCALAPPDATA": str(project)}
    before = tree(project)

    # Whatever conflicts is marked, so that it all stands in the files.
    updated = update_project(CATALOGUE, project, environ, resolution="mark")

    def own(files: Files) -> Counter[bytes]:
        lines = Counter(line.strip() for each in files.values() for line in each.split(b"\n"))
        return Counter({line: n for line, n in lines.items() if b"mine" in line})

    assert own(before) <= own(tree(project))
    # Nor is any other line that the template didn't change.
    base = {line for each in old.files({}).values() for line in each.split(b"\n")}
    for outcome in updated.update.outcomes:
        if outcome.kind == "yours" and isinstance(outcome.yours, bytes):
            assert (project / outcome.path).read_bytes() == outcome.yours
    kept = {line for each in tree(project).values() for line in each.split(b"\n")}
    lost = {line for each in before.values() for line in each.split(b"\n")} - base - kept
    # What made it is said anew, and what was formatted takes the newest's place if it had changed.
    assert not {line for line in lost if b"mine" in line or b"My" in line}


def conflicting(project: Path) -> None:
    """Rewrites lines that the template has changed too."""
    old, new = snapshot().files({}), newest(snapshot())
    lines = old[EDITED].splitlines(keepends=True)
    changed = next(n for n, line in enumerate(lines) if line not in new[EDITED] and line.strip())
    lines[changed] = b"    # my own words\n"
    (project / EDITED).write_bytes(b"".join(lines))


def test_it_says_what_it_does_and_does_it(scaffold: Scaffold, project: Path) -> None:
    revision = CATALOGUE.get(SAMPLE).revision

    dry = scaffold("update", "project", "--dry-run")
    assert "  merged    main.py  (your edits and the template's)\n" in dry.stdout
    assert dry.stderr == "This was a dry run: nothing was written.\n"
    before = tree(project)
    shown = scaffold("update", "project", "--diff")
    assert f"+++ b/{EDITED}\n" in shown.stdout
    assert tree(project) == before

    done = scaffold("update", "project")

    assert (done.returncode, done.stderr) == (0, "'scaffold update --undo' brings back what was\n")
    head = f"Updating 'project' from {SAMPLE}@1 to {SAMPLE}@{revision}...\n"
    assert done.stdout.startswith(head)
    wanted = newest(snapshot(), system_prompt="Be brief.")
    wanted["main.py"] += b"\n\ndef mine() -> None:\n    print('mine')\n"
    assert tree(project) == wanted
    again = scaffold("update", "project")
    assert (again.returncode, tree(project)) == (0, wanted)
    assert "with your edits" in again.stdout


def test_check_exits_with_5_until_it_is_the_newest(scaffold: Scaffold, project: Path) -> None:
    before = tree(project)
    found = scaffold("update", "project", "--check")
    assert found.returncode == 5
    assert f"was made from {SAMPLE}@1; there is {SAMPLE}@" in found.stderr
    document = json.loads(scaffold("update", "project", "--check", "--json").stdout)
    assert (document["from"], document["newer"]) == (1, True)
    assert tree(project) == before

    assert scaffold("update", "project").returncode == 0
    assert scaffold("update", "project", "--check").returncode == 0


def test_undo_brings_back_every_byte(scaffold: Scaffold, project: Path) -> None:
    before = tree(project)
    assert scaffold("update", "project").returncode == 0
    updated = tree(project)

    shown = scaffold("update", "project", "--undo", "--diff")
    assert "--- a/main.py\n" in shown.stdout
    assert tree(project) == updated
    undone = scaffold("update", "project", "--undo")

    assert (undone.returncode, undone.stderr) == (0, "")
    assert tree(project) == before
    assert scaffold("update", "project", "--undo").returncode == 2


def test_a_conflict_stops_all_and_is_shown(scaffold: Scaffold, project: Path) -> None:
    conflicting(project)
    before = tree(project)

    stopped = scaffold("update", "project")

    assert stopped.returncode == 4
    assert "-    # my own words\n" in stopped.stdout
    assert f"  {EDITED}:" in stopped.stderr
    assert tree(project) == before
    document = json.loads(scaffold("update", "project", "--json").stdout)
    assert document["done"] is False
    conflicts = [each for file in document["files"] for each in file["conflicts"]]
    assert ["    # my own words"] in [each["yours"] for each in conflicts]
    coloured = scaffold("update", "project", env={"FORCE_COLOR": "1"})
    assert "\x1b[31m-    # my own words\x1b[0m\n" in coloured.stdout


def test_conflicts_are_marked_or_rejected_or_decided(scaffold: Scaffold, project: Path) -> None:
    conflicting(project)
    before = tree(project)

    def resolved(how: str) -> tuple[int, Files]:
        ended = scaffold("update", "project", "--on-conflict", how)
        after = tree(project)
        assert scaffold("update", "project", "--undo").returncode == 0
        assert tree(project) == before
        return ended.returncode, after

    code, after = resolved("mark")
    assert code == 1
    assert b"<<<<<<< yours\n" in after[EDITED]
    assert b"    # my own words\n" in after[EDITED]
    code, after = resolved("rej")
    assert code == 1
    assert b"    # my own words\n" in after[EDITED]
    assert after[f"{EDITED}.rej"].startswith(b"--- ")
    code, after = resolved("mine")
    assert code == 0
    assert b"    # my own words\n" in after[EDITED]
    assert {*after} == {*before}
    code, after = resolved("newest")
    assert code == 0
    assert after[EDITED] == newest(snapshot())[EDITED]


def test_an_azure_project_of_old_stays_on_its_route(scaffold: Scaffold, tmp_path: Path) -> None:
    old = next(each for each in EVERY if each.origin.full_name == f"{SAMPLE}@6,provider=azure")
    project = write(tmp_path / "project", old.files({}))
    with (project / "main.py").open("ab") as file:
        file.write(b"\n# mine\n")

    updated = scaffold("update", "project", "--from", old.origin.full_name)

    assert updated.returncode == 0
    assert "`scaffold update` keeps an older project there" in " ".join(updated.stdout.split())
    files = tree(project)
    assert b"provider=azure azure_api=dated\n" in files["requirements.txt"]
    assert b"AZURE_OPENAI_API_VERSION" in files["main.py"]
    assert files["main.py"].endswith(b"\n# mine\n")


def test_without_the_line_nothing_is_guessed(scaffold: Scaffold, project: Path) -> None:
    files = snapshot().files({})
    (project / "requirements.txt").write_bytes(files["requirements.txt"])
    before = tree(project)

    unknown = scaffold("update", "project")

    assert unknown.returncode == 2
    assert unknown.stderr.splitlines()[1].startswith(f"  --from {SAMPLE}@1,provider=azure  (")
    assert tree(project) == before
    # The provider can be told where the template is said.
    assert scaffold("update", "project", "--from", f"{SAMPLE}@1").returncode == 0
    assert tree(project)["requirements.txt"] == newest(snapshot())["requirements.txt"]


def test_another_revision_than_the_newest(scaffold: Scaffold, project: Path) -> None:
    assert scaffold("update", "project", "--to", "4").returncode == 0

    middle = snapshot(revision=4)
    wanted = lined(middle, middle.files({"system_prompt": "Be brief."}))
    wanted["main.py"] += b"\n\ndef mine() -> None:\n    print('mine')\n"
    assert tree(project) == wanted
    assert scaffold("update", "project", "--to", "99").returncode == 3
    assert scaffold("update", "project", "--to", "other@2").returncode == 2


def test_formatting_is_set_aside_where_the_project_has_settings(
    scaffold: Scaffold, tmp_path: Path
) -> None:
    old = snapshot("openai-chat-streaming-async", 1, "azure-entra")
    files = {
        path: by_ruff(content) if path.endswith(".py") else content
        for path, content in old.files({}).items()
    }
    write(tmp_path / "project", lined(old, files))
    assert scaffold("update", "project").returncode == 4
    settings = b"line-length = 72\n[format]\nquote-style = 'single'\n"
    (tmp_path / "project" / "ruff.toml").write_bytes(settings)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    assert scaffold("update", "project", env={"PATH": path}).returncode == 0

    new = {
        path: by_ruff(content) if path.endswith(".py") else content
        for path, content in newest(old).items()
    }
    assert tree(tmp_path / "project") == {**new, "ruff.toml": settings}
