"""What the doctor says of a project's requests before the first one is sent."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import CATALOGUE, Project, every_project
from hypothesis import given
from hypothesis import strategies as st

from scaffold.doctor import Finding, examine
from scaffold.doctor.asking import Answer
from scaffold.doctor.requests import check_requests, find_requests
from scaffold.project.render import File
from scaffold.project.variables import find_variables

TODAY = date(2026, 11, 21)
FUNCTIONS = "openai-chat-streaming-with-functions"
REASONING = "Function tools with reasoning_effort are not supported for"


def told(files: list[File], model: str, **settings: str) -> list[Finding]:
    """What is said of files, with OpenAI and the settings that they have by themselves."""
    usable = {each.name: each.default for each in find_variables(files) if each.default}
    usable.update(OPENAI_MODEL_NAME=model, **{k: v for k, v in settings.items() if v})
    return check_requests(files, usable, settings)


@pytest.mark.parametrize(
    ("model", "effort", "said", "advice"),
    [
        ("gpt-6-luna", None, "", ""),
        ("gpt-5.4", None, "", ""),
        ("gpt-5", "", "", ""),
        ("gpt-4o", "", "", ""),
        ("gpt-6-luna", "", f"{REASONING} gpt-6-luna", "set OPENAI_REASONING_EFFORT to none"),
        ("gpt-6-luna", "low", f"{REASONING} gpt-6-luna", "set OPENAI_REASONING_EFFORT to none"),
        (
            "gpt-6-luna",
            "minimal",
            "'reasoning_effort' does not support 'minimal'",
            "set OPENAI_REASONING_EFFORT to none",
        ),
        (
            "gpt-6.1-sol",
            None,
            "'reasoning_effort' does not support 'none'",
            "use 'scaffold new openai-responses-streaming-with-functions', or choose",
        ),
        (
            "gpt-6-astra",
            "",
            f"{REASONING} gpt-6-astra",
            "use 'scaffold new openai-responses-streaming-with-functions', or choose",
        ),
        (
            "gpt-4o",
            None,
            "Unrecognized request argument supplied: reasoning_effort",
            "set OPENAI_REASONING_EFFORT to nothing",
        ),
        (
            "o3",
            None,
            "'reasoning_effort' does not support 'none'",
            "set OPENAI_REASONING_EFFORT to nothing",
        ),
        ("gpt-5.5-pro", None, "only supported in v1/responses", "use a sample of the Responses"),
        ("a-model-of-yours", "low", "", ""),
    ],
)
def test_functions_with_each_kind_of_model(
    model: str, effort: str | None, said: str, advice: str
) -> None:
    settings = {} if effort is None else {"OPENAI_REASONING_EFFORT": effort}
    found = told(Project(FUNCTIONS, "openai").files(), model, **settings)
    assert len(found) == bool(said)
    for finding in found:
        assert finding.level == "error"
        assert finding.about == "OPENAI_MODEL_NAME"
        assert said in finding.what
        assert "openai_chat_completions_functions_streaming.py, line" in finding.what
        assert finding.advice.startswith(advice)


@every_project
def test_nothing_is_said_of_a_sample_as_it_is(project: Project) -> None:
    usable = {each.name: each.default for each in find_variables(project.files()) if each.default}
    for name in ("OPENAI_MODEL_NAME", "AZURE_OPENAI_CHAT_DEPLOYMENT"):
        assert check_requests(project.files(), {**usable, name: "gpt-6-luna"}, {}) == []


@pytest.mark.parametrize(
    ("call", "model", "said", "advice"),
    [
        (
            "chat.completions.create(model=m, messages=[], temperature=0.2)",
            "gpt-6-luna",
            "'temperature' does not support 0.2 with this model",
            "leave that parameter out",
        ),
        (
            "chat.completions.create(model=m, messages=[], max_tokens=LIMIT)",
            "gpt-5.4",
            "'max_tokens' is not supported with this model",
            "send max_completion_tokens",
        ),
        (
            "chat.completions.stream(model=m, messages=[], stop=words)",
            "gpt-5",
            "'stop' is not supported",
            "leave that parameter out",
        ),
        (
            "responses.create(model=m, input=x, temperature=0.5)",
            "gpt-6-luna",
            "'temperature' is not supported",
            "leave that parameter out",
        ),
        (
            "post(url, json={'model': m, 'messages': [], 'max_tokens': 5})",
            "gpt-5.4",
            "'max_tokens' is not supported",
            "send max_completion_tokens",
        ),
        ("post(url, json={'text': 'x', 'max_tokens': 5})", "gpt-5.4", "", ""),
        ("responses.create(model=m, input=x, temperature=0.5)", "gpt-4o", "", ""),
        ("chat.completions.create(model=m, messages=[], temperature=warmth)", "gpt-5", "", ""),
        ("beta.threads.runs.create(model=m, temperature=0.2)", "gpt-5", "", ""),
    ],
)
def test_a_parameter_of_yours(call: str, model: str, said: str, advice: str) -> None:
    file = File("main.py", f"import openai\n\nx = openai.OpenAI().{call}\n".encode())
    found = told([file], model)
    assert len(found) == bool(said)
    for finding in found:
        assert "main.py, line 3" in finding.what
        assert said in finding.what
        assert finding.advice.startswith(advice)


def test_a_deployment_or_another_server_may_be_something_else() -> None:
    files = Project(FUNCTIONS, "azure").files()
    usable = {"AZURE_OPENAI_CHAT_DEPLOYMENT": "gpt-4o", "OPENAI_REASONING_EFFORT": "none"}
    assert [finding.level for finding in check_requests(files, usable, {})] == ["warn"]
    usable = {"OPENAI_MODEL_NAME": "gpt-4o", "OPENAI_BASE_URL": "https://proxy.example/v1"}
    usable["OPENAI_REASONING_EFFORT"] = "none"
    assert [finding.level for finding in check_requests(files, usable, {})] == ["warn"]


@given(
    name=st.sampled_from(["temperature", "stop", "tools", "reasoning", "include", "text", "x"]),
    value=st.one_of(st.none(), st.integers(), st.text(max_size=4), st.lists(st.integers())),
    model=st.sampled_from(["gpt-6-luna", "gpt-4o", "gpt-5", "gpt-5.2-pro"]),
)
def test_whatever_a_project_sends(name: str, value: Any, model: str) -> None:
    for api in ("responses", "chat.completions"):
        source = f"client.{api}.create({name}={value!r})"
        told([File("main.py", source.encode("utf-8", "replace"))], model)


def test_a_file_that_is_no_python() -> None:
    assert list(find_requests(File("main.py", b"def ("))) == []
    assert list(find_requests(File("main.py", b"\0"))) == []
    assert list(find_requests(File("notes.txt", b"x.chat.completions.create()"))) == []


@pytest.mark.parametrize(
    ("model", "entry", "what"),
    [
        ("gpt-5.1", {}, None),
        ("gpt-4o", {}, "the model 'gpt-4o' will be shut down on 2027-01-14, in 54 days"),
        ("gpt-4o", {"shutdown_date": None}, None),
        ("gpt-5", {}, "the model 'gpt-5' will be shut down on 2026-12-11, in 20 days"),
    ],
)
def test_an_end_within_sixty_days(
    tmp_path: Path, model: str, entry: dict[str, Any], what: str | None
) -> None:
    env = {"OPENAI_API_KEY": "any-key", "OPENAI_MODEL_NAME": model}
    variables = find_variables(Project("openai-chat", "openai").files())
    found = examine(
        tmp_path,
        variables,
        CATALOGUE.environment,
        env,
        lambda _: Answer(200, {"id": model, **entry}),
        TODAY,
    )
    ends = [finding for finding in found if "shut down" in finding.what]
    assert [finding.what for finding in ends] == ([what] if what else [])
    assert all("successor, gpt-6" in finding.advice for finding in ends)
