"""What of a repository or a folder is put before us to look at, and what is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.errors import ScaffoldError, TemplateError
from scaffold.sources.address import parse_address
from scaffold.sources.fetch import export
from scaffold.sources.snapshot import open_snapshot
from sources.repositories import Origin

not_on_windows = pytest.mark.skipif(sys.platform == "win32", reason="there are none on Windows")


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def take(text: str, environ: dict[str, str]) -> dict[str, str]:
    with open_snapshot(parse_address(text, {}), environ) as snapshot:
        return files_of(snapshot.folder)


def test_a_snapshot_says_what_it_is(origin: Origin, environ: dict[str, str]) -> None:
    address = parse_address(f"{origin.url}@v1.0.0", {})
    with open_snapshot(address, environ) as snapshot:
        folder = snapshot.folder
        assert files_of(folder) == {"copier.yml": "name: {type: str}\n", "a.txt": "one\n"}
        assert snapshot.address == address
        assert (snapshot.origin, snapshot.ref, snapshot.version) == (origin.url, "v1.0.0", "v1.0.0")
        assert snapshot.commit == origin.git("rev-parse", "v1.0.0")
        assert snapshot.tree == origin.git("rev-parse", "v1.0.0^{tree}")
        assert snapshot.mirror
        assert snapshot.mirror.is_dir()

    assert not folder.parent.exists()


def test_the_files_can_be_put_where_they_are_wanted(
    origin: Origin, environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    with open_snapshot(parse_address(origin.url, {}), environ, into=tmp_path / "mine") as snapshot:
        assert snapshot.folder == tmp_path / "mine" / "template"
    assert files_of(tmp_path / "mine" / "template")["a.txt"] == "two\n"


def test_what_git_would_change_or_leave_out_is_as_it_is(
    origin: Origin, environ: dict[str, str]
) -> None:
    origin.commit(
        {
            ".gitattributes": "*.txt eol=crlf filter=lfs export-subst\nb.md export-ignore\n",
            "b.md": "b\n",
            "c.txt": "$Format:%H$\n",
            ".gitmodules": f'[submodule "s"]\n\tpath = s\n\turl = {origin.url}\n',
        },
        "v3",
    )
    (origin.folder / "b.md").chmod(0o755)
    origin.commit({}, "v4")

    with open_snapshot(parse_address(origin.url, {}), environ) as snapshot:
        found = files_of(snapshot.folder)
        assert found["b.md"] == "b\n"
        assert found["c.txt"] == "$Format:%H$\n"
        if sys.platform != "win32":
            assert os.access(snapshot.folder / "b.md", os.X_OK)
            assert not os.access(snapshot.folder / "c.txt", os.X_OK)


def test_a_submodule_is_not_fetched(origin: Origin, environ: dict[str, str]) -> None:
    blob, commit = origin.blob("x"), origin.git("rev-parse", "HEAD")
    origin.commit_tree(f"100644 blob {blob}\ta\n160000 commit {commit}\tsub\n")

    assert take(f"{origin.url}@main", environ) == {"a": "x"}


@not_on_windows
def test_a_link_inside_is_kept(origin: Origin, environ: dict[str, str]) -> None:
    (origin.folder / "docs").mkdir()
    (origin.folder / "docs/link").symlink_to("../a.txt")
    (origin.folder / "folder").symlink_to("docs")
    (origin.folder / "nowhere").symlink_to("{{ not_yet }}")
    origin.commit({}, "v3")

    for text in (origin.url, str(origin.folder)):
        with open_snapshot(parse_address(text, {}), environ) as snapshot:
            assert (snapshot.folder / "docs/link").readlink() == Path("../a.txt")
            assert (snapshot.folder / "folder").readlink() == Path("docs")
            assert (snapshot.folder / "nowhere").is_symlink()


@not_on_windows
@pytest.mark.parametrize(
    "links",
    [
        {"out": "/etc/passwd"},
        {"out": "../x"},
        {"a/out": "../../x"},
        {"a/b/in": "../../t", "out": "a/b/in/../../x"},
        {"one": "two", "two": "one"},
        {"here": "{top}/a.txt"},
    ],
)
def test_a_link_that_leads_out_is_refused(
    origin: Origin, environ: dict[str, str], links: dict[str, str]
) -> None:
    (origin.folder / "t").mkdir()
    (origin.folder / "t/file").write_text("")
    for path, target in links.items():
        (origin.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (origin.folder / path).symlink_to(target.format(top=origin.folder))
    origin.commit({}, "v3")

    for text in (origin.url, str(origin.folder)):
        with pytest.raises(TemplateError, match="is a link that leads out"):
            take(text, environ)


@pytest.mark.parametrize("name", [".git", ".GIT", "git~1", ".g\u200cit", ".git.", "..", "a\\b"])
def test_a_name_that_may_not_be_there_is_refused(
    origin: Origin, environ: dict[str, str], name: str
) -> None:
    blob = origin.blob("[core]\n\tfsmonitor = touch /tmp/x\n")
    tree = origin.git("mktree", given=f"100644 blob {blob}\tconfig\n")
    origin.commit_tree(f"040000 tree {tree}\t{name}\n")

    with pytest.raises(TemplateError, match="may not be in a template"):
        take(f"{origin.url}@main", environ)


def test_too_many_files_are_refused_before_they_are_counted(
    origin: Origin, environ: dict[str, str]
) -> None:
    # Ten trees of ten entries each, one in the other: ten thousand million files in a kilobyte.
    line = f"100644 blob {origin.blob('x')}"
    for _ in range(10):
        tree = origin.git("mktree", given="".join(f"{line}\tf{n}\n" for n in range(10)))
        line = f"040000 tree {tree}"
    origin.commit_tree(f"{line}\ttop\n")

    with pytest.raises(TemplateError, match="more than 10,000 files"):
        take(f"{origin.url}@main", environ)


def test_what_is_too_large_is_refused(
    origin: Origin, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST_BYTES", 1_000_000)
    origin.commit({"large": "x" * 600_000, "large too": "x" * 600_000}, "v3")

    for text in (origin.url, str(origin.folder)):
        with pytest.raises(TemplateError, match="larger than 1 MB"):
            take(text, environ)


def test_a_folder_is_taken_as_it_is(origin: Origin, environ: dict[str, str]) -> None:
    (origin.folder / "a.txt").write_text("not committed\n")
    (origin.folder / "sub").mkdir()
    (origin.folder / "sub" / ".git").write_text("gitdir: ../.git/modules/sub\n")
    address = parse_address(str(origin.folder), {})

    with open_snapshot(address, environ) as snapshot:
        assert files_of(snapshot.folder) == {
            "copier.yml": "name: {type: str}\n",
            "a.txt": "not committed\n",
        }
        assert snapshot.mirror is None
        first = snapshot.tree
    with open_snapshot(address, environ) as snapshot:
        assert snapshot.tree == first == snapshot.commit
    (origin.folder / "a.txt").write_text("changed\n")
    with open_snapshot(address, environ) as snapshot:
        assert snapshot.tree != first


def test_a_bare_repository_is_taken_at_its_newest_version(
    origin: Origin, environ: dict[str, str], tmp_path: Path
) -> None:
    subprocess.run(
        ["git", "clone", "-q", "--bare", str(origin.folder), str(tmp_path / "bare")], check=True
    )

    assert take(str(tmp_path / "bare"), environ)["a.txt"] == "two\n"


@not_on_windows
def test_what_is_no_file_is_refused(origin: Origin, environ: dict[str, str]) -> None:
    os.mkfifo(origin.folder / "pipe")

    with pytest.raises(ScaffoldError, match="'pipe' is no file"):
        take(str(origin.folder), environ)


def test_a_folder_that_cannot_be_read_is_said_in_one_line(
    origin: Origin, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ScaffoldError, match=r"can't be read: Permission denied"):
        take(str(origin.folder), environ)
