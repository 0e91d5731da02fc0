"""What was rendered: only plain files with paths that are good everywhere get out of its folder."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold.errors import ScaffoldError
from scaffold.sources.rendering.limits import RenderLimits
from scaffold.sources.rendering.output import read_output

if os.name == "nt":
    pytest.skip("about links and pipes of POSIX", allow_module_level=True)


def write(folder: Path, path: str) -> None:
    """Writes a file, however it is called."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text("x")


def link(path: str, target: str) -> Callable[[Path], None]:
    """Gives what makes a link."""

    def make(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).symlink_to(target)

    return make


def by_way_of_another(folder: Path) -> None:
    link("a/up", "..")(folder)
    link("out", "a/up/../secret")(folder)


def twins(folder: Path) -> None:
    write(folder, "Read")
    write(folder, "read")


def hard_link(folder: Path) -> None:
    write(folder, "one")
    (folder / "two").hardlink_to(folder / "one")


def device(folder: Path) -> None:
    try:
        os.mknod(folder / "null", 0o20666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root may make devices")


def bind(folder: Path) -> None:
    # Its name may have no more than a hundred characters.
    with socket.socket(socket.AF_UNIX) as listening:
        before = Path.cwd()
        os.chdir(folder)
        listening.bind("socket")
        os.chdir(before)


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "a pipe": (lambda folder: os.mkfifo(folder / "pipe"), "it is a pipe"),
    "a device": (device, "it is a device"),
    "a socket": (bind, "it is a socket"),
    "a hard link": (hard_link, "the same file as another"),
    "a link that leads out": (link("sub/out", "../../secret"), "leads out"),
    "an absolute link": (link("out", "/etc/passwd"), "no place in the project"),
    "by way of another link": (by_way_of_another, "refused"),
    "a circle": (link("again", "again"), "refused"),
    "into git": (link("hooks", ".git/hooks"), "refused"),
    ".git": (lambda folder: write(folder, ".git/config"), "git's own folder"),
    ".GIT": (lambda folder: write(folder, "sub/.GIT/hooks/pre-commit"), "git's own folder"),
    "git~1": (lambda folder: write(folder, "git~1/config"), "git's own folder"),
    "without width": (lambda folder: write(folder, ".g\u200cit/config"), "git's own folder"),
    "a device of Windows": (lambda folder: write(folder, "con.txt"), "device on Windows"),
    "a stream of Windows": (lambda folder: write(folder, "file:b"), "Windows doesn't allow"),
    "a backslash": (lambda folder: write(folder, "a\\..\\b"), "Windows doesn't allow"),
    "twins": (twins, "case"),
    "no UTF-8": (lambda folder: write(folder, os.fsdecode(b"\xff")), "UTF-8"),
}


@pytest.mark.parametrize(("make", "said"), REFUSED.values(), ids=[*REFUSED])
def test_what_no_project_may_hold_is_refused(
    tmp_path: Path, make: Callable[[Path], None], said: str
) -> None:
    (tmp_path / "secret").touch()
    folder = tmp_path / "rendered"
    folder.mkdir()
    make(folder)

    with pytest.raises(ScaffoldError) as caught:
        read_output(folder, RenderLimits())
    assert said in "\n".join(caught.value.details)


def test_links_inside_and_programs_get_through(tmp_path: Path) -> None:
    write(tmp_path, "a/run")
    (tmp_path / "a/run").chmod(0o7755)
    for path, target in (("b", "a"), ("c/d", "../a/run"), ("later", "not/there/yet")):
        link(path, target)(tmp_path)

    assert [
        (file.path, file.link, file.executable) for file in read_output(tmp_path, RenderLimits())
    ] == [
        ("a/run", "", True),
        ("b", "a", False),
        ("c/d", "../a/run", False),
        ("later", "not/there/yet", False),
    ]


def test_too_many_files_and_too_large_ones_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, "a/b")
    with pytest.raises(ScaffoldError, match="more than 1 files"):
        read_output(tmp_path, RenderLimits(files=1))

    with (tmp_path / "large").open("wb") as sparse:
        sparse.truncate(10_000_000_000)
    with pytest.raises(ScaffoldError, match="more than 100 MB"):
        read_output(tmp_path, RenderLimits())
