"""Flags, `--set` and an answers file, checked against the questions, as one mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scaffold.catalogue.names import not_found
from scaffold.catalogue.records import ALWAYS_ASKED, PROJECT, Question, Template
from scaffold.errors import NotFoundError, UsageError
from scaffold.languages import find_language

_SECRET = re.compile(r"(?i)(^|_)(api_?)?(key|secret|token|password|credential)s?$")
_ENVIRONMENT_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")


def parse_assignments(assignments: Sequence[str]) -> dict[str, str]:
    """Turn each `NAME=VALUE` of `--set` into an item; the last of a name counts.

    Raises:
        UsageError: one has no `=`, or no name.
    """
    answers = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not (name and equals):
            raise UsageError(f"--set takes NAME=VALUE, and got {name!r}")
        answers[name] = value
    return answers


def gather_answers(
    path: Path | None = None,
    assignments: Sequence[str] = (),
    flags: Mapping[str, str | None] = MappingProxyType({}),
    *,
    of_any_kind: bool = False,
) -> dict[str, Any]:
    """Gather what the user said: the answers file first, then `--set`, then the flags.

    Args:
        path: the answers file, if there is one.
        assignments: the values of `--set`.
        flags: the answers with flags of their own; None for one that wasn't given.
        of_any_kind: whether the file may say more than texts, as templates from elsewhere ask.

    Raises:
        UsageError: the answers file or an assignment can't be used.
    """
    answers: dict[str, Any] = {}
    if path:
        from scaffold.project.answers_file import read_answers, read_values

        answers.update(read_values(path) if of_any_kind else read_answers(path))
    answers.update(parse_assignments(assignments))
    answers.update((name, value) for name, value in flags.items() if value is not None)
    return answers


def resolve_answers(
    template: Template, questions: Mapping[str, Question], given: Mapping[str, Any]
) -> dict[str, str]:
    """Give every question of a template its answer: the one given, or the default.

    Args:
        template: the template that is going to be rendered.
        questions: all questions of the catalogue.
        given: what the user said, by question; None where nothing was said.

    Returns:
        The answers to every question, those that the template doesn't ask at their defaults,
        and `template` itself with its `revision`: what a template is rendered with.

    Raises:
        NotFoundError: there is no such question, or no such language.
        UsageError: a value isn't allowed, is of the wrong type, or would be a secret in a file.
    """
    given = {name: value for name, value in given.items() if value is not None}
    asked = (*ALWAYS_ASKED, *template.answers)
    for name in given:
        if name not in asked and name != "template":
            raise _unknown(name, template, asked)
    if given.pop("template", template.name) != template.name:
        raise UsageError(f"the answers are for another template than '{template.name}'")

    defaults = {
        "language": template.languages[0],
        "provider": template.providers[0],
        "package": template.name.replace("-", "_"),
    }
    answers = {"template": template.name, "revision": str(template.revision)}
    for name, question in questions.items():
        value = given.get(name, defaults.get(name, question.default))
        answers[name] = _checked(name, value)

    if answers["language"] not in template.languages:
        raise NotFoundError(
            f"'{template.name}' is not there in '{answers['language']}'; "
            f"it is in: {', '.join(template.languages)}"
        )
    for name in ("shape", *template.answers):
        _check_choice(name, answers[name], questions[name].choices)
    if answers["shape"] == PROJECT:
        find_language(answers["language"]).check_package(answers["package"])
    elif "package" in given:
        raise UsageError("'package' is a question of projects: add --project")
    # An answer may leave but one to another question: that is its default, then.
    for name, value in template.variant(answers).answers.items():
        _check_choice(name, given.get(name, value), (value,))
        answers[name] = value
    _check_choice("provider", answers["provider"], template.variant(answers).providers)
    return answers


def keep_answers(
    template: Template, questions: Mapping[str, Question], made_with: Mapping[str, str]
) -> dict[str, str]:
    """Take over what an older project was made with, as far as it is asked today.

    Where a question wasn't asked then, its answer is the one that makes what was made then.

    Args:
        template: the template as it is today.
        questions: all questions of the catalogue.
        made_with: the answers that the project was made with, by question.
    """
    asked = (*ALWAYS_ASKED, *template.answers)
    kept = {name: value for name, value in made_with.items() if name in asked}
    provider = kept.get("provider", template.providers[0])
    for name in template.answers:
        before = questions[name].before
        variant = template.variant({**kept, name: before})
        answered = name in kept or name in variant.answers
        if questions[name].choices and not answered and provider in variant.providers:
            kept[name] = before
    return kept


def _checked(name: str, value: object) -> str:
    if not isinstance(value, str):
        from scaffold.project.answers_file import NotText

        # What it is, never the value itself: it may be larger than any message.
        kind = value.kind if isinstance(value, NotText) else type(value).__name__
        raise UsageError(f"'{name}' takes a text, and got {kind}")
    return value


def _check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    if choices and value not in choices:
        raise UsageError(f"'{name}' can't be {value!r} here; it is one of: {', '.join(choices)}")


def _unknown(name: str, template: Template, asked: Sequence[str]) -> NotFoundError | UsageError:
    # The value is never shown: it may be a key.
    if _SECRET.search(name):
        return UsageError(
            f"'{name}' looks like a secret, and would end up in a file: "
            "keys live in the environment, where the sample reads them"
        )
    if _ENVIRONMENT_VARIABLE.fullmatch(name):
        return UsageError(
            f"'{name}' is an environment variable: set it where the sample runs, not with --set"
        )
    return not_found(
        "variable", name, asked, f"'{template.name}' has: {', '.join(template.answers) or 'none'}"
    )
