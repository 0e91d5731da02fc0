"""What a template from elsewhere made, and what its newest version makes of that.

    answers file → the recorded commit, rendered → under git in a throwaway folder → Copier's update

Copier updates a pristine copy there, so that a template's migrations do what their author meant,
and never the user's folder: what becomes of that is for our merge to say.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.project.render import File
from scaffold.project.staging import put
from scaffold.sources.answers import CopierAnswers
from scaffold.sources.consent import Allowed
from scaffold.sources.fetch.git import find_git, git_environment
from scaffold.sources.look.look import Look
from scaffold.sources.records import SourceSnapshot, TemplateEntry
from scaffold.sources.rendering.child import Job, Throwaway, throwaway, work
from scaffold.sources.rendering.limits import limits_of
from scaffold.sources.rendering.output import read_output
from scaffold.sources.rendering.render import environ_of, folder_of, render, source_of

_WHO = ("-c", "user.name=scaffold", "-c", "user.email=scaffold@localhost")


class Side(NamedTuple):
    """A version of a template.

    Attributes:
        snapshot: where it is.
        entry: which template of it.
        look: what it would run.
    """

    snapshot: SourceSnapshot
    entry: TemplateEntry
    look: Look


class Replayed(NamedTuple):
    """The files that two versions of a template make with the same answers, by path."""

    base: Mapping[str, File]
    newest: Mapping[str, File]


def replay(
    old: Side,
    new: Side,
    answers: CopierAnswers,
    environ: Mapping[str, str],
    *,
    target: Path,
    allowed: Allowed,
) -> Replayed:
    """Render what made a project, and have Copier update it to a newer version.

    Args:
        old: the version that made it.
        new: the version that it is to be brought to.
        answers: what it was made with.
        environ: the user's environment.
        target: the project, whose name some templates use. Nothing is written there.
        allowed: what may be run.

    Raises:
        TemplateError: a version can't be rendered, takes more than it may, or makes what is
            refused.
        UsageError: a new question has no default.
        ScaffoldError: a migration failed.
    """

    def made_by(side: Side, place: Throwaway) -> tuple[File, ...]:
        return render(
            side.snapshot,
            side.entry,
            answers.data,
            environ,
            place,
            target=target,
            code=allowed.code,
            answers_file=answers.file,
        ).files

    with throwaway() as place:
        made = made_by(old, place)
    with throwaway() as place:
        if _can_update(old, new, allowed):
            name = folder_of(target)
            _commit(place.output / name, made, environ)
            source, ref = source_of(new.snapshot, new.entry)
            job = Job(
                source,
                ref,
                name,
                {},
                code=True,
                environ=dict(environ) if allowed.tasks else None,
                updates=True,
                answers_file=answers.file,
            )
            limits = limits_of(environ, new.snapshot.mirror)
            within = environ_of(new.snapshot, place, environ, code=allowed.code)
            work(job, place, within, limits=None if allowed.tasks else limits)
            shutil.rmtree(place.output / name / ".git")
            files = read_output(place.output / name, limits)
        else:
            files = made_by(new, place)
    return Replayed({each.path: each for each in made}, {each.path: each for each in files})


def _can_update(old: Side, new: Side, allowed: Allowed) -> bool:
    """Say whether Copier's own update does no more than it may.

    It runs migrations and extensions. Without them, trusting the template lets nothing run.
    """
    runs = new.look.migrations or new.look.extensions or old.look.extensions
    return not new.entry.folder and (allowed.tasks or not runs)


def _commit(folder: Path, files: tuple[File, ...], environ: Mapping[str, str]) -> None:
    """Put files into a folder, under git."""
    for file in files:
        put(file, folder)
    git = find_git(environ)
    for command in (
        ("init", "--quiet", "--template="),
        ("add", "--all", "--force"),
        (*_WHO, "commit", "--quiet", "--allow-empty", "--no-verify", "--message=made"),
    ):
        done = subprocess.run(  # noqa: S603 - no shell
            [git, *command], cwd=folder, env=git_environment(environ), capture_output=True
        )
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()
            raise ScaffoldError(f"what made the project can't be kept by git: {said[:300]}")
