"""Whether a rendered path stays in its project, and can be written on every system alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from scaffold.errors import ScaffoldError

# Where files wait until all of them are there; see `write`.
STAGING = ".scaffold-staging"

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?")
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')
# What file systems leave out when they compare names: all that Unicode calls ignorable, of which
# HFS+ takes those that `next_hfs_char` of git's utf8.c lists.
_IGNORED = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LONGEST = 255  # bytes, of one part: what Linux allows; Windows and macOS count more kindly


def check_paths(paths: Iterable[str]) -> None:
    """Refuse paths that leave the project's folder, or can't be written on some system.

    Args:
        paths: relative to the project's folder, with `/` between the parts.

    Raises:
        ScaffoldError: some are refused; its details are each with the reason.
    """
    paths = list(paths)
    refused = [(path, reason) for path in paths if (reason := _reason(path))]
    refused += _colliding(paths)
    if refused:
        # A path may hold anything at all, so it is shown as Python would write it.
        details = tuple(f"{path!a}: {reason}" for path, reason in refused)
        raise ScaffoldError("the template makes paths that are refused:", details)


def _reason(path: str) -> str:
    if path.startswith("/"):
        return "it is absolute"
    if re.match(r"[A-Za-z]:", path):
        return "it names a drive"
    return next((reason for part in path.split("/") if (reason := _part_reason(part))), "")


def _part_reason(part: str) -> str:
    if part in ("", "."):
        return "a part of it is empty"
    if part == "..":
        return "it leads out of the project with '..'"
    if is_git(part):
        return "it is git's own folder on some system, and what is in there can run programs"
    if _NOT_ON_WINDOWS.search(part):
        return "it holds a character that Windows doesn't allow"
    if part[-1] in ". ":
        return "a part of it ends with a dot or a space, which Windows drops"
    if _RESERVED.fullmatch(part):
        return "it is the name of a device on Windows"
    if part.casefold().startswith(STAGING):
        return "scaffold needs that name for itself"
    try:
        length = len(part.encode())
    except UnicodeEncodeError:
        return "it can't be said in UTF-8"
    return "a part of it is longer than 255 bytes" if length > _LONGEST else ""


def is_git(part: str) -> bool:
    """Say whether some file system takes a name, one part of a path, for `.git`.

    As `is_ntfs_dotgit` in git's path.c and `is_hfs_dotgit` in its utf8.c do, and beyond them:
    every short name that Windows may give to `.git`, and letters that are the same to a file system
    which normalizes by NFKC.
    """
    if not part.isascii():
        part = unicodedata.normalize("NFKC", re.sub(_IGNORED, "", part)).casefold()
    for piece in part.lower().replace("\\", "/").split("/"):
        # What follows a colon names a stream of the same folder.
        name = piece.partition(":")[0].rstrip(" .")
        short = name.startswith("gi") and "~" in name
        if name == ".git" or (short and re.fullmatch(r"gi(t|[0-9a-f]{4})~[0-9]+", name)):
            return True
    return False


def _colliding(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Find paths that are one and the same where case or the form of an accent doesn't count."""
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    for path in paths:
        key = _folded(path)
        if key in files:
            yield path, f"it is the same file as {files[key]!a} where case doesn't count"
        files[key] = path
        for parent in PurePosixPath(path).parents:
            name = parent.as_posix()
            other = folders.setdefault(_folded(name), name)
            if other != name:
                yield path, f"its folder is the same as {other!a} where case doesn't count"
    for key, path in files.items():
        if key in folders:
            yield path, "it is a file and a folder at once"


def _folded(path: str) -> str:
    if path.isascii():
        return path.lower()
    path = re.sub(_IGNORED, "", path)
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
