"""Templates → text for people, or JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from scaffold.catalogue.records import Question, Template
from scaffold.errors import TemplateError
from scaffold.languages import find_language
from scaffold.report.document import document, lifecycle_fields, template_fields
from scaffold.report.words import describe_run, since

if TYPE_CHECKING:
    from scaffold.project.details import TemplateDetails
    from scaffold.project.variables import Variable


def template_table(templates: Sequence[Template]) -> str:
    """Lay templates out as the table that people know from `ai dev list`; nothing for none."""
    if not templates:
        return ""
    rows = [
        (
            template.title,
            template.name,
            ", ".join(find_language(language).title for language in template.languages),
            "" if template.lifecycle.state == "active" else since(template.lifecycle),
        )
        for template in templates
    ]
    titles = ("Name", "Short Name", "Language", "Lifecycle")
    header = [title if any(row[at] for row in rows) else "" for at, title in enumerate(titles)]
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(4)]
    rule = tuple("-" * width for width in widths)
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        + "\n"
        for row in (header, rule, *rows)
    )


def listing_notes(shown: Sequence[Template], hidden: int, broken: Sequence[TemplateError]) -> str:
    """Say what a list doesn't show; empty where there is nothing.

    Args:
        shown: what the list shows.
        hidden: how many are not shown since they are retired.
        broken: why others can't be read.
    """
    lines = []
    if hidden:
        lines.append(f"{hidden} retired, not shown: --all shows them too")
    elif not shown:
        lines.append("no template is like that: 'scaffold list --all' shows them all")
    return "\n".join([*lines, *(f"scaffold: {error.message}" for error in broken)])


def template_page(details: TemplateDetails) -> str:
    """Tell all about one template: its files, variables, answers and lifecycle."""
    template = details.template
    facts = [
        ("Short name", template.name),
        ("Language", ", ".join(template.languages)),
        ("Provider", ", ".join(template.providers)),
        ("Tags", ", ".join(template.tags)),
        ("Lifecycle", since(template.lifecycle)),
        ("Source", template.lifecycle.source),
        ("Successor", template.lifecycle.successor),
        ("Last run", describe_run(details.last_run)),
    ]
    lines = [template.title, template.summary, ""]
    lines += [f"{name + ':':<12}{value}" for name, value in facts if value]
    lines += ["", "Files", *(f"  {file.path}" for file in details.files)]
    for provider, read in details.variables.items():
        lines += ["", f"Environment variables ({provider})"]
        lines += _columns(_variable_row(variable) for variable in read)
    lines += ["", "Answers (--set NAME=VALUE)"]
    lines += _columns(_question_row(question, template) for question in details.questions) or [
        "  none"
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def template_list_json(templates: Sequence[Template]) -> str:
    """Give the templates as a JSON document: {schema_version, templates: [...]}."""
    return document({"templates": [template_fields(template) for template in templates]})


def template_json(details: TemplateDetails) -> str:
    """Give all about one template as a JSON document."""
    template = details.template
    return document(
        {
            **template_fields(template),
            "last_run": details.last_run._asdict() if details.last_run else None,
            "files": [file.path for file in details.files],
            "variables": {
                provider: [variable._asdict() for variable in read]
                for provider, read in details.variables.items()
            },
            "answers": [
                {
                    "name": question.name,
                    "help": question.help,
                    "default": question.default,
                    "choices": list(question.choices),
                    "variants": {
                        value: lifecycle_fields(lifecycle)
                        for value, lifecycle in template.lifecycles(question.name).items()
                    },
                }
                for question in details.questions
            ],
        }
    )


def _variable_row(variable: Variable) -> tuple[str, str]:
    if variable.required:
        return variable.name, "required"
    if variable.default is None:
        return variable.name, "optional, read by the SDK"
    return (
        variable.name,
        f"optional, default: {variable.default}" if variable.default else "optional",
    )


def _question_row(question: Question, template: Template) -> tuple[str, str]:
    lifecycles = template.lifecycles(question.name)
    choices = [
        f"{choice} ({since(lifecycles[choice])})" if choice in lifecycles else choice
        for choice in question.choices
    ]
    return f"{question.name}={question.default}", " or ".join(choices) or question.help


def _columns(pairs: Iterable[tuple[str, str]]) -> list[str]:
    rows = list(pairs)
    width = max((len(first) for first, _ in rows), default=0)
    return [f"  {first:<{width}}  {second}" for first, second in rows]
