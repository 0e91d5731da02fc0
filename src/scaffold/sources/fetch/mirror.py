"""A repository in the cache, bare: fetched once, used again without a network.

No checkout, no hooks, no submodules and no large files of git LFS. Tags that were seen once stay
what they were: one that moves is an error for whoever asks for it.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
import shutil
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from scaffold.catalogue.names import not_found
from scaffold.errors import ScaffoldError
from scaffold.lock import locked
from scaffold.project.write import readable_errors
from scaffold.sources.fetch.git import Fetching, GitError, find_git, run_remote
from scaffold.sources.fetch.repository import Repository
from scaffold.sources.fetch.tags import keep_tags, newest_version, read_seen
from scaffold.user_folders import cache_dir, state_dir

# `newest` asks the origin, and takes what is in the cache where it can't be reached; `cached` asks
# only for what isn't there; `refresh` has to reach it.
Freshness = Literal["newest", "cached", "refresh"]
Say = Callable[[str], None]

LIMITS = Fetching()
HASTE = 20.0  # seconds that the origin may take to answer where there is a copy in the cache
PATIENCE = 600.0  # seconds to wait for another run that fetches the same
MOST_REFS = 50_000
_REF = re.compile(r"([0-9a-f]{40,64})\t(refs/(?:heads|tags)/\S+)")
_HEAD = re.compile(r"ref: (refs/heads/\S+)\tHEAD")


class Commit(NamedTuple):
    """A commit of a mirror.

    Attributes:
        ref: the tag, branch or commit by which it was found.
        version: the tag that names this version; empty where none does.
        commit: its full id.
        tree: the id of its content.
    """

    ref: str
    version: str
    commit: str
    tree: str


class Mirror:
    """The mirror of one origin.

    Args:
        origin: the URL, or the absolute path of a folder.
        environ: the user's environment.
        limits: how far a fetch may go.

    Raises:
        ScaffoldError: there is no git, an old one, or no place for a cache.
    """

    def __init__(self, origin: str, environ: Mapping[str, str], limits: Fetching = LIMITS) -> None:
        self.origin = origin
        self._environ = environ
        self._limits = limits
        self._git = find_git(environ)
        cache = cache_dir(environ)
        if cache is None:
            raise ScaffoldError("there is no place to keep templates: set XDG_CACHE_HOME")
        key = hashlib.sha256(origin.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self._place = cache / "templates" / key
        self._memory = state_dir(environ) / "templates" / f"{key}.json"
        self.repository = Repository(self._place / "repository.git", self._git, environ)

    def find(self, ref: str, freshness: Freshness, say: Say) -> Commit:
        """Find a commit, fetching what isn't there.

        Args:
            ref: a tag, a branch or a commit; empty for the newest version.
            freshness: whether to ask the origin.
            say: is told what takes long, and what a person has to know.

        Raises:
            NotFoundError: there is no such tag, branch or commit.
            ScaffoldError: the origin can't be reached, is empty or too large, or a tag was moved.
            KeyboardInterrupt: a signal came meanwhile; nothing is left half-fetched.
        """
        with readable_errors(self._place):
            self._place.mkdir(parents=True, exist_ok=True)
            waiting = f"another run is fetching '{self.origin}': waiting for it"
            with locked(self._place, patience=PATIENCE, say_waiting=lambda: say(waiting)) as lock:
                if lock == "busy":
                    raise ScaffoldError(f"another run is still fetching '{self.origin}'")
                # What a run left that was killed, or this one when it ends early.
                self._tidy()
                try:
                    self._bring(ref, freshness, say)
                except BaseException:
                    self._tidy()
                    raise
                return self._resolve(ref)

    def forget(self) -> None:
        """Remove the mirror, and what is remembered of its tags."""
        with readable_errors(self._place):
            shutil.rmtree(self._place, ignore_errors=True)
            self._memory.unlink(missing_ok=True)

    def _tidy(self) -> None:
        for left in self._place.glob("new-*.git"):
            shutil.rmtree(left, ignore_errors=True)
        self.repository.tidy()

    def _bring(self, ref: str, freshness: Freshness, say: Say) -> None:
        there = self.repository.is_whole()
        if self.repository.folder.exists() and not there:
            say(f"the copy of '{self.origin}' in the cache is damaged: fetching it anew")
            self.repository.remove()
        if there and freshness != "refresh":
            if ref and self.repository.is_fixed(ref):
                return
            if freshness == "cached" and (not ref or self.repository.commit_of(ref)):
                return
        try:
            self._fetch(ref, new=not there, say=say)
        except GitError as error:
            if not there or freshness == "refresh":
                raise
            say(f"{error.message}; taking what was fetched on {read_seen(self._memory).day}")

    def _fetch(self, ref: str, *, new: bool, say: Say) -> None:
        if new:
            say(f"Fetching {self.origin} ...")
        refs, head = self._offered(patient=new)
        if not refs:
            raise ScaffoldError(f"'{self.origin}' is empty: it has no commit yet")
        target = self.repository
        if new:
            folder = self._place / f"new-{secrets.token_hex(4)}.git"
            target = Repository(folder, self._git, self._environ)
            target.make()
        mine = {f"refs/heads/{name}": each for name, each in target.ids("refs/heads").items()}
        tags = target.ids("refs/upstream/tags")
        if {**mine, **{f"refs/tags/{name}": each for name, each in tags.items()}} != refs:
            self._fetch_into(
                target, "--prune", "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/upstream/tags/*"
            )
        if head:
            target.run("symbolic-ref", "HEAD", head)
        keep_tags(target, self._memory, self.origin)
        if new:
            target.folder.rename(self.repository.folder)
        if re.fullmatch(r"[0-9a-f]{40}", ref) and not self.repository.is_fixed(ref):
            with contextlib.suppress(GitError):  # that there is no such commit is said later
                self._fetch_into(self.repository, f"+{ref}:refs/upstream/commits/{ref}")

    def _offered(self, *, patient: bool) -> tuple[dict[str, str], str]:
        """Ask the origin for its branches and tags, and which branch is the main one."""
        patterns = ("HEAD", "refs/heads/*", "refs/tags/*")
        haste = min(HASTE, self._limits.seconds)
        lines = run_remote(
            [self._git, "ls-remote", "--quiet", "--symref", "--", self.origin, *patterns],
            self._environ,
            origin=self.origin,
            directory=self._place,
            limits=self._limits if patient else self._limits._replace(seconds=haste),
        )
        if len(lines) > MOST_REFS:
            raise ScaffoldError(f"'{self.origin}' has more than {MOST_REFS:,} branches and tags")
        found = [match for line in lines if (match := _REF.fullmatch(line))]
        refs = {match[2]: match[1] for match in found if not match[2].endswith("^{}")}
        heads = [match[1] for line in lines if (match := _HEAD.fullmatch(line))]
        return refs, heads[0] if heads and heads[0] in refs else ""

    def _fetch_into(self, target: Repository, *what: str) -> None:
        flags = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
        options = [each for each in what if each.startswith("--")]
        refspecs = [each for each in what if each not in options]
        run_remote(
            # All is kept in packs, which say themselves whether they are whole.
            target.command(
                *("-c", "fetch.unpackLimit=1", "fetch", *flags, *options),
                *("--", self.origin, *refspecs),
            ),
            self._environ,
            origin=self.origin,
            directory=self._place,
            limits=self._limits,
            size=target.size,
        )

    def _resolve(self, ref: str) -> Commit:
        tags = self.repository.ids("refs/tags")
        ref = ref or newest_version(tags) or "HEAD"
        seen = read_seen(self._memory)
        if ref in seen.moved:
            now = self.repository.commit_of(seen.moved[ref])
            raise ScaffoldError(
                f"the tag '{ref}' of '{self.origin}' was moved since it was first seen, when it "
                f"named {seen.tags[ref][:12]}; if what it names now is well, take its commit: "
                f"@{now}"
            )
        commit = self.repository.commit_of(ref)
        if not commit and ref == "HEAD":
            raise ScaffoldError(
                f"'{self.origin}' has no version, and says of no branch that it is the main one: "
                "name one with @"
            )
        if not commit:
            known = [*tags, *self.repository.ids("refs/heads")]
            raise not_found(f"tag, branch or commit in '{self.origin}' named", ref, known)
        at = self.repository.run("tag", "--points-at", commit).decode("utf-8", "replace")
        version = ref if ref in tags else newest_version(at.splitlines())
        tree = self.repository.run("rev-parse", f"{commit}^{{tree}}").decode().strip()
        return Commit(ref, version, commit, tree)
