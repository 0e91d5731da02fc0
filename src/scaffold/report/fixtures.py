"""What `scaffold fixtures` left alone, or found → text for people, or JSON for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from scaffold.errors import DriftError
from scaffold.project.diff import unified_diff
from scaffold.project.fixtures import Drift, Fixture
from scaffold.report.document import document
from scaffold.report.words import count, visible


def left_alone(theirs: Sequence[str]) -> str:
    """Tell which files are no fixtures; empty when there are none."""
    return f"not made by scaffold, left alone: {', '.join(theirs)}" if theirs else ""


def clean(fixtures: Sequence[Fixture], directory: Path) -> str:
    """Tell in one line that there is no drift."""
    return f"{count(len(fixtures), 'project')} in '{visible(str(directory))}': no drift\n"


def drift_diff(drift: Sequence[Drift]) -> str:
    """Give the diff that would put the folder right."""
    return "".join(unified_diff(each.path, each.before, each.after) for each in drift)


def drift_json(directory: Path, fixtures: Sequence[Fixture], drift: Sequence[Drift]) -> str:
    """Give what a check found as a JSON document.

    Args:
        directory: the folder.
        fixtures: what was looked for.
        drift: what is not as it would be made.
    """
    return document(
        {
            "directory": str(directory),
            "projects": [fixture.name for fixture in fixtures],
            "clean": not drift,
            "drift": [
                {
                    "path": each.path,
                    "kind": each.kind,
                    "diff": unified_diff(each.path, each.before, each.after),
                }
                for each in drift
            ],
        }
    )


def drift_error(directory: Path, drift: Sequence[Drift], maker: str) -> DriftError:
    """Tell how much is not as it should be, and name each file and what is wrong with it.

    Args:
        directory: the folder.
        drift: what is not as it would be made.
        maker: what would make it: `the catalogue`, or a source.
    """
    kinds = Counter(each.kind for each in drift)
    counts = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    message = f"'{directory}' is not what {maker} makes ({counts}):"
    return DriftError(message, tuple(f"{each.path}: {each.kind}" for each in drift))
