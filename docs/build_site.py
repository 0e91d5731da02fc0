"""Builds the site: `python docs/build_site.py OUT [PAGES]`.

    README, docs/, CHANGELOG ─┐
    scaffold docs, --help ────┼─→ a folder of Markdown ─→ Zensical ─→ OUT, once every link is found
    the catalogue ────────────┘

PAGES is a folder that `scaffold docs` has written already. Nothing is fetched, and nothing on the
pages is written twice: each comes from the file or the program that it tells about.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import typer
from site_catalogue import catalogue_page, page_name
from typer.testing import CliRunner

from scaffold.catalogue.reader import Catalogue, templates_dir
from scaffold.cli import app

ROOT = Path(__file__).parent.parent
PAGES = {
    "README.md": "guide.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "docs/agents.md": "agents.md",
    "docs/ci.md": "ci.md",
    "docs/endpoint.md": "endpoint.md",
    "docs/json.md": "json.md",
    "docs/recipes.md": "recipes.md",
    "docs/project.md": "project.md",
    "docs/trust.md": "trust.md",
    "docs/update.md": "update.md",
    "docs/templates.md": "templates.md",
    # What the README's figures are taken from.
    **{
        f"benchmarks/results/{each.name}": f"speed/{each.name}"
        for each in (ROOT / "benchmarks" / "results").glob("*.md")
    },
}


class SiteError(Exception):
    """The site can't be built, or would have a broken link."""


def build(out: Path, pages: Path | None = None) -> None:
    """Builds the site.

    Args:
        out: the folder to put it in: new, empty, or a site that this made.
        pages: what `scaffold docs` wrote; it is run when there is no such folder yet.

    Raises:
        SiteError: the folder holds other things, the builder failed, or a link leads nowhere.
    """
    if out.exists() and any(out.iterdir()) and not (out / "catalogue" / "index.html").is_file():
        raise SiteError(f"{out} holds other things: name a new folder")
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        write_sources(work, pages)
        run(sys.executable, "-m", "zensical", "build", "--strict", cwd=work)
        site = work / "site"
        broken = list(broken_links(site))
        if broken:
            raise SiteError("\n".join(["links that lead nowhere:", *broken]))
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(site, out)


def write_sources(work: Path, pages: Path | None) -> None:
    """Writes what the builder needs: its settings, and the pages in `docs`."""
    docs = work / "docs"
    if pages is None:
        run(sys.executable, "-m", "scaffold", "docs", str(docs / "samples"), cwd=ROOT)
    else:
        shutil.copytree(pages, docs / "samples")
    (docs / "samples" / "index.md").unlink()  # the catalogue is the list here
    for walkthrough in (docs / "samples").glob("*.md"):
        walkthrough.write_text(split_console(walkthrough.read_text("utf-8")), "utf-8")
    for source, page in PAGES.items():
        text = (ROOT / source).read_text("utf-8")
        (docs / page).parent.mkdir(exist_ok=True)
        (docs / page).write_text(split_console(relink(text, source)), "utf-8")
    shutil.copy(ROOT / "docs/site/index.md", docs)
    (docs / "commands.md").write_text(commands_page(), "utf-8")

    catalogue = Catalogue(templates_dir())
    # What is retired comes last, as in `scaffold list --all`.
    samples = [each for each in catalogue.all() if each.languages]
    (docs / "catalogue.md").write_text(catalogue_page(catalogue, samples), "utf-8")
    listed = ", ".join(
        f"{{ {json.dumps(each.title)} = {json.dumps(page_name(each))} }}" for each in samples
    )
    settings = (ROOT / "docs/site/zensical.toml").read_text("utf-8")
    (work / "zensical.toml").write_text(settings.replace('"SAMPLES"', listed), "utf-8")

    (docs / "assets").mkdir()
    for name in ("site.js", "site.css"):
        shutil.copy(ROOT / "docs/site" / name, docs / "assets")
    run(sys.executable, "-m", "scaffold", "docs", str(docs), "--llms", cwd=ROOT)
    for name in ("images", "schemas"):
        shutil.copytree(ROOT / "docs" / name, docs / name)


def relink(text: str, source: str) -> str:
    """Turns a page's links to other files of the repository into links to their pages.

    Args:
        text: the page.
        source: its file, from the top of the repository.
    """

    def page_of(match: re.Match[str]) -> str:
        path, mark, anchor = match[1].partition("#")
        target = (ROOT / source).parent.joinpath(path).resolve()
        if ":" in path or not path or not target.is_relative_to(ROOT):
            return match[0]
        name = target.relative_to(ROOT).as_posix()
        page = PAGES.get(name, name.removeprefix("docs/"))
        relative = posixpath.relpath(page, posixpath.dirname(PAGES[source]))
        return f"]({relative}{mark}{anchor})"

    return re.sub(r"\]\(([^)\s]+)\)", page_of, text)


def split_console(text: str) -> str:
    """Keeps the command and its output apart, so that copying gives what can be pasted."""

    def parts(match: re.Match[str]) -> str:
        indent, lines = match[1], match[2].splitlines(keepends=True)
        prompt = f"{indent}$ "
        blocks = []
        for typed, group in groupby(lines, lambda line: line.startswith(prompt)):
            block = "".join(line.replace(prompt, indent, 1) if typed else line for line in group)
            blocks.append(f"{indent}```{'sh' if typed else 'text'}\n{block}{indent}```\n")
        return "\n".join(blocks)

    return re.sub(r"^( *)```console\n(.*?)^\1```\n", parts, text, flags=re.DOTALL | re.MULTILINE)


def commands_page() -> str:
    """Tells what each command takes, in the program's own words."""
    parts = ["# Commands\n"]
    for command in commands_of(typer.main.get_command(app), ["scaffold"]):
        # In this process, which takes no time; as wide as it is in a terminal of 80 columns.
        asked = [*command[1:], "--help"]
        told = CliRunner().invoke(app, asked, prog_name=command[0], terminal_width=78).stdout
        parts.append(f"## {' '.join(command)}\n\n```text\n{told.strip()}\n```\n")
    return "\n".join(parts)


def commands_of(command: Any, typed: list[str]) -> Iterator[list[str]]:
    """Lists a command and those in it, by what is typed."""
    yield typed
    for name, each in getattr(command, "commands", {}).items():
        yield from commands_of(each, [*typed, name])


class _Links(HTMLParser):
    """The links of a page, and the anchors that it has."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.anchors.add(value or "")
            elif name in ("href", "src") and value and tag != "base":
                self.links.append(value)


def broken_links(site: Path) -> Iterator[str]:
    """Finds links to what the site lacks; the builder looks only at those between its pages."""
    pages = {page.resolve(): _Links(page) for page in site.rglob("*.html")}
    for page, found in pages.items():
        for link in found.links:
            path, anchor = urldefrag(link)
            # The page for what isn't found is served at any depth: its links start at the top.
            if urlsplit(link).scheme or page.name == "404.html":
                continue
            target = (page.parent / unquote(urlsplit(path).path)).resolve() if path else page
            target = target / "index.html" if target.is_dir() else target
            known = pages.get(target)
            if not target.is_file() or (anchor and known and unquote(anchor) not in known.anchors):
                yield f"{page.relative_to(site.resolve())}: {link}"


def run(*command: str, cwd: Path) -> str:
    """Runs a command, and gives what it printed.

    Raises:
        SiteError: it failed.
    """
    environ = {**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, cwd=cwd, env=environ, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise SiteError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python docs/build_site.py OUT [PAGES]")
    try:
        build(*map(Path, sys.argv[1:]))
    except SiteError as error:
        sys.exit(f"build_site.py: {error}")
