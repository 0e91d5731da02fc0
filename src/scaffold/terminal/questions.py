"""A question of a template from elsewhere, asked at the terminal."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from typing import Any

from scaffold.report.words import visible
from scaffold.sources.rendering.child import TemplateQuestion
from scaffold.terminal.picker import Choice, Picker
from scaffold.terminal.screen import ask_line, messages, pick

_YES = ("y", "yes", "true")
_NO = ("n", "no", "false")


def ask_question(question: TemplateQuestion, environ: Mapping[str, str]) -> Any:
    """Ask for an answer; Enter alone takes the default.

    Args:
        question: what is asked, and why the answer before was refused.
        environ: the environment, which says how to draw.

    Raises:
        KeyboardInterrupt: the person left.
    """
    out = messages()
    if question.problem:
        out.write(f"  {visible(question.problem)}\n")
    said = " ".join(visible(question.message, lines=True).split())
    if question.kind == "select":
        return _select(question, said, environ)
    if question.kind == "checkbox":
        return _several(question, said)
    if question.kind == "confirm":
        return _confirm(question, said)
    if question.kind == "password":
        return _secret(question, said)
    default = "" if question.default is None else str(question.default)
    shown = f" [{visible(default)}]" if default else ""
    return ask_line(f"{said}{shown}: ") or default


def _select(question: TemplateQuestion, said: str, environ: Mapping[str, str]) -> Any:
    options = [each for each in question.choices if not each.disabled]
    # What is recommended comes first.
    options.sort(key=lambda each: each.value != question.default)
    choices = tuple(Choice(visible(each.title)) for each in options)
    if not choices:
        return question.default
    picked = pick(Picker(said, choices), environ)
    messages().write(f"{said} {picked.name}\n")
    return options[choices.index(picked)].value


def _several(question: TemplateQuestion, said: str) -> list[Any]:
    options = [each for each in question.choices if not each.disabled]
    out = messages()
    out.write(f"{said}\n")
    for number, each in enumerate(options, 1):
        out.write(f"  {number}. {visible(each.title)}{' (chosen)' if each.checked else ''}\n")
    while True:
        typed = ask_line("Numbers, with commas; Enter alone takes the chosen, 0 none of them: ")
        if not typed:
            return [each.value for each in options if each.checked]
        numbers = typed.replace(",", " ").split()
        if numbers == ["0"]:
            return []
        if all(each.isdecimal() and 1 <= int(each) <= len(options) for each in numbers):
            return [options[int(each) - 1].value for each in numbers]


def _confirm(question: TemplateQuestion, said: str) -> bool:
    default = bool(question.default)
    while True:
        typed = ask_line(f"{said} [{'Y/n' if default else 'y/N'}]: ").lower()
        if typed in (*_YES, *_NO, ""):
            return typed in _YES if typed else default


def _secret(question: TemplateQuestion, said: str) -> str:
    default = "" if question.default is None else str(question.default)
    try:
        typed = getpass.getpass(f"{said} (not shown): ", stream=messages())
    except EOFError:
        raise KeyboardInterrupt from None
    return typed or default
