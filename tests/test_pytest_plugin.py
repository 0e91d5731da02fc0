"""The pytest plugin, in projects of its own: the guide's example works, and costs nobody much."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from waiting import PATIENCE

GUIDE = Path(__file__).parent.parent / "docs" / "endpoint.md"


def run_pytest(folder: Path, test: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(test, encoding="utf-8")
    unset = ("PYTEST", "OPENAI", "AZURE")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(unset)}
    return subprocess.run(
        # Of the other plugins that are installed, none is looked at here.
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", *options],
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
    assert {"starlette", "uvicorn", "websockets", "typer"}.isdisjoint(sys.modules)
"""
    off = [f"-p no:{name}" for name in ("hypothesispytest", "anyio", "pytest-copie")]
    done = run_pytest(tmp_path, test, *" ".join(off).split())

    assert done.returncode == 0, done.stdout
