"""The template `.env` → text for people, or JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping

from scaffold.catalogue.records import DOTENV, Setting, Template
from scaffold.project.dotenv import DotenvPlan
from scaffold.project.render import File
from scaffold.project.write import Plan
from scaffold.report.document import document, template_fields
from scaffold.report.new import generated


def generated_dotenv(template: Template, plan: DotenvPlan) -> str:
    """Tell of a `.env` that was made or filled up, as of any template."""
    files = (File(template.name, plan.content),) if plan.added else ()
    return generated(template, Plan(plan.directory, files, (), ()))


def dotenv_note(plan: DotenvPlan) -> str:
    """Tell what became of a `.env` that was there; empty when there was none."""
    if plan.before is None:
        return ""
    note = "every line of .env is as it was"
    note += f"; added: {', '.join(plan.added)}" if plan.added else "; it has all that is needed"
    if plan.before.exposed:
        note += f"\n.env was open to others (mode {plan.before.mode:04o}); now it is yours alone"
    return note


def dotenv_json(plan: DotenvPlan, *, dry_run: bool) -> str:
    """Give what `new .env` wrote, or would write, as a JSON document."""
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
    """Tell all about `.env`: every variable that there is, and where its value is found."""
    lines = [template.title, template.summary, "", f"Short name: {template.name}", ""]
    for name, setting in known.items():
        lines += [name, f"  {setting.what}", f"  {setting.where}"]
    return "\n".join(lines) + "\n"


def dotenv_template_json(template: Template, known: Mapping[str, Setting]) -> str:
    """Give all about `.env` as a JSON document."""
    variables = [{"name": name, **setting._asdict()} for name, setting in known.items()]
    return document({**template_fields(template), "variables": variables})
