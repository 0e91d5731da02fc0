"""The files of a commit, or of a folder, → a folder of their own, without git having a part in it.

A checkout would heed `.gitattributes`, and follow links. Nothing is left out and nothing changed,
but for submodules, which are never fetched.
"""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from scaffold.errors import TemplateError
from scaffold.project.paths import is_git
from scaffold.sources.fetch.git import GitError, git_environment
from scaffold.sources.fetch.repository import Repository

MOST_FILES = 10_000
MOST_BYTES = 100_000_000
_BLOCK = 1 << 16
_LINK = "120000"
_EXECUTABLE = "100755"
_SUBMODULE = "160000"


class _Entry(NamedTuple):
    """A file or a link: its mode as git writes it, its id or content, its size, its path."""

    mode: str
    what: str
    size: int
    path: str


def export_commit(
    repository: Repository, commit: str, folder: Path, environ: Mapping[str, str]
) -> None:
    """Put the files of a commit into a folder.

    Args:
        repository: has the commit.
        commit: its id.
        folder: is there, and empty.
        environ: the user's environment.

    Raises:
        TemplateError: there are too many files, or too large ones, or one may not be there.
        GitError: the repository is damaged.
    """
    entries = list(_list(repository, commit, environ))
    asked = "".join(f"{each.what}\n" for each in entries).encode()
    contents = repository.run("cat-file", "--batch", given=asked)
    links, at = {}, 0
    for entry in entries:
        end = contents.find(b"\n", at)
        if contents[at:end].split()[1:] != [b"blob", str(entry.size).encode()]:
            raise GitError(f"the copy of '{entry.path}' in the cache is damaged")
        content = contents[end + 1 : end + 1 + entry.size]
        at = end + 1 + entry.size + 1
        if entry.mode == _LINK:
            links[entry.path] = os.fsdecode(content)
        else:
            _put(folder, entry.path, content, executable=entry.mode == _EXECUTABLE)
    _link(folder, links)


def export_folder(source: Path, folder: Path) -> str:
    """Copy a folder as it is now, without any `.git`.

    Args:
        source: the folder.
        folder: where to; it is there, and empty.

    Returns:
        The id of its content.

    Raises:
        TemplateError: there are too many files, or too large ones, or one may not be there.
        OSError: a file can't be read.
    """
    digest = hashlib.sha256()
    links: dict[str, str] = {}
    entries = _checked(_walk(source))
    for entry in sorted(entries, key=lambda each: each.path):
        if entry.mode == _LINK:
            links[entry.path] = entry.what
            content = os.fsencode(entry.what)
        else:
            content = (source / entry.path).read_bytes()
            _put(folder, entry.path, content, executable=entry.mode == _EXECUTABLE)
        of_it = hashlib.sha256(content).hexdigest()
        digest.update(f"{entry.mode} {of_it} {entry.path}\0".encode("utf-8", "surrogateescape"))
    _link(folder, links)
    return digest.hexdigest()


def _list(repository: Repository, commit: str, environ: Mapping[str, str]) -> Iterator[_Entry]:
    """List the files of a commit, no further than there may be any."""
    command = repository.command("ls-tree", "-r", "-z", "-l", "--full-tree", commit)
    with subprocess.Popen(  # noqa: S603 - no shell
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=git_environment(environ)
    ) as process:
        try:
            read = process.stdout.read if process.stdout else lambda _: b""
            lines = _lines(iter(partial(read, _BLOCK), b""))
            yield from _checked(_parse(line) for line in lines)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise GitError("the copy in the cache is damaged", "")


def _lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\0")
        yield from lines


def _parse(line: bytes) -> _Entry:
    facts, _, path = line.partition(b"\t")
    mode, _, what, size = facts.decode().split()
    return _Entry(mode, what, 0 if size == "-" else int(size), os.fsdecode(path))


def _walk(source: Path) -> Iterator[_Entry]:
    def failed(error: OSError) -> None:
        raise error

    for where, folders, names in os.walk(source, onerror=failed):
        folders[:] = sorted(each for each in folders if not is_git(each))
        linked = [each for each in folders if (Path(where) / each).is_symlink()]
        for name in sorted([*names, *linked]):
            file = Path(where) / name
            path = file.relative_to(source).as_posix()
            facts = file.lstat()
            if stat.S_ISLNK(facts.st_mode):
                yield _Entry(_LINK, str(file.readlink()), facts.st_size, path)
            elif is_git(name):  # of a work tree, or a submodule
                continue
            elif stat.S_ISREG(facts.st_mode):
                mode = _EXECUTABLE if facts.st_mode & 0o100 else "100644"
                yield _Entry(mode, "", facts.st_size, path)
            else:
                raise TemplateError(f"{path!a} is no file, no folder and no link: it is refused")


def _checked(entries: Iterator[_Entry]) -> Iterator[_Entry]:
    count = size = 0
    for entry in entries:
        if entry.mode == _SUBMODULE:
            continue
        count += 1
        size += entry.size
        if count > MOST_FILES:
            raise TemplateError(f"it has more than {MOST_FILES:,} files, and is refused")
        if size > MOST_BYTES:
            raise TemplateError(f"it is larger than {MOST_BYTES // 1_000_000} MB, and is refused")
        parts = entry.path.split("/")
        if any(part in ("", ".", "..") or "\\" in part or is_git(part) for part in parts):
            raise TemplateError(f"{entry.path!a} may not be in a template: it is refused")
        yield entry


def _put(folder: Path, path: str, content: bytes, *, executable: bool) -> None:
    place = folder / path
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            file.write(content)
    except (FileExistsError, NotADirectoryError) as error:
        raise TemplateError(f"{path!a} is there twice where case doesn't count") from error
    if executable:
        place.chmod(0o755)


def _link(folder: Path, links: Mapping[str, str]) -> None:
    """Make the links when all files are there, and make sure that none leads out."""
    for path, target in links.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).symlink_to(target)
    top = folder.resolve()
    for path, target in links.items():
        try:
            end = (folder / path).resolve()
        except (OSError, RuntimeError):  # a circle
            end = None
        if Path(target).is_absolute() or end is None or not end.is_relative_to(top):
            raise TemplateError(f"{path!a} is a link that leads out, to {target!a}: it is refused")
