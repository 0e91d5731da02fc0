"""What people install: a wheel that has all it needs in it, and writes the same projects."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import CATALOGUE, PROJECTS

from scaffold.project.prepared.pack import FOLDER

TOP = Path(__file__).parents[1]
# Runs the program and says which of these modules it imported.
RUN = """
import sys
from scaffold.__main__ import main
try:
    main()
finally:
    found = sorted({"jinja2", "yaml", "scaffold"} & sys.modules.keys())
    print(found, sys.modules["scaffold"].__file__)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Builds the wheel as an installer would, and unpacks it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=TOP, check=True, capture_output=True)
    [made] = folder.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def test_a_wheel_makes_projects_without_jinja(wheel: Path, tmp_path: Path) -> None:
    project = PROJECTS[0]
    arguments = [
        "new",
        project.template,
        "--provider",
        project.provider,
        "--set",
        "system_prompt='",
    ]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments, "--output-dir", "made"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(wheel)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1] == f"['scaffold'] {wheel / 'scaffold' / '__init__.py'}"
    made = {path.name: path.read_bytes() for path in (tmp_path / "made").iterdir()}
    assert made == {file.path: file.content for file in project.files(system_prompt="'")}


def test_a_wheel_has_every_template_and_its_projects(wheel: Path) -> None:
    templates = wheel / "scaffold" / "templates"
    for name in CATALOGUE.names:
        packed = json.loads((templates / FOLDER / f"{name}.json").read_bytes())
        assert packed["projects"]
        assert (templates / name / "template.yml").is_file()
    assert not (TOP / "templates" / FOLDER).exists(), "nothing is left in a checkout"
