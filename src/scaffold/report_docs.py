"""What `scaffold docs` did → text for people, or JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.report import count, document
from scaffold.walkthrough.folder import Page
from scaffold.write import Plan


def made(pages: Sequence[Page], plan: Plan) -> str:
    """Tells in one line what was made."""
    return (
        f"{count(len(pages), 'page')} in '{plan.target}': "
        f"{count(len(plan.write), 'file')} written, {len(plan.unchanged)} unchanged, "
        f"{len(plan.remove)} removed\n"
    )


def made_json(pages: Sequence[Page], plan: Plan) -> str:
    """Gives what was made as a JSON document."""
    return document(
        {
            "directory": str(plan.target),
            "pages": [page.name for page in pages],
            "written": [file.path for file in plan.write],
            "unchanged": [file.path for file in plan.unchanged],
            "removed": list(plan.remove),
        }
    )
