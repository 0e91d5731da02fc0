"""Three versions → one: `git merge-file` is the oracle, and no line of yours is ever lost."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from conftest import PROJECTS
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.update.diff3 import merge_lines
from scaffold.update.merge import Obstacle, Outcome, merge_projects
from scaffold.update.text import LONGEST, Resolution, merge_text


@cache
def sources() -> list[list[str]]:
    """All the Python of the catalogue, in lines."""
    return [
        file.content.decode().splitlines()
        for project in PROJECTS
        for file in project.files()
        if file.path.endswith(".py")
    ]


def merged(base: list[str], yours: list[str], newest: list[str]) -> list[str] | None:
    """Merges texts; None where there is a conflict."""
    parts = merge_lines(*([line.encode() for line in text] for text in (base, yours, newest)))
    if any(part.kind == "conflict" for part in parts):
        return None
    lines = [
        line for part in parts for line in (part.newest if part.kind == "newest" else part.yours)
    ]
    return [line.decode() for line in lines]


def merged_by_git(
    base: list[str], yours: list[str], newest: list[str], folder: Path
) -> list[str] | None:
    """The same, by `git merge-file`."""
    for name, text in (("base", base), ("yours", yours), ("newest", newest)):
        (folder / name).write_text("".join(f"{line}\n" for line in text), encoding="utf-8")
    found = subprocess.run(
        ["git", "merge-file", "-p", "yours", "base", "newest"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
    )
    assert found.returncode in range(128)
    return None if found.returncode else found.stdout.split("\n")[:-1]


@st.composite
def edits(draw: st.DrawFn, text: list[str], most: int, lines: st.SearchStrategy[str]) -> list[str]:
    """Edits a text as people do: lines come, go, change and move."""
    text = list(text)
    for _ in range(draw(st.integers(0, most))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(1, 4)))
        new = draw(st.lists(lines, min_size=1, max_size=3))
        kind = draw(st.sampled_from(["add", "drop", "change", "move"]))
        taken = text[start:end]
        text[start : start if kind == "add" else end] = new if kind in ("add", "change") else []
        if kind == "move":
            place = draw(st.integers(0, len(text)))
            text[place:place] = taken
    return text


@settings(deadline=None)
@given(data=st.data())
def test_what_git_can_merge_is_merged_alike_and_nothing_else(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    few = st.sampled_from("abcde")
    if data.draw(st.booleans(), "few different lines"):
        lines, base = few, data.draw(st.lists(st.sampled_from("abcd"), max_size=12))
    else:
        base = data.draw(st.sampled_from(sources()))
        lines = st.sampled_from(base) | few
    yours = data.draw(edits(base, 4, lines))
    newest = data.draw(edits(base, 4, lines))
    folder = tmp_path_factory.mktemp("merge")

    assert merged(base, yours, newest) == merged_by_git(base, yours, newest, folder)


@settings(deadline=None)
@given(data=st.data())
def test_every_line_of_both_is_in_a_part_and_in_order(data: st.DataObject) -> None:
    text = st.lists(st.sampled_from([b"a", b"b", b"c", b"", b"d"]), max_size=15)
    base, yours, newest = (data.draw(text) for _ in range(3))

    parts = merge_lines(base, yours, newest)

    assert [line for part in parts for line in part.base] == base
    assert [line for part in parts for line in part.yours] == yours
    assert [line for part in parts for line in part.newest] == newest
    for part in parts:
        assert yours[part.line : part.line + len(part.yours)] == list(part.yours)


def test_texts_without_end_are_merged_in_seconds() -> None:
    # Nothing but lines that are everywhere, shuffled: the worst there is.
    base, yours = (random.Random(seed).choices([b"a", b"b", b"c"], k=5_000) for seed in (1, 2))

    parts = merge_lines(base, yours, base)

    assert [line for part in parts for line in part.yours] == yours


ENDS = [b"\n", b"\r\n"]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "mark"])
@pytest.mark.parametrize("end", ENDS, ids=["LF", "CRLF"])
@pytest.mark.parametrize("last", [True, False], ids=["closed", "open"])
def test_line_ends_and_the_mark_stay_as_they_are_in_yours(
    mark: bytes, end: bytes, last: bool
) -> None:
    yours = mark + end.join([b"a", b"mine", b"c", b"d"]) + (end if last else b"")

    found = merge_text(b"a\nb\nc\nd\n", yours, b"a\nb\nc\nnew\nd\n")

    assert found is not None
    assert found.conflicts == ()
    wanted = mark + end.join([b"a", b"mine", b"c", b"new", b"d"]) + (end if last else b"")
    assert found.content("fail") == wanted


def test_mixed_line_ends_stay_line_by_line() -> None:
    found = merge_text(b"a\nb\nc\nd\n", b"a\r\nb\nc\r\nd\r\n", b"a\nB\nc\nd\n")

    assert found is not None
    assert found.content("fail") == b"a\r\nB\r\nc\r\nd\r\n"


def test_latin_1_is_merged_unless_other_characters_would_come_in() -> None:
    yours = "a\nb\nc\nd # grüße\n".encode("latin-1")

    found = merge_text(b"a\nb\nc\nd\n", yours, b"a2\nb\nc\nd\n")

    assert found is not None
    assert found.content("fail") == b"a2" + yours[1:]
    assert merge_text(b"a\nb\nc\nd\n", yours, "ä\nb\nc\nd\n".encode()) is None


CONFLICT = (b"a\nb\nc\n", b"a\nmine\nc\n", b"a\nnew\nc\nd\n")


@pytest.mark.parametrize(
    ("resolution", "content"),
    [
        ("fail", b"a\nmine\nc\nd\n"),
        ("mine", b"a\nmine\nc\nd\n"),
        ("newest", b"a\nnew\nc\nd\n"),
        ("mark", b"a\n<<<<<<< yours\nmine\n=======\nnew\n>>>>>>> x@2\nc\nd\n"),
        ("rej", b"a\nmine\nc\nd\n"),
    ],
)
def test_a_conflict_is_resolved_as_asked_and_the_rest_is_merged(
    resolution: Resolution, content: bytes
) -> None:
    found = merge_text(*CONFLICT)

    assert found is not None
    assert [(each.line, each.yours, each.newest) for each in found.conflicts] == [
        (2, (b"mine",), (b"new",))
    ]
    assert found.content(resolution, "x@2") == content
    assert found.rejects("f.py") == b"--- f.py\n+++ f.py\n@@ -2,1 +2,1 @@\n-b\n+new\n"


LONG = b"".join(b"line %d\n" % number for number in range(20))
OTHER = LONG.replace(b"line 3\n", b"line three\n")


def one(
    base: dict[str, bytes], yours: dict[str, bytes | Obstacle], newest: dict[str, bytes]
) -> Outcome:
    """Merges projects of which one file becomes something."""
    outcomes = merge_projects(base, yours, newest)
    assert len(outcomes) == 1
    return outcomes[0]


@pytest.mark.parametrize(
    ("base", "yours", "newest", "kind"),
    [
        ({"f": b"a"}, {"f": b"b"}, {"f": b"b"}, "same"),
        ({"f": b"a"}, {"f": b"b"}, {"f": b"a"}, "yours"),
        ({"f": b"a"}, {"f": b"a"}, {"f": b"b"}, "updated"),
        ({}, {}, {"f": b"b"}, "added"),
        ({"f": b"a"}, {"f": b"b"}, {"f": b"c"}, "conflict"),
        ({"f": b"a"}, {"f": b"a"}, {}, "removed"),
        ({"f": b"a"}, {"f": b"b"}, {}, "orphaned"),
        ({"f": b"a"}, {}, {"f": b"b"}, "deleted"),
        ({}, {"f": b"a\n"}, {"f": b"b\n"}, "conflict"),
        ({}, {"f": b"a\n"}, {"f": b"a\n"}, "same"),
        ({"f": b"a\0"}, {"f": b"b\0"}, {"f": b"c\0"}, "beside"),
        ({"f": b"a\0"}, {"f": b"a\0"}, {"f": b"c\0"}, "updated"),
        ({"f": b"a"}, {"f": b"x" * (LONGEST + 1)}, {"f": b"b"}, "beside"),
        ({"f": b"a"}, {"f": Obstacle("a folder")}, {"f": b"b"}, "beside"),
        ({"f": b"a"}, {"f": Obstacle("a link")}, {"f": b"a"}, "yours"),
        ({"f": LONG}, {"f": LONG + b"mine\n"}, {"f": OTHER}, "merged"),
        ({"f": b"a\n"}, {"f": b"a\r\n"}, {"f": b"b\n"}, "updated"),
    ],
)
def test_what_becomes_of_a_file(
    base: dict[str, bytes],
    yours: dict[str, bytes | Obstacle],
    newest: dict[str, bytes],
    kind: str,
) -> None:
    outcome = one(base, yours, newest)
    assert (outcome.path, outcome.kind, outcome.was) == ("f", kind, "")


def test_what_both_deleted_is_nothing() -> None:
    assert merge_projects({"f": b"a"}, {}, {}) == []


def test_edits_move_along_when_the_template_renames_a_file() -> None:
    outcome = one({"old.py": LONG}, {"old.py": LONG + b"mine\n"}, {"new.py": OTHER})

    assert (outcome.path, outcome.was, outcome.kind) == ("new.py", "old.py", "merged")
    assert outcome.merged is not None
    assert outcome.merged.content("fail") == OTHER + b"mine\n"


def test_the_template_s_change_goes_to_the_name_that_you_gave() -> None:
    outcome = one({"old.py": LONG}, {"mine.py": LONG + b"mine\n"}, {"old.py": OTHER})

    assert (outcome.path, outcome.was, outcome.kind) == ("mine.py", "", "merged")
    assert outcome.by_you
    assert outcome.merged is not None
    assert outcome.merged.content("fail") == OTHER + b"mine\n"


def test_both_renamed_it_alike_or_each_in_another_way() -> None:
    alike = one({"old.py": LONG}, {"new.py": LONG + b"mine\n"}, {"new.py": OTHER})
    assert (alike.path, alike.was, alike.kind, alike.by_you) == ("new.py", "", "merged", False)

    apart = one({"old.py": LONG}, {"mine.py": LONG + b"mine\n"}, {"new.py": OTHER})
    assert (apart.path, apart.was, apart.kind, apart.by_you) == ("mine.py", "", "merged", True)


def test_a_file_of_your_own_under_the_new_name_is_none_of_the_template() -> None:
    yours: dict[str, bytes | Obstacle] = {"old.py": LONG + b"mine\n", "new.py": b"my own\n"}

    kinds = {
        each.path: each.kind for each in merge_projects({"old.py": LONG}, yours, {"new.py": OTHER})
    }

    assert kinds == {"old.py": "orphaned", "new.py": "conflict"}


def test_formatting_is_set_aside_where_it_alone_is_in_the_way() -> None:
    asked = []

    def formatted(path: str, content: bytes) -> bytes:
        asked.append(path)
        return content.replace(b'"', b"'")

    base = b'a = "1"\nb = "2"\nc = "3"\n'
    newest = base.replace(b'"2"', b'"22"')
    yours = base.replace(b'"', b"'") + b"mine\n"

    clean = merge_projects({"f": base}, {"f": base + b"mine\n"}, {"f": newest}, formatted)
    assert (clean[0].kind, asked) == ("merged", [])
    outcome = merge_projects({"f": base}, {"f": yours}, {"f": newest}, formatted)[0]

    assert outcome.kind == "merged"
    assert outcome.merged is not None
    assert outcome.merged.content("fail") == b"a = '1'\nb = '22'\nc = '3'\nmine\n"
    assert {*asked} == {"f"}


@settings(deadline=None)
@given(data=st.data())
def test_no_line_of_yours_is_lost(data: st.DataObject) -> None:
    """Each line that you wrote is in the result, or in a conflict that is told."""
    texts = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f", "g"]), max_size=10)
    names = st.sampled_from(["main.py", "helper.py", "other.py"])
    base = data.draw(st.dictionaries(names, texts))
    newest = {k: data.draw(edits(v, 3, st.sampled_from("xyz"))) for k, v in base.items()}
    newest |= data.draw(st.dictionaries(names, texts, max_size=1))
    for path in data.draw(st.lists(names, max_size=1)):
        newest.pop(path, None)
    yours = {}
    for number, (path, text) in enumerate(base.items()):
        mine = data.draw(edits(text, 3, st.just(f"my line {number}")))
        name = data.draw(st.sampled_from([path, path, f"my_{path}", None]))
        if name:
            yours[name] = mine

    def content(files: dict[str, list[str]]) -> dict[str, bytes]:
        return {k: "".join(f"{line}\n" for line in v).encode() for k, v in files.items()}

    outcomes = merge_projects(content(base), {**content(yours)}, content(newest))

    left = Counter(line.encode() for text in yours.values() for line in text if "my" in line)
    kept = content(yours)
    for outcome in outcomes:
        here = outcome.was or outcome.path
        if outcome.kind == "removed":
            del kept[here]
        elif outcome.merged is not None:
            kept.pop(here, None)
            kept[outcome.path] = outcome.merged.content("newest")
        elif outcome.kind == "added":
            assert outcome.path not in kept
    found = Counter(line for text in kept.values() for line in text.split(b"\n") if b"my" in line)
    told = Counter(
        line for each in outcomes for conflict in each.conflicts for line in conflict.yours
    )
    assert left <= found + told
