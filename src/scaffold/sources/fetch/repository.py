"""A bare repository of the cache: what is in it, and whether it is whole."""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from scaffold.sources.fetch.git import GitError, run_git

# An id, or what `git describe` makes of one, as Copier writes it into its answers.
_COMMIT = re.compile(r"([\w./+-]*-\d+-g)?[0-9a-f]{7,64}")
_BLOCK = 1 << 20


class Repository:
    """A bare repository.

    Args:
        folder: where it is, or is to be.
        git: git's path.
        environ: the user's environment.
    """

    def __init__(self, folder: Path, git: str, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self._git = git
        self._environ = environ

    def command(self, *arguments: str) -> list[str]:
        """Return the command that runs git on it."""
        return [self._git, f"--git-dir={self.folder}", *arguments]

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """Run git on it and return what it prints.

        Args:
            arguments: what git is to do.
            given: what it reads.

        Raises:
            GitError: it failed.
        """
        return run_git(self.command(*arguments), self._environ, given=given)

    def make(self) -> None:
        """Make it, with nothing in it."""
        command = [self._git, "init", "--quiet", "--bare", "--template=", str(self.folder)]
        run_git(command, self._environ)

    def ids(self, under: str) -> dict[str, str]:
        """Return the ids of the references in a folder of them, such as `refs/tags`, by name."""
        name = f"%(refname:lstrip={under.count('/') + 1})"
        said = self.run("for-each-ref", f"--format=%(objectname) {name}", under)
        pairs = [line.split(" ", 1) for line in said.decode("utf-8", "replace").splitlines()]
        return {name: each for each, name in pairs}

    def missing(self, ids: Iterable[str]) -> set[str]:
        """Pick the ids of objects that aren't there."""
        asked = "".join(f"{each}\n" for each in ids).encode()
        said = self.run("cat-file", "--batch-check", given=asked).decode().splitlines()
        return {line.split()[0] for line in said if line.endswith("missing")}

    def commit_of(self, ref: str) -> str:
        """Return the commit of a tag, a branch or an id; empty where there is none."""
        names = [f"refs/tags/{ref}", f"refs/heads/{ref}"]
        names += [ref] if ref == "HEAD" or _COMMIT.fullmatch(ref) else []
        for name in names:
            with contextlib.suppress(GitError):
                said = self.run("rev-parse", "--quiet", "--verify", f"{name}^{{commit}}")
                return said.decode().strip()
        return ""

    def is_ancestor(self, commit: str, *, of: str) -> bool:
        """Say whether a commit comes before another one."""
        with contextlib.suppress(GitError):
            self.run("merge-base", "--is-ancestor", commit, of)
            return True
        return False

    def is_fixed(self, ref: str) -> bool:
        """Say whether something is the id of a commit that is there, which nothing can change."""
        return bool(_COMMIT.fullmatch(ref)) and not self.missing([ref])

    def is_whole(self) -> bool:
        """Say whether nothing of it is missing or changed.

        A pack ends with the SHA-1 of all that is before, as does its index (gitformat-pack).
        """
        packs = [*self.folder.glob("objects/pack/*.pack")]
        files = [*packs, *(pack.with_suffix(".idx") for pack in packs)]
        try:
            if not packs or not all(_ends_with_its_hash(file) for file in files):
                return False
            ids = {*self.ids("refs/heads").values(), *self.ids("refs/tags").values()}
            return bool(ids) and not self.missing(ids)
        except (OSError, GitError):
            return False

    def tidy(self) -> None:
        """Remove what a git that was killed left here. Nobody else may be at work on it."""
        for pattern in ("*.lock", "refs/**/*.lock", "objects/pack/tmp_*", "objects/??/tmp_*"):
            for file in self.folder.glob(pattern):
                file.unlink(missing_ok=True)

    def size(self) -> int:
        """Return how many bytes its objects take."""
        total = 0
        for file in (self.folder / "objects").rglob("*"):
            with contextlib.suppress(OSError):
                total += file.stat().st_size
        return total

    def remove(self) -> None:
        """Remove it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _ends_with_its_hash(file: Path) -> bool:
    digest = hashlib.sha1(usedforsecurity=False)
    with file.open("rb") as content:
        rest = file.stat().st_size - digest.digest_size
        while rest > 0 and (block := content.read(min(rest, _BLOCK))):
            digest.update(block)
            rest -= len(block)
        return rest == 0 and content.read() == digest.digest()
