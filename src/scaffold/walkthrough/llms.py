"""All that an agent needs to know, in one file, and a short one that says what is in it.

Nothing is written for them: the samples are what `scaffold show` tells, the commands their own
help, and the rest the pages of `docs/`. The form of the short one is that of https://llmstxt.org.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from scaffold.catalogue.reader import Catalogue
from scaffold.errors import ScaffoldError
from scaffold.project.details import find_details
from scaffold.project.render import File, Renderer
from scaffold.report.list_show import template_page

INDEX, WHOLE = "llms.txt", "llms-full.txt"
SUMMARY = (
    "One command writes a small AI sample for OpenAI or Azure OpenAI that runs offline at once, "
    "without a key, against an endpoint that comes with it; others run it, test it, and keep it "
    "up to date."
)
_FENCE = re.compile(r"^ *```")
_HEADING = re.compile(r"^#+ ")
# A link to another page leads nowhere from here; what it leads to is in the same file.
_LINK = re.compile(r"\[([^\]\n]+)\]\((?!https?:)[^)\s]+\)")


def make_llms(catalogue: Catalogue, helps: Mapping[str, str]) -> tuple[File, File]:
    """Make `llms.txt` and `llms-full.txt`.

    Args:
        catalogue: the samples.
        helps: the help of each command, by what is typed.

    Raises:
        ScaffoldError: the pages that come with the program are missing.
    """
    samples = [each for each in catalogue.all() if each.languages]
    renderer = Renderer(catalogue)
    pages = {
        path.stem: path.read_text(encoding="utf-8") for path in sorted(_docs_dir().glob("*.md"))
    }
    titles = {name: text.partition("\n")[0].removeprefix("# ") for name, text in pages.items()}
    whole = [f"# scaffold\n\n> {SUMMARY}\n", _page_below(pages["agents"]), "## Samples\n"]
    for sample in samples:
        told = template_page(find_details(catalogue, renderer, sample.name))
        whole.append(f"### {sample.name}\n\n```text\n{told}```\n")
    whole.append("## Commands\n")
    whole += [f"### {typed}\n\n```text\n{told.strip()}\n```\n" for typed, told in helps.items()]
    whole += [_page_below(text) for name, text in pages.items() if name != "agents"]

    index = [f"# scaffold\n\n> {SUMMARY}\n\nAll of it is in [one file]({WHOLE}).\n", "## Samples\n"]
    index += [f"- [{each.name}]({WHOLE}#{each.name}): {each.summary}" for each in samples]
    index.append("\n## Commands\n")
    index += [
        f"- [{typed}]({WHOLE}#{_anchor(typed)}): {_about(told)}" for typed, told in helps.items()
    ]
    index.append("\n## Pages\n")
    index += [f"- [{title}]({WHOLE}#{_anchor(title)})" for title in titles.values()]
    return (
        File(INDEX, ("\n".join(index) + "\n").encode()),
        File(WHOLE, "\n".join(whole).encode()),
    )


def _docs_dir() -> Path:
    package = Path(__file__).parents[1]
    for folder in (package / "docs", package.parents[1] / "docs"):
        if (folder / "json.md").is_file():
            return folder
    raise ScaffoldError("the pages are missing: install scaffold again")


def _page_below(text: str) -> str:
    """Put a page below the one heading of the file that it becomes a part of."""
    lines, in_code = [], False
    for line in text.splitlines():
        in_code ^= bool(_FENCE.match(line))
        if not in_code:
            line = _LINK.sub(r"\1", f"#{line}" if _HEADING.match(line) else line)
        lines.append(line)
    return "\n".join(lines) + "\n"


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _about(told: str) -> str:
    """Return what a help says first, below the line on how a command is typed."""
    return " ".join(told.split("\n\n")[1].split())
