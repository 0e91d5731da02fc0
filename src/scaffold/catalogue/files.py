"""The files of `templates/` → records, one function a file; an author's mistake is one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scaffold.catalogue.fields import Fields, read_fields
from scaffold.catalogue.records import (
    ALWAYS_ASKED,
    DOTENV,
    KINDS,
    STATES,
    Example,
    Lifecycle,
    Question,
    Run,
    Setting,
    Template,
    Variant,
)
from scaffold.errors import TemplateError
from scaffold.languages import find_language

# Of a question, what only Copier reads.
_COPIERS_OWN = ("type", "multiline", "placeholder", "qmark", "secret", "validator", "when")


def read_template(root: Path, name: str, questions: Mapping[str, Question]) -> Template:
    """Read a sample: its `template.yml`, and which folders there are.

    Args:
        root: the folder of templates.
        name: the sample.
        questions: those of `copier.yml`.

    Raises:
        TemplateError: a field is missing, unknown, or has a value that isn't allowed.
    """
    folder = root / name
    fields = read_fields(folder / "template.yml", root)
    known = questions["provider"].choices
    providers = _some(fields, "providers", known)
    lifecycle = _lifecycle(fields, root)
    asked = [each for each in questions if each not in ALWAYS_ASKED]
    template = Template(
        name=name,
        title=fields.text("title"),
        summary=fields.text("summary"),
        tags=fields.texts("tags"),
        languages=_languages(folder, fields, questions["language"]),
        providers=providers,
        answers=fields.texts("answers", asked),
        lifecycle=lifecycle,
        variants=_variants(fields, root, questions, providers, lifecycle),
        example=_example(fields.mapping("example")) if "example" in fields else None,
        revision=fields.number("revision") if "revision" in fields else 1,
        kind=fields.choice("kind", KINDS) if "kind" in fields else "console",
        files=fields.texts("files") if "files" in fields else (),
    )
    fields.end()
    return template


def _some(fields: Fields, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    values = fields.texts(name, known)
    if not values:
        raise TemplateError(f"{fields.file}: '{name}' names none; allowed: {', '.join(known)}")
    return values


def _languages(folder: Path, fields: Fields, question: Question) -> tuple[str, ...]:
    """List the languages that there is a folder for, the default one first."""
    found = [entry.name for entry in folder.iterdir() if entry.is_dir()]
    unknown = sorted(name for name in found if name not in question.choices)
    if unknown:
        raise TemplateError(
            f"{folder.name}/{unknown[0]}: there is no language '{unknown[0]}'; "
            f"copier.yml has: {', '.join(question.choices)}"
        )
    if not found:
        raise TemplateError(f"{fields.file}: there is no folder of files beside it, such as python")
    for name in found:
        try:
            find_language(name)
        except TemplateError as error:
            raise TemplateError(f"{folder.name}/{name}: {error.message}") from error
    return tuple(sorted(found, key=lambda name: (name != question.default, name)))


def _lifecycle(fields: Fields, root: Path) -> Lifecycle:
    state = fields.choice("lifecycle", STATES)
    successor = fields.text("successor", "")
    if successor and not (root / successor / "template.yml").is_file():
        names = sorted(path.parent.name for path in root.glob("*/template.yml"))
        raise fields.not_allowed("successor", successor, names)
    if state == "active":
        return Lifecycle(state)
    return Lifecycle(state, fields.date("since"), fields.text("source"), successor)


def _variants(
    fields: Fields,
    root: Path,
    questions: Mapping[str, Question],
    providers: tuple[str, ...],
    lifecycle: Lifecycle,
) -> Mapping[str, Mapping[str, Variant]]:
    if "variants" not in fields:
        return {}
    variants = fields.mapping("variants")
    found: dict[str, dict[str, Variant]] = {}
    for question in variants.names():
        answers = fields.texts("answers")
        if question not in answers:
            raise variants.not_allowed(question, question, answers)
        values = variants.mapping(question)
        found[question] = {}
        for value in values.names():
            if value not in questions[question].choices:
                raise values.not_allowed(value, value, questions[question].choices)
            terms = values.mapping(value)
            found[question][value] = Variant(
                f"{question}={value}",
                _lifecycle(terms, root) if "lifecycle" in terms else lifecycle,
                _some(terms, "providers", providers) if "providers" in terms else providers,
                _only_answers(terms.mapping("answers"), questions, answers)
                if "answers" in terms
                else {},
            )
            terms.end()
    return found


def _only_answers(
    fields: Fields, questions: Mapping[str, Question], asked: Sequence[str]
) -> Mapping[str, str]:
    found = {}
    for name in fields.names():
        if name not in asked:
            raise fields.not_allowed(name, name, asked)
        choices = questions[name].choices
        found[name] = fields.choice(name, choices) if choices else fields.text(name)
    return found


def _example(fields: Fields) -> Example:
    example = Example(
        fields.texts("typed") if "typed" in fields else (),
        fields.texts("arguments") if "arguments" in fields else (),
        fields.numbers("audio") if "audio" in fields else {},
    )
    fields.end()
    return example


def read_copier(root: Path) -> tuple[Mapping[str, Any], Mapping[str, Question]]:
    """Read `copier.yml`: the settings, whose names begin with `_`, and the questions by name.

    Raises:
        TemplateError: a question is missing or can't be used.
    """
    fields = read_fields(root / "copier.yml", root)
    settings = {name: fields.raw(name) for name in fields.names() if name.startswith("_")}
    made_before = fields.mapping("_made_before") if "_made_before" in fields else None
    questions = {}
    for name in fields.names():
        if name.startswith("_") or name == "template":
            continue
        question = fields.mapping(name)
        # What isn't asked is worked out, for stock Copier.
        if "when" in question and question.raw("when") is False:
            continue
        question.ignore(*_COPIERS_OWN)
        choices = question.texts("choices") if "choices" in question else ()
        default = question.choice("default", choices) if choices else question.text("default", "")
        before = default
        if made_before and name in made_before:
            before = made_before.choice(name, choices)
        questions[name] = Question(name, question.text("help", name), default, choices, before)
        question.end()
    if made_before:
        made_before.end()
    for name in ("language", "provider"):
        if name not in questions or not questions[name].choices:
            raise TemplateError(f"copier.yml: '{name}' must be a question with choices")
    return settings, questions


def read_environment(root: Path) -> tuple[Template, Mapping[str, Setting]]:
    """Read `environment.yml`: the template `.env`, and what is known of each variable.

    Raises:
        TemplateError: a field is missing, unknown, or of the wrong type.
    """
    fields = read_fields(root / "environment.yml", root)
    dotenv = Template(
        name=DOTENV,
        title=fields.text("title"),
        summary=fields.text("summary"),
        tags=fields.texts("tags"),
        languages=(),
        providers=(),
        answers=(),
        lifecycle=Lifecycle(),
        variants={},
    )
    variables = fields.mapping("variables")
    settings = {}
    for name in variables.names():
        facts = variables.mapping(name)
        settings[name] = Setting(facts.text("what"), facts.text("where"), facts.flag("secret"))
        facts.end()
    fields.end()
    return dotenv, settings


def read_last_run(root: Path, name: str) -> Run | None:
    """Read from `runs.json` when a template was last run; None when it never was.

    Raises:
        TemplateError: the file can't be used.
    """
    import json

    path = root / "runs.json"
    if not path.is_file():
        return None
    try:
        runs = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise TemplateError(f"runs.json: it is no JSON: {error}") from error
    fields = Fields(runs, "runs.json")
    if name not in fields:
        return None
    run = fields.mapping(name)
    packages = run.mapping("packages")
    return Run(run.date("date"), {each: packages.texts(each) for each in packages.names()})
