"""What scripts, CI and other programs rely on: exit codes, streams, JSON, help and completion."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import CATALOGUE, COMMAND, COMMANDS, Project, Scaffold
from waiting import PATIENCE

from scaffold import errors
from scaffold.errors import EXIT_CODES, ScaffoldError
from scaffold.update.released import read_released, released_dir

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[1]
posix = pytest.mark.skipif(os.name == "nt", reason="about POSIX")


# Exit codes.


def test_the_readme_has_the_exit_codes_of_the_code() -> None:
    table = "".join(f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES.items())

    assert f"| exit code | meaning |\n| --- | --- |\n{table}\n" in (ROOT / "README.md").read_text()


def test_each_error_has_a_code_that_is_told() -> None:
    tree = errors.__doc__ or ""
    every: list[type[ScaffoldError]] = [ScaffoldError, *ScaffoldError.__subclasses__()]
    for error in every:
        assert error.exit_code in EXIT_CODES
        assert re.search(rf"{error.__name__} +{error.exit_code}  ", tree)


CODES: dict[int, list[str]] = {
    0: ["new", "openai-chat-streaming"],
    1: ["new", "openai-chat-streaming", "--output-dir", "file/project"],
    2: ["new"],
    3: ["new", "openai-chat-streamin"],
    4: ["new", "openai-chat-streaming", "--output-dir", "full"],
    5: ["fixtures", "drifted", "--only", "openai-chat-azure", "--check"],
}


@pytest.mark.parametrize("code", CODES)
def test_each_exit_code(scaffold_here: Scaffold, tmp_path: Path, code: int) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "main.py").write_text("mine")
    (tmp_path / "drifted").mkdir()
    (tmp_path / "drifted" / "scaffold-fixtures.json").write_text("{}")

    result = scaffold_here(*CODES[code])

    assert result.returncode == code
    assert (tmp_path / "full" / "main.py").read_text() == "mine"


@posix
def test_the_exit_code_of_an_interrupt(tmp_path: Path) -> None:
    command = [COMMAND, "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130


def test_no_exit_code_is_left_out() -> None:
    assert {*CODES, 130} == set(EXIT_CODES)


# Streams.


@pytest.mark.parametrize("command", [["list"], ["fixtures", "out"]])
@posix
def test_a_pipe_that_is_closed_early(tmp_path: Path, command: list[str]) -> None:
    line = f"{shlex.join([COMMAND, *command, '--json'])} 2>errors | head -c 1"
    subprocess.run(line, shell=True, cwd=tmp_path, check=True, capture_output=True)

    assert "Traceback" not in (tmp_path / "errors").read_text()
    assert "Broken" not in (tmp_path / "errors").read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", ["list", "new openai-chat", "fixtures out"])
def test_a_result_that_cannot_be_written(tmp_path: Path, command: str) -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [COMMAND, *command.split(), "--json"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert result.returncode == 1
    assert result.stderr == "scaffold: can't print the result: No space left on device\n"


@posix
def test_a_closed_stdout_is_no_traceback(tmp_path: Path) -> None:
    result = subprocess.run(
        f"{shlex.quote(COMMAND)} new openai-chat >&- <&-",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Traceback" not in result.stderr
    assert os.listdir(tmp_path) == ["openai-chat-py"]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize(
    "command",
    [
        ["list", "--all"],
        ["new", "openai-chat-streaming", "--output-dir", "größe-你好"],
        ["new", "größe-你好-\U0001f389"],
    ],
)
def test_a_terminal_of_any_encoding(tmp_path: Path, encoding: str, command: list[str]) -> None:
    result = subprocess.run(
        [COMMAND, *command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )

    assert result.returncode == (3 if len(command) == 2 and command[0] == "new" else 0)
    assert "Traceback" not in result.stderr.decode(encoding)
    result.stdout.decode(encoding)


def test_json_is_ascii_and_the_files_are_utf_8(scaffold: Scaffold, tmp_path: Path) -> None:
    result = scaffold(
        "new",
        "openai-chat-streaming",
        "--set=system_prompt=grüße 你好",
        "--json",
        env={"PYTHONIOENCODING": "ascii"},
    )

    assert result.stdout.isascii()
    assert json.loads(result.stdout)["answers"]["system_prompt"] == "grüße 你好"
    source = (tmp_path / "openai-chat-streaming-py" / "main.py").read_bytes()
    assert '"grüße 你好"'.encode() in source
    assert b"\r" not in source


@pytest.mark.parametrize("arguments", [["list"], ["--help"], ["new", "--nope"], ["new", "nope"]])
def test_nothing_but_a_diff_is_ever_coloured(scaffold: Scaffold, arguments: list[str]) -> None:
    result = scaffold(*arguments, env={"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"})

    assert "\x1b" not in result.stdout + result.stderr


def test_colours_can_be_forced(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "scaffold-fixtures.json").write_text("{}")
    command = ["fixtures", "out", "--check", "--only", "openai-chat-azure"]

    plain = scaffold(*command)
    forced = scaffold(*command, env={"FORCE_COLOR": "1"})
    both = scaffold(*command, env={"FORCE_COLOR": "1", "NO_COLOR": "1"})

    assert "\x1b[32m+" in forced.stdout
    assert "\x1b" not in plain.stdout + both.stdout + forced.stderr
    assert re.sub(r"\x1b\[\d*m", "", forced.stdout) == plain.stdout


@pytest.mark.parametrize("columns", ["10", "40"])
def test_no_name_is_cut_off_in_a_narrow_terminal(scaffold_here: Scaffold, columns: str) -> None:
    narrow = {"COLUMNS": columns}
    told = scaffold_here("--help", env=narrow).stdout
    table = scaffold_here("list", "--all", env=narrow).stdout
    page = scaffold_here("show", "openai-chat-streaming-with-data", env=narrow).stdout

    assert all(name.split()[0] in told for name in COMMANDS)
    assert all(name in table for name in CATALOGUE.names)
    files = Project("openai-chat-streaming-with-data", "azure").files()
    assert all(file.path in page for file in files)


# JSON.


def documented() -> list[tuple[str, str]]:
    """Finds the commands of docs/json.md, each with the document below it."""
    text = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    sections = text.split("```console\n$ scaffold ")[1:]
    return [
        (section.split("\n")[0], section.split("```json\n")[1].split("```")[0])
        for section in sections
    ]


EXAMPLES = documented()


def shape(example: Any, found: Any, where: str = "") -> None:
    """Checks that what was found has the fields of the example and their types, all the way down.

    A null stands for a text that isn't there, and an empty list for one of anything.
    """
    if example is None or found is None:
        assert isinstance(found or "", str), where
    elif isinstance(example, dict):
        if not where.endswith((".variants", ".packages")):  # which are by value and by package
            assert found.keys() == example.keys(), where
        for name in example.keys() & found.keys():
            shape(example[name], found[name], f"{where}.{name}")
    elif isinstance(example, list):
        assert isinstance(found, list), where
        for number, item in enumerate(found if example else []):
            # The example shows one of each kind; a retired one has more to say than an active one.
            shape(example[min(number, len(example) - 1)], item, f"{where}[{number}]")
    else:
        assert type(found) is type(example), where


def older_project(folder: Path) -> None:
    """Writes a project of an older revision, with an edit that is in the template's way."""
    old = next(each for each in read_released(released_dir(), folder.name.removesuffix("-py")))
    folder.mkdir()
    for path, content in old.files({}).items():
        (folder / path).write_bytes(content)
    requirements = folder / "requirements.txt"
    requirements.write_bytes(
        f"{old.origin.line(old.origin.file)}\n".encode() + requirements.read_bytes()
    )
    source = folder / "openai_chat_completions.py"
    if source.is_file():
        asked = b"# Ask, with all that was said before."
        assert asked in source.read_bytes()
        source.write_bytes(source.read_bytes().replace(asked, b"# Ask."))


