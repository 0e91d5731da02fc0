"""The pytest plugin, in projects of its own: the guide's example works, and costs nobody much."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from waiting import PATIENCE

GUIDE = Path(__file__).parent.parent / "docs" / "endpoint.md"
# Of the other plugins that are installed, none is looked at here.
OTHERS = ("anyio", "copie", "hypothesispytest", "xdist")


def run_pytest(folder: Path, test: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(test, encoding="utf-8")
    unset = ("PYTEST", "OPENAI", "AZURE")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(unset)}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *(f"-pno:{name}" for name in OTHERS), *options],
        cwd=folder,
        env={**environ, "no_proxy": "example.org"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def test_the_guides_example_works_in_an_empty_project(tmp_path: Path) -> None:
    section = GUIDE.read_text(encoding="utf-8").split("## In your own tests")[1]
    example = re.search(r"```python\n(.*?)```", section, re.S)
    assert example is not None

    done = run_pytest(tmp_path, example[1])

    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_the_variables_are_set_for_the_test_alone(tmp_path: Path) -> None:
    test = """
import os

def test_one(scaffold_endpoint):
    assert os.environ["OPENAI_BASE_URL"] == f"{scaffold_endpoint.url}/v1"
    assert os.environ["AZURE_OPENAI_ENDPOINT"] == scaffold_endpoint.url
    assert os.environ["no_proxy"].split(",") == ["127.0.0.1", "localhost", "example.org"]
    assert "127.0.0.1" in os.environ["NO_PROXY"]
    assert scaffold_endpoint.journal == []

def test_two():
    assert "OPENAI_BASE_URL" not in os.environ
    assert os.environ["no_proxy"] == "example.org"
"""
    done = run_pytest(tmp_path, test)

    assert done.returncode == 0, done.stdout


def test_a_run_that_does_not_use_it_loads_nothing_heavy(tmp_path: Path) -> None:
    test = """
import sys

def test_nothing_of_it_is_loaded():
    found = {name for name in sys.modules if name.split(".")[0] == "scaffold"}
    assert found == {"scaffold", "scaffold.pytest_plugin"}
    assert {"httptools", "starlette", "uvicorn", "websockets", "typer"}.isdisjoint(sys.modules)
"""
    done = run_pytest(tmp_path, test)

    assert done.returncode == 0, done.stdout


AT_IMPORT = """
import json
import os
import urllib.request

URL = os.environ["OPENAI_BASE_URL"]
KEY = {"Authorization": "Bearer any", "Content-Type": "application/json"}


def ask(question, **more):
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": question}], **more}
    request = urllib.request.Request(URL + "/chat/completions", json.dumps(body).encode(), KEY)
    with urllib.request.urlopen(request) as response:
        return json.load(response)["choices"][0]["message"]["content"]


def test_without_the_fixture():
    assert "Hello" in ask("Hello")


def test_a_script_is_the_tests_own(scaffold_endpoint):
    scaffold_endpoint.script([{"match": {}, "response": {"content": "Scripted."}}])
    assert ask("Hello") == "Scripted."
    assert len(scaffold_endpoint.journal) == 1


def test_and_gone_after_it(scaffold_endpoint):
    assert "Hello" in ask("Hello")
    assert len(scaffold_endpoint.journal) == 1
"""


def test_a_client_made_at_import_time_finds_the_sessions_endpoint(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, AT_IMPORT, "--scaffold-endpoint", "-p", "no:randomly")
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "pytest.ini").write_text("[pytest]\nscaffold_endpoint = true\n", encoding="utf-8")
    by_setting = run_pytest(tmp_path, AT_IMPORT)
    assert by_setting.returncode == 0, by_setting.stdout + by_setting.stderr


def test_a_marker_says_how_the_endpoint_is(tmp_path: Path) -> None:
    test = """
import os
import urllib.error
import urllib.request

import pytest


def ask():
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/embeddings",
        b'{"model": "any-name", "input": "x", "unknown": 1}',
        {"Authorization": "Bearer x", "Content-Type": "application/json"},
    )
    return urllib.request.urlopen(request).status


@pytest.mark.scaffold_endpoint(lenient=True)
def test_lenient(scaffold_endpoint):
    assert ask() == 200


def test_strict(scaffold_endpoint):
    with pytest.raises(urllib.error.HTTPError, match="404|400"):
        ask()


@pytest.mark.scaffold_endpoint(deployments={"my-chat": "gpt-6-luna"})
def test_a_deployment(scaffold_endpoint):
    request = urllib.request.Request(
        os.environ["AZURE_OPENAI_ENDPOINT"]
        + "/openai/deployments/my-chat/chat/completions?api-version=2024-10-21",
        b'{"messages": [{"role": "user", "content": "Hello"}]}',
        {"api-key": "x", "Content-Type": "application/json"},
    )
    assert b"gpt-6-luna" in urllib.request.urlopen(request).read()


@pytest.mark.scaffold_endpoint(https=True)
def test_https(scaffold_endpoint):
    assert os.environ["OPENAI_BASE_URL"].startswith("https://")
    assert ask_a_list() == 200


def ask_a_list():
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/models", headers={"Authorization": "Bearer x"}
    )
    return urllib.request.urlopen(request).status
"""
    done = run_pytest(tmp_path, test, "--strict-markers")
    assert done.returncode == 0, done.stdout + done.stderr
