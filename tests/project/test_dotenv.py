"""`scaffold new .env`, as the installed command."""

from __future__ import annotations

import io
import json
import os
import stat
from pathlib import Path

import pytest
from conftest import CATALOGUE, PROJECTS, Project, Scaffold
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from scaffold.project.dotenv import plan_dotenv, write_dotenv
from scaffold.project.variables import Variable, find_variables

posix = pytest.mark.skipif(os.name == "nt", reason="about POSIX permissions and links")


def mode(path: Path) -> int:
    """Says who may read and write a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_template_and_a_provider(scaffold: Scaffold, tmp_path: Path) -> None:
    result = scaffold("new", ".env", "--for", "openai-chat-streaming", "--provider", "openai")

    assert result.stdout == (
        "Generating '.env' in '.' (1 file)...\n\n  .env\n\n"
        "Generating '.env' in '.' (1 file)... DONE!\n"
    )
    assert result.stderr == ""
    assert (tmp_path / ".env").read_text() == (
        "# Read by openai-chat-streaming (openai). It is for keys: keep it to yourself, and out"
        " of git.\n"
        "\n"
        "# A key of your OpenAI project, or of another server that speaks as OpenAI does\n"
        "# Where: https://platform.openai.com/api-keys\n"
        "OPENAI_API_KEY=<insert your OpenAI API key here>\n"
        "\n"
        "# The address of the API, for another server than OpenAI's own\n"
        "# Where: that server's manual; most end in /v1\n"
        "# OPENAI_BASE_URL=\n"
        "\n"
        "# The name of a chat model, such as gpt-6-luna\n"
        "# Where: https://platform.openai.com/docs/models\n"
        "OPENAI_MODEL_NAME=<insert your OpenAI model name here>\n"
        "\n"
        "# The id of the organization to bill, if your key belongs to several\n"
        "# Where: https://platform.openai.com/settings/organization/general\n"
        "# OPENAI_ORG_ID=\n"
        "\n"
        "# What the model is told before the conversation\n"
        "# Where: yours to write\n"
        '# OPENAI_SYSTEM_PROMPT="You are a helpful AI assistant."\n'
    )


@posix
def test_a_project_knows_its_own_and_nothing_of_theirs_is_lost(
    scaffold: Scaffold, tmp_path: Path
) -> None:
    project = Project("openai-chat-streaming", "azure").write(tmp_path / "project")
    env = project / ".env"
    theirs = b"\xef\xbb\xbf# mine\r\nexport AZURE_OPENAI_API_KEY='s3cret' # keep\r\nOTHER\r\nX=1"
    env.write_bytes(theirs)
    env.chmod(0o644)

    result = scaffold("new", ".env", cwd=project)

    assert env.read_bytes().startswith(theirs + b"\r\n\r\n# The name that you gave")
    assert b"\n" not in env.read_bytes().replace(b"\r\n", b"")
    assert env.read_bytes().count(b"AZURE_OPENAI_API_KEY") == 1
    assert mode(env) == 0o600
    assert sorted(path.name for path in project.iterdir()) == [
        ".env",
        "main.py",
        "openai_chat_completions_streaming.py",
        "requirements.txt",
    ]
    assert result.stderr == (
        "every line of .env is as it was; added: AZURE_OPENAI_CHAT_DEPLOYMENT, "
        "AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_SYSTEM_PROMPT\n"
        ".env was open to others (mode 0644); now it is yours alone\n"
    )
    assert "s3cret" not in result.stdout + result.stderr

    before = env.read_bytes()
    again = scaffold("new", ".env", "--output-dir", str(project), "--json")

    assert env.read_bytes() == before
    assert json.loads(again.stdout) == {
        "schema_version": 1,
        "template": ".env",
        "directory": str(project),
        "dry_run": False,
        "written": [],
        "unchanged": [".env"],
        "added": [],
    }


@posix
def test_it_is_private_whatever_the_umask_and_tightened_when_complete(tmp_path: Path) -> None:
    variables = [Variable("OPENAI_API_KEY", "<insert your OpenAI API key here>", required=True)]
    before = os.umask(0)
    try:
        write_dotenv(plan_dotenv(tmp_path / "new" / "folder", variables, {}, "x"))
    finally:
        os.umask(before)
    env = tmp_path / "new" / "folder" / ".env"
    assert mode(env) == 0o600

    env.chmod(0o640)
    plan = plan_dotenv(env.parent, variables, {}, "x")
    write_dotenv(plan)

    assert plan.added == ()
    assert mode(env) == 0o600


def test_a_dry_run_writes_nothing(scaffold: Scaffold, tmp_path: Path) -> None:
    result = scaffold("new", ".env", "--for", "openai-chat", "--dry-run", "--output-dir", "new")

    assert result.returncode == 0
    assert "nothing was written" in result.stderr
    assert list(tmp_path.iterdir()) == []


@posix
@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (None, 4, "is no file"),
        (b"LINK", 4, "is a link"),
        (b"A=1\n\nnot a line of it\n", 1, "line 3 of '.env' is not NAME=value"),
        (b"A='never closed\n", 1, "line 1 of '.env' is not NAME=value"),
        (b"A=\xff\n", 1, "is not UTF-8 text"),
        (b"A=\0\n", 1, "is not text"),
    ],
)
def test_what_is_no_dotenv_is_left_alone(
    scaffold: Scaffold, tmp_path: Path, content: bytes | None, code: int, message: str
) -> None:
    env = tmp_path / ".env"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"A=1\n")
    if content is None:
        env.mkdir()
    elif content == b"LINK":
        env.symlink_to(elsewhere)
    else:
        env.write_bytes(content)

    result = scaffold("new", ".env", "--for", "openai-chat")

    assert result.returncode == code
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert elsewhere.read_bytes() == b"A=1\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", "elsewhere"]
    if content not in (None, b"LINK"):
        assert env.read_bytes() == content


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "--for TEMPLATE"),
        (["--provider", "openai"], 2, "--provider goes with --for"),
        (["--for", "openai-cha"], 3, "Did you mean:\n  openai-chat\n"),
        (["--for", "openai-chat", "--provider", "aws"], 2, "'provider' can't be 'aws'"),
        (["--for", "openai-chat", "--force"], 2, "'.env' takes --for"),
        (["--for", "openai-chat", "--output-dir", "file"], 4, "'file' is a file"),
    ],
)
def test_wrong_usage(
    scaffold: Scaffold, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    (tmp_path / "file").write_text("")

    result = scaffold("new", ".env", *arguments)

    assert message in result.stderr
    assert result.returncode == code
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_for_goes_with_dotenv_alone(scaffold: Scaffold) -> None:
    result = scaffold("new", "openai-chat", "--for", "openai-chat-streaming")

    assert result.returncode == 2
    assert result.stderr == "scaffold: --for goes with: scaffold new .env\n"


def test_a_main_that_cannot_be_read(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("SETTINGS = {'A': open('x')}\n")

    result = scaffold("new", ".env")

    assert result.returncode == 1
    assert result.stderr.startswith("scaffold: can't tell what 'main.py' reads: ")
    assert result.stderr.count("\n") == 1


def test_it_is_listed_and_shown(scaffold: Scaffold) -> None:
    listed = scaffold("list", "environment", "--python").stdout.splitlines()[-1]
    shown = scaffold("show", ".env")

    assert listed.split("  ") == ["Environment Variables", ".env"]
    assert "OPENAI_API_KEY\n  a key of your OpenAI project" in shown.stdout
    assert "Did you mean:\n  .env\n" in scaffold("new", ".en").stderr


def test_every_variable_of_every_sample_is_described() -> None:
    read = {variable.name for project in PROJECTS for variable in find_variables(project.files())}

    assert read == set(CATALOGUE.environment)
    assert {name for name, known in CATALOGUE.environment.items() if known.secret} == {
        name for name in read if name.endswith("_KEY")
    }


@given(st.text().filter(lambda text: not set(text) & {"\0", "\r"} and text.isascii()))
def test_a_default_comes_back_as_it_was_once_it_is_no_comment(default: str) -> None:
    plan = plan_dotenv(Path("none"), [Variable("NAME", default, required=False)], {}, "x")
    line = plan.content.decode().rstrip("\n").rpartition("\n")[2]

    read = dotenv_values(stream=io.StringIO(line.removeprefix("# ")), interpolate=False)
    assert read["NAME"] == default
