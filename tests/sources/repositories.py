"""Small git repositories for tests to fetch from, and an environment of their own to do it in."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_NAMES = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "A"), ("EMAIL", "a@example.com"), ("DATE", "2026-01-01T00:00Z"))
}


class Origin:
    """A repository that can be fetched from.

    Args:
        folder: where it is to be made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    @property
    def url(self) -> str:
        """Its URL."""
        return self.folder.as_uri()

    def git(self, *arguments: str, given: str = "") -> str:
        """Runs git in it and gives what it prints."""
        environ = {**os.environ, **_NAMES, "GIT_CONFIG_GLOBAL": os.devnull}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            input=given,
            env=environ,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str], tag: str = "") -> str:
        """Commits these files beside those that are there, and gives the commit's id."""
        for path, content in files.items():
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8")
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "--allow-empty", "-m", tag or "more")
        if tag:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD")

    def commit_tree(self, entries: str) -> str:
        """Commits what `git mktree` makes of lines, which no work tree could hold."""
        tree = self.git("mktree", "--missing", given=entries)
        commit = self.git("commit-tree", tree, "-m", "odd")
        self.git("update-ref", "refs/heads/main", commit)
        return commit

    def blob(self, content: str) -> str:
        """Adds a content and gives its id."""
        return self.git("hash-object", "-w", "--stdin", given=content)
