"""What `scaffold fixtures` or `docs` made in a folder → text for people, or JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from scaffold.project.write import Plan
from scaffold.report.document import document
from scaffold.report.words import count, visible


class Named(Protocol):
    """Something with a name, of which a folder holds several."""

    @property
    def name(self) -> str: ...


def made_text(made: Sequence[Named], noun: str, plan: Plan) -> str:
    """Tell in one line how many there are of what was made, and what became of their files.

    Args:
        made: what was made.
        noun: what one of them is called.
        plan: what became of the files.
    """
    return (
        f"{count(len(made), noun)} in '{visible(str(plan.target))}': "
        f"{count(len(plan.write), 'file')} written, {len(plan.unchanged)} unchanged, "
        f"{len(plan.remove)} removed\n"
    )


def llms_text(plan: Plan) -> str:
    """Tell in one line what became of the files for agents."""
    names = " and ".join(file.path for file in (*plan.write, *plan.unchanged))
    return (
        f"{names} in '{visible(str(plan.target))}': {count(len(plan.write), 'file')} written, "
        f"{len(plan.unchanged)} unchanged\n"
    )


def made_json(made: Sequence[Named], noun: str, plan: Plan, **more: Any) -> str:
    """Give what was made as a JSON document, with what one command has to say besides.

    Args:
        made: what was made.
        noun: what one of them is called.
        plan: what became of the files.
        more: further fields of the document.
    """
    return document(
        {
            "directory": str(plan.target),
            f"{noun}s": [each.name for each in made],
            "written": [file.path for file in plan.write],
            "unchanged": [file.path for file in plan.unchanged],
            "removed": list(plan.remove),
            **more,
        }
    )
