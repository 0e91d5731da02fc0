"""Whether a template may run code: only what a person has seen, and said yes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from scaffold.errors import ScaffoldError, UsageError
from scaffold.sources.fetch.git import GitError, find_git
from scaffold.sources.fetch.repository import Repository
from scaffold.sources.look.look import Look
from scaffold.sources.records import SourceSnapshot, TemplateEntry
from scaffold.sources.trust import Trusted, TrustFile

Verdict = Literal["no", "files", "once", "trust"]


# What runs in an update, and what when a project is made; see `Look.lines`.
_KINDS = {True: ("extension: ", "migration: "), False: ("extension: ", "task: ", "migration: ")}


class Allowed(NamedTuple):
    """What a template may run.

    Attributes:
        code: its Jinja extensions, to render its files with.
        tasks: its tasks, or its migrations.
    """

    code: bool = False
    tasks: bool = False


class NewSince(NamedTuple):
    """What is new since the version that was trusted last.

    Attributes:
        last: that version.
        added: what it would run that it did not run then, see `Look.lines`.
        removed: what it would no longer run.
        files: the files that changed; None where that isn't known any more.
    """

    last: Trusted
    added: tuple[str, ...]
    removed: tuple[str, ...]
    files: tuple[str, ...] | None


class ConsentRequest(NamedTuple):
    """What a person has to know before they say whether a template may run code.

    Attributes:
        snapshot: where it comes from.
        entry: which template it is.
        look: what it would run.
        since: what is new; None where no version of it was trusted before.
        updates: whether it is to update a project, which runs migrations and no tasks.
    """

    snapshot: SourceSnapshot
    entry: TemplateEntry
    look: Look
    since: NewSince | None
    updates: bool = False

    @property
    def choices(self) -> tuple[Verdict, ...]:
        """What can be said to it. Without its extensions its files can't be made."""
        files: tuple[Verdict, ...] = () if self.look.extensions else ("files",)
        return ("no", *files, "once", "trust")


def obtain_consent(
    snapshot: SourceSnapshot,
    entry: TemplateEntry,
    look: Look,
    trusted: TrustFile,
    environ: Mapping[str, str],
    *,
    tree: str | None = None,
    files_only: bool = False,
    updates: bool = False,
    ask: Callable[[ConsentRequest], Verdict] | None = None,
) -> Allowed:
    """Find out what a template may run.

    Args:
        snapshot: where it comes from.
        entry: which template it is.
        look: what it would run.
        trusted: what was said earlier.
        environ: the user's environment.
        tree: the content that may run code this time, as it was named on the command line.
        files_only: whether its tasks are not wanted.
        updates: whether it is to update a project, which runs migrations and no tasks.
        ask: asks a person; None where there is nobody to ask.

    Raises:
        UsageError: the content is another one than was named, or consent is needed and there is
            nobody to ask. The details are what it would run.
        ScaffoldError: the person said no, or what was said earlier can't be read.
    """
    if tree is not None and tree != snapshot.tree:
        raise UsageError(
            f"the content of '{snapshot.address.text}' is not the one that --trust names: "
            f"its tree is {snapshot.tree}; nothing was run"
        )
    commands = look.migrations if updates else look.tasks
    if not look.extensions and (files_only or not commands):
        return Allowed()
    allowed = Allowed(code=bool(look.extensions), tasks=not files_only)
    if tree or trusted.find(snapshot, entry):
        return allowed
    if ask is None:
        raise UsageError(
            f"'{snapshot.address.text}' runs code, and nobody can be asked whether it may: if you "
            f"have looked at it, say --trust {snapshot.tree}; it would run:",
            tuple(line for line in look.lines if line.startswith(_KINDS[updates])),
        )
    since = _new_since(snapshot, trusted.last(snapshot, entry), look, environ)
    verdict = ask(ConsentRequest(snapshot, entry, look, since, updates))
    if verdict == "no":
        raise ScaffoldError("nothing was run, and nothing was written")
    if verdict == "files":
        return Allowed()
    if verdict == "trust":
        trusted.add(snapshot, entry, look)
    return allowed


def _new_since(
    snapshot: SourceSnapshot, last: Trusted | None, look: Look, environ: Mapping[str, str]
) -> NewSince | None:
    if last is None:
        return None
    return NewSince(
        last,
        added=tuple(line for line in look.lines if line not in last.lines),
        removed=tuple(line for line in last.lines if line not in look.lines),
        files=_changed_files(snapshot, last, environ),
    )


def _changed_files(
    snapshot: SourceSnapshot, last: Trusted, environ: Mapping[str, str]
) -> tuple[str, ...] | None:
    if snapshot.mirror is None or not last.tree.isalnum():
        return None
    repository = Repository(snapshot.mirror, find_git(environ), environ)
    try:
        said = repository.run("diff-tree", "-r", "--name-only", "-z", last.tree, snapshot.tree)
    except GitError:  # the last one isn't there any more
        return None
    return tuple(path for path in said.decode("utf-8", "replace").split("\0") if path)
