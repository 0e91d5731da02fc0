"""`scaffold docs --llms`: all that an agent needs in one file, made of what is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

from conftest import CATALOGUE, COMMANDS, Scaffold

from scaffold.walkthrough.llms import SUMMARY

ROOT = Path(__file__).parents[2]


def test_it_has_the_samples_the_commands_and_the_pages(
    scaffold_here: Scaffold, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    result = scaffold_here("docs", ".", "--llms")

    assert result.stdout == "llms.txt and llms-full.txt in '.': 2 files written, 0 unchanged\n"
    index, whole = ((tmp_path / name).read_text("utf-8") for name in ("llms.txt", "llms-full.txt"))
    for text in (index, whole):
        assert text.startswith(f"# scaffold\n\n> {SUMMARY}\n\n")
    for name in CATALOGUE.names:
        told = scaffold_here("show", name).stdout
        assert f"\n### {name}\n\n```text\n{told}```\n" in whole
        assert f"](llms-full.txt#{name}): {CATALOGUE.get(name).summary}\n" in index
    # A command's own help may be wider or narrower: all but the white space is the same.
    words = "".join(whole.split())
    for typed in COMMANDS:
        told = scaffold_here(*typed.split(), "--help").stdout
        assert "".join(f"### scaffold {typed} ```text {told} ```".split()) in words
        assert (
            f"\n- [scaffold {typed}](llms-full.txt#scaffold-{typed.replace(' ', '-')}): " in index
        )
    # All that stands in code blocks is there, to the letter: the JSON documents among it.
    for page in (ROOT / "docs").glob("*.md"):
        text = page.read_text("utf-8")
        assert f"\n#{text.splitlines()[0]}\n" in whole
        for block in re.findall(r"^ *```.*?^ *```$", text, re.DOTALL | re.MULTILINE):
            assert block in whole


def test_each_link_leads_somewhere(scaffold_here: Scaffold, tmp_path: Path) -> None:
    scaffold_here("docs", "out", "--llms")
    index, whole = (
        (tmp_path / "out" / name).read_text("utf-8") for name in ("llms.txt", "llms-full.txt")
    )
    prose = re.sub(r"^ *```.*?^ *```$", "", whole, flags=re.DOTALL | re.MULTILINE)
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    }

    assert set(re.findall(r"\]\(llms-full\.txt#([^)]*)\)", index)) <= headings
    assert all(link.startswith("http") for link in re.findall(r"\]\(([^)\s]+)\)", prose))


def test_what_is_there_already_is_kept(scaffold_here: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "llms.txt").write_text("mine")

    refused = scaffold_here("docs", ".", "--llms")
    assert refused.returncode == 4
    assert refused.stderr == (
        "scaffold: in '.' there is something else already, nothing was written: llms.txt; "
        "--force overwrites\n"
    )
    assert not (tmp_path / "llms-full.txt").exists()
    assert (tmp_path / "llms.txt").read_text() == "mine"

    told = json.loads(scaffold_here("docs", ".", "--llms", "--force", "--json").stdout)
    assert {*told["written"]} == {"llms.txt", "llms-full.txt"}
    again = json.loads(scaffold_here("docs", ".", "--llms", "--json").stdout)
    assert {*again["unchanged"]} == {"llms.txt", "llms-full.txt"}
    assert scaffold_here("docs", ".", "--llms", "--only", "openai-chat").returncode == 2


def test_the_package_has_every_page() -> None:
    built = (ROOT / "pyproject.toml").read_text("utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert f'"docs/{page.name}" = "scaffold/docs/{page.name}"\n' in built
