"""What several projects require → a Python that has it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import metadata
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion

from scaffold.languages.python.environment import ensure_environment


def find_python(
    manifests: Iterable[str],
    folder: Path,
    environ: Mapping[str, str],
    say: Callable[[str], None],
) -> Path:
    """Find a Python that has what all these projects require: this one, or else a new one.

    Args:
        manifests: the `requirements.txt` of each.
        folder: where a new one is made.
        environ: the user's environment, as for `ensure_environment`.
        say: is told what is being installed.

    Raises:
        ScaffoldError: a requirement can't be installed.
    """
    lines = {line.strip() for manifest in manifests for line in manifest.splitlines()}
    required = sorted(line for line in lines if line and not line.startswith("#"))
    if all(is_here(line) for line in required):
        return Path(sys.executable)
    (folder / "requirements.txt").write_text("\n".join(required) + "\n", encoding="utf-8")
    return ensure_environment(folder, environ, say)


def is_here(line: str) -> bool:
    """Say whether this Python has what a line of `requirements.txt` asks for."""
    try:
        requirement = Requirement(line.partition(" #")[0])
        if requirement.marker and not requirement.marker.evaluate():
            return True
        version = metadata.version(requirement.name)
        return not requirement.url and requirement.specifier.contains(version, prereleases=True)
    except (InvalidRequirement, InvalidVersion, metadata.PackageNotFoundError):
        return False
