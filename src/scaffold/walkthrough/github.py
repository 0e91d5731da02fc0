"""A page for GitHub, and for whatever else knows only plain Markdown.

Notes become quotes, what unfolds a `<details>`, and each tab a part under its name.
"""

from __future__ import annotations

import re
import textwrap

_BLOCK = re.compile(r'^(!!!|\?\?\?|===) (?:\w+ )?"(.*)"$')
_FENCE = re.compile(r"^(`{3,})")


def for_github(page: str) -> str:
    """Rewrite a page without what only Python-Markdown's extensions know."""
    lines = page.split("\n")
    out: list[str] = []
    fence = ""
    while lines:
        line = lines.pop(0)
        block = None if fence else _BLOCK.match(line)
        if block is None:
            fence = _fence_after(line, fence)
            out.append(line)
            continue
        inside = []
        while lines and (not lines[0].strip() or lines[0].startswith("    ")):
            inside.append(lines.pop(0))
        text = for_github(textwrap.dedent("\n".join(inside)).strip("\n"))
        out += [*_written(block[1], block[2], text).split("\n"), ""]
    return "\n".join(out)


def _fence_after(line: str, fence: str) -> str:
    """The fence that is open after a line."""
    if fence:
        return "" if line == fence else fence
    found = _FENCE.match(line)
    return found[1] if found else ""


def _written(mark: str, title: str, text: str) -> str:
    if mark == "!!!":
        return textwrap.indent(f"**{title}**\n\n{text}", "> ", lambda _: True)
    if mark == "===":
        return f"**{title}**\n\n{text}"
    return f"<details>\n<summary>{title}</summary>\n\n{text}\n\n</details>"
