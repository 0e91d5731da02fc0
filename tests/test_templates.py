"""Every sample that can be made: linted, typed, and run with the oldest and the newest SDK."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml
from conftest import CATALOGUE, PROJECTS, Project, every_project
from conversations import OFFLINE, STOVE, conversation_of
from nightly import IN_TURN, mostly_nightly, with_each
from samples import HIGHEST, run_sample
from sdks import lowest_environments, lowest_python

from scaffold.catalogue.records import STATES
from scaffold.endpoint import Endpoint
from scaffold.project.provenance import find_origin
from scaffold.running.runner import offline_environ

ENDS = ["highest", "lowest"]


@pytest.fixture
def python(project: Project, end: str, shared: Path) -> Path:
    """A Python with the SDK at one end of the range: the newest is the one that runs the tests."""
    if end == "highest":
        return HIGHEST
    return lowest_python(shared, project.template)


# Whose oldest packages most others have, too, so that they are installed anyway.
USUAL = lowest_environments()[0].templates


# Every run meets each sample with one provider, and usual ones with the oldest SDK, too.
def at_both_ends(projects: Sequence[Project]) -> pytest.MarkDecorator:
    """Has a test run with each project and each end of the SDK's range."""
    cases = [(project, end) for project in projects for end in ENDS]
    return pytest.mark.parametrize(
        ("project", "end"),
        mostly_nightly(
            cases,
            lambda project, end: (
                project in IN_TURN and (end == "highest" or project.template in USUAL)
            ),
        ),
        ids=[f"{project.name}-{end}" for project, end in cases],
    )


@pytest.fixture
def fresh_endpoint() -> Iterator[Endpoint]:
    """An endpoint of the test's own, whose ids begin with 1."""
    with Endpoint() as endpoint:
        yield endpoint


@at_both_ends(PROJECTS)
def test_it_talks(project: Project, python: Path, fresh_endpoint: Endpoint, tmp_path: Path) -> None:
    folder = project.write(tmp_path / "project")
    conversation = conversation_of(project)

    environ = offline_environ(os.environ, fresh_endpoint.variables(project.provider))
    conversation.prepare(folder)
    result = run_sample(python, folder, environ, conversation.typed, *conversation.arguments)

    assert conversation.complaints(result.stderr) == ""
    assert result.returncode == 0
    assert conversation.told(result.stdout) == conversation.printed


@with_each(PROJECTS)
def test_it_names_what_is_missing_and_refuses_to_start(project: Project, tmp_path: Path) -> None:
    folder = project.write(tmp_path / "project")
    with Endpoint() as endpoint:
        environ = offline_environ(os.environ, endpoint.variables(project.provider))
    settings = re.findall(
        r'^    "([A-Z_]+)": "<insert your ', (folder / "main.py").read_text(), re.MULTILINE
    )
    environ[settings[0]] = "<insert your own value here>"
    environ[settings[-1]] = ""

    result = run_sample(HIGHEST, folder, environ, "Hello\n")

    missing = f"{settings[0]}, {settings[-1]}"
    assert result.stderr == (
        f"Set these environment variables first: {missing} (how: scaffold new .env)\n"
    )
    assert result.stdout == ""
    assert result.returncode == 1


# What Azure Speech gets wrong is in test_speech_samples.py.
@at_both_ends([each for each in PROJECTS if "speech" not in CATALOGUE.get(each.template).tags])
def test_an_error_is_one_line(project: Project, python: Path, tmp_path: Path) -> None:
    folder = project.write(tmp_path / "project")
    with Endpoint() as endpoint:
        environ = offline_environ(os.environ, endpoint.variables(project.provider))
        deployment = {"AZURE_OPENAI_CHAT_DEPLOYMENT": "none", "OPENAI_MODEL_NAME": "none"}
        environ.update({**deployment, "ASSISTANT_ID": "asst_none"})
        result = run_sample(python, folder, environ, "Hello\n", quickly=python == HIGHEST)

    error = r"\nThe sample encountered an error: (Error code:|HTTP) 40[04]\b.*\n"
    assert re.fullmatch(error, result.stderr)
    assert result.returncode == 1


def test_ruff_finds_nothing(tmp_path: Path) -> None:
    for project in PROJECTS:
        project.write(tmp_path / project.name)
    for command in (["check", "--config", 'src = ["*"]'], ["format", "--diff"]):
        subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", "."],
            cwd=tmp_path,
            check=True,
        )


