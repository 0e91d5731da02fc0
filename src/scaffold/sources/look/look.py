"""A template's files → what it would run and ask, before anything of it is let do so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple

from scaffold.errors import TemplateError
from scaffold.sources.look.config import read_config
from scaffold.sources.records import SourceSnapshot, TemplateEntry

# Parts of Jinja itself, which add a statement to its language and nothing else.
_HARMLESS = ("jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n")
_TYPES = ("bool", "float", "int", "json", "path", "str", "yaml")

# Files that programs act on without being asked, and what they do.
_ACTING: Mapping[str, str] = {
    ".vscode/tasks.json": "VS Code may run it when it opens the folder",
    ".vscode/settings.json": "VS Code takes programs to run from it",
    "*.code-workspace": "VS Code takes programs to run from it",
    ".devcontainer/devcontainer.json": "an editor may build and run it when it opens the folder",
    ".devcontainer.json": "an editor may build and run it when it opens the folder",
    ".envrc": "direnv runs it when you enter the folder",
    ".idea/workspace.xml": "JetBrains editors may run it when they open the folder",
    ".claude/settings.json": "Claude Code runs its hooks",
    ".cursor/hooks.json": "Cursor runs its hooks",
    ".exrc": "vi runs it when it starts in the folder",
    ".nvim.lua": "Neovim runs it when it starts in the folder",
    ".mise.toml": "mise runs its hooks when you enter the folder",
    "mise.toml": "mise runs its hooks when you enter the folder",
    ".gitpod.yml": "Gitpod runs it when it opens the project",
    ".pre-commit-config.yaml": "pre-commit, once installed, runs it at each commit",
    ".husky/*": "husky, once installed, runs it at each commit",
    "lefthook.yml": "lefthook, once installed, runs it at each commit",
    ".github/workflows/*": "GitHub runs it when you push",
    ".gitlab-ci.yml": "GitLab runs it when you push",
}


class Command(NamedTuple):
    """Something that a template runs.

    Attributes:
        text: the command, as the template has it, before Jinja.
        when: under which condition, in Jinja; empty for always.
        folder: where, relative to the project; empty for the project's own folder.
    """

    text: str
    when: str = ""
    folder: str = ""


class Look(NamedTuple):
    """What a template would do.

    Attributes:
        tasks: what it runs when the project has been written.
        migrations: what it runs when a project is updated.
        extensions: the Jinja extensions that it renders its files with: code, too.
        questions: the names of what it asks.
        secrets: those of them that are secrets.
        acting: by path, the files that some program acts on without being asked, and how.
    """

    tasks: tuple[Command, ...] = ()
    migrations: tuple[Command, ...] = ()
    extensions: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    acting: Mapping[str, str] = MappingProxyType({})

    @property
    def runs(self) -> bool:
        """Whether it runs anything to make a project."""
        return bool(self.tasks or self.extensions)

    @property
    def lines(self) -> tuple[str, ...]:
        """All that it would run or have run, a line each, to be compared with another's."""
        return (
            *(f"extension: {name}" for name in self.extensions),
            *(f"task: {_line(each)}" for each in self.tasks),
            *(f"migration: {_line(each)}" for each in self.migrations),
            *(f"file: {path}" for path in self.acting),
        )


def look_at(folder: Path) -> Look:
    """Look at a template.

    Args:
        folder: the folder that has its `copier.yml`.

    Raises:
        TemplateError: its `copier.yml` can't be used, or reaches out of the template.
    """
    config = read_config(folder)
    _check_reach(config)
    questions = {name: value for name, value in config.items() if not name.startswith("_")}
    for name, value in questions.items():
        _check_type(name, value)
    secret = {
        name for name, value in questions.items() if isinstance(value, dict) and value.get("secret")
    }
    secret |= {str(name) for name in config.get("_secret_questions", ())}
    extensions = [str(each) for each in config.get("_jinja_extensions", ())]
    return Look(
        tasks=tuple(_commands(config.get("_tasks"))),
        migrations=tuple(_commands(config.get("_migrations"))),
        extensions=tuple(each for each in extensions if each not in _HARMLESS),
        questions=tuple(questions),
        secrets=tuple(name for name in questions if name in secret),
        acting=dict(_find_acting(folder, str(config.get("_subdirectory") or ""))),
    )


def look_at_entry(snapshot: SourceSnapshot, entry: TemplateEntry) -> Look:
    """Look at a template of a snapshot; an error names its address.

    Raises:
        TemplateError: its `copier.yml` can't be used, or reaches out of the template.
    """
    try:
        return look_at(snapshot.folder / entry.folder)
    except TemplateError as error:
        raise TemplateError(f"'{snapshot.address.text}': {error.message}", error.details) from error


def acts(path: str) -> str:
    """Say which program acts on a file without being asked; empty for none.

    Args:
        path: the file's path in the project or in the template, with `/` between the parts.
    """
    # `{% if ide %}.vscode{% endif %}/tasks.json.jinja` is, or may be, `.vscode/tasks.json`.
    plain = re.sub(r"\.(jinja2?|j2|tmpl|tpl)$", "", re.sub(r"\{%.*?%\}", "", path))
    found = (how for name, how in _ACTING.items() if PurePosixPath(plain.lower()).match(name))
    return next(found, "")


def _find_acting(folder: Path, below: str) -> Iterator[tuple[str, str]]:
    top = folder if re.search(r"[{}]", below) else folder / below
    for path in sorted(top.rglob("*")):
        name = path.relative_to(top).as_posix()
        if path.is_file() and (how := acts(name)):
            yield name, how


def _check_reach(config: Mapping[str, Any]) -> None:
    """Refuse what is read from, or written to, outside of the template and the project."""
    external = config.get("_external_data") or {}
    if not isinstance(external, dict):
        raise TemplateError("_external_data takes a mapping")
    reached = [("_external_data", str(value)) for value in external.values()]
    reached += [(name, str(config.get(name) or "")) for name in ("_subdirectory", "_answers_file")]
    for name, value in reached:
        if value.startswith(("/", "~", "\\")) or re.search(r"(^|[/\\])\.\.([/\\]|$)|^\w:", value):
            raise TemplateError(f"{name} names {value!a}, which is outside: that is refused")


def _check_type(name: str, question: Any) -> None:
    kind = question.get("type", "str") if isinstance(question, dict) else "str"
    if kind not in _TYPES and not (isinstance(kind, str) and "{" in kind):
        raise TemplateError(f"question '{name}' is of the unknown type {kind!a}")


def _commands(told: Any) -> Iterator[Command]:
    if not isinstance(told, list | None):
        raise TemplateError("_tasks and _migrations take a list")
    for each in told or ():
        if not isinstance(each, dict):
            yield Command(_text(each))
            continue
        # Migrations had another form before Copier 9.3.
        for stage in ("before", "after"):
            for command in each.get(stage) or ():
                yield Command(_text(command), f"{stage} version {each.get('version')}")
        if "command" in each:
            when = each.get("when", "")
            folder = str(each.get("working_directory", "") or "")
            yield Command(_text(each["command"]), "" if when is True else _text(when), folder)


def _line(command: Command) -> str:
    when = f" (only if {command.when})" if command.when else ""
    return f"{command.text}{when}" + (f" (in {command.folder})" if command.folder else "")


def _text(command: Any) -> str:
    """Give a command as one text; one that is a list is not run by a shell, as JSON shows."""
    if isinstance(command, str):
        return command
    return json.dumps(command, ensure_ascii=False, default=str)
