"""Where the program keeps what it remembers from run to run, and what it could make again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def state_dir(environ: Mapping[str, str]) -> Path:
    """Find the folder where the program keeps what it has to remember from run to run.

    Args:
        environ: the user's environment.
    """
    if os.name == "nt" and environ.get("LOCALAPPDATA"):
        return Path(environ["LOCALAPPDATA"]) / "scaffold"
    # By the XDG Base Directory Specification, a path that isn't absolute doesn't count.
    if Path(environ.get("XDG_STATE_HOME", "")).is_absolute():
        return Path(environ["XDG_STATE_HOME"]) / "scaffold"
    home = environ.get("HOME") or environ.get("USERPROFILE")
    return (Path(home) if home else Path("~").expanduser()) / ".local" / "state" / "scaffold"


def cache_dir(environ: Mapping[str, str]) -> Path | None:
    """Say where an environment keeps what can be made again; None where it names no such place."""
    if environ.get("SCAFFOLD_CACHE_DIR"):
        return Path(environ["SCAFFOLD_CACHE_DIR"])
    for name, *parts in (("XDG_CACHE_HOME",), ("LOCALAPPDATA",), ("HOME", ".cache")):
        if environ.get(name) and Path(environ[name]).is_absolute():
            return Path(environ[name], *parts, "scaffold")
    return None