# Within the SDKs, what no sample comes near and mypy is long at: this one file takes a quarter of
# the time. The nightly run reads it, too.
QUICK = """[mypy]
strict = True
[mypy-agents.run_internal.oai_conversation]
follow_imports = skip
"""
WHOLE = """[mypy]
strict = True
"""


def assert_typed(
    projects: Sequence[Project],
    python: Path,
    folder: Path,
    config: pytest.Config,
    end: str,
    settings: str = WHOLE,
) -> None:
    """Holds that mypy finds nothing in any of some projects.

    Args:
        projects: those that go together. All in one run take a twentieth of the time: each module
            is under a name of its own.
        python: has their packages.
        folder: where they are put.
        config: where mypy keeps what it found out about the SDKs, which is true the next time, too.
        end: which end of the SDK's range it is.
        settings: those of mypy.
    """
    (folder / "mypy.ini").write_text(settings, encoding="utf-8")
    for number, project in enumerate(projects):
        files = [file for file in project.files() if file.path.endswith(".py")]
        sources = {file.path: file.content.decode() for file in files}
        modules = "|".join(path[:-3] for path in sources)
        for path, source in sources.items():
            source = re.sub(
                rf"^from ({modules}) import", rf"from p{number}_\1 import", source, flags=re.M
            )
            (folder / f"p{number}_{path}").write_text(source, encoding="utf-8")

    cache = config.cache
    assert cache is not None
    subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--config-file=mypy.ini"),
            f"--python-executable={python}",
            f"--cache-dir={cache.mkdir(f'mypy-{end}')}",
            ".",
        ],
        cwd=folder,
        check=True,
    )


