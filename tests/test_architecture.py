"""The shape that `CONTRIBUTING.md` draws: who may import whom, and what stays cold."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import scaffold

SOURCE = Path(scaffold.__file__).parent

# Each module may import those after it, never those before.
LAYERS = [
    "pytest_plugin",
    "__main__",
    "cli",
    "dialogue",
    "completion",
    "terminal",
    "picker",
    "report_fixtures",
    "report_folder",
    "walkthrough",
    "report",
    "doctor",
    "runner",
    "environment",
    "process",
    "fixtures",
    "made_folder",
    "differ",
    "dotenv_file",
    "write",
    "lock",
    "paths",
    "variables",
    "render",
    "answers",
    "catalogue",
    "plain_yaml",
    "errors",
]


def imported_modules(path: Path) -> set[str]:
    """Finds the modules of `scaffold` that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "scaffold":
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("scaffold."):
            names.add((node.module or "").split(".")[1])
    return names - {"__version__"}


# A layer is a file, or a folder of them.
FILES = sorted(
    path for folder in (".", "doctor", "walkthrough") for path in (SOURCE / folder).glob("*.py")
)


def layer_of(path: Path) -> str:
    """Names the layer that a file is in."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_data_moves_one_way(path: Path) -> None:
    layer = layer_of(path)
    if layer == "__init__":
        return
    below = LAYERS[LAYERS.index(layer) + 1 :]
    allowed = {*below, "endpoint"} if layer in {"cli", "walkthrough"} else set(below)
    if layer == "pytest_plugin":
        allowed = {"endpoint"}
    if layer != path.stem:
        allowed.add(layer)
    assert imported_modules(path) <= allowed


@pytest.mark.parametrize(
    "path", sorted((SOURCE / "endpoint").rglob("*.py")), ids=lambda path: path.stem
)
def test_the_endpoint_imports_nothing_else_of_scaffold(path: Path) -> None:
    assert imported_modules(path) <= {"endpoint"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_only_the_command_line_prints_exits_and_reads_the_environment(path: Path) -> None:
    if path.stem in {"cli", "__main__"}:
        return
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert calls.isdisjoint({"print", "input", "sys.exit", "exit", "os.getenv", "os.chdir"})
    assert "os.environ" not in path.read_text(encoding="utf-8")


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    code = "import sys, scaffold.cli; print('\\n'.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    heavy = {
        "jinja2",
        "copier",
        "yaml",
        "dotenv",
        "starlette",
        "uvicorn",
        "asyncio",
        "scaffold.endpoint",
        "scaffold.runner",
        "scaffold.render",
        "scaffold.doctor",
        "scaffold.walkthrough",
        "urllib.request",
    }
    assert "scaffold.cli" in loaded
    assert heavy.isdisjoint(loaded)
