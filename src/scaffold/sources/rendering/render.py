"""A snapshot and answers → the files of a project, rendered by Copier and checked; and its tasks.

Nothing here writes to the user's folder, but for the tasks, which run where the project is.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scaffold.project.render import File
from scaffold.sources.records import SourceSnapshot, TemplateEntry
from scaffold.sources.rendering.child import Ask, Job, Throwaway, work
from scaffold.sources.rendering.limits import limits_of
from scaffold.sources.rendering.output import read_output
from scaffold.sources.rendering.part import part_of

# All that the child sees of the user's environment: how to find programs, and in which language
# they speak. No key, no token, no settings.
_PASSED = (
    *("PATH", "PATHEXT", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "TZ"),
    *("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "PYTHONPATH", "PYTHONHOME", "PYTHONUTF8"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
)

# What Copier takes for the address of a repository; of all else it has to be told that it is one.
_KNOWN = ("git@", "git://", "git+", "https://github.com/", "https://gitlab.com/")


class Rendering(NamedTuple):
    """What a template and its answers come to.

    Attributes:
        files: the project's files, checked, sorted by path.
        data: the answers that were given or typed, with which it can be rendered again.
    """

    files: tuple[File, ...]
    data: Mapping[str, Any]


def render(
    snapshot: SourceSnapshot,
    entry: TemplateEntry,
    given: Mapping[str, Any],
    environ: Mapping[str, str],
    place: Throwaway,
    *,
    target: Path,
    code: bool = False,
    answers_file: str = "",
    ask: Ask | None = None,
) -> Rendering:
    """Render a template in a throwaway folder.

    Args:
        snapshot: what was fetched, and looked at.
        entry: which template of it.
        given: answers, by question.
        environ: the user's environment.
        place: where to work; nothing else may have been rendered there.
        target: the project's folder, whose name some templates use. Nothing is written there.
        code: whether the template's Jinja extensions may run.
        answers_file: where its answers go, if not where the template says.
        ask: asks a person the questions that have no answer yet; None to take the defaults.

    Raises:
        TemplateError: the template can't be rendered, takes more than it may, or makes paths or
            links that are refused.
        UsageError: an answer isn't allowed, or is missing.
    """
    name = folder_of(target)
    snapshot = part_of(snapshot, entry, place, environ)
    source, ref = source_of(snapshot, entry)
    data = {**entry.data, **given}
    job = Job(source, ref, name, data, code, ask is not None, answers_file=answers_file)
    limits = limits_of(environ, snapshot.mirror)
    child_environ = environ_of(snapshot, place, environ, code=code)
    asked = work(job, place, child_environ, limits=limits, ask=ask)
    files = read_output(place.output / name, limits)
    if snapshot.mirror is None:  # not from where it was copied to, to be looked at
        files = tuple(_named(file, str(snapshot.folder), snapshot.origin) for file in files)
    return Rendering(files, {**job.data, **asked})


def run_tasks(
    snapshot: SourceSnapshot,
    entry: TemplateEntry,
    data: Mapping[str, Any],
    environ: Mapping[str, str],
    place: Throwaway,
    *,
    target: Path,
    hear: Callable[[str], None],
) -> None:
    """Run the tasks of a template, and nothing else of it, where its project is.

    Args:
        snapshot: what was fetched, looked at, and consented to.
        entry: which template of it.
        data: all the answers that it was rendered with.
        environ: the user's environment, which the tasks get.
        place: where to work.
        target: the project's folder.
        hear: is told each line that a task prints.

    Raises:
        ScaffoldError: a task failed.
    """
    snapshot = part_of(snapshot, entry, place, environ)
    source, ref = source_of(snapshot, entry)
    job = Job(source, ref, str(target.absolute()), data, code=True, environ=dict(environ))
    child_environ = environ_of(snapshot, place, environ, code=True)
    work(job, place, child_environ, limits=None, hear=hear)


def folder_of(target: Path) -> str:
    """Say where to render to, so that what a template sees of it is as in stock Copier."""
    plain = not target.is_absolute() and ".." not in target.parts and target.name
    return str(target) if plain else target.absolute().name or "project"


def _named(file: File, copied: str, origin: str) -> File:
    """Say in a file where a plain folder came from."""
    return file._replace(content=file.content.replace(copied.encode(), os.fsencode(origin)))


def source_of(snapshot: SourceSnapshot, entry: TemplateEntry) -> tuple[str, str | None]:
    """Say what Copier takes for the template's address, and which commit of it."""
    if snapshot.mirror is None:
        return str(snapshot.folder / entry.folder), None
    known = snapshot.origin.endswith(".git") or snapshot.origin.startswith(_KNOWN)
    return snapshot.origin if known else f"git+{snapshot.origin}", snapshot.commit


def environ_of(
    snapshot: SourceSnapshot, place: Throwaway, environ: Mapping[str, str], *, code: bool
) -> dict[str, str]:
    """Make the environment of a child, with a home that holds no settings but those of git.

    Args:
        snapshot: what its git is to get, whatever address it asks for.
        place: where its home is.
        environ: the user's environment.
        code: whether code of the template may run, which may want to know the user's name.
    """
    config = {
        "protocol.allow": "never",
        "protocol.file.allow": "always",
        "safe.directory": "*",
        "init.templateDir": "",
        "core.hooksPath": str(place.home / "none"),
        "core.packedGitWindowSize": "32m",
        "core.packedGitLimit": "256m",
        **(_who(environ) if code else {}),
    }
    lines = [
        f"[{_section(name)}]\n\t{name.rsplit('.', 1)[1]} = {_quoted(value)}"
        for name, value in config.items()
    ]
    if snapshot.mirror:
        url = snapshot.address.origin.removesuffix(".git")
        mirror = snapshot.mirror.absolute().as_uri()
        lines.append(f"[url {_quoted(mirror)}]")
        lines += [f"\tinsteadOf = {_quoted(each)}" for each in (f"{url}.git", url, f"{url}.git/")]
    (place.home / ".gitconfig").write_text("\n".join(lines) + "\n", encoding="utf-8")
    tmp = str(place.folder / "tmp")
    known = {name: environ[name] for name in _PASSED if name in environ}
    if snapshot.mirror is None and not code:
        known["PATH"] = str(place.home)  # there is no program that it needs
    return {
        **known,
        **dict.fromkeys(("HOME", "USERPROFILE"), str(place.home)),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), tmp),
        "COPIER_CACHE_DIR": str(place.folder / "tmp" / "copier"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _section(name: str) -> str:
    first, *rest = name.rsplit(".", 1)[0].split(".", 1)
    return f"{first} {_quoted(rest[0])}" if rest else first


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _who(environ: Mapping[str, str]) -> dict[str, str]:
    """Find the name and the address that the user's commits have: many templates ask git for it."""
    who: dict[str, str] = {}
    for name in ("user.name", "user.email"):
        try:
            found = subprocess.run(  # noqa: S603 - no shell; our own words
                ["git", "config", "--get", name],  # noqa: S607 - the git that the user has
                env=dict(environ),
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        except OSError:
            return who
        value = found.stdout.strip()
        if value and value.isprintable():
            who[name] = value
    return who
