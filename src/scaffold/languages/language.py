"""What every language has to say of itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import ClassVar, NamedTuple

from scaffold.errors import UsageError


class Step(NamedTuple):
    """Some lines of a file, and what they do.

    Attributes:
        words: what they do, a paragraph each.
        code: the lines as they are in the file, without the comment above them.
        lines: the numbers of the lines that it covers, from 1; the words are among them.
    """

    words: tuple[str, ...]
    code: str
    lines: range


class Language(ABC):
    """A language that samples are written in.

    Attributes:
        name: as `--language` takes it, and as a template's folder is called.
        title: its name for people.
        suffix: ends the name of a project's folder, after a hyphen.
        source: the suffix of its files.
        entry: the file that starts a project.
        manifest: the file that names what a project needs.
        packages: the folder in a project that has them.
        fence: how Markdown calls it.
        has_projects: whether `new --project` knows it: templates/_project has a folder for it.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    suffix: ClassVar[str]
    source: ClassVar[str]
    entry: ClassVar[str]
    manifest: ClassVar[str]
    packages: ClassVar[str]
    fence: ClassVar[str]
    has_projects: ClassVar[bool] = False

    def package(self, project: Path) -> Path | None:  # noqa: ARG002
        """Find the folder of a project's package; None for a sample, whose files lie at its top.

        A language that has no projects yet has no packages.
        """
        return None

    def check_package(self, name: str) -> None:  # noqa: ARG002
        """Make sure that a project's package can be called so.

        Raises:
            UsageError: it can't, or there are no projects in this language yet.
        """
        raise UsageError(f"there are no projects in {self.title} yet: leave out --project")

    def manifest_of(self, project: Path) -> str:  # noqa: ARG002
        """Name the file that says what a project on disk needs."""
        return self.manifest

    @abstractmethod
    def settings(self, text: str) -> Mapping[str, str]:
        """Read the environment variables that a file asks for, each with its default.

        Raises:
            SyntaxError: the text is nothing of this language.
            ValueError: the settings are not plain texts.
        """

    @abstractmethod
    def steps(self, text: str, name: str) -> list[Step]:
        """Cut a file into its steps, for a page about it.

        Args:
            text: the file's text.
            name: what the file is called in an error.

        Raises:
            ScaffoldError: it has no steps, or some of its code is in none.
        """

    @abstractmethod
    def is_ready(self, project: Path) -> bool:
        """Say whether all that a project needs is installed, so far as can be told at once."""

    @abstractmethod
    def prepare(
        self, project: Path, environ: Mapping[str, str], say: Callable[[str], None]
    ) -> list[str]:
        """Install what a project needs, if need be.

        Args:
            project: its folder.
            environ: the user's environment.
            say: is told what is going on.

        Returns:
            The command that starts the project, to which its arguments are added.

        Raises:
            ScaffoldError: something can't be installed.
        """

    @abstractmethod
    def prepare_together(
        self,
        manifests: Iterable[str],
        folder: Path,
        environ: Mapping[str, str],
        say: Callable[[str], None],
    ) -> list[str]:
        """Install what several projects need, in one place, if need be.

        Args:
            manifests: what each names.
            folder: an empty folder that can be used for it.
            environ: the user's environment.
            say: is told what is going on.

        Returns:
            The command that starts any of them from its own folder.

        Raises:
            ScaffoldError: something can't be installed.
        """