def test_mypy_finds_nothing(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    assert_typed(sorted(IN_TURN), HIGHEST, tmp_path, pytestconfig, "every-run", QUICK)


@pytest.mark.nightly
def test_mypy_finds_nothing_in_any_project(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    assert_typed(PROJECTS, HIGHEST, tmp_path, pytestconfig, "highest")


@pytest.mark.nightly
@pytest.mark.parametrize("number", range(len(lowest_environments())))
def test_mypy_finds_nothing_with_the_oldest_sdk(
    number: int, shared: Path, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    templates = lowest_environments()[number].templates
    projects = [project for project in PROJECTS if project.template in templates]
    python = lowest_python(shared, projects[0].template)
    assert_typed(projects, python, tmp_path, pytestconfig, f"lowest-{number}")


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_its_place_in_time_is_told(name: str) -> None:
    facts = yaml.safe_load((CATALOGUE.root / name / "template.yml").read_text(encoding="utf-8"))
    variants = [terms for values in facts.get("variants", {}).values() for terms in values.values()]
    for terms in (facts, *variants):
        assert terms.get("lifecycle", facts["lifecycle"]) in STATES
        if terms.get("lifecycle", "active") == "active":
            assert not {"since", "source", "successor"} & terms.keys()
        else:
            assert re.fullmatch(r"20\d\d-\d\d-\d\d", str(terms["since"]))
            assert terms["source"].startswith("https://")


@every_project
def test_every_package_is_bounded_at_both_ends(project: Project) -> None:
    requirements = next(file for file in project.files() if file.path == "requirements.txt")
    made_by, *lines = requirements.content.decode().splitlines()
    assert find_origin({"requirements.txt": made_by.encode()}) is not None
    for line in lines:
        # Below 1.0 each minor version may break what was.
        assert re.fullmatch(r"[a-z-]+>=\d+(\.\d+)*,<(\d+|0\.\d+)", line)


KEPT = [each for each in PROJECTS if each.template.startswith(("openai-asst", "openai-responses"))]


@with_each(KEPT)
def test_a_conversation_is_left_and_taken_up_again_by_its_id(
    project: Project, fresh_endpoint: Endpoint, tmp_path: Path
) -> None:
    folder = project.write(tmp_path / "project")
    environ = offline_environ(os.environ, fresh_endpoint.variables(project.provider))

    first = run_sample(HIGHEST, folder, environ, "Hello\nThanks\nAgain\nexit\n", quickly=True)
    name, _, value = first.stdout.rpartition("\n")[0].rpartition("Bye! (")[2].partition(": ")
    kept = value.rstrip(")")
    again = run_sample(HIGHEST, folder, environ, "And now?\nexit\n", kept, quickly=True)

    # What a sample tells of its tools is no part of a message.
    said = re.sub(r"\nassistant-tools: .*\n", "", first.stdout)
    turns = [part.split("\n\n")[0] for part in said.split("Assistant: ")[1:]]
    asked = ["Hello", "Thanks", "Again"]
    if "images" in project.template:
        asked[0] += "[input_image]"
    assert len(turns) == 3
    told = "".join(
        f"User: {question}\n\nAssistant: {answer}\n\n"
        for question, answer in zip(asked, turns, strict=True)
    )
    assert again.stdout.startswith(f"{told}User: \nAssistant: ")
    # An object has it in a field.
    assert again.stdout.removeprefix(f"{told}User: \nAssistant: ")[:100].count(f"{OFFLINE} ") == 1
    assert again.stdout.endswith(f"\n\nUser: Bye! ({name}: {value}\n")
    if "file-search" not in project.template:
        assert 'You said: "And now?" I remember 6 earlier messages.' in again.stdout
    assert again.stderr == ""


@pytest.mark.parametrize(
    "template",
    ["openai-asst-streaming-with-file-search", "openai-responses-streaming-with-file-search"],
)
def test_citations_are_shown_again_with_their_conversation(
    fresh_endpoint: Endpoint, tmp_path: Path, template: str
) -> None:
    folder = Project(template, "openai").write(tmp_path / "project")
    environ = offline_environ(os.environ, fresh_endpoint.variables("openai"))

    first = run_sample(HIGHEST, folder, environ, f"{STOVE}\nexit\n")
    again = run_sample(
        HIGHEST, folder, environ, "exit\n", re.findall(r": (\w+)\)", first.stdout)[-1]
    )

    assert again.stdout.startswith(
        f"User: {STOVE}\n\nAssistant: {OFFLINE} From the product guide: "
    )
    assert "\n\n[1] ember-stove.md\n\nUser: Bye!" in again.stdout


@pytest.mark.parametrize("provider", ["azure", "openai"])
def test_the_events_can_be_seen(fresh_endpoint: Endpoint, tmp_path: Path, provider: str) -> None:
    folder = Project("openai-chat-streaming-sse", provider).write(tmp_path / "project")
    environ = offline_environ(os.environ, fresh_endpoint.variables(provider))

    result = run_sample(HIGHEST, folder, environ, "Hello\n", "--show-events")

    events = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    events += [json.loads(result.stdout.splitlines()[1].removeprefix("Assistant: "))]
    choices = [choice for event in events for choice in event["choices"]]
    assert [choice["delta"].get("role") for choice in choices].count("assistant") == 1
    assert "".join(choice["delta"].get("content") or "" for choice in choices).endswith('"Hello".')
    assert [choice["finish_reason"] for choice in choices].count("stop") == 1


def test_every_successor_is_there_and_active() -> None:
    for template in CATALOGUE.all():
        variants = [v.lifecycle for values in template.variants.values() for v in values.values()]
        for lifecycle in (template.lifecycle, *variants):
            if lifecycle.state == "retired":
                assert CATALOGUE.get(lifecycle.successor).lifecycle.state == "active"


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


def test_pieces_are_gathered_in_linear_time(tmp_path: Path) -> None:
    folder = Project("openai-chat-streaming-with-functions", "openai").write(tmp_path / "project")
    # 400,000 pieces took a minute when text was added to text, and take a second now.
    code = """
import time
from types import SimpleNamespace as Some
from openai_chat_completions_custom_functions import factory
from openai_chat_completions_functions_streaming import FunctionCallContext
call = Some(index=0, id=None, function=Some(name="", arguments="word"))
piece = Some(delta=Some(content="word", tool_calls=[call]))
context = FunctionCallContext(factory, [])
began = time.process_time()
for _ in range(400_000):
    context.check_for_update(piece)
context.try_call_function()
print(time.process_time() - began, len(context.messages[0]["content"]))
"""
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    seconds, length = result.stdout.split()
    assert float(seconds) < 15
    assert length == "1600000"


@every_project
def test_a_sample_explains_itself_to_who_has_nothing_but_the_folder(project: Project) -> None:
    main = next(file for file in project.files() if file.path == "main.py")
    told = ast.get_docstring(ast.parse(main.content)) or ""

    for way in (
        "pip install -r requirements.txt",
        "python main.py",
        "scaffold new .env",
        "scaffold run --live",
    ):
        assert way in told
    assert max(map(len, told.splitlines())) <= 88
