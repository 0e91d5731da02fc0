"""Every sample, on one model of every class that there is: it talks, or the doctor said why not."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from conftest import PROJECTS, Project
from conversations import conversation_of
from samples import HIGHEST, Ended, run_sample

from scaffold.doctor.requests import check_requests
from scaffold.endpoint import Endpoint
from scaffold.endpoint.models.find import is_gone
from scaffold.endpoint.models.table import LOOKED_UP, MODELS
from scaffold.project.variables import find_variables
from scaffold.running.runner import offline_environ

NOW = datetime.fromisoformat(f"{LOOKED_UP}T12:00:00+00:00").timestamp()
NAMES = {"AZURE_OPENAI_CHAT_DEPLOYMENT", "OPENAI_MODEL_NAME"}
FUNCTIONS = "openai-chat-streaming-with-functions"
EFFORT = "OPENAI_REASONING_EFFORT"


def samples() -> list[Project]:
    """The samples that a model is named for, each as it is by itself, with one provider.

    What a sample sends does not depend on the provider.
    """
    chosen: dict[str, Project] = {}
    for project in PROJECTS:
        if project.language == "python":
            known = chosen.setdefault(project.template, project)
            if (project.provider, known.provider) == ("openai", "azure"):
                chosen[project.template] = project
    return [
        project
        for project in chosen.values()
        if NAMES & {variable.name for variable in find_variables(project.files())}
    ]


SAMPLES = samples()
# The last of each class that answers in words, as the table has them.
CLASSES = {
    model.takes.name: name
    for name, model in reversed(MODELS.items())
    if {"chat", "responses"} & {*model.apis} and not is_gone(model, NOW)
}


@pytest.fixture
def endpoint_of_then() -> Iterator[Endpoint]:
    """An endpoint of the test's own, on the day of the table."""
    with Endpoint(clock=lambda: NOW) as endpoint:
        yield endpoint


def run(project: Project, endpoint: Endpoint, folder: Path, **settings: str) -> Ended:
    """Runs a sample with a setting or two of one's own."""
    conversation = conversation_of(project)
    conversation.prepare(folder)
    environ = offline_environ(os.environ, endpoint.variables(project.provider))
    environ.update(settings)
    return run_sample(
        HIGHEST, folder, environ, conversation.typed, *conversation.arguments, quickly=True
    )


def advised(project: Project, settings: dict[str, str]) -> list[str]:
    """What the doctor says to do about the requests of a sample."""
    usable = {each.name: each.default for each in find_variables(project.files()) if each.default}
    found = check_requests(project.files(), {**usable, **settings}, settings)
    return [finding.advice for finding in found]


@pytest.mark.parametrize("model", CLASSES.values())
@pytest.mark.parametrize("project", SAMPLES, ids=lambda project: project.name)
def test_models_of_every_class(
    project: Project, model: str, endpoint_of_then: Endpoint, tmp_path: Path
) -> None:
    folder = project.write(tmp_path / "project")
    named = "OPENAI_MODEL_NAME" if project.provider == "openai" else "AZURE_OPENAI_CHAT_DEPLOYMENT"
    settings = {named: model}
    advice = advised(project, settings)
    ended = run(project, endpoint_of_then, folder, **settings)

    if any(each.startswith(f"set {EFFORT} to nothing") for each in advice):
        assert (ended.returncode, ended.stderr.count("encountered an error: ")) == (1, 1)
        settings[EFFORT] = ""
        advice = advised(project, settings)
        ended = run(project, endpoint_of_then, folder, **settings)
    if advice:
        assert "Responses" in advice[0] or "openai-responses" in advice[0]
        assert (ended.returncode, ended.stderr.count("encountered an error: ")) == (1, 1)
        assert "Traceback" not in ended.stderr
        return
    conversation = conversation_of(project)
    assert ended.stderr == ""
    assert ended.returncode == 0
    assert conversation.told(ended.stdout).split("Bye!")[0] == conversation.printed.split("Bye!")[0]


def test_there_is_a_model_of_every_class() -> None:
    assert {*CLASSES} >= {model.takes.name for model in MODELS.values()} - {"unknown", "embedding"}
    assert len(SAMPLES) >= 10


def test_the_readme_says_which_were_tried_and_when() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    section = readme.split("### Which models")[1].split("\n## ")[0]
    assert LOOKED_UP in section
    rows = [row.split("|")[1] for row in section.splitlines() if row.startswith("| `")]
    tried = {name for row in rows for name in re.findall(r"`(.+?)`", row)}
    assert tried == {*CLASSES.values(), "gpt-6-luna"}


def test_functions_talk_on_every_model_that_chat_completions_let_call_them(
    endpoint_of_then: Endpoint, tmp_path: Path
) -> None:
    project = next(each for each in SAMPLES if each.template == FUNCTIONS)
    folder = project.write(tmp_path / "project")
    for name in ("gpt-5.1", "gpt-5.2", "gpt-5.4-mini", "gpt-5.6-terra", "gpt-6-sol", "gpt-6-luna"):
        settings = {"OPENAI_MODEL_NAME": name, "AZURE_OPENAI_CHAT_DEPLOYMENT": name}
        assert run(project, endpoint_of_then, folder, **settings).returncode == 0, name


@pytest.mark.parametrize("more", ['reasoning={"effort": "low", "summary": "auto"}'])
@pytest.mark.parametrize(
    "template", [name for name in (each.template for each in SAMPLES) if "-responses-" in name]
)
def test_a_sample_goes_on_with_the_reasoning_that_it_gets(
    template: str, more: str, endpoint_of_then: Endpoint, tmp_path: Path
) -> None:
    project = next(each for each in SAMPLES if each.template == template)
    folder = project.write(tmp_path / "project")
    for path in folder.glob("openai_responses_*.py"):
        source = path.read_text(encoding="utf-8")
        call = "self.openai.responses.create("
        if call in source:
            path.write_text(source.replace(call, f"{call}{more},"), encoding="utf-8")
    ended = run(project, endpoint_of_then, folder)

    assert (ended.stderr, ended.returncode) == ("", 0)
    conversation = conversation_of(project)
    assert conversation.told(ended.stdout) == conversation.printed
    asked = [each for each in endpoint_of_then.journal if each["path"] == "/v1/responses"]
    assert asked
    assert all(each["body"]["reasoning"]["effort"] == "low" for each in asked)
