"""The project's own formatter, for edits that were nothing but formatting."""

from __future__ import annotations

import shutil
from pathlib import Path

from scaffold.update.merge import Formatter

TIMEOUT = 30  # seconds; ruff takes milliseconds


def find_formatter(directory: Path, search_path: str | None) -> Formatter | None:
    """Find what formats a project's files as its settings want it.

    Args:
        directory: the project.
        search_path: where programs are found, as `PATH` has it.

    Returns:
        A function that formats a file; None where the project has no settings of ruff, or there is
        no ruff.
    """
    directory = directory.absolute()
    if not _has_settings(directory):
        return None
    places = [str(directory / ".venv" / "bin"), str(directory / ".venv" / "Scripts")]
    program = shutil.which("ruff", path=":".join(places)) or shutil.which("ruff", path=search_path)
    if program is None:
        return None

    def formatted(path: str, content: bytes) -> bytes | None:
        import subprocess

        if not path.endswith((".py", ".pyi")):
            return None
        command = [program, "format", "--no-cache", "--stdin-filename", str(directory / path), "-"]
        try:
            found = subprocess.run(  # noqa: S603
                command, input=content, capture_output=True, cwd=directory, timeout=TIMEOUT
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return None if found.returncode else found.stdout

    return formatted


def _has_settings(directory: Path) -> bool:
    for folder in (directory, *directory.parents):
        if (folder / "ruff.toml").is_file() or (folder / ".ruff.toml").is_file():
            return True
        try:
            if b"[tool.ruff" in (folder / "pyproject.toml").read_bytes():
                return True
        except OSError:
            pass
        # Beyond the repository it is no longer the project's.
        if (folder / ".git").exists():
            return False
    return False
