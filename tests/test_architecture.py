"""The shape that `CONTRIBUTING.md` draws: who may import whom, and what stays cold."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import scaffold

SOURCE = Path(scaffold.__file__).parent

# Each may import those after it, never those before: the files and folders at the top, and within
# a folder its files.
LAYERS = [
    "pytest_plugin",
    "__main__",
    "cli",
    "terminal",
    "commands",
    "walkthrough",
    "report",
    "doctor",
    "running",
    "update",
    "project",
    "catalogue",
    "errors",
]
WITHIN = {
    "terminal": "dialogue options parsing completion diffs progress screen picker output",
    "commands": "doctor dotenv new list_show fixtures docs run serve",
    "walkthrough": "make page wire run folder commands align markdown steps reader",
    "report": "doctor fixtures folder dotenv new list_show serve document words",
    "doctor": "__init__ checks sign_in settings service asking",
    "running": "runner environment process",
    "update": "released merge text diff3 differences",
    "project": (
        "fixtures owned_folder diff details dotenv write lock paths variables render answers"
        " answers_file provenance"
    ),
    "catalogue": "reader names records plain_yaml",
}
USE_THE_ENDPOINT = {"commands", "walkthrough", "pytest_plugin"}


def imported_modules(path: Path) -> set[str]:
    """Finds the modules of `scaffold` that a file imports, anywhere in it, as dotted names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("scaffold"):
            for alias in node.names:
                dotted = f"{node.module}.{alias.name}"
                module = SOURCE.parent.joinpath(*dotted.split("."))
                known = module.is_dir() or module.with_suffix(".py").is_file()
                names.add((dotted if known else node.module).removeprefix("scaffold").lstrip("."))
    return names - {""}


FILES = sorted(
    path for path in SOURCE.rglob("*.py") if "endpoint" not in path.relative_to(SOURCE).parts
)
NAMES = [path.relative_to(SOURCE).as_posix().removesuffix(".py") for path in FILES]
every_file = pytest.mark.parametrize("path", FILES, ids=NAMES)


@every_file
def test_data_moves_one_way(path: Path) -> None:
    layer, *rest = path.relative_to(SOURCE).with_suffix("").parts
    if layer == "__init__":
        return
    below = {*LAYERS[LAYERS.index(layer) + 1 :]}
    if layer == "pytest_plugin":
        below = set()
    if layer in USE_THE_ENDPOINT:
        below.add("endpoint")
    imported = [name.split(".") for name in imported_modules(path)]

    assert {name[0] for name in imported} <= below | {layer}
    own = {(*name[1:], "__init__")[0] for name in imported if name[0] == layer}
    if own:
        order = WITHIN[layer].split()
        assert own <= {*order[order.index(rest[0]) + 1 :]}


@pytest.mark.parametrize(
    "path", sorted((SOURCE / "endpoint").rglob("*.py")), ids=lambda path: path.stem
)
def test_the_endpoint_imports_nothing_else_of_scaffold(path: Path) -> None:
    assert {name.split(".")[0] for name in imported_modules(path)} <= {"endpoint"}


@every_file
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
        "scaffold.running",
        "scaffold.project",
        "scaffold.doctor",
        "scaffold.walkthrough",
        "urllib.request",
    }
    assert "scaffold.cli" in loaded
    assert heavy.isdisjoint(loaded)
