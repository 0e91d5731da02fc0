"""`scaffold new`, as the installed command."""

from __future__ import annotations

import ast
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import COMMAND, Project, Scaffold
from waiting import PATIENCE

FILES = ["main.py", "openai_chat_completions_streaming.py", "requirements.txt"]
posix = pytest.mark.skipif(os.name == "nt", reason="about POSIX permissions and signals")


def names(folder: Path) -> list[str]:
    """Lists a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def test_it_says_what_ai_dev_new_says(scaffold: Scaffold) -> None:
    result = scaffold("new", "openai-chat-streaming-with-data", "--python")

    assert result.stdout == (
        "Generating 'openai-chat-streaming-with-data' in 'openai-chat-streaming-with-data-py' "
        "(3 files)...\n"
        "\n"
        "  main.py\n"
        "  openai_chat_completions_with_data_streaming.py\n"
        "  requirements.txt\n"
        "\n"
        "Generating 'openai-chat-streaming-with-data' in 'openai-chat-streaming-with-data-py' "
        "(3 files)... DONE!\n"
        "\n"
        "Next steps:\n"
        "\n"
        "  cd openai-chat-streaming-with-data-py\n"
        "  scaffold run\n"
        "\n"
        "This runs the sample offline, with no key. To talk to the service itself:\n"
        "set AZURE_AI_SEARCH_ENDPOINT, AZURE_AI_SEARCH_INDEX_NAME,\n"
        "AZURE_AI_SEARCH_KEY, AZURE_OPENAI_API_KEY, AZURE_OPENAI_CHAT_DEPLOYMENT,\n"
        "AZURE_OPENAI_EMBEDDING_DEPLOYMENT, AZURE_OPENAI_ENDPOINT\n"
        "(in the environment or in a file .env), then\n"
        "\n"
        "  scaffold run --live\n"
    )
    assert result.stderr == ""
    assert result.returncode == 0


def test_the_functions_sample_is_five_files(scaffold: Scaffold, tmp_path: Path) -> None:
    scaffold("new", "openai-chat-streaming-with-functions", "--python")

    assert names(tmp_path / "openai-chat-streaming-with-functions-py") == [
        "function_factory.py",
        "main.py",
        "openai_chat_completions_custom_functions.py",
        "openai_chat_completions_functions_streaming.py",
        "requirements.txt",
    ]


def test_a_retired_one_is_made_and_says_so(scaffold: Scaffold) -> None:
    result = scaffold("new", "openai-asst-streaming-with-file-search")

    assert result.returncode == 0
    assert result.stderr == (
        "'openai-asst-streaming-with-file-search' is retired since 2026-08-26 "
        "(https://developers.openai.com/api/docs/assistants/migration); "
        "what follows it: scaffold new openai-responses-streaming-with-file-search\n"
    )


def test_a_retired_answer_says_so(scaffold: Scaffold) -> None:
    result = scaffold("new", "openai-chat-streaming-with-data", "--set", "retrieval=on-your-data")

    assert result.returncode == 0
    assert "with retrieval=on-your-data is retired since 2026-10-14" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["openai-chat-streamin"],
            3,
            "scaffold: there is no template 'openai-chat-streamin'; 'scaffold list' shows them "
            "all. Did you mean:\n  openai-chat-streaming\n",
        ),
        (["zzz"], 3, "there is no template 'zzz'; 'scaffold list' shows them all\n"),
        (["../templates"], 2, "there is no folder '../templates': name gh:org/repo, a URL such as"),
        (["_shared"], 3, "there is no template '_shared'"),
        (["OPENAI-CHAT-STREAMING"], 3, "Did you mean:\n  openai-chat-streaming\n"),
        (
            ["openai-chat-streaming", "--set", "sytem_prompt=x"],
            3,
            "scaffold: there is no variable 'sytem_prompt'; 'openai-chat-streaming' has: "
            "system_prompt, azure_api. Did you mean:\n  system_prompt\n",
        ),
        (
            ["openai-chat-streaming", "--set", "azure_api=v2"],
            2,
            "'azure_api' can't be 'v2' here; it is one of: v1, dated\n",
        ),
        (
            ["openai-chat-streaming", "--provider", "openai", "--set", "azure_api=dated"],
            2,
            "'provider' can't be 'openai' here; it is one of: azure, azure-entra\n",
        ),
        (
            [
                "openai-chat-streaming-with-data",
                *("--set", "retrieval=on-your-data", "--set", "azure_api=v1"),
            ],
            2,
            "'azure_api' can't be 'v1' here; it is one of: dated\n",
        ),
        (
            ["openai-asst", "--set", "azure_api=v1"],
            3,
            "there is no variable 'azure_api'; 'openai-asst' has: none\n",
        ),
        (
            ["openai-chat-streaming", "--language", "cobol"],
            3,
            "scaffold: 'openai-chat-streaming' is not there in 'cobol'; it is in: python\n",
        ),
        (
            ["openai-chat-streaming", "--provider", "aws"],
            2,
            "scaffold: 'provider' can't be 'aws' here; it is one of: azure, azure-entra, openai\n",
        ),
        (
            ["openai-chat-streaming-with-data", "--set", "retrieval=google"],
            2,
            "scaffold: 'retrieval' can't be 'google' here; it is one of: search, on-your-data\n",
        ),
        (
            [
                "openai-chat-streaming-with-data",
                "--set=retrieval=on-your-data",
                "--provider=openai",
            ],
            2,
            "scaffold: 'provider' can't be 'openai' here; it is one of: azure\n",
        ),
        (["openai-chat-streaming", "--set", "system_prompt"], 2, "--set takes NAME=VALUE"),
        (["openai-chat-streaming", "--python", "--language", "go"], 2, "different languages"),
        (["openai-chat-streaming", "--answers", "none.yml"], 2, "can't read the answers file"),
        (["openai-chat-streaming", "--on-conflict", "maybe"], 2, "'maybe' is not one of"),
        ([], 2, "Missing argument 'TEMPLATE'"),
    ],
)
def test_bad_input(
    scaffold: Scaffold, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    result = scaffold("new", *arguments)

    assert message in result.stderr
    assert result.returncode == code
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["openai_key", "api_key", "AZURE_OPENAI_API_KEY", "password"])
def test_a_key_is_refused_and_not_repeated(scaffold: Scaffold, tmp_path: Path, name: str) -> None:
    result = scaffold("new", "openai-chat-streaming", "--set", f"{name}=sk-123")

    assert result.returncode == 2
    assert "keys live in the environment" in result.stderr
    assert "sk-123" not in result.stderr
    assert names(tmp_path) == []


def test_files_in_the_way_are_listed_and_nothing_is_written(
    scaffold: Scaffold, tmp_path: Path
) -> None:
    folder = tmp_path / "openai-chat-streaming-py"
    folder.mkdir()
    (folder / "main.py").write_text("mine")
    (folder / "requirements.txt").write_text("mine too")

    result = scaffold("new", "openai-chat-streaming")

    assert result.returncode == 4
    assert result.stdout == ""
    assert result.stderr == (
        "scaffold: files are in the way in 'openai-chat-streaming-py', nothing was written; "
        "choose another --output-dir, or --on-conflict keep or overwrite:\n"
        "  main.py\n"
        "  requirements.txt\n"
    )
    assert names(folder) == ["main.py", "requirements.txt"]
    assert (folder / "main.py").read_text() == "mine"


def test_what_is_there_unchanged_is_not_in_the_way(scaffold: Scaffold, tmp_path: Path) -> None:
    scaffold("new", "openai-chat-streaming")
    (tmp_path / "openai-chat-streaming-py" / "requirements.txt").unlink()

    result = scaffold("new", "openai-chat-streaming")

    assert result.returncode == 0
    assert "(1 file)... DONE!" in result.stdout
    assert result.stderr == "there already: main.py, openai_chat_completions_streaming.py\n"


@pytest.mark.parametrize(
    ("option", "left"),
    [("--on-conflict=keep", "mine"), ("--on-conflict=overwrite", ""), ("--force", "")],
)
def test_what_to_do_about_conflicts(
    scaffold: Scaffold, tmp_path: Path, option: str, left: str
) -> None:
    (tmp_path / "main.py").write_text("mine")

    result = scaffold("new", "openai-chat-streaming", "--output-dir", ".", option)

    assert result.returncode == 0
    assert ((tmp_path / "main.py").read_text() == "mine") == bool(left)
    assert names(tmp_path) == FILES


def test_a_target_that_is_a_file(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "here").write_text("mine")

    result = scaffold("new", "openai-chat-streaming", "--output-dir", "here")

    assert result.returncode == 4
    assert "'here' is a file" in result.stderr
    assert (tmp_path / "here").read_text() == "mine"


def test_a_link_is_never_followed(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("mine")
    (tmp_path / "project").mkdir()
    try:
        (tmp_path / "project" / "main.py").symlink_to(tmp_path / "outside.txt")
    except OSError:
        pytest.skip("links can't be made here")

    result = scaffold("new", "openai-chat-streaming", "--output-dir", "project", "--force")

    assert result.returncode == 4
    assert (tmp_path / "outside.txt").read_text() == "mine"
    assert names(tmp_path / "project") == ["main.py"]


@posix
def test_an_unwritable_folder(scaffold: Scaffold, tmp_path: Path) -> None:
    folder = tmp_path
    if os.geteuid() == 0:
        # Root may write wherever there is a real file system: take one that isn't.
        folder = Path("/sys")
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        result = scaffold("new", "openai-chat-streaming", "--output-dir", str(folder / "project"))
    finally:
        tmp_path.chmod(stat.S_IRWXU)

    assert result.returncode == 1
    assert result.stderr.startswith(f"scaffold: can't write '{folder / 'project'}': ")
    assert "not permitted" in result.stderr or "denied" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_made(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")

    result = scaffold("new", "openai-chat-streaming", "--output-dir", "file/project")

    assert result.returncode == 1
    assert result.stderr.startswith("scaffold: can't write 'file")
    assert result.stderr.count("\n") == 1
    assert names(tmp_path) == ["file"]


@posix
@pytest.mark.parametrize("there", [True, False], ids=["old folder", "new folder"])
def test_a_disk_that_fills_halfway(tmp_path: Path, there: bool) -> None:
    if there:
        (tmp_path / "project").mkdir()

    import resource  # there is none on Windows

    # No file may grow beyond 2 kB: main.py doesn't fit, as on a disk that has no more room.
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    result = subprocess.run(
        [COMMAND, "new", "openai-chat-streaming-with-functions", "--output-dir", "project"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert "File too large" in result.stderr
    assert result.stderr.count("\n") == 1
    assert names(tmp_path) == (["project"] if there else [])
    assert not there or names(tmp_path / "project") == []


@pytest.mark.parametrize(
    "value",
    ['it\'s "quoted"', "two\nlines", "back\\slash\\", "{{ 1 + 1 }}{% raw %}", "🎉", "\udc80"],
)
def test_any_value_reads_back_equal(tmp_path: Path, value: str) -> None:
    if os.name == "nt" and value == "\udc80":
        pytest.skip("Windows passes arguments as UTF-16, where this can't be said")
    arguments = ["new", "openai-chat-streaming", "--set", f"system_prompt={value}"]
    subprocess.run([COMMAND, *arguments], cwd=tmp_path, check=True, capture_output=True)

    source = (tmp_path / "openai-chat-streaming-py" / "main.py").read_text(encoding="utf-8")
    settings = next(node for node in ast.parse(source).body if isinstance(node, ast.Assign))

    assert ast.literal_eval(settings.value)["AZURE_OPENAI_SYSTEM_PROMPT"] == value


def test_answers_come_from_a_file_and_flags_win(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "answers.yml").write_text("provider: openai\nsystem_prompt: Be brief.\n")

    scaffold("new", "openai-chat-streaming", "--answers", "answers.yml", "--set=system_prompt=Hm")

    source = (tmp_path / "openai-chat-streaming-py" / "main.py").read_text()
    assert '"OPENAI_SYSTEM_PROMPT": "Hm"' in source


# Ten lists, each of ten times the one before it: less than 400 bytes that stand for gigabytes.
NESTED = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{each}: &a{each} [{','.join([f'*a{each - 1}'] * 10)}]\n" for each in range(1, 10)
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: [", "is neither YAML nor JSON"),
        ("- a", "must map names to values"),
        ("system_prompt: 3", "'system_prompt' takes a text, and got a number"),
        ('{"system_prompt": 3}', "'system_prompt' takes a text, and got a number"),
        ('{"system_prompt": {"a": 1}}', "'system_prompt' takes a text, and got a mapping"),
        ("system_prompt: [a, b]", "'system_prompt' takes a text, and got a list"),
        ("system_prompt: yes", "'system_prompt' takes a text, and got true or false"),
        ("openai_key: sk-1", "keys live in the environment"),
        ("template: other", "the answers are for another template"),
        ("sytem_prompt: x", "Did you mean:\n  system_prompt\n"),
        ("system_prompt: 2026-11-21", "'system_prompt' takes a text, and got a date"),
        ("system_prompt: 2026-02-31", "'system_prompt' takes a text, and got a date"),
        (f"system_prompt: {'9' * 5000}", "'system_prompt' takes a text, and got a number"),
        (f"system_prompt: {'1:' * 50_000}1", "'system_prompt' takes a text, and got a number"),
        ("[" * 2000, "is neither YAML nor JSON"),
        ("? [a]\n: b", "must map names to values"),
        ("a: &a [x]\nb: *a", "has a YAML alias (line 2): write the value out instead"),
        ("provider: azure\nprovider: openai", "has 'provider' twice"),
        ('{"provider": "azure", "provider": "openai"}', "has 'provider' twice"),
        ("a: x\n" * 100_000, "is too large: 256 KiB is the most"),
        (NESTED, "has a YAML alias"),
        ("", "must map names to values"),
    ],
)
def test_bad_answers_files(scaffold: Scaffold, tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "answers.yml").write_text(content)

    result = scaffold("new", "openai-chat-streaming", "--answers", "answers.yml")

    assert result.returncode == (3 if "Did you mean" in message else 2)
    assert message in result.stderr
    assert result.stderr.count("\n") == max(1, message.count("\n"))
    assert names(tmp_path) == ["answers.yml"]


def test_json_is_read_as_json(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text('{\t"_commit": 1, "system_prompt": "\\ud83c\\udf89"}')

    result = scaffold("new", "openai-chat-streaming", "--answers", "answers.json")

    assert result.returncode == 0
    assert '"🎉"' in (tmp_path / "openai-chat-streaming-py" / "main.py").read_text("utf-8")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device without an end")
def test_an_answers_file_without_an_end(scaffold: Scaffold) -> None:
    result = scaffold("new", "openai-chat-streaming", "--answers", "/dev/zero")

    assert result.returncode == 2
    assert result.stderr == (
        "scaffold: the answers file '/dev/zero' is too large: 256 KiB is the most\n"
    )


def test_an_answers_file_that_is_a_folder(scaffold: Scaffold, tmp_path: Path) -> None:
    result = scaffold("new", "openai-chat-streaming", "--answers", ".")

    assert result.returncode == 2
    assert result.stderr.startswith("scaffold: can't read the answers file '.': ")
    assert names(tmp_path) == []


def test_a_dry_run_shows_what_would_be_written(scaffold: Scaffold, tmp_path: Path) -> None:
    result = scaffold("new", "openai-chat", "--dry-run", "--json", "--provider", "openai")

    files = Project("openai-chat", "openai").files()
    contents = {file.path: file.content.decode() for file in files}
    assert json.loads(result.stdout)["contents"] == contents
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_writes_nothing(scaffold: Scaffold, tmp_path: Path) -> None:
    result = scaffold("new", "openai-chat-streaming", "--dry-run")

    assert "  main.py\n" in result.stdout
    assert result.stderr == "This was a dry run: nothing was written.\n"
    assert names(tmp_path) == []


def test_json_is_one_document_and_nothing_else(scaffold: Scaffold) -> None:
    result = scaffold("new", "openai-chat-streaming", "--json", "--output-dir", "out")

    assert json.loads(result.stdout) == {
        "schema_version": 1,
        "template": "openai-chat-streaming",
        "answers": {
            "language": "python",
            "provider": "azure",
            "system_prompt": "You are a helpful AI assistant.",
            "azure_api": "v1",
        },
        "directory": "out",
        "dry_run": False,
        "written": FILES,
        "unchanged": [],
        "kept": [],
        "contents": {},
        "lifecycle": {"state": "active", "since": None, "source": None, "successor": None},
    }
    assert result.stderr == ""


def test_quiet_prints_nothing(scaffold: Scaffold, tmp_path: Path) -> None:
    result = scaffold("new", "openai-chat-streaming", "--quiet", env={"CI": "true"})

    assert (result.stdout, result.stderr, result.returncode) == ("", "", 0)
    assert names(tmp_path / "openai-chat-streaming-py") == FILES


def test_an_ascii_terminal_shows_what_it_can(scaffold: Scaffold) -> None:
    result = scaffold(
        "new", "openai-chat-streaming", "--output-dir", "größe", env={"PYTHONIOENCODING": "ascii"}
    )

    assert result.returncode == 0
    assert "in 'gr??e' (3 files)" in result.stdout


@posix
def test_a_pipe_closed_early_is_no_traceback_and_the_project_is_whole(tmp_path: Path) -> None:
    command = f"'{COMMAND}' new openai-chat-streaming | head -1"
    result = subprocess.run(
        command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert result.stdout.startswith("Generating 'openai-chat-streaming'")
    assert result.stderr == ""
    assert names(tmp_path / "openai-chat-streaming-py") == FILES


# Has this process interrupted when it imports for the n-th time; files are written after the last.
INTERRUPTED = """
import os, signal, sys
from scaffold.__main__ import main

left = int(sys.argv.pop(1))

def count(event, arguments):
    global left
    if event == "import":
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGINT)

sys.addaudithook(count)
main()
"""


@posix
@pytest.mark.parametrize("moment", [1, 2, 5, 10, 20, 40, 60, 80])
def test_ctrl_c_at_any_moment_is_no_traceback(tmp_path: Path, moment: int) -> None:
    result = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(moment), "new", "openai-chat-streaming"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )

    assert result.returncode == 130
    assert "Traceback" not in result.stderr
    assert names(tmp_path) in ([], ["openai-chat-streaming-py"])


@pytest.mark.parametrize("command", [[COMMAND], [sys.executable, "-m", "scaffold"]])
def test_both_ways_to_start_it_are_the_same(tmp_path: Path, command: list[str]) -> None:
    result = subprocess.run(
        [*command, "new", "nope"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert result.returncode == 3
    assert result.stderr.startswith("scaffold: there is no template 'nope'")
