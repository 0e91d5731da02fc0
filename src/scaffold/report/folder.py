"""What `scaffold fixtures` or `docs` made in a folder → text for people, or JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scaffold.project.write import Plan
from scaffold.report.document import document
from scaffold.report.words import count


def made(names: Sequence[str], noun: str, plan: Plan) -> str:
    """Tells in one line what was made; each name is that of one `noun`."""
    return (
        f"{count(len(names), noun)} in '{plan.target}': "
        f"{count(len(plan.write), 'file')} written, {len(plan.unchanged)} unchanged, "
        f"{len(plan.remove)} removed\n"
    )


def made_json(names: Sequence[str], noun: str, plan: Plan, **more: Any) -> str:
    """Gives what was made as a JSON document, with what one command has to say besides."""
    return document(
        {
            "directory": str(plan.target),
            f"{noun}s": names,
            "written": [file.path for file in plan.write],
            "unchanged": [file.path for file in plan.unchanged],
            "removed": list(plan.remove),
            **more,
        }
    )