@pytest.mark.parametrize(("command", "example"), EXAMPLES, ids=[each[0] for each in EXAMPLES])
def test_each_documented_document_is_what_is_printed(
    scaffold_here: Scaffold,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    example: str,
) -> None:
    if command.startswith("update"):
        older_project(tmp_path / "openai-chat-py")
        if "--undo" in command:
            scaffold_here("update", "openai-chat-py", "--on-conflict", "newest")
    elif command.startswith(("source", "trust", "show team/")):
        (tmp_path / "team" / "chat").mkdir(parents=True)
        (tmp_path / "team" / "chat" / "copier.yml").write_text("name: {type: str}\n")
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
        monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "state"))
        scaffold_here("source", "add", "team", "./team")
    elif "--check" in command:
        scaffold_here(*command.replace("--check --json", "").split())
        changed = next(tmp_path.rglob("requirements.txt"))
        changed.write_text("openai\n")

    # The doctor would go and ask the services of whoever runs the tests.
    settings = {name: "" for name in os.environ if name.startswith(("AZURE_", "OPENAI_"))}
    result = scaffold_here(*command.split(), env=settings)
    found = json.loads(result.stdout)

    assert found["schema_version"] == 1
    shape(json.loads(example), found)
    # The example is shortened, and a schema allows fields that are added later: not here.
    for told in (found, json.loads(example)):
        judge(closed(schema_of(command))).validate(told)


