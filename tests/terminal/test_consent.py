"""The screen on which a person says whether a template from elsewhere may run code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import COMMAND
from elsewhere import PLAIN, write_template

if os.name == "nt":
    pytest.skip("there are no pseudo-terminals on Windows", allow_module_level=True)

from screens import Terminal

TASKS = '_tasks:\n- touch ran\n- [printf, "\\e[2J hidden"]\n'
FILES = {**PLAIN, "copier.yml": PLAIN["copier.yml"] + TASKS, ".envrc": ""}


def test_who_answers_nothing_has_nothing_run_and_is_asked_again_for_what_changed(
    tmp_path: Path,
) -> None:
    write_template(tmp_path / "plain", FILES)
    own = {"XDG_STATE_HOME": str(tmp_path / "state")}
    new = [COMMAND, "new", "./plain", "--output-dir", "made", "--defaults"]

    terminal = Terminal(new, tmp_path, own, lines=50)
    shown = "\n".join(terminal.wait_for("May it? [n]o / [f]iles only / [o]nce / [t]rust"))
    for told in ("It wants to run 2 things", "1. touch ran", ".envrc: direnv runs it"):
        assert told in shown
    assert r"\x1b[2J hidden" in shown or r"\u001b[2J hidden" in shown  # it clears no screen
    assert "You have not trusted any version" in shown
    terminal.type("\n")
    assert terminal.end() == 1
    assert not (tmp_path / "made").exists()

    terminal = Terminal(new, tmp_path, own, lines=50)
    terminal.wait_for("May it?")
    terminal.type("t\n")
    assert terminal.end() == 0
    assert (tmp_path / "made" / "ran").exists()

    # The same content is not asked for again; another one says what is new.
    changed = FILES["copier.yml"].replace("touch ran", "touch more")
    write_template(tmp_path / "plain", {"copier.yml": changed})
    terminal = Terminal(new, tmp_path, own, lines=50)
    shown = "\n".join(terminal.wait_for("May it?"))
    assert "NEW task: touch more" in shown
    assert "GONE task: touch ran" in shown
    terminal.type("n\n")
    assert terminal.end() == 1
    assert not (tmp_path / "made" / "more").exists()
