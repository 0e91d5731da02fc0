"""What is trusted: a content, in a file that its owner alone may write."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from scaffold.errors import NotFoundError, ScaffoldError
from scaffold.sources.look.look import Command, Look
from scaffold.sources.records import Address, SourceSnapshot, TemplateEntry
from scaffold.sources.trust import Trusted, TrustFile

ENTRY = TemplateEntry("plain", "Plain")
LOOK = Look(tasks=(Command("make"),))


def snapshot(tree: str, origin: str = "https://a.invalid/b.git") -> SourceSnapshot:
    """Makes a snapshot of some content."""
    return SourceSnapshot(Address(origin, origin), origin, "1", "1", f"c{tree}", tree, Path(), None)


def test_it_is_the_content_that_is_trusted(tmp_path: Path) -> None:
    file = TrustFile(tmp_path / "state" / "trust.json")
    assert file.read() == ()

    file.add(snapshot("1" * 40), ENTRY, LOOK)

    assert file.find(snapshot("1" * 40), ENTRY)
    # The same content is the same wherever it comes from; all else is another one.
    assert file.find(snapshot("1" * 40, "https://mirror.invalid/b.git"), ENTRY)
    assert file.find(snapshot("2" * 40), ENTRY) is None
    assert file.find(snapshot("1" * 40), ENTRY._replace(folder="other")) is None
    last = file.last(snapshot("2" * 40), ENTRY)
    assert last is not None
    assert last.lines == ("task: make",)
    if os.name != "nt":
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


def test_trust_is_taken_back_by_tree_or_address(tmp_path: Path) -> None:
    file = TrustFile(tmp_path / "trust.json")
    for tree in "123":
        file.add(snapshot(tree, f"https://a.invalid/{int(tree) % 2}.git"), ENTRY, LOOK)

    with pytest.raises(NotFoundError, match="is not trusted"):
        file.revoke(["1", "nothing"])
    assert len(file.read()) == 3

    assert [each.tree for each in file.revoke(["2"])] == ["2"]
    assert [each.tree for each in file.revoke(["https://a.invalid/1.git"])] == ["1", "3"]
    assert file.read() == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"trusted": [{}]}',
        b'{"trusted": 1}',
        b"\xff",
        json.dumps({"trusted": [{**dict.fromkeys(Trusted._fields, ""), "tree": 1}]}).encode(),
    ],
)
def test_a_damaged_file_trusts_nothing_and_says_so(tmp_path: Path, content: bytes) -> None:
    file = TrustFile(tmp_path / "trust.json")
    file.path.write_bytes(content)
    file.path.chmod(0o600)

    for use in (file.read, lambda: file.add(snapshot("1"), ENTRY, LOOK)):
        with pytest.raises(ScaffoldError, match="is damaged: 'scaffold trust revoke --all'"):
            use()
    assert file.path.read_bytes() == content

    assert file.revoke([]) == ()
    assert file.read() == ()


@pytest.mark.skipif(os.name == "nt", reason="about permissions of POSIX")
def test_what_others_may_write_is_not_believed(tmp_path: Path) -> None:
    file = TrustFile(tmp_path / "trust.json")
    file.add(snapshot("1"), ENTRY, LOOK)
    file.path.chmod(0o620)

    with pytest.raises(ScaffoldError, match="can be written by others"):
        file.find(snapshot("1"), ENTRY)