def judge(schema: Any) -> Draft202012Validator:
    """What says whether a document is as its schema has it."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema)


def schema_of(command: str) -> Any:
    """Reads the schema of a command's document, which is published beside its example."""
    text = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    linked = (
        rf"Schema: \[([\w-]+)\.json\]\(schemas/\1\.json\)\n\n```console\n\$ scaffold {command}\n"
    )
    found = re.search(linked, text)
    assert found, "it has no link to its schema"
    return json.loads((ROOT / "docs" / "schemas" / f"{found[1]}.json").read_bytes())


def closed(schema: Any) -> Any:
    """Has a schema refuse each field that it doesn't name, all the way down."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(value) for name, value in schema.items()}
    return {**inner, "additionalProperties": False} if is_object(schema) else inner


def is_object(schema: dict[str, Any]) -> bool:
    """Says whether it describes an object with fields."""
    return isinstance(schema.get("required"), list)


def required_fields(schema: Any) -> Iterator[tuple[Any, str]]:
    """Finds each object of a schema, with each of its fields."""
    for value in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(value, dict | list):
            yield from required_fields(value)
    if isinstance(schema, dict) and is_object(schema):
        assert schema["required"] == list(schema["properties"])
        yield from ((schema, name) for name in schema["properties"])


@pytest.mark.parametrize(("command", "example"), EXAMPLES, ids=[each[0] for each in EXAMPLES])
def test_a_schema_that_lacks_a_field_is_noticed(command: str, example: str) -> None:
    told = json.loads(example)
    complete = closed(schema_of(command))
    judge(complete).check_schema(complete)
    # A field of something that the example has none of can't be noticed, and is in another one's.
    unseen = 0
    for part, name in list(required_fields(complete)):
        field = part["properties"].pop(name)
        part["required"].remove(name)
        unseen += judge(complete).is_valid(told)
        part["properties"][name] = field
        part["required"].append(name)
    assert judge(complete).is_valid(told)
    assert unseen == 0


def test_there_is_no_schema_of_nothing() -> None:
    schemas = {path.name for path in (ROOT / "docs" / "schemas").iterdir()}
    text = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    assert schemas == set(re.findall(r"\(schemas/([\w-]+\.json)\)", text))


def test_every_command_with_json_is_documented(scaffold_here: Scaffold) -> None:
    with_json = {
        name for name in COMMANDS if "--json" in scaffold_here(*name.split(), "--help").stdout
    }

    assert with_json == {
        name for name in COMMANDS for command, _ in EXAMPLES if f"{command} ".startswith(f"{name} ")
    }


def test_errors_leave_stdout_to_the_result(scaffold_here: Scaffold) -> None:
    for command in (["new", "nope"], ["show", "nope"], ["list", "--tag", "nope"], ["new"]):
        result = scaffold_here(*command, "--json")
        assert result.stdout == ""
        assert result.returncode in (2, 3)


# Help and completion.


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_of_each_help_works(scaffold_here: Scaffold, tmp_path: Path, name: str) -> None:
    told = " ".join(scaffold_here(*name.split(), "--help").stdout.split())
    examples = re.findall(r"Example: (scaffold .*?)(?: Exit|$)", told)
    assert examples, f"'scaffold {name} --help' has no example"
    words = shlex.split(examples[0])[1:]
    assert words[: len(name.split())] == name.split()

    if name in ("source add", "source remove"):
        # The first needs a network, and the second what it has added.
        assert scaffold_here(*words, "--help").returncode == 0
        return
    if name in ("run", "serve", "mcp"):
        # They go on until they are stopped, and `run` installs packages first.
        Project("openai-chat-streaming", "azure").write(tmp_path / "openai-chat-streaming-py")
        if name == "run":
            assert (tmp_path / words[1] / "main.py").is_file()
        assert scaffold_here(*words, "--help").returncode == 0
        return
    if name == "doctor":
        Project("openai-chat-streaming", "azure").write(tmp_path / words[1])
        result = scaffold_here(*words, env=dict.fromkeys(CATALOGUE.environment, ""))
        assert result.returncode == 1
        assert "AZURE_OPENAI_ENDPOINT is not set" in result.stdout
        return
    if name == "update":
        older_project(tmp_path / words[1])
    assert scaffold_here(*words).returncode == 0


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["sh"], {"show"}),
        (["new", "openai-chat-streaming-a"], {"openai-chat-streaming-async"}),
        (["show", "openai-chat-streaming-a"], {"openai-chat-streaming-async"}),
        (["new", "--language", ""], {"python"}),
        (["new", "--provider", "azure"], {"azure", "azure-entra"}),
        (["list", "--tag", "ra"], {"rag"}),
        (
            ["new", "openai-chat", "--set", ""],
            {"system_prompt=", "azure_api=v1", "azure_api=dated"},
        ),
        (
            ["new", "openai-chat-streaming-with-data", "--set", "ret"],
            {"retrieval=search", "retrieval=on-your-data"},
        ),
        (["new", "openai-chat", "--on-conflict", "o"], {"overwrite"}),
        (
            ["fixtures", "out", "--only", "openai-chat-azure-e"],
            {"openai-chat-azure-entra", "openai-chat-azure-entra-dated"},
        ),
    ],
)
def test_completion(scaffold_here: Scaffold, words: list[str], offered: set[str]) -> None:
    result = scaffold_here(
        env={
            "_SCAFFOLD_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(["scaffold", *words]),
            "COMP_CWORD": str(len(words)),
        }
    )

    assert set(result.stdout.split()) == offered
    assert result.stderr == ""


@posix
@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("new openai-chat --set azure_api=", {"v1", "dated"}),
        ("new openai-chat --set azure_api=d", {"dated"}),
        ("new --set retrieval=on", {"on-your-data"}),
        ("new openai-chat --set nosuch=", set()),
        ("new openai-chat --set az", {"azure_api=v1", "azure_api=dated"}),
    ],
)
def test_bash_completes_values_though_it_breaks_words_at_the_equals_sign(
    scaffold: Scaffold, typed: str, offered: set[str]
) -> None:
    options = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    script = scaffold("--show-completion", "bash", env=options).stdout
    function = re.search(r"^(\w+)\(\)", script, re.MULTILINE)
    assert function
    # As readline does it: a `=` is a word of its own.
    words = [each for each in re.split(r"\s+|(=)", f"scaffold {typed}") if each]
    line = (
        f"{script}\nCOMP_WORDS=({shlex.join(words)}); COMP_CWORD={len(words) - 1}\n"
        f"{function[1]} {shlex.quote(COMMAND)}; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )

    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)

    assert set(done.stdout.split()) == offered
    assert done.stderr == ""


@pytest.mark.parametrize("name", [*COMMANDS, "source", ""])
def test_help_is_whole_and_without_brackets_in_brackets(scaffold_here: Scaffold, name: str) -> None:
    told = scaffold_here(*name.split(), "--help", env={"COLUMNS": "80"}).stdout

    assert "..." not in told.replace("[ARGS]...", "").replace("[-- ARG...]", "")
    assert not re.search(r"\[\[|[{}]", told)


def test_nothing_asked_costs_the_commands_nothing() -> None:
    code = "import sys, scaffold.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    asking = {
        "scaffold.terminal.picker",
        "scaffold.terminal.screen",
        "scaffold.terminal.dialogue",
        "scaffold.project.fixtures",
    }
    assert asking.isdisjoint(loaded)
