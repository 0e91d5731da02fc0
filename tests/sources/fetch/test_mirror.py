"""What is fetched, when, and what becomes of it when something is wrong."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from waiting import wait_for

from scaffold.errors import NotFoundError, ScaffoldError
from scaffold.sources.address import parse_address
from scaffold.sources.fetch.git import Fetching
from scaffold.sources.fetch.mirror import LIMITS, Freshness, Mirror
from scaffold.sources.fetch.tags import newest_version
from sources.repositories import Origin


def find(
    origin: str,
    environ: Mapping[str, str],
    ref: str = "",
    freshness: Freshness = "newest",
    said: list[str] | None = None,
    limits: Fetching = LIMITS,
) -> Any:
    return Mirror(origin, environ, limits).find(
        ref, freshness, ([] if said is None else said).append
    )


def test_the_newest_version_is_as_copiers(origin: Origin, environ: dict[str, str]) -> None:
    found = find(origin.url, environ)

    assert (found.ref, found.version) == ("v1.10.0", "v1.10.0")
    assert found.commit == origin.git("rev-parse", "v1.10.0")
    assert found.tree == origin.git("rev-parse", "v1.10.0^{tree}")


@pytest.mark.parametrize("ref", ["v1.0.0", "main", "HEAD", "v2.0.0rc1", "id", "short", "describe"])
def test_a_tag_a_branch_or_a_commit_is_found(
    origin: Origin, environ: dict[str, str], ref: str
) -> None:
    origin.git("tag", "-a", "-m", "later", "annotated")
    last = origin.commit({"b.txt": "b\n"})
    described = {"id": last, "short": last[:9], "describe": f"annotated-1-g{last[:7]}"}
    wanted = described.get(ref, ref)

    assert find(origin.url, environ, wanted).commit == origin.git(
        "rev-parse", f"{wanted}^{{commit}}"
    )


def test_without_a_version_it_is_the_main_branch(tmp_path: Path, environ: dict[str, str]) -> None:
    origin = Origin(tmp_path / "o")
    origin.commit({"a": "a"}, "latest")
    origin.git("branch", "-m", "trunk")
    last = origin.commit({"a": "b"})

    assert find(origin.url, environ)[:3] == ("HEAD", "", last)


def test_the_second_use_needs_no_origin(origin: Origin, environ: dict[str, str]) -> None:
    first = find(origin.url, environ)
    origin.folder.rename(origin.folder.with_name("gone"))
    said: list[str] = []

    assert find(origin.url, environ, said=said) == first
    assert [line for line in said if "taking what was fetched on 20" in line] == said
    assert len(said) == 1
    # A commit stays what it is: nobody is asked for it, nor for anything of a source.
    assert find(origin.url, environ, first.commit, said=said).commit == first.commit
    assert find(origin.url, environ, freshness="cached", said=said) == first
    assert find(origin.url, environ, "main", freshness="cached", said=said).ref == "main"
    assert len(said) == 1
    with pytest.raises(ScaffoldError, match="there is no such repository"):
        find(origin.url, environ, freshness="refresh")


def test_what_is_new_is_fetched_when_asked_for(origin: Origin, environ: dict[str, str]) -> None:
    first = find(origin.url, environ)
    origin.git("branch", "short-lived")
    origin.commit({"a.txt": "four\n"}, "v3.0")
    assert find(origin.url, environ, freshness="cached") == first
    # What isn't there is fetched for a source too.
    assert find(origin.url, environ, "short-lived", freshness="cached").ref == "short-lived"

    origin.git("branch", "-D", "short-lived")
    origin.git("branch", "short-lived/again")
    assert find(origin.url, environ).version == "v3.0"
    assert find(origin.url, environ, "short-lived/again", freshness="cached").version == "v3.0"


def test_a_moved_tag_is_an_error(origin: Origin, environ: dict[str, str]) -> None:
    find(origin.url, environ)
    later = origin.commit({"a.txt": "bad\n"})
    origin.git("tag", "-f", "v1.10.0")

    for ref in ("", "v1.10.0"):
        with pytest.raises(ScaffoldError, match=r"'v1.10.0' .* was moved .*@" + later) as refused:
            find(origin.url, environ, ref)
        assert refused.value.exit_code == 1
    # The cache may be cleared: what it was is remembered.
    shutil.rmtree(environ["SCAFFOLD_CACHE_DIR"])
    with pytest.raises(ScaffoldError, match="was moved"):
        find(origin.url, environ)
    assert find(origin.url, environ, "v1.0.0").version == "v1.0.0"
    assert find(origin.url, environ, later).commit == later


def test_a_tag_that_is_gone_stays(origin: Origin, environ: dict[str, str]) -> None:
    first = find(origin.url, environ, "v1.0.0")
    origin.git("tag", "-d", "v1.0.0")
    find(origin.url, environ, freshness="refresh")

    assert find(origin.url, environ, "v1.0.0") == first


def test_a_name_that_is_not_there_is_told_with_near_ones(
    origin: Origin, environ: dict[str, str]
) -> None:
    with pytest.raises(NotFoundError, match="no tag, branch or commit") as refused:
        find(origin.url, environ, "v1.0.1")

    assert "v1.0.0" in refused.value.details


def flip(place: Path) -> None:
    [pack] = place.glob("objects/pack/*.pack")
    content = bytearray(pack.read_bytes())
    content[len(content) // 2] ^= 1
    pack.chmod(stat.S_IRUSR | stat.S_IWUSR)
    pack.write_bytes(content)


def truncate(place: Path) -> None:
    [pack] = place.glob("objects/pack/*.pack")
    pack.chmod(stat.S_IRUSR | stat.S_IWUSR)
    pack.write_bytes(pack.read_bytes()[:-30])


def lose_index(place: Path) -> None:
    for index in place.glob("objects/pack/*.idx"):
        index.unlink()


def lose_objects(place: Path) -> None:
    shutil.rmtree(place / "objects")


def lose_refs(place: Path) -> None:
    shutil.rmtree(place / "refs")
    (place / "packed-refs").unlink(missing_ok=True)


def garble_ref(place: Path) -> None:
    (place / "refs/heads/main").write_text("0" * 39 + "1\n")


@pytest.mark.parametrize("harm", [flip, truncate, lose_index, lose_objects, lose_refs, garble_ref])
def test_a_damaged_mirror_is_fetched_anew(
    origin: Origin, environ: dict[str, str], harm: Callable[[Path], None]
) -> None:
    first = find(origin.url, environ)
    harm(Mirror(origin.url, environ).repository.folder)
    said: list[str] = []

    assert find(origin.url, environ, freshness="cached", said=said) == first
    assert "damaged: fetching it anew" in said[0]
    assert find(origin.url, environ, freshness="cached", said=said) == first
    assert len(said) == 2


def test_what_a_killed_run_left_is_cleared_away(origin: Origin, environ: dict[str, str]) -> None:
    find(origin.url, environ)
    mirror = Mirror(origin.url, environ).repository.folder
    left = [
        mirror.with_name("new-0a1b2c3d.git") / "HEAD",
        mirror / "objects/pack/tmp_pack_x",
        mirror / "packed-refs.lock",
        mirror / "refs/heads/main.lock",
    ]
    for file in left:
        file.parent.mkdir(exist_ok=True)
        file.write_text("")
    last = origin.commit({"a.txt": "four\n"})

    assert find(origin.url, environ, "main").commit == last
    assert not [file for file in left if file.exists()]


def test_several_runs_at_once_all_have_it(origin: Origin, environ: dict[str, str]) -> None:
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: find(origin.url, environ), range(3)))

    assert found == [found[0]] * 3
    assert [each.name for each in Path(environ["SCAFFOLD_CACHE_DIR"]).glob("templates/*/*")] == [
        "repository.git"
    ]


def test_a_repository_that_is_gone_empty_or_none(tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "folder").mkdir()
    empty = Origin(tmp_path / "empty")
    for origin, reason in (
        ((tmp_path / "gone").as_uri(), "no such repository"),
        ((tmp_path / "folder").as_uri(), "no such repository"),
        (str(tmp_path / "folder"), "no such repository"),
        (empty.url, "is empty"),
    ):
        with pytest.raises(ScaffoldError, match=reason) as refused:
            find(origin, environ)
        assert "\n" not in refused.value.message
    assert not [*Path(environ["SCAFFOLD_CACHE_DIR"]).glob("templates/*/*")]


def test_what_is_too_large_is_given_up(origin: Origin, environ: dict[str, str]) -> None:
    (origin.folder / "large").write_bytes(os.urandom(300_000))
    origin.commit({})

    with pytest.raises(ScaffoldError, match="larger than"):
        find(origin.url, environ, limits=Fetching(60, 100_000))
    assert not [*Path(environ["SCAFFOLD_CACHE_DIR"]).glob("templates/*/*")]


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for ssh is a shell script")
def test_what_takes_too_long_is_given_up_and_gone(tmp_path: Path, environ: dict[str, str]) -> None:
    programs = tmp_path / "bin"
    script(programs / "ssh", f"echo $$ > {tmp_path}/pid; exec sleep 600")
    environ["PATH"] = f"{programs}{os.pathsep}{environ['PATH']}"

    with pytest.raises(ScaffoldError, match=r"took more than 0\.3 s"):
        find("ssh://git@host/repo.git", environ, limits=Fetching(0.3, 1_000))
    if (tmp_path / "pid").exists():
        number = (tmp_path / "pid").read_text().strip()
        wait_for(lambda: not number or not Path(f"/proc/{number}").exists())


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for git is a shell script")
def test_without_git_or_with_an_old_one_it_is_said(tmp_path: Path, environ: dict[str, str]) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    environ["PATH"] = str(programs)
    with pytest.raises(ScaffoldError, match="there is none: install git"):
        Mirror("https://host/repo.git", environ)

    script(programs / "git", "echo git version 2.31.9")
    with pytest.raises(ScaffoldError, match=r"need git 2\.32 or newer; .* is git version 2\.31\.9"):
        Mirror("https://host/repo.git", environ)


def script(place: Path, lines: str) -> None:
    place.parent.mkdir(exist_ok=True)
    place.write_text(f"#!/bin/sh\n{lines}\n")
    place.chmod(0o755)


def test_nobodys_settings_are_heeded(
    origin: Origin, tmp_path: Path, environ: dict[str, str]
) -> None:
    other = Origin(tmp_path / "other")
    other.commit({"a.txt": "another\n"}, "v9")
    home = Path(environ["HOME"])
    (home / "hooks").mkdir(parents=True)
    script(home / "hooks/reference-transaction", f"touch {tmp_path}/ran")
    settings = (
        f'[url "{other.url}"]\n\tinsteadOf = {origin.url}\n[core]\n\thooksPath = {home}/hooks\n'
        f"[init]\n\ttemplateDir = {home}\n"
    )
    (home / ".gitconfig").write_text(settings)
    environ |= {"GIT_CONFIG_PARAMETERS": f"'url.{other.url}.insteadOf'='{origin.url}'"}
    environ |= {"GIT_DIR": str(other.folder / ".git"), "XDG_CONFIG_HOME": str(home)}

    assert find(origin.url, environ).version == "v1.10.0"
    assert not (tmp_path / "ran").exists()
    assert not (Mirror(origin.url, environ).repository.folder / "hooks").exists()


def test_no_other_transport_is_used(environ: dict[str, str], tmp_path: Path) -> None:
    # It can't be typed, but a repository could lead there.
    with pytest.raises(ScaffoldError, match="another transport"):
        find(f"ext::touch% {tmp_path}/ran", environ)
    assert not (tmp_path / "ran").exists()


def test_a_folder_of_this_machine_is_fetched_at_a_commit(
    origin: Origin, environ: dict[str, str]
) -> None:
    address = parse_address(f"{origin.folder}@v1.0.0", {})

    assert find(address.origin, environ, address.ref).version == "v1.0.0"


@pytest.mark.parametrize(
    ("tags", "newest"),
    [
        (["1.9", "1.10", "1.2"], "1.10"),
        (["v1.0", "v2.0a1", "latest"], "v1.0"),
        (["v2.0a1"], ""),
        ([], ""),
        (["2026.11.1", "1.0.post1", "v1!0.1"], "v1!0.1"),
    ],
)
def test_versions_are_compared_as_versions(tags: list[str], newest: str) -> None:
    assert newest_version(tags) == newest
