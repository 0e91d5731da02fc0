"""Whether there is a newer version of what a project was made from, told without a network."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from scaffold.catalogue.reader import Catalogue
from scaffold.errors import ScaffoldError
from scaffold.update.plan import Newer
from scaffold.update.reading import read_origin


def find_newer(catalogue: Catalogue, directory: Path) -> Newer | None:
    """Compare what a line in a project says made it with today's template.

    Args:
        catalogue: where today's templates are.
        directory: the project.

    Returns:
        Both; None where no line says it, or nothing is known of what it says.
    """
    try:
        origin = read_origin(directory)
        if origin is None:
            return None
        template = catalogue.get(origin.template)
    except ScaffoldError:
        return None
    return Newer(origin, origin._replace(revision=template.revision))


def is_unsaid(directory: Path) -> bool:
    """Say whether no line of a project tells what made it, as before version 0.2.0."""
    try:
        return read_origin(directory) is None
    except ScaffoldError:
        return False


def is_told_today(directory: Path, state: Path, today: date) -> bool:
    """Say whether a person was told about a project today already; from now on they were.

    Where that can't be kept, they count as told: nobody is to hear it at every run.

    Args:
        directory: the project.
        state: the folder for what is kept from run to run.
        today: the day.
    """
    name = hashlib.sha256(str(directory.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    place = state / "told" / name[:32]
    try:
        if place.is_file() and place.read_text(encoding="ascii") == today.isoformat():
            return True
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.write_text(today.isoformat(), encoding="ascii")
    except (OSError, ValueError):
        return True
    return False
