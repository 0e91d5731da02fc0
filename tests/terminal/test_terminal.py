"""What a person sees and types at a terminal, on a pseudo-terminal with a screen behind it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CATALOGUE, COMMAND, PROJECTS, Project, Scaffold

from scaffold.terminal.picker import HELP, Choice, Picker, answer, keys_of
from scaffold.update.released import read_released, released_dir

if os.name == "nt":
    pytest.skip("there are no pseudo-terminals on Windows", allow_module_level=True)

from screens import Terminal

SHOWN = [each.name for each in CATALOGUE.all() if each.lifecycle.state != "retired"]


def test_the_picker_shows_all_with_the_recommended_first(tmp_path: Path) -> None:
    terminal = Terminal([COMMAND, "new"], tmp_path, columns=130, lines=40)
    screen = terminal.wait_for("Ctrl-C to leave.")

    assert screen[0].rstrip() == "Which sample?"
    assert [line[2:].split("  ")[0] for line in screen[1 : 1 + len(SHOWN)]] == SHOWN
    assert screen[1].startswith(f"> {SHOWN[0]}  ")
    assert CATALOGUE.get(SHOWN[0]).summary[:15] in screen[1]  # beside the name
    assert screen[-2:] == [CATALOGUE.get(SHOWN[0]).summary, HELP]

    terminal.type("\x03")
    assert terminal.end() == 130
    assert terminal.display == [""]  # as it was before
    assert os.listdir(tmp_path) == []


# Presses Ctrl-C for the person, the very moment that the list is on the screen.
INTERRUPTED = """
import os, signal, sys
from scaffold.__main__ import main
from scaffold.terminal import screen

class Stream:
    pressed = False

    def write(self, text):
        sys.stderr.write(text)

    def flush(self):
        sys.stderr.flush()
        if not self.pressed:
            self.pressed = True
            os.kill(os.getpid(), signal.SIGINT)

