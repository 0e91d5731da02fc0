"""The template `.env`: a file of variables, filled up and never overwritten.

    read_dotenv → plan_dotenv → write_dotenv

It holds keys: nobody but its owner may read it, from its first byte on.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import secrets
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scaffold.catalogue.records import DOTENV, Setting
from scaffold.errors import ConflictError, ScaffoldError
from scaffold.project.variables import Variable

_OWNER_ONLY = stat.S_IRUSR | stat.S_IWUSR
_PLAIN = re.compile(r"[\w:/.@+-]+", re.ASCII)
# Those that python-dotenv undoes between double quotes, and that would end a line or the quotes.
_ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\f": "\\f"}
)


@dataclass(frozen=True)
class Dotenv:
    """A `.env` as it is on disk.

    Attributes:
        content: its bytes.
        values: the variables that it sets; None for a name without a value.
        unreadable: the lines that say nothing, by number.
        mode: who may read and write it, as on POSIX.
    """

    content: bytes = b""
    values: Mapping[str, str | None] = field(default_factory=dict)
    unreadable: tuple[int, ...] = ()
    mode: int = _OWNER_ONLY

    @property
    def exposed(self) -> bool:
        """Whether others than its owner may read or write it."""
        return os.name == "posix" and bool(self.mode & 0o077)


@dataclass(frozen=True)
class DotenvPlan:
    """What making or filling up a `.env` would do.

    Attributes:
        directory: its folder.
        before: the file as it is; None where there is none.
        added: the names of the variables that it lacks.
        content: what will be in it.
    """

    directory: Path
    before: Dotenv | None
    added: tuple[str, ...]
    content: bytes


def read_dotenv(directory: Path, *, follow: bool = False) -> Dotenv | None:
    """Read the `.env` of a folder; None if there is none.

    Args:
        directory: the folder.
        follow: whether it may be a link to another file.

    Raises:
        ConflictError: it is a folder, a link or the like.
        ScaffoldError: it can't be read, or is no text.
    """
    path = directory / DOTENV
    try:
        status = path.stat() if follow else path.lstat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a link" if stat.S_ISLNK(status.st_mode) else "no file"
            raise ConflictError(f"'{path}' is {kind}: move it away, then try again")
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ScaffoldError(f"can't read '{path}': {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ScaffoldError(f"'{path}' is not UTF-8 text: save it as that") from error
    if "\0" in text:
        raise ScaffoldError(f"'{path}' is not text: move it away, then try again")
    return _parse(content, text, stat.S_IMODE(status.st_mode))


def _parse(content: bytes, text: str, mode: int) -> Dotenv:
    from dotenv.parser import parse_stream

    values: dict[str, str | None] = {}
    unreadable: list[int] = []
    for binding in parse_stream(io.StringIO(text)):
        if binding.key is not None:
            values[binding.key] = binding.value
        elif binding.error:
            original = binding.original.string
            blank = len(original) - len(original.lstrip())
            unreadable.append(binding.original.line + original[:blank].count("\n"))
    return Dotenv(content, values, tuple(unreadable), mode)


def plan_dotenv(
    directory: Path,
    variables: Sequence[Variable],
    known: Mapping[str, Setting],
    needed_by: str,
) -> DotenvPlan:
    """Work out what a `.env` lacks. Touches nothing.

    Args:
        directory: its folder, which need not be there.
        variables: those that should be in it.
        known: what is known of variables, by name.
        needed_by: what reads them, for a line at the top.

    Raises:
        ConflictError: what is there is no file.
        ScaffoldError: what is there is no `.env`.
    """
    if directory.exists() and not directory.is_dir():
        raise ConflictError(f"'{directory}' is a file: name another folder with --output-dir")
    before = read_dotenv(directory)
    old = before or Dotenv()
    if old.unreadable:
        raise ScaffoldError(
            f"line {old.unreadable[0]} of '{directory / DOTENV}' is not NAME=value: "
            "correct it, then try again"
        )
    added = [variable for variable in variables if not _is_there(variable, old)]
    if not added:
        return DotenvPlan(directory, before, (), old.content)
    head = f"# Read by {needed_by}. It is for keys: keep it to yourself, and out of git.\n"
    parts = [] if before else [head]
    parts += [_entry(variable, known.get(variable.name)) for variable in added]
    end = "\r\n" if b"\r\n" in old.content else "\n"
    text = "\n".join(parts).replace("\n", end).encode()
    gap = b""
    if old.content:
        gap = end.encode() * (1 if old.content.endswith(b"\n") else 2)
    names = tuple(variable.name for variable in added)
    return DotenvPlan(directory, before, names, old.content + gap + text)


def write_dotenv(plan: DotenvPlan) -> None:
    """Carry a plan out: the file changes at once and whole, or not at all.

    Raises:
        ScaffoldError: the folder can't be written to, the disk is full, or the like.
    """
    path = plan.directory / DOTENV
    staged = path.with_name(f"{DOTENV}.{secrets.token_hex(4)}.tmp")
    try:
        if plan.added:
            plan.directory.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(staged, flags, _OWNER_ONLY), "wb") as file:
                file.write(plan.content)
            staged.replace(path)
        elif plan.before and plan.before.exposed:
            path.chmod(_OWNER_ONLY)
    except OSError as error:
        raise ScaffoldError(f"can't write '{path}': {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            staged.unlink()


def _is_there(variable: Variable, old: Dotenv) -> bool:
    if variable.name in old.values:
        return True
    # An optional one was written as a comment.
    commented = rf"^[ \t]*#[ \t]*(export[ \t]+)?{re.escape(variable.name)}[ \t]*="
    text = old.content.decode("utf-8-sig")
    return not variable.required and bool(re.search(commented, text, re.MULTILINE))


def _entry(variable: Variable, setting: Setting | None) -> str:
    """A variable's lines: what it is, where it is found, and what stands for it until then."""
    comment = "# Read by the project\n"
    if setting is not None:
        what = setting.what[0].upper() + setting.what[1:]
        comment = f"# {what}\n# Where: {setting.where}\n"
    if variable.required:
        return f"{comment}{variable.name}={variable.default}\n"
    return f"{comment}# {variable.name}={_quoted(variable.default or '')}\n"


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) or not value else f'"{value.translate(_ESCAPES)}"'
