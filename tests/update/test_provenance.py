"""The line that says what made a project, and what the changelog says since."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.project.provenance import Origin, find_origin, parse_origin, restate_origin
from scaffold.update.changelog import lines_about

ORIGIN = Origin("openai-chat", 7, {"provider": "azure", "retrieval": "search"})
LINE = b"# Made by scaffold: openai-chat@7 provider=azure retrieval=search"


def test_it_is_written_and_read() -> None:
    assert ORIGIN.line.encode() == LINE
    assert parse_origin(ORIGIN.full_name) == ORIGIN
    assert parse_origin("openai-chat@7") == Origin("openai-chat", 7, {})


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_it_is_found_wherever_it_stands(end: bytes, mark: bytes) -> None:
    assert find_origin(mark + LINE + end) == ORIGIN
    assert find_origin(mark + b"openai\n# mine\n" + LINE + end) == ORIGIN


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"openai\n",
        b"# Made by scaffold: \n",
        b"# Made by scaffold: openai-chat\n",
        b"# Made by scaffold: openai-chat@x\n",
        b"# Made by scaffold: ../x@7 a=b=c\n",
        b"# Made by scaffold: \xff@7\n",
        b"# Made by scaffold: openai-chat@" + b"9" * 5000,
        LINE + b"\n" + LINE.replace(b"@7", b"@8"),  # as in a conflict
    ],
)
def test_what_does_not_say_it_says_nothing(content: bytes) -> None:
    assert find_origin(content) is None


@given(content=st.binary())
def test_any_bytes_can_be_read_and_restated(content: bytes) -> None:
    find_origin(content)
    said = restate_origin(content, LINE)
    assert find_origin(said) == ORIGIN
    assert restate_origin(said, LINE) == said


def test_it_is_restated_where_it_was_and_once() -> None:
    assert restate_origin(b"a\r\n# Made by scaffold: x@1\r\nb\r\n", LINE) == (
        b"a\r\n" + LINE + b"\r\nb\r\n"
    )
    assert restate_origin(b"a\n", LINE) == LINE + b"\na\n"
    assert restate_origin(LINE + b"\n" + LINE + b"\na\n", LINE) == LINE + b"\na\n"
    assert restate_origin(LINE + b"\na\n", b"") == b"a\n"


CHANGELOG = """# Changelog

## 0.3.0 (unreleased)

- `openai-chat`, `text-*`: The newest
  of all.
- `scaffold update` is no sample.

## 0.2.0 (2026-12-01)

- `*`: All of them.
- `text-to-speech`: Another.

## 0.1.0 (2026-11-21)

- `openai-*`: The first.
"""


@pytest.mark.parametrize(
    ("since", "until", "texts"),
    [
        ("0.1.0", "", ["The newest of all.", "All of them."]),
        ("0.1.0", "0.2.0", ["All of them."]),
        ("0.2.0", "", ["The newest of all."]),
        ("0.3.0", "", []),
        ("0.1.0.dev3", "", ["The newest of all.", "All of them.", "The first."]),
        ("0.1.0.dev3", "0.1.0.dev5", []),
    ],
)
def test_the_changelog_says_what_changed_since(since: str, until: str, texts: list[str]) -> None:
    found = lines_about(CHANGELOG, "openai-chat", since, until)
    assert [each.text for each in found] == texts
