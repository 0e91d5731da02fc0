"""What can go wrong, as one tree. `cli` turns each into a line on stderr and an exit code.

ScaffoldError                     1  failed
├── TemplateError                 1  a template that can't be used: its author has to correct it
├── UsageError                    2  wrong usage: a value that isn't allowed, no project there
├── NotFoundError                 3  no such template, source, language or variable
├── GitError                      1  git failed, for a template from elsewhere
├── ConflictError                 4  files in the way or conflicts, nothing written
└── DriftError                    5  a check found drift, or something newer
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

EXIT_CODES: Mapping[int, str] = {
    0: "done",
    1: "failed",
    2: "wrong usage",
    3: "no such template, source, language or variable",
    4: "files in the way or conflicts, nothing written",
    5: "drift, or something newer, found by --check",
    130: "interrupted",
}


class ScaffoldError(Exception):
    """Something the user can act on.

    Args:
        message: one line that says what is wrong and what to do.
        details: further lines shown under it (files in the way, near names).
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class TemplateError(ScaffoldError):
    """A template can't be used; the message names the file and the field or the line."""


class UsageError(ScaffoldError):
    """What was asked for does not fit: a value that isn't allowed, a folder that is no project."""

    exit_code = 2


class NotFoundError(ScaffoldError):
    """There is no template, source, language or variable of that name."""

    exit_code = 3


class ConflictError(ScaffoldError):
    """Files are in the way, or edits in conflict; nothing was written."""

    exit_code = 4


class DriftError(ScaffoldError):
    """A check found files that are not as they should be, or something newer."""

    exit_code = 5
