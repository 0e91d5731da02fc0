"""Which paths a template may make."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import Project, every_project
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.errors import ScaffoldError
from scaffold.project.paths import check_paths
from scaffold.project.render import File
from scaffold.project.write import plan_writes


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("../main.py", "leads out of the project"),
        ("a/../../main.py", "leads out of the project"),
        ("/etc/passwd", "absolute"),
        ("//server/share", "absolute"),
        ("C:/main.py", "names a drive"),
        ("c:main.py", "names a drive"),
        ("a\\..\\b.py", "Windows doesn't allow"),
        ("a:b", "names a drive"),
        ("main.py:stream", "Windows doesn't allow"),
        ("what?.py", "Windows doesn't allow"),
        ("a\nb", "Windows doesn't allow"),
        ("a\0b", "Windows doesn't allow"),
        ("", "empty"),
        ("a//b", "empty"),
        ("./a", "empty"),
        ("a/", "empty"),
        ("CON", "device"),
        ("nul.txt", "device"),
        ("a/Com1.tar.gz", "device"),
        ("lpt9 .py", "device"),
        ("COM¹", "device"),
        ("main.py.", "dot or a space"),
        ("main.py ", "dot or a space"),
        ("a /main.py", "dot or a space"),
        ("...", "dot or a space"),
        (".Scaffold-Staging/main.py", "needs that name"),
        ("a" * 256, "longer than 255"),
        ("é" * 128, "longer than 255"),
        ("\udc80", "UTF-8"),
        (".git", "git's own"),
        (".git/config", "git's own"),
        ("a/.GIT/hooks/pre-commit", "git's own"),
        (".git ", "git's own"),
        (".git.", "git's own"),
        (".git . .", "git's own"),
        (".git::$INDEX_ALLOCATION/config", "git's own"),
        (".git:x", "git's own"),
        ("git~1", "git's own"),
        ("GIT~1/config", "git's own"),
        ("git~4 .", "git's own"),
        ("gi7d29~1", "git's own"),
        (".g\u200cit", "git's own"),
        ("\ufeff.git", "git's own"),
        (".git\u206f/config", "git's own"),
        (".gi\u00adt", "git's own"),
        (".g\ufe00it", "git's own"),
        ("\uff0egit", "git's own"),
        (".\uff47it", "git's own"),
        ("\uff0egit\uff0fconfig", "git's own"),
        ("a\\.git\\config", "git's own"),
    ],
)
def test_what_is_refused_is_named(path: str, reason: str) -> None:
    with pytest.raises(ScaffoldError) as refused:
        check_paths(["main.py", path])

    assert [detail for detail in refused.value.details if reason in detail]
    assert all(detail.startswith(ascii(path)) for detail in refused.value.details)
    assert "".join(refused.value.details).isascii()


@pytest.mark.parametrize(
    ("paths", "reason"),
    [
        (["Main.py", "main.py"], "same file"),
        (["straße.py", "STRASSE.py"], "same file"),
        (["\u00e9.py", "e\u0301.py"], "same file"),
        (["main.py", "main.py"], "same file"),
        (["ma\u200din.py", "main.py"], "same file"),
        (["src/a.py", "SRC/b.py"], "same as"),
        (["src", "src/a.py"], "file and a folder"),
        (["src/a.py", "Src"], "file and a folder"),
    ],
)
def test_paths_that_are_one_on_some_systems(paths: list[str], reason: str) -> None:
    with pytest.raises(ScaffoldError) as refused:
        check_paths(paths)

    assert reason in "".join(refused.value.details)


@pytest.mark.parametrize(
    "path",
    [
        "main.py",
        ".env",
        ".github/workflows/ci.yml",
        "a b.py",
        "console.py",
        "comet.py",
        "你好.py",
        ".gitignore",
        ".gitattributes",
        "git",
        "git.py",
        "x.git",
        "gift~1",
        ".git_/a",
    ],
)
def test_what_is_allowed(path: str) -> None:
    check_paths([path])


@every_project
def test_every_sample_is_allowed(project: Project) -> None:
    check_paths(file.path for file in project.files())


@given(st.text(st.sampled_from("ab./\\: C"), max_size=9))
def test_whatever_is_allowed_stays_in_the_folder(path: str) -> None:
    try:
        check_paths([path])
    except ScaffoldError:
        return
    folder = Path("/the/folder")
    assert (folder / path).resolve().is_relative_to(folder.resolve())
    assert (folder / path).as_posix() == f"/the/folder/{path}"


PIECES = [*".gGiIt~ 14:x", "ſ", "ı", "İ", "\u0307", "\u200c", "\u206a", "\ufeff", "ｇ", "::$INDEX"]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", folder], check=True)
    return folder


@settings(max_examples=50)
@given(st.lists(st.sampled_from(PIECES), max_size=3), st.data())
def test_what_git_calls_its_own_folder_is_refused(
    repository: Path, around: list[str], data: st.DataObject
) -> None:
    letters = [data.draw(st.sampled_from([each, each.upper()])) for each in ".git"]
    for piece in around:
        letters.insert(data.draw(st.integers(0, len(letters))), piece)
    name = "".join(letters)
    if "/" not in name and git_refuses(repository, name):
        with pytest.raises(ScaffoldError):
            check_paths([name])


def git_refuses(repository: Path, name: str) -> bool:
    """Asks git itself, which guards an index against what is `.git` on any system."""
    protect = ["-c", "core.protectNTFS=true", "-c", "core.protectHFS=true"]
    done = subprocess.run(
        ["git", "-C", repository, *protect, "update-index", "--index-info"],
        input=f"100644 {'0' * 39}1 0\t{name}\n".encode(),
        capture_output=True,
    )
    return done.returncode != 0


def test_it_is_checked_before_anything_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("mine")
    (tmp_path / "project").mkdir()

    with pytest.raises(ScaffoldError, match="refused"):
        plan_writes([File("../outside.txt", b"")], tmp_path / "project", "overwrite")
