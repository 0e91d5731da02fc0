"""What `new` wrote → text for people, or JSON for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scaffold.catalogue.records import ALWAYS_ASKED, PROJECT, SAMPLE, Template
from scaffold.report.document import document, lifecycle_fields, plan_fields
from scaffold.report.words import count, since, visible

if TYPE_CHECKING:
    from scaffold.project.variables import Variable
    from scaffold.project.write import Plan
    from scaffold.sources.records import TemplateEntry


def generated(template: Template | TemplateEntry, plan: Plan) -> str:
    """Tell what `new` wrote, in the words of `ai dev new`."""
    where = visible(str(plan.target))
    head = f"Generating '{template.name}' in '{where}' ({count(len(plan.write), 'file')})..."
    files = "".join(f"  {file.path}\n" for file in plan.write)
    return f"{head}\n\n{files}\n{head} DONE!\n" if files else f"{head} DONE!\n"


def left_alone(plan: Plan) -> str:
    """Tell which files were there already; empty when there were none."""
    lines = []
    if plan.kept:
        lines.append("kept as they are: " + ", ".join(file.path for file in plan.kept))
    if plan.unchanged:
        lines.append("there already: " + ", ".join(file.path for file in plan.unchanged))
    return "\n".join(lines)


def next_steps(directory: str, variables: Sequence[Variable], shape: str = SAMPLE) -> str:
    """Tell what to type next, so that it works when it is pasted into a shell.

    Args:
        directory: the folder that was written.
        variables: what it reads.
        shape: whether a sample or a project.
    """
    import shlex

    folder = shlex.quote(directory)
    if visible(directory) != directory:  # bash and zsh read it like this
        quoted = directory.replace("\\", "\\\\").replace("'", "\\'")
        folder = f"$'{visible(quoted)}'"
    required = ", ".join(variable.name for variable in variables if variable.required)
    run = "  scaffold run\n\nThis runs the sample offline, with no key."
    if shape == PROJECT:
        run = (
            "  uv sync                  # or: pip install -e . --group dev\n"
            "  uv run pytest\n  uv run scaffold run\n\n"
            "This tests and runs it offline, with no key."
        )
    return (
        "\nNext steps:\n\n"
        f"  cd {folder}\n{run} To talk to the service itself:\n"
        + textwrap.fill(f"set {required}", 76, break_long_words=False)
        + "\n(in the environment or in a file .env), then\n\n  scaffold run --live\n"
    )


def lifecycle_note(template: Template, answers: Mapping[str, str]) -> str:
    """Tell in one line that what was made is legacy or retired; empty for an active one."""
    variant = template.variant(answers)
    if variant.lifecycle.state == "active":
        return ""
    name = f"'{template.name}'" + (f" with {variant.name}" if variant.name else "")
    note = f"{name} is {since(variant.lifecycle)} ({variant.lifecycle.source})"
    if variant.lifecycle.successor:
        note += f"; what follows it: scaffold new {variant.lifecycle.successor}"
    return note


def generated_json(
    template: Template, answers: Mapping[str, str], plan: Plan, *, dry_run: bool
) -> str:
    """Give what `new` wrote, or would write, as a JSON document; a dry run with all the text.

    Args:
        template: the template.
        answers: all answers.
        plan: what became of the files.
        dry_run: whether nothing was written.
    """
    always = ALWAYS_ASKED if answers["shape"] == PROJECT else ("language", "provider")
    asked = (*always, *template.answers)
    return document(
        {
            "template": template.name,
            "answers": {name: answers[name] for name in asked},
            **plan_fields(plan, dry_run=dry_run),
            "lifecycle": lifecycle_fields(template.variant(answers).lifecycle),
        }
    )
