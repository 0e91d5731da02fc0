"""The environments with the oldest packages that the samples allow, made once for all tests."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from conftest import PROJECTS
from filelock import FileLock
from packaging.version import Version


@dataclass(frozen=True)
class Lowest:
    """Samples whose oldest packages go together.

    Attributes:
        templates: the samples' names.
        pins: the oldest version of each of their packages.
    """

    templates: set[str]
    pins: dict[str, str]


@functools.cache
def lowest_environments() -> tuple[Lowest, ...]:
    """Say which environments it takes to have each sample's oldest packages.

    A sample goes into the first whose versions it takes: the oldest openai has the most.
    """
    pins: dict[str, dict[str, str]] = {}
    for project in PROJECTS:
        for file in project.files():
            if file.path == "requirements.txt":
                found = re.findall(r"^([\w-]+)>=([\d.]+),", file.content.decode(), re.MULTILINE)
                pins.setdefault(project.template, {}).update(found)
    environments: list[Lowest] = []
    oldest_first = sorted(pins.items(), key=lambda pair: Version(pair[1].get("openai", "0")))
    for template, own in oldest_first:
        for environment in environments:
            if all(environment.pins.get(name, own[name]) == own[name] for name in own):
                environment.templates.add(template)
                environment.pins.update(own)
                break
        else:
            environments.append(Lowest({template}, {**own}))
    return tuple(environments)


def lowest_python(shared: Path, template: str = "openai-chat-streaming") -> Path:
    """Makes a sample's environment below a folder that all workers share, unless it is there.

    Args:
        shared: the folder.
        template: the sample.

    Returns:
        The environment's Python.
    """
    number, lowest = next(
        pair for pair in enumerate(lowest_environments()) if template in pair[1].templates
    )
    requirements = sorted(f"{name}=={version}" for name, version in lowest.pins.items())
    folder = shared / f"lowest-sdk-{number}"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    with FileLock(f"{folder}.lock"):
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            venv = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
            subprocess.run(venv, check=True)
            pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
            subprocess.run([*pip, "--disable-pip-version-check", *requirements], check=True)
            (folder / "ready").touch()
    return python
