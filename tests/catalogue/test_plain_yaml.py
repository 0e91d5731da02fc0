"""What is read without PyYAML: the same as PyYAML reads, or nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scaffold.catalogue.plain_yaml import read_plain
from scaffold.catalogue.reader import Catalogue, templates_dir

ROOT = templates_dir()
OURS = [
    ROOT / "copier.yml",
    ROOT / "environment.yml",
    *(ROOT / name / "template.yml" for name in Catalogue(ROOT).names),
]

# Pieces that make lines which are plain, nearly plain, or mean something else in YAML.
SCALARS = [
    "a",
    "Chat (w/ Data)",
    "it's",
    '"q: #"',
    "'q'",
    "true",
    "No",
    "null",
    "~",
    "1",
    "01",
    "12",
    "1e3",
]
SCALARS += ["1.5", "01.50", "1.5.2", "1.5e3", "1_0.5", ".5", "5."]
SCALARS += ["2026-08-26", "2026-13-01", "https://a.b/c", "a: b", "a #b", "C#", "a:", "- a", "<<"]
SCALARS += ["[]", "[a, b c]", "[\"*.py[co]\", 'x']", "[a,b]", "[yes]", "[a: b]", "{a: b}", "|", ">"]
SCALARS += ["&a b", "*a", "!t a", "é …", "é", '"\\n"', "''''", "[a, ]", "[ a]", "...", "%a", "@a"]
SCALARS += ['a "b"', '"a" b', "[a] b", "y", "a ", " a", "?", "? a", "a\tb", "0x1", "12:30", "=", ""]
NAMES = ["a", "b-c", "_d", "on", "true", "e.f", "1", '"g"', "- h", "é", "<<", "?", "#"]
SEPARATORS = [": ", ":", ":  ", " : ", ":\t"]


def line(indent: int, name: str, separator: str, value: str) -> str:
    """Puts a line together."""
    return " " * indent + name + separator + value


ODD = st.sampled_from(["", "  ", "# c", "  # c", "---", "...", "%YAML 1.1", "- a", "\ta: b", "a"])
EASY = st.builds(
    line, st.sampled_from([0, 0, 2, 4]), st.sampled_from("abc"), st.just(":"), st.just("")
) | st.builds(
    line,
    st.sampled_from([0, 0, 2, 4]),
    st.sampled_from("abc"),
    st.just(": "),
    st.sampled_from(["x", "[y, z]", "true", "2026-08-26", '"w"']),
)
HARD = st.builds(
    line,
    st.integers(0, 5),
    st.sampled_from(NAMES),
    st.sampled_from(SEPARATORS),
    st.sampled_from(SCALARS) | st.text(max_size=6),
)
TEXTS = st.lists(EASY | EASY | HARD | ODD, max_size=6).map("\n".join)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.parent.name)
def test_our_own_files_are_plain(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    read = read_plain(text)

    assert read is not None, f"{path} takes PyYAML, and makes every command slow"
    # As text, since the order counts, and since 1 == True.
    assert repr(read) == repr(yaml.safe_load(text))


@settings(max_examples=700, deadline=None)
@given(TEXTS | st.text())
@example("a: b\n  c: d")
@example("a:\n  b: c\n d: e")
@example("a:\n\nb: c")
@example("a: b\na: c")
@example("a:\n  b:\n    c: d\n  e: f\ng: h")
@example("a: [b, c, 'd, e']")
@example("a: é\u2028b: c")
def test_nothing_is_read_otherwise_than_pyyaml_does(text: str) -> None:
    read = read_plain(text)

    if read is not None:
        assert repr(read) == repr(yaml.safe_load(text))


@pytest.mark.parametrize("name", NAMES)
def test_no_single_line_is_read_otherwise_than_pyyaml_does(name: str) -> None:
    for separator in SEPARATORS:
        for value in SCALARS:
            text = line(0, name, separator, value)
            read = read_plain(text)
            assert read is None or repr(read) == repr(yaml.safe_load(text)), text


@pytest.mark.parametrize("value", ["- b", "yes", "01", "|", "'it''s'", "2026-13-01", "{b: c}"])
def test_what_is_not_plain_is_left_to_pyyaml(value: str) -> None:
    assert read_plain(f"a: {value}") is None


def test_a_template_may_be_written_in_any_yaml(tmp_path: Path) -> None:
    shutil.copy(ROOT / "copier.yml", tmp_path)
    (tmp_path / "a" / "python").mkdir(parents=True)
    (tmp_path / "a" / "template.yml").write_text(
        "title: 'It''s A'\nsummary: >\n  One\n  sentence.\ntags:\n  - chat\n"
        "providers: [openai]\nanswers: []\nlifecycle: active\n",
        encoding="utf-8",
    )

    template = Catalogue(tmp_path).get("a")

    assert (template.title, template.summary) == ("It's A", "One sentence.\n")
    assert template.tags == ("chat",)
