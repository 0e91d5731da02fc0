"""What a template may take while it is rendered, and what is said of one that takes more."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scaffold.errors import ScaffoldError, TemplateError, UsageError

FILES = 10_000
SIZE = 100_000_000
SECONDS = "SCAFFOLD_TEMPLATE_SECONDS"
_CODE_OF_SIGPROF = -int(getattr(signal, "SIGPROF", 0)) if sys.platform != "win32" else 0


class RenderLimits(NamedTuple):
    """What rendering a template may take.

    Attributes:
        seconds: of computing.
        waiting: seconds in all, without those in which somebody is asked.
        memory: bytes.
        files: how many it may write.
        size: how many bytes they may have together.
        single: how many bytes any file may have that the child writes, those of git included.
    """

    seconds: float = 10.0
    waiting: float = 90.0
    memory: int = 1_500_000_000
    files: int = FILES
    size: int = SIZE
    single: int = SIZE

    @property
    def of_child(self) -> dict[str, float]:
        """Those that the child sets itself, by the names of the system."""
        return {
            "seconds": self.seconds,
            "RLIMIT_AS": self.memory,
            "RLIMIT_FSIZE": self.single,
        }


def limits_of(environ: Mapping[str, str], mirror: Path | None) -> RenderLimits:
    """Say what a template may take.

    Args:
        environ: the user's environment; its `SCAFFOLD_TEMPLATE_SECONDS` is for slow machines.
        mirror: the repository that git copies in the child, whose packs may be large.

    Raises:
        UsageError: the variable holds no number of seconds.
    """
    told = environ.get(SECONDS, "")
    try:
        seconds = float(told or RenderLimits().seconds)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= 3600:
        raise UsageError(f"{SECONDS} takes a number of seconds up to 3600, and got {told!r}")
    packs = [pack.stat().st_size for pack in mirror.rglob("*.pack")] if mirror else []
    single = max([SIZE, *(2 * size for size in packs)])
    return RenderLimits(seconds=seconds, waiting=80 + seconds, single=single)


def over_limit(limits: RenderLimits, folder: Path, waited: float) -> str:
    """Say which limit has been passed; empty for none.

    Args:
        limits: what may be taken.
        folder: what has been written.
        waited: for how many seconds it has been at it.
    """
    if waited > limits.waiting:
        return f"is not done after {limits.waiting:.0f} seconds"
    files, size = _measure(folder, limits)
    if files > limits.files:
        return f"makes more than {limits.files:,} files"
    return f"makes more than {limits.size // 1_000_000} MB of files" if size > limits.size else ""


def _measure(folder: Path, limits: RenderLimits) -> tuple[int, int]:
    """Count files and bytes, up to the limits: there may be a great many more."""
    files, size, folders = 0, 0, [str(folder)]
    while folders:
        try:
            with os.scandir(folders.pop()) as found:
                for entry in found:
                    files += 1
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        size += entry.stat(follow_symlinks=False).st_size
                    if files > limits.files or size > limits.size:
                        return files, size
        except OSError:  # it is gone again
            continue
    return files, size


def beyond(what: str) -> TemplateError:
    """Make the error for a template that takes more than it may."""
    return TemplateError(f"the template {what}: it was stopped, and nothing was written")


def failure(
    error: Mapping[str, Any] | None,
    code: int,
    given: Mapping[str, Any],
    printed: Sequence[str],
    limits: RenderLimits | None,
) -> ScaffoldError:
    """Say in one line why Copier could not do it.

    Args:
        error: what the child told; None when it ended without a word.
        code: its exit code, or minus the signal that ended it.
        given: the answers that it was handed.
        printed: the last lines that it printed.
        limits: what it was allowed; None when it ran tasks.
    """
    if error is None:
        if limits and code == _CODE_OF_SIGPROF:
            return beyond(
                f"computes for more than {limits.seconds:g} seconds, perhaps for ever "
                f"(a slow machine? set {SECONDS})"
            )
        last = one_line(printed[-1]) if printed else f"exit code {code}"
        return ScaffoldError(f"what renders the template ended before it was done: {last}")
    kind, text, question = error["kind"], one_line(error["text"]), error["question"]
    if kind == "MemoryError" and limits:
        return beyond(f"needs more than {limits.memory / 1e9:g} GB of memory")
    if kind == "OSError" and "File too large" in text and limits:
        return beyond(f"makes a file of more than {limits.size // 1_000_000} MB")
    if kind == "TaskError":
        return ScaffoldError(f"a task of the template failed, its files were written: {text}")
    if question and kind == "ValueError":
        return _about_answer(question, text, given)
    where = one_line(error["file"])
    where = f"{where}, line {error['line']}: " if where and error["line"] else ""
    about = f"question '{question}': " if question else where
    # The names of Python's own errors say more than some of their texts.
    text = text if kind in _SPEAKING and text else f"{kind} {text}".strip()
    return TemplateError(f"the template can't be rendered: {about}{text}")


def one_line(text: str, longest: int = 300) -> str:
    """Make a text one line of no more than so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


_SPEAKING = {
    *("UserMessageError", "UnsupportedVersionError", "InvalidTypeError", "ForbiddenPathError"),
    *("ExtensionNotFoundError", "UndefinedError", "TemplateSyntaxError", "ValueError"),
    *("MultipleConfigFilesError", "InvalidConfigFileError", "ConfigFileError", "SecurityError"),
}


def _about_answer(question: str, text: str, given: Mapping[str, Any]) -> ScaffoldError:
    what = text.split(f"'{question}': ", 1)[-1]
    if question in given:
        return UsageError(f"'{question}' can't be {given[question]!r} here: {what}")
    if text.endswith(" is required"):
        what = "it has no default"
    return UsageError(f"the template wants an answer: {what}; --set {question}=VALUE")
