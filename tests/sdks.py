"""The environment with the oldest packages that the samples allow, made once for all tests."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import PROJECTS
from filelock import FileLock


def lowest_requirements() -> list[str]:
    """Pins each package of any sample to the lower bound of its range."""
    lines = {
        line
        for project in PROJECTS
        for file in project.files()
        if file.path == "requirements.txt"
        for line in file.content.decode().splitlines()
        if not line.startswith("#")
    }
    return sorted({re.sub(r">=([\d.]+),.*", r"==\1", line) for line in lines})


def lowest_python(shared: Path) -> Path:
    """Makes the environment below a folder that all workers share, unless it is there.

    Args:
        shared: the folder.

    Returns:
        The environment's Python.
    """
    requirements = lowest_requirements()
    folder = shared / "lowest-sdk"
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
