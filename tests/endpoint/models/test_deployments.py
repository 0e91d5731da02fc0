"""Deployments: names that people choose, on Azure alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openai import AzureOpenAI
from typer.testing import CliRunner

from endpoint.wire import ask, chat
from scaffold.cli import app
from scaffold.endpoint import DeploymentsError, Endpoint, ScriptError
from scaffold.endpoint.models.find import is_gone
from scaffold.endpoint.models.table import MODELS

DATED = "/openai/deployments/{}/{}?api-version=2024-10-21"
LOOKED_UP = 1_795_262_400  # 2026-11-21, noon
AFTER = 1_799_884_800  # 2027-01-14
EVERY = sorted(name for name, model in MODELS.items() if not is_gone(model, LOOKED_UP))


@pytest.mark.parametrize("name", EVERY)
def test_every_model_is_a_deployment_of_its_name(endpoint: Endpoint, name: str) -> None:
    apis = MODELS[name].apis
    paths = {
        "chat": ("chat/completions", {"messages": [{"role": "user", "content": "Hello"}]}),
        "embeddings": ("embeddings", {"input": "Hello"}),
        "completions": ("completions", {"prompt": "Hello"}),
    }
    for api in apis:
        if api == "responses":
            heard = ask(endpoint, "/openai/v1/responses", {"model": name, "input": "Hello"})
        else:
            path, body = paths[api]
            heard = ask(endpoint, DATED.format(name, path), body)
        assert heard.status == 200, heard.content


@pytest.mark.parametrize("model", [None, 3, "nonsense", "gpt-4"])
def test_the_path_names_the_deployment_and_nobody_reads_the_body(
    endpoint: Endpoint, model: Any
) -> None:
    heard = ask(endpoint, DATED.format("gpt-5.4", "chat/completions"), chat() | {"model": model})
    assert (heard.status, heard.json["model"]) == (200, "gpt-5.4")
    body = {"input": "Hello", "model": model}
    heard = ask(endpoint, DATED.format("text-embedding-3-small", "embeddings"), body)
    assert (heard.status, heard.json["model"]) == (200, "text-embedding-3-small")


def test_a_deployment_has_a_name_of_its_own() -> None:
    with Endpoint(deployments={"my-chat": "gpt-5.6-luna", "gpt-4o": "gpt-6-luna"}) as endpoint:
        heard = ask(endpoint, DATED.format("my-chat", "chat/completions"), chat())
        assert (heard.status, heard.json["model"]) == (200, "gpt-5.6-luna")
        v1 = ask(endpoint, "/openai/v1/chat/completions", chat() | {"model": "my-chat"})
        assert v1.status == 200
        said = ask(endpoint, "/openai/v1/responses", {"model": "my-chat", "input": "Hello"})
        assert said.status == 200
        # It takes what its model takes.
        refused = ask(
            endpoint, DATED.format("gpt-4o", "chat/completions"), chat() | {"max_tokens": 5}
        )
        assert refused.error["param"] == "max_tokens"
        # At OpenAI there are no deployments.
        other = ask(endpoint, "/v1/chat/completions", chat() | {"model": "my-chat"})
        assert (other.status, other.error["code"]) == (404, "model_not_found")


def test_the_fixture_adds_one(scaffold_endpoint: Endpoint) -> None:
    scaffold_endpoint.deploy("my-chat", "gpt-6-luna")
    with AzureOpenAI(api_version="2024-10-21") as client:
        reply = client.chat.completions.create(
            model="my-chat", messages=[{"role": "user", "content": "Hello"}]
        )
    assert reply.model == "gpt-6-luna"
    with pytest.raises(DeploymentsError, match="there are two deployments named 'my-chat'"):
        scaffold_endpoint.deploy("my-chat", "gpt-5.4")


def test_a_script_adds_one(tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    script = {"scaffold": {"deployments": {"my-chat": "gpt-5.4"}}, "fixtures": []}
    path.write_text(json.dumps(script), encoding="utf-8")
    with Endpoint(script=path) as endpoint:
        heard = ask(endpoint, DATED.format("my-chat", "chat/completions"), chat())
        assert (heard.status, heard.json["model"]) == (200, "gpt-5.4")
        endpoint.script([])
        assert ask(endpoint, DATED.format("my-chat", "chat/completions"), chat()).status == 404


@pytest.mark.parametrize(
    ("deployments", "reason"),
    [
        (
            {"x": "gpt-6-lunna"},
            "deployment 'x': there is no model 'gpt-6-lunna'; near: gpt-6-luna",
        ),
        ({"x": "nothing-like-it"}, "deployment 'x': there is no model 'nothing-like-it'"),
        (
            {"x": "gpt-4o-2024-05-13"},
            "deployment 'x': the model 'gpt-4o-2024-05-13' is gone since 2026-10-23",
        ),
        ({"a/b": "gpt-6-luna"}, "'a/b' is no name for a deployment"),
        ({"": "gpt-6-luna"}, "'' is no name for a deployment"),
    ],
)
def test_deployments_that_cannot_be(deployments: dict[str, str], reason: str) -> None:
    with pytest.raises(DeploymentsError, match=f"^{reason}"):
        Endpoint(deployments=deployments)
    with pytest.raises(ScriptError, match=reason):
        Endpoint(script={"scaffold": {"deployments": deployments}, "fixtures": []})


def test_two_deployments_of_one_name(tmp_path: Path) -> None:
    script: Any = {"scaffold": {"deployments": {"x": "gpt-5.4"}}, "fixtures": []}
    with pytest.raises(ScriptError, match="there are two deployments named 'x'"):
        Endpoint(script=script, deployments={"x": "gpt-5.4"})
    path = tmp_path / "twice.json"
    path.write_text(
        '{"scaffold": {"deployments": {"x": "gpt-5.4", "x": "gpt-5.2"}}, "fixtures": []}',
        encoding="utf-8",
    )
    with pytest.raises(ScriptError, match="twice"):
        Endpoint(script=path)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["x"], "--deployment x: write it as NAME=MODEL"),
        (["x=gpt-5.4", "x=gpt-5.2"], "there are two deployments named 'x'"),
        (["x=gpt-5.4", "x=gpt-5.4"], "there are two deployments named 'x'"),
        (["x=gpt-5.44"], "deployment 'x': there is no model 'gpt-5.44'; near: gpt-5.4"),
        (["x=gpt-4"], "deployment 'x': the model 'gpt-4' is gone since 2026-10-23"),
    ],
)
def test_serve_refuses_to_start(given: list[str], reason: str) -> None:
    arguments = [part for each in given for part in ("--deployment", each)]
    result = CliRunner().invoke(app, ["serve", *arguments])
    assert result.exit_code == 2
    assert reason in result.stderr
    assert "Traceback" not in result.stderr


def test_a_model_is_gone_from_its_last_day_on() -> None:
    now = AFTER - 60
    with Endpoint(clock=lambda: now) as endpoint:
        for gone in (False, True):
            names = [each["id"] for each in ask(endpoint, "/v1/models").json["data"]]
            assert ("gpt-4o" in names, "gpt-4o-2024-08-06" in names) == (not gone, not gone)
            heard = ask(endpoint, "/v1/chat/completions", chat() | {"model": "gpt-4o-2024-08-06"})
            dated = ask(endpoint, DATED.format("gpt-4o", "chat/completions"), chat())
            said = ask(endpoint, "/v1/responses", {"model": "gpt-4o", "input": "Hello"})
            if not gone:
                assert {heard.status, dated.status, said.status} == {200}
                now += 60
                continue
            assert (heard.status, heard.error["code"]) == (404, "model_not_found")
            assert "`gpt-4o-2024-08-06` has been deprecated" in heard.error["message"]
            assert (dated.status, dated.error["code"]) == (404, "DeploymentNotFound")
            assert said.status == 404
