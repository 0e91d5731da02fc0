"""Results → text for people, or JSON for programs. Every function returns a string.

The JSON documents have `schema_version` 1; a field may be added without raising it, and none is
renamed or dropped.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scaffold.catalogue import DOTENV, Lifecycle, Question, Run, Setting, Template

if TYPE_CHECKING:
    from scaffold.dotenv_file import DotenvPlan
    from scaffold.render import File
    from scaffold.variables import Variable
    from scaffold.write import Plan

SCHEMA_VERSION = 1


def generated(template: Template, plan: Plan) -> str:
    """Tells what `new` wrote, in the words of `ai dev new`."""
    head = f"Generating '{template.name}' in '{plan.target}' ({count(len(plan.write), 'file')})..."
    files = "".join(f"  {file.path}\n" for file in plan.write)
    return f"{head}\n\n{files}\n{head} DONE!\n" if files else f"{head} DONE!\n"


def left_alone(plan: Plan) -> str:
    """Tells which files were there already; empty when there were none."""
    lines = []
    if plan.kept:
        lines.append("kept as they are: " + ", ".join(file.path for file in plan.kept))
    if plan.unchanged:
        lines.append("there already: " + ", ".join(file.path for file in plan.unchanged))
    return "\n".join(lines)


def next_steps(directory: str, variables: Sequence[Variable]) -> str:
    """Tells what to type next, so that it works when it is pasted into a shell."""
    import shlex

    folder = shlex.quote(directory)
    required = ", ".join(variable.name for variable in variables if variable.required)
    return (
        "\nNext steps:\n\n"
        f"  cd {folder}\n"
        "  scaffold run\n\n"
        "This runs the sample offline, with no key. To talk to the service itself:\n"
        + textwrap.fill(f"set {required}", 76, break_long_words=False)
        + "\n(in the environment or in a file .env), then\n\n  scaffold run --live\n"
    )


def lifecycle_note(template: Template, answers: Mapping[str, str]) -> str:
    """Tells in one line that what was made is legacy or retired; empty for an active one."""
    variant = template.variant(answers)
    if variant.lifecycle.state == "active":
        return ""
    name = f"'{template.name}'" + (f" with {variant.name}" if variant.name else "")
    note = f"{name} is {since(variant.lifecycle)} ({variant.lifecycle.source})"
    if variant.lifecycle.successor:
        note += f"; what follows it: scaffold new {variant.lifecycle.successor}"
    return note


def template_table(templates: Sequence[Template]) -> str:
    """Lays templates out as the table that people know from `ai dev list`."""
    rows = [
        (
            template.title,
            template.name,
            ", ".join(language.capitalize() for language in template.languages),
            "" if template.lifecycle.state == "active" else since(template.lifecycle),
        )
        for template in templates
    ]
    header = ("Name", "Short Name", "Language", "Lifecycle" if any(row[3] for row in rows) else "")
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(4)]
    rule = tuple("-" * width for width in widths)
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        + "\n"
        for row in (header, rule, *rows)
    )


def template_page(
    template: Template,
    questions: Sequence[Question],
    files: Sequence[File],
    variables: Mapping[str, Sequence[Variable]],
    last_run: Run | None,
) -> str:
    """Tells all about one template: its files, variables, answers and lifecycle."""
    facts = [
        ("Short name", template.name),
        ("Language", ", ".join(template.languages)),
        ("Provider", ", ".join(template.providers)),
        ("Tags", ", ".join(template.tags)),
        ("Lifecycle", since(template.lifecycle)),
        ("Source", template.lifecycle.source),
        ("Successor", template.lifecycle.successor),
        ("Last run", describe_run(last_run)),
    ]
    lines = [template.title, template.summary, ""]
    lines += [f"{name + ':':<12}{value}" for name, value in facts if value]
    lines += ["", "Files", *(f"  {file.path}" for file in files)]
    for provider, read in variables.items():
        lines += ["", f"Environment variables ({provider})"]
        lines += _columns(_variable_row(variable) for variable in read)
    lines += ["", "Answers (--set NAME=VALUE)"]
    lines += _columns(_question_row(question, template) for question in questions) or ["  none"]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def template_list_json(templates: Sequence[Template]) -> str:
    """Gives the templates as a JSON document: {schema_version, templates: [...]}."""
    return document({"templates": [_template_fields(template) for template in templates]})


def template_json(
    template: Template,
    questions: Sequence[Question],
    files: Sequence[File],
    variables: Mapping[str, Sequence[Variable]],
    last_run: Run | None,
) -> str:
    """Gives all about one template as a JSON document."""
    return document(
        {
            **_template_fields(template),
            "last_run": last_run._asdict() if last_run else None,
            "files": [file.path for file in files],
            "variables": {
                provider: [variable._asdict() for variable in read]
                for provider, read in variables.items()
            },
            "answers": [
                {
                    "name": question.name,
                    "help": question.help,
                    "default": question.default,
                    "choices": list(question.choices),
                    "variants": {
                        value: _lifecycle_fields(variant.lifecycle)
                        for value, variant in template.variants.get(question.name, {}).items()
                    },
                }
                for question in questions
            ],
        }
    )


def generated_json(
    template: Template, answers: Mapping[str, str], plan: Plan, *, dry_run: bool
) -> str:
    """Gives what `new` wrote, or would write, as a JSON document."""
    return document(
        {
            "template": template.name,
            "answers": {
                name: answers[name] for name in ("language", "provider", *template.answers)
            },
            "directory": str(plan.target),
            "dry_run": dry_run,
            "written": [file.path for file in plan.write],
            "unchanged": [file.path for file in plan.unchanged],
            "kept": [file.path for file in plan.kept],
            "lifecycle": _lifecycle_fields(template.variant(answers).lifecycle),
        }
    )


def generated_dotenv(template: Template, plan: DotenvPlan) -> str:
    """Tells of a `.env` that was made or filled up, as of any template."""
    from scaffold.render import File
    from scaffold.write import Plan

    files = (File(template.name, plan.content),) if plan.added else ()
    return generated(template, Plan(plan.directory, files, (), ()))


def dotenv_note(plan: DotenvPlan) -> str:
    """Tells what became of a `.env` that was there; empty when there was none."""
    if plan.before is None:
        return ""
    note = "every line of .env is as it was"
    note += f"; added: {', '.join(plan.added)}" if plan.added else "; it has all that is needed"
    if plan.before.exposed:
        note += f"\n.env was open to others (mode {plan.before.mode:04o}); now it is yours alone"
    return note


def dotenv_json(plan: DotenvPlan, *, dry_run: bool) -> str:
    """Gives what `new .env` wrote, or would write, as a JSON document."""
    return document(
        {
            "template": DOTENV,
            "directory": str(plan.directory),
            "dry_run": dry_run,
            "written": [DOTENV] if plan.added else [],
            "unchanged": [] if plan.added else [DOTENV],
            "added": list(plan.added),
        }
    )


def dotenv_page(template: Template, known: Mapping[str, Setting]) -> str:
    """Tells all about `.env`: every variable that there is, and where its value is found."""
    lines = [template.title, template.summary, "", f"Short name: {template.name}", ""]
    for name, setting in known.items():
        lines += [name, f"  {setting.what}", f"  {setting.where}"]
    return "\n".join(lines) + "\n"


def dotenv_template_json(template: Template, known: Mapping[str, Setting]) -> str:
    """Gives all about `.env` as a JSON document."""
    variables = [{"name": name, **setting._asdict()} for name, setting in known.items()]
    return document({**_template_fields(template), "variables": variables})


def exports(url: str, variables: Mapping[str, Mapping[str, str]], *, powershell: bool) -> str:
    """Tells where the endpoint is, and what to set for each provider, as shell commands."""
    lines = [f"The endpoint is at {url}; Ctrl-C stops it."]
    for provider, values in variables.items():
        lines += ["", f"# {provider}"]
        for name, value in values.items():
            lines.append(f'$env:{name} = "{value}"' if powershell else f"export {name}={value}")
    return "\n".join(lines) + "\n"


def document(fields: dict[str, Any]) -> str:
    """Writes a JSON document, with the version of its schema."""
    import json

    # ASCII alone: it reads the same whatever the terminal or the pipe makes of other characters.
    return json.dumps({"schema_version": SCHEMA_VERSION, **fields}, indent=2) + "\n"


def _template_fields(template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "title": template.title,
        "summary": template.summary,
        "tags": list(template.tags),
        "languages": list(template.languages),
        "providers": list(template.providers),
        "lifecycle": _lifecycle_fields(template.lifecycle),
    }


def _lifecycle_fields(lifecycle: Lifecycle) -> dict[str, str | None]:
    return {
        "state": lifecycle.state,
        "since": lifecycle.since or None,
        "source": lifecycle.source or None,
        "successor": lifecycle.successor or None,
    }


def _variable_row(variable: Variable) -> tuple[str, str]:
    if variable.required:
        return variable.name, "required"
    if variable.default is None:
        return variable.name, "optional, read by the SDK"
    return variable.name, f"optional, default: {variable.default}"


def _question_row(question: Question, template: Template) -> tuple[str, str]:
    choices = []
    for choice in question.choices:
        variant = template.variants.get(question.name, {}).get(choice)
        retired = f" ({since(variant.lifecycle)})" if variant else ""
        choices.append(choice + retired)
    return f"{question.name}={question.default}", " or ".join(choices) or question.help


def describe_run(run: Run | None) -> str:
    """Says when something was last run, and with which packages."""
    if run is None:
        return "never recorded"
    packages = (f"{name} {' and '.join(each)}" for name, each in run.packages.items())
    return f"{run.date}, with {', '.join(packages)}"


def _columns(pairs: Iterable[tuple[str, str]]) -> list[str]:
    rows = list(pairs)
    width = max((len(first) for first, _ in rows), default=0)
    return [f"  {first:<{width}}  {second}" for first, second in rows]


def since(lifecycle: Lifecycle) -> str:
    """Says where something stands in time."""
    return f"{lifecycle.state} since {lifecycle.since}" if lifecycle.since else lifecycle.state


def count(number: int, noun: str) -> str:
    """Says how many there are of something."""
    return f"{number} {noun}" + ("" if number == 1 else "s")
