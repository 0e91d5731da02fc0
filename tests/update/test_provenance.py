"""The line that says what made a project, and what the changelog says since."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.project.provenance import Origin, find_origin, parse_origin, restate_origin
from scaffold.update.changelog import lines_about

ORIGIN = Origin("openai-chat", 7, {"provider": "azure", "retrieval": "search"})
LINE = b"# Made by scaffold: openai-chat@7 provider=azure retrieval=search"
PROJECT = Origin("openai-chat", 7, {"provider": "azure", "shape": "project", "package": "my_chat"})
TOML = b'made-by = "openai-chat@7 provider=azure shape=project package=my_chat"'


def test_it_is_written_and_read() -> None:
    assert ORIGIN.line(ORIGIN.file).encode() == LINE
    assert PROJECT.line(PROJECT.file).encode() == TOML
    assert parse_origin(ORIGIN.full_name) == ORIGIN
    assert parse_origin("openai-chat@7") == Origin("openai-chat", 7, {})


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_it_is_found_wherever_it_stands(end: bytes, mark: bytes) -> None:
    for origin, line in ((ORIGIN, LINE), (PROJECT, TOML)):
        assert find_origin({origin.file: mark + line + end}) == origin
        assert find_origin({origin.file: mark + b"openai\n# mine\n" + line + end}) == origin


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
        TOML,
    ],
)
def test_what_does_not_say_it_says_nothing(content: bytes) -> None:
    assert find_origin({ORIGIN.file: content}) is None


@pytest.mark.parametrize("content", [b"", LINE, b'made-by = "x"\n', TOML + b"\n" + TOML])
def test_what_does_not_say_it_of_a_project_says_nothing(content: bytes) -> None:
    assert find_origin({PROJECT.file: content}) is None


@given(content=st.binary(), origin=st.sampled_from([ORIGIN, PROJECT]))
def test_any_bytes_can_be_read_and_restated(content: bytes, origin: Origin) -> None:
    path = origin.file
    find_origin({path: content})
    said = restate_origin(path, content, origin)
    assert find_origin({path: said}) == origin
    assert restate_origin(path, said, origin) == said
    assert restate_origin("main.py", content, origin) == content


def test_it_is_restated_where_it_was_and_once() -> None:
    def restated(content: bytes, origin: Origin | None = ORIGIN) -> bytes:
        return restate_origin("requirements.txt", content, origin)

    assert restated(b"a\r\n# Made by scaffold: x@1\r\nb\r\n") == b"a\r\n" + LINE + b"\r\nb\r\n"
    assert restated(b"a\n") == LINE + b"\na\n"
    assert restated(LINE + b"\n" + LINE + b"\na\n") == LINE + b"\na\n"
    assert restated(LINE + b"\na\n", None) == b"a\n"


def test_it_is_restated_in_a_project_s_own_table() -> None:
    def restated(content: bytes) -> bytes:
        return restate_origin("pyproject.toml", content, PROJECT)

    table = b"[tool.scaffold]\n" + TOML + b"\n"
    assert restated(b"[a]\n") == b"[a]\n\n" + table
    assert restated(b"[tool.scaffold]\n[a]\n") == table + b"[a]\n"
    assert restated(b'[tool.scaffold]\nmade-by = "x@1"\n') == table


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
