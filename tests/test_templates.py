"""Every sample that can be made: linted, typed, and run with the oldest and the newest SDK."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from conftest import CATALOGUE, PROJECTS, Project, every_project
from conversations import CONVERSATIONS
from sdks import lowest_python

from scaffold.catalogue import STATES
from scaffold.endpoint import Endpoint
from scaffold.runner import offline_environ

PYTHONS = ["highest", "lowest"]


@pytest.fixture(params=PYTHONS)
def python(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the SDK at one end of the range: the newest is the one that runs the tests."""
    if request.param == "highest":
        return Path(sys.executable)
    return lowest_python(tmp_path_factory.getbasetemp().parent)


@pytest.fixture
def fresh_endpoint() -> Iterator[Endpoint]:
    """An endpoint of the test's own, whose ids begin with 1."""
    with Endpoint() as endpoint:
        yield endpoint


def talk(
    python: Path, folder: Path, environ: dict[str, str], typed: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Runs a sample with what somebody types, and every warning an error."""
    return subprocess.run(
        [str(python), "-W", "error", "main.py", *arguments],
        cwd=folder,
        env={**environ, "PYTHONIOENCODING": "utf-8"},
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@every_project
def test_it_talks(project: Project, python: Path, fresh_endpoint: Endpoint, tmp_path: Path) -> None:
    folder = project.write(tmp_path / "project")
    conversation = CONVERSATIONS[(project.template, *dict(project.answers).values())]

    environ = offline_environ(os.environ, fresh_endpoint.variables(project.provider))
    result = talk(python, folder, environ, conversation.typed)

    assert result.stderr == ""
    assert result.returncode == 0
    assert conversation.told(result.stdout) == conversation.printed


@every_project
def test_it_names_what_is_missing_and_refuses_to_start(project: Project, tmp_path: Path) -> None:
    folder = project.write(tmp_path / "project")
    with Endpoint() as endpoint:
        environ = offline_environ(os.environ, endpoint.variables(project.provider))
    settings = re.findall(
        r'^    "([A-Z_]+)": "<insert your ', (folder / "main.py").read_text(), re.MULTILINE
    )
    environ[settings[0]] = "<insert your own value here>"
    environ[settings[-1]] = ""

    result = talk(Path(sys.executable), folder, environ, "Hello\n")

    missing = f"{settings[0]}, {settings[-1]}"
    assert result.stderr == f"Set these environment variables first: {missing}\n"
    assert result.stdout == ""
    assert result.returncode == 1


@every_project
def test_an_error_is_one_line(project: Project, python: Path, tmp_path: Path) -> None:
    folder = project.write(tmp_path / "project")
    with Endpoint() as endpoint:
        environ = offline_environ(os.environ, endpoint.variables(project.provider))
        deployment = {"AZURE_OPENAI_CHAT_DEPLOYMENT": "none", "OPENAI_MODEL_NAME": "none"}
        environ.update({**deployment, "ASSISTANT_ID": "asst_none"})
        result = talk(python, folder, environ, "Hello\n")

    assert result.stderr.startswith("\nThe sample encountered an error: Error code: 40")
    assert result.stderr.count("\n") == 2
    assert result.returncode == 1


def test_ruff_finds_nothing(tmp_path: Path) -> None:
    for project in PROJECTS:
        folder = project.write(tmp_path / project.name)
        for command in (["check"], ["format", "--diff"]):
            subprocess.run(
                [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", "."],
                cwd=folder,
                check=True,
            )


def test_mypy_finds_nothing(python: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary"]
    for project in PROJECTS:
        subprocess.run(
            [*command, f"--python-executable={python}", f"--cache-dir={tmp_path / 'cache'}", "."],
            cwd=project.write(tmp_path / project.name),
            check=True,
        )


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_its_place_in_time_is_told(name: str) -> None:
    facts = yaml.safe_load((CATALOGUE.root / name / "template.yml").read_text(encoding="utf-8"))
    variants = [terms for values in facts.get("variants", {}).values() for terms in values.values()]
    for terms in (facts, *variants):
        assert terms["lifecycle"] in STATES
        if terms["lifecycle"] == "active":
            assert not {"since", "source", "successor"} & terms.keys()
        else:
            assert re.fullmatch(r"20\d\d-\d\d-\d\d", str(terms["since"]))
            assert terms["source"].startswith("https://")


@every_project
def test_every_package_is_bounded_at_both_ends(project: Project) -> None:
    requirements = next(file for file in project.files() if file.path == "requirements.txt")
    for line in requirements.content.decode().splitlines():
        assert re.fullmatch(r"[a-z-]+>=\d+(\.\d+)*,<\d+", line)


def test_a_thread_is_taken_up_again_by_its_id(fresh_endpoint: Endpoint, tmp_path: Path) -> None:
    project = Project("openai-asst-streaming-with-file-search", "azure")
    folder = project.write(tmp_path / "project")
    environ = offline_environ(os.environ, fresh_endpoint.variables("azure"))
    python = Path(sys.executable)

    first = talk(python, folder, environ, "How long does the stove take to boil water?\nexit\n")
    thread_id = first.stdout.rpartition("threadId: ")[2].rstrip(")\n")
    again = talk(python, folder, environ, "exit\n", thread_id)

    assert again.stdout == (
        "User: How long does the stove take to boil water?\n\n"
        "Assistant: This is scaffold's offline endpoint: no model wrote this. From the product "
        "guide: The Ember stove boils one litre of water in three and a half minutes [1].\n\n"
        "[1] ember-stove.md\n\n"
        f"User: Bye! (threadId: {thread_id})\n"
    )


def test_a_failed_turn_leaves_the_conversation_as_it_was(tmp_path: Path) -> None:
    folder = Project("openai-chat-streaming", "openai").write(tmp_path / "project")
    code = """
from openai_chat_completions_streaming import OpenAIChatCompletionsStreaming
chat = OpenAIChatCompletionsStreaming("key", "no-such-model", "system")
before = list(chat.messages)
try:
    chat.get_chat_completions("Hello", print)
except Exception as error:
    print(type(error).__name__, chat.messages == before)
"""
    with Endpoint() as endpoint:
        result = subprocess.run(
            [sys.executable, "-c", code],
            cwd=folder,
            env=offline_environ(os.environ, endpoint.variables("openai")),
            capture_output=True,
            text=True,
            check=True,
        )

    assert result.stdout == "NotFoundError True\n"
