"""What somebody typed, or pasted, is shown so that one sees it, and steers no terminal.

Every argument and option of every command is given escape sequences, marks that turn the reading
direction around, characters without width, and a name of ten thousand characters.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from conftest import COMMAND, COMMANDS, Project, Scaffold

from scaffold.errors import EXIT_CODES
from scaffold.report.words import visible

if os.name == "nt":
    pytest.skip("Windows has no such names", allow_module_level=True)

HOSTILE = "a\x1b]0;owned\x07\u202eb\u200b\x9b31m\n\u2028\ufeffc"
SHOWN = r"a\x1b]0;owned\x07\u202eb\u200b\x9b31m\n\u2028\ufeffc".replace(r"\n", r"\x0a")
LONG = "n" * 10_000

# What a command needs besides, so that what is hostile is looked at.
NEEDED = {
    "new": ["openai-chat"],
    "show": ["openai-chat"],
    "fixtures": ["out"],
    "docs": ["out"],
    "source add": ["team", "."],
}
# What is quicker with one sample than with all.
ONE_ALONE = {"docs": ["--only=text-to-speech-with-file"], "fixtures": ["--only=openai-chat"]}


def command_lines() -> list[tuple[str, list[str]]]:
    """Makes a command line for each argument and option of each command, `{}` in its place."""
    lines = [("scaffold", ["{}"]), ("scaffold option", ["--{}"])]
    for name, command in COMMANDS.items():
        lines.append((f"{name} option", [*name.split(), "--{}"]))
        for parameter in command.params:
            if parameter.name == "help":
                continue
            if parameter.param_type_name == "argument":
                more = [".", "--"] if parameter.name == "arguments" else []
                words = [*name.split(), *more, "{}"]
                if name == "source add":
                    words = [
                        *words[:2],
                        *(["{}", "."] if parameter.name == "name" else ["a", "{}"]),
                    ]
                words += ONE_ALONE.get(name, [])
                lines.append((f"{name} {parameter.name}", words))
            else:
                option = f"{parameter.opts[0]}={{}}"
                lines.append((f"{name} {option}", [*name.split(), *NEEDED.get(name, []), option]))
    return [
        *lines,
        ("set a name", ["new", "openai-chat", "--set={}=x"]),
        ("set a value", ["new", "openai-chat", "--set=provider={}"]),
        ("a file there isn't", ["serve", "--script={}"]),
        ("the doctor's provider", ["doctor", "--for=openai-chat", "--provider={}"]),
        ("the docs of", ["docs", "out", "--only={}"]),
        ("a folder in it", ["new", "openai-chat", "--output-dir=file/{}"]),
        ("a journal", ["serve", "--journal=file/{}"]),
        ("the project of .env", ["new", ".env", "--output-dir={}"]),
    ]


LINES = command_lines()
# They would serve for ever, or take a word and go on.
ENDLESS = {"serve --journal={}"}


def check(result: subprocess.CompletedProcess[str]) -> None:
    said = result.stdout + result.stderr
    assert "Traceback" not in said
    assert result.returncode in EXIT_CODES
    assert all(line.isprintable() for line in said.replace("\t", " ").split("\n"))


@pytest.mark.parametrize(
    "words",
    [words for name, words in LINES if name not in ENDLESS],
    ids=[name for name, _ in LINES if name not in ENDLESS],
)
def test_what_is_typed_is_shown_and_not_obeyed(
    scaffold_here: Scaffold, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "file").write_text("mine")

    hostile = scaffold_here(*[word.replace("{}", HOSTILE) for word in words])
    long = scaffold_here(*[word.replace("{}", LONG) for word in words])

    check(hostile)
    check(long)
    if hostile.returncode and words != ["run", ".", "--", "{}"]:
        assert SHOWN in hostile.stderr or r"\x1b" in hostile.stderr or "--" in words[-1]


@pytest.mark.parametrize(
    "words",
    [
        ["new", "openai-chat", "--output-dir", "{}"],
        ["fixtures", "{}", "--only", "openai-chat-azure"],
        ["new", ".env", "--for", "openai-chat", "--output-dir", "{}"],
    ],
)
def test_a_folder_of_such_a_name_is_made_and_shown(
    scaffold: Scaffold, tmp_path: Path, words: list[str]
) -> None:
    name = HOSTILE + "\udcff"

    result = scaffold(*[word.replace("{}", name) for word in words])

    assert result.returncode == 0
    check(result)
    assert f"'{SHOWN}\\xff'" in result.stdout
    assert os.listdir(tmp_path) == [name]


def test_what_to_type_next_works_for_such_a_folder(scaffold: Scaffold, tmp_path: Path) -> None:
    name = "it's\x1b[31m \u202eb"

    result = scaffold("new", "openai-chat", "--output-dir", name)
    typed = next(line for line in result.stdout.splitlines() if line.startswith("  cd "))
    found = subprocess.run(
        ["bash", "-c", f"{typed} && ls"], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    check(result)
    assert "main.py" in found.stdout


def test_the_sample_is_named_as_it_is(scaffold: Scaffold, tmp_path: Path) -> None:
    result = scaffold("run", HOSTILE)

    assert result.stderr.startswith(f"scaffold: There is no folder '{SHOWN}'.")
    assert result.returncode == 2
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "words",
    [
        ["new", "openai-chat", "--output-dir", ""],
        ["new", "openai-chat", "--answers="],
        ["new", ".env", "--output-dir="],
        ["fixtures", ""],
        ["docs", ""],
        ["run", ""],
        ["doctor", ""],
        ["serve", "--script", ""],
        ["serve", "--journal="],
    ],
)
def test_an_empty_path_is_none(scaffold_here: Scaffold, tmp_path: Path, words: list[str]) -> None:
    result = scaffold_here(*words)

    assert result.returncode == 2
    assert result.stderr.endswith(" is empty: name a file or a folder\n")
    assert result.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", ["--help", "new --help", "--version", "--show-completion bash"])
def test_help_that_cannot_be_printed(tmp_path: Path, command: str) -> None:
    # Where no shell is among the parents, none is found.
    told = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [COMMAND, *command.split()],
            cwd=tmp_path,
            env={**os.environ, **told},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert result.returncode == 1
    assert result.stderr == "scaffold: can't print the result: No space left on device\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_where_the_home_is_a_file(
    scaffold: Scaffold, tmp_path: Path, shell: str
) -> None:
    home = tmp_path / "home"
    home.write_text("mine")
    options = {"HOME": str(home), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}

    result = scaffold("--install-completion", shell, env=options)

    assert result.returncode == 1
    assert result.stderr.startswith(f"scaffold: can't write '{home}")
    assert result.stderr.count("\n") == 1
    assert home.read_text() == "mine"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("list", 0),
        ("show openai-chat", 0),
        ("new openai-chat-streaming", 0),
        ("new .env --for openai-chat", 0),
        ("fixtures out --only openai-chat-azure", 0),
        ("docs out --only text-to-speech-with-file", 0),
        ("doctor project", 1),
        ("update project", 0),
        ("update project --undo", 2),
    ],
)
def test_a_home_that_is_a_file_keeps_nothing_from_being_done(
    scaffold_here: Scaffold, tmp_path: Path, command: str, code: int
) -> None:
    home = tmp_path / "home"
    home.write_text("mine")
    Project("openai-chat", "azure").write(tmp_path / "project")
    kept = {"XDG_STATE_HOME": "", "XDG_CACHE_HOME": "", "SCAFFOLD_CACHE_DIR": ""}

    result = scaffold_here(*command.split(), env={"HOME": str(home), **kept})

    check(result)
    assert result.returncode == code
    assert "can't be read" not in result.stderr
    assert home.read_text() == "mine"


def test_visible_leaves_what_can_be_read() -> None:
    assert visible("größe-你好-🎉 é") == "größe-你好-🎉 é"
    assert visible("a\tb\nc", lines=True) == "a\tb\nc"
    assert visible("a\tb\nc") == r"a\x09b\x0ac"
    assert visible("\udc80\U000e0041\xad\xa0") == r"\x80\U000e0041\xad\xa0"