screen.messages = Stream
main()
"""


def test_ctrl_c_while_the_picker_draws_leaves_nothing_on_the_screen(tmp_path: Path) -> None:
    terminal = Terminal([sys.executable, "-c", INTERRUPTED, "new"], tmp_path)

    assert terminal.end() == 130
    assert b"Which sample?" in terminal.said
    assert terminal.display == [""]


def test_typing_narrows_and_enter_picks(tmp_path: Path) -> None:
    terminal = Terminal([COMMAND, "new"], tmp_path, lines=60)
    terminal.wait_for(HELP)
    terminal.type("resp funcx")
    assert terminal.wait_for("Backspace)")[:2] == [
        "Which sample? resp funcx",
        "  (nothing is like that: Backspace)",
    ]
    terminal.type("\x7f\r")

    screen = terminal.wait_for(f"openai\n{HELP}")
    assert screen == [
        CATALOGUE.questions["provider"].help,
        "> azure",
        "  azure-entra",
        "  openai",
        HELP,
    ]
    terminal.type("\x1b[B\x1b[B\r")

    name = "openai-responses-streaming-with-functions"
    assert terminal.wait_for("Next steps")[0] == f"scaffold new {name} --provider openai"
    assert terminal.end() == 0
    found = {path.name: path.read_bytes() for path in (tmp_path / f"{name}-py").iterdir()}
    assert found == {file.path: file.content for file in Project(name, "openai").files()}


def test_what_was_said_already_is_not_asked(tmp_path: Path) -> None:
    terminal = Terminal([COMMAND, "new", "--provider", "openai", "--output-dir", "out"], tmp_path)
    terminal.wait_for(HELP)
    terminal.type("\r")

    terminal.wait_for("DONE!")
    assert terminal.end() == 0
    assert b"Which service" not in terminal.said


@pytest.mark.parametrize(("columns", "lines"), [(30, 12), (12, 8), (200, 50)])
def test_no_name_is_cut_off_in_any_terminal(tmp_path: Path, columns: int, lines: int) -> None:
    terminal = Terminal([COMMAND, "new"], tmp_path, columns=columns, lines=lines)
    terminal.wait_for(f"Whichsample?>{SHOWN[0]}", broken=True)
    terminal.type("data\r")
    terminal.wait_for("Whichserviceisitfor?>azureazure-entra", broken=True)
    terminal.type("\r")
    assert terminal.end() == 0

    assert os.listdir(tmp_path) == ["openai-chat-streaming-with-data-py"]


@pytest.mark.parametrize("width", [8, 20, 40, 60, 79])
@pytest.mark.parametrize("height", [5, 10, 24])
def test_each_name_can_be_read_when_it_is_marked(width: int, height: int) -> None:
    picker = Picker("Which?", tuple(Choice(name, f"About {name}") for name in SHOWN))
    for name in SHOWN:
        assert picker.marked
        assert picker.marked.name == name
        screen = picker.screen(width, height)
        assert name in "".join(screen)
        assert all(len(line) <= width for line in screen)
        assert len(screen) < max(height, 8 + 8 * (width < 20))  # a name needs room in any case
        picker = picker.press("down")
    assert picker.at == 0


def test_keys() -> None:
    assert keys_of("a\x1b[A\x1b[B\r\x7f") == ["a", "up", "down", "enter", "backspace"]
    assert keys_of("\x1b") == ["clear"]
    assert keys_of("\x1b[1;5C\x1b[3~é\x01") == ["é"]
    picker = Picker("?", (Choice("one"), Choice("two")))
    assert picker.press("t").marked == Choice("two")
    assert picker.press("t").press("clear") == picker
    assert picker.press("z").press("up").marked is None


def test_a_dumb_terminal_gets_a_numbered_list(tmp_path: Path) -> None:
    terminal = Terminal([COMMAND, "new"], tmp_path, {"TERM": "dumb"}, columns=120, lines=60)
    terminal.wait_for("\n>")
    terminal.type("zzz\n")
    terminal.wait_for("nothing is like 'zzz'")
    terminal.type("responses\n")
    terminal.wait_for("  1. openai-responses-streaming: ")
    terminal.type("1\n")
    terminal.wait_for("  3. openai\n")
    terminal.type("\n")
    terminal.wait_for("DONE!")

    assert terminal.end() == 0
    assert b"\x1b" not in terminal.said
    assert os.listdir(tmp_path) == ["openai-responses-streaming-py"]


def test_the_end_of_input_leaves(tmp_path: Path) -> None:
    for environ in ({"TERM": "dumb"}, {"TERM": "xterm"}):
        terminal = Terminal([COMMAND, "new"], tmp_path, environ, lines=50)
        terminal.wait_for("Which sample?")
        terminal.wait_for("Enter")
        terminal.type("\x04")
        assert terminal.end() == 130
    assert os.listdir(tmp_path) == []


def test_answers_at_the_numbered_list() -> None:
    picker = Picker("?", (Choice("chat"), Choice("chat-more"), Choice("other")))

    assert answer(picker, "chat") == Choice("chat")
    assert answer(picker, " 2 ") == Choice("chat-more")
    assert answer(picker, "oth") == Choice("other")
    assert answer(picker, "") == Choice("chat")
    assert answer(picker, "cha") == Picker("?", picker.choices, "cha")
    assert answer(picker, "9") == Picker("?", picker.choices, "9")


@pytest.mark.parametrize("environ", [{"CI": "true"}, {"CI": "1"}])
def test_in_ci_nobody_is_asked(tmp_path: Path, environ: dict[str, str]) -> None:
    terminal = Terminal([COMMAND, "new"], tmp_path, environ)

    assert terminal.end() == 2
    assert terminal.display[0] == (
        "scaffold: Missing argument 'TEMPLATE': 'scaffold list' shows them all"
    )


def test_json_asks_nothing(tmp_path: Path) -> None:
    assert Terminal([COMMAND, "new", "--json"], tmp_path).end() == 2


@pytest.mark.parametrize(
    "command", [["new"], ["new", "openai-chat-streaming", "--on-conflict=diff"]]
)
def test_without_a_terminal_it_fails_naming_the_flag(
    scaffold: Scaffold, tmp_path: Path, command: list[str]
) -> None:
    result = scaffold(*command)

    assert result.returncode == 2
    assert ("'TEMPLATE'" if len(command) == 1 else "'--on-conflict diff'") in result.stderr
    assert os.listdir(tmp_path) == []


def conflicting(tmp_path: Path, environ: dict[str, str] | None = None) -> Terminal:
    """Starts `new` where two files are in the way."""
    project = Project("openai-chat-streaming", "azure").write(tmp_path / "openai-chat-streaming-py")
    source = (project / "main.py").read_text()
    (project / "main.py").write_text(source.replace("import os\n", "import os  # \x1b[31mmine\n"))
    (project / "requirements.txt").write_text("openai")
    command = [COMMAND, "new", "openai-chat-streaming", "--on-conflict", "diff"]
    return Terminal(command, tmp_path, environ, lines=40)


def test_each_difference_is_shown_and_asked_about(tmp_path: Path) -> None:
    terminal = conflicting(tmp_path)
    screen = terminal.wait_for("[q]uit?")
    assert screen[:2] == ["--- a/main.py", "+++ b/main.py"]
    assert "-import os  # \\x1b[31mmine" in screen  # what could steer the terminal is taken out
    assert "+import os" in screen
    assert screen[-1] == "main.py: [k]eep, [o]verwrite or [q]uit?"
    assert b"\x1b[31m-import os" in terminal.said

    terminal.type("what\n")
    terminal.wait_for("what\nmain.py: [k]eep")
    terminal.type("k\n")
    screen = terminal.wait_for("requirements.txt: [k]eep")
    start = screen.index("--- a/requirements.txt")
    assert screen[start + 3 : start + 5] == ["-openai", "\\ No newline at end of file"]
    terminal.type("overwrite\n")

    terminal.wait_for("kept as they are: main.py")
    assert terminal.end() == 0
    project = tmp_path / "openai-chat-streaming-py"
    assert "mine" in (project / "main.py").read_text()
    assert (project / "requirements.txt").read_text() != "openai"


@pytest.mark.parametrize(("typed", "code"), [("q\n", 4), ("\x03", 130), ("\x04", 130)])
def test_leaving_the_questions_writes_nothing(tmp_path: Path, typed: str, code: int) -> None:
    terminal = conflicting(tmp_path)
    terminal.wait_for("[q]uit?")
    terminal.type("o\n")
    terminal.wait_for("requirements.txt: [k]eep")
    terminal.type(typed)

    assert terminal.end() == code
    assert "mine" in (tmp_path / "openai-chat-streaming-py" / "main.py").read_text()
    assert b"Traceback" not in terminal.said


def older(tmp_path: Path) -> tuple[Terminal, dict[str, bytes]]:
    """Updates a project at a terminal of which no line says what made it."""
    files = read_released(released_dir(), "openai-chat-streaming")[0].files({})
    (tmp_path / "project").mkdir()
    for path, content in files.items():
        (tmp_path / "project" / path).write_bytes(content)
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    return Terminal([COMMAND, "update", "project"], tmp_path, state, columns=100), files


def test_a_person_chooses_what_a_project_was_made_from(tmp_path: Path) -> None:
    terminal, files = older(tmp_path)
    screen = terminal.wait_for(HELP)
    assert screen[0] == "What was this project made from?"
    assert screen[1].startswith("> openai-chat-streaming@1,provider=azure ")
    assert screen[1].endswith("100% of it is there")
    terminal.type("\r")

    assert terminal.end() == 0
    assert terminal.display[0] == (
        "scaffold update project --from openai-chat-streaming@1,provider=azure"
    )
    assert "DONE!" in "\n".join(terminal.display)
    main = (tmp_path / "project" / "main.py").read_bytes()
    assert main != files["main.py"]


def test_leaving_that_choice_writes_nothing(tmp_path: Path) -> None:
    terminal, files = older(tmp_path)
    terminal.wait_for(HELP)
    terminal.type("\x03")

    assert terminal.end() == 130
    assert terminal.display == [""]
    assert os.listdir(tmp_path) == ["project"]
    project = tmp_path / "project"
    assert {path.name: path.read_bytes() for path in project.iterdir()} == files


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_none_is_wanted(tmp_path: Path, environ: dict[str, str]) -> None:
    terminal = conflicting(tmp_path, environ)
    terminal.wait_for("[q]uit?")
    terminal.type("q\n")

    assert terminal.end() == 4
    assert b"\x1b" not in terminal.said


def test_fixtures_draw_a_bar_and_take_it_away(tmp_path: Path) -> None:
    terminal = Terminal([COMMAND, "fixtures", "out"], tmp_path)

    assert terminal.end() == 0
    assert terminal.display == [
        f"{len(PROJECTS)} projects in 'out': "
        f"{sum(len(project.files()) for project in PROJECTS) + 1} files written, 0 unchanged, "
        "0 removed"
    ]
    assert f"{len(PROJECTS)}/{len(PROJECTS)}".encode() in terminal.said


@pytest.mark.parametrize("columns", [10, 20, 40])
def test_a_narrow_bar_stays_on_its_line(tmp_path: Path, columns: int) -> None:
    command = [COMMAND, "fixtures", "out", "--only", "openai-chat"]
    terminal = Terminal(command, tmp_path, columns=columns)

    assert terminal.end() == 0
    assert "".join(terminal.display).startswith("5 projects in 'out'")


def test_drift_is_coloured_at_a_terminal(tmp_path: Path) -> None:
    subprocess.run(
        [COMMAND, "fixtures", "out", "--only", "openai-chat"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    (tmp_path / "out" / "openai-chat-azure" / "requirements.txt").write_text("mine\n")
    terminal = Terminal(
        [COMMAND, "fixtures", "out", "--only", "openai-chat", "--check"], tmp_path, lines=40
    )

    assert terminal.end() == 5
    assert terminal.display[0] == "--- a/openai-chat-azure/requirements.txt"
    assert terminal.display[-1] == "  openai-chat-azure/requirements.txt: differs"
    assert b"\x1b[31m-mine\x1b[0m" in terminal.said
