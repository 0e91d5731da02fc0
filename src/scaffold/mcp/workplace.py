"""The one folder that a server of tools may write to."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from scaffold.errors import UsageError


class Workplace(NamedTuple):
    """The folder that a server was started for.

    Attributes:
        folder: the folder, without any link in its path.
    """

    folder: Path

    @classmethod
    def of(cls, folder: Path) -> Workplace:
        """Take a folder for the place to work.

        Raises:
            UsageError: there is no such folder.
        """
        if not folder.is_dir():
            raise UsageError(f"There is no folder '{folder}' to serve.")
        return cls(folder.resolve())

    def find(self, path: str) -> Path:
        """Find a folder below this one.

        Args:
            path: where, from this folder on, or as a whole.

        Returns:
            The folder's path, without any link in it.

        Raises:
            UsageError: it is outside, or something in it is a link that leads outside.
        """
        try:
            found = (self.folder / path).resolve()
            inside = found.is_relative_to(self.folder)
            # What is written is a project's own files, which are right in its folder.
            leading_out = [
                entry.name
                for entry in (sorted(found.iterdir()) if inside and found.is_dir() else ())
                if entry.is_symlink() and not entry.resolve().is_relative_to(self.folder)
            ]
        except (OSError, RuntimeError, ValueError) as error:
            raise UsageError(f"{path!r} is no path that can be used: {error}") from error
        if not inside:
            raise UsageError(f"{path!r} is outside of '{self.folder}', which this server is for")
        if leading_out:
            raise UsageError(
                f"{leading_out[0]!r} in {path!r} is a link that leads outside of '{self.folder}'"
            )
        return found
