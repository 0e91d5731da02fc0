"""What the changelog says of a sample: its lines since a release.

A line of `CHANGELOG.md` is about samples if it begins with their names, or patterns of them:

    - `openai-chat*`, `text-to-speech`: What has changed, and why.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

_SECTION = re.compile(r"^## (\S+).*\n((?:(?!## ).*\n?)*)", re.MULTILINE)
_ITEM = re.compile(r"^- ((?:`[\w.*-]+`(?:, )?)+): (.*\n(?:  .*\n?)*)", re.MULTILINE)


class ChangelogLine(NamedTuple):
    """One thing that changed.

    Attributes:
        version: the version of the program that changed it.
        text: what changed, and why.
    """

    version: str
    text: str


def read_changelog() -> str:
    """Read the changelog that came with the program; empty where it did not come along."""
    package = Path(__file__).parents[1]
    for folder in (package, package.parents[1]):
        if (folder / "CHANGELOG.md").is_file():
            return (folder / "CHANGELOG.md").read_text(encoding="utf-8")
    return ""


def lines_about(changelog: str, template: str, since: str, until: str = "") -> list[ChangelogLine]:
    """List what changed about a sample, the newest first.

    Args:
        changelog: the text of the changelog.
        template: the sample.
        since: the release that it is known from.
        until: the last release that counts; empty for all there are.
    """
    return [
        ChangelogLine(version, " ".join(text.split()))
        for version, section in _SECTION.findall(changelog + "\n")
        if _order(since) < _order(version) and (not until or _order(version) <= _order(until))
        for names, text in _ITEM.findall(section)
        if any(fnmatchcase(template, name) for name in re.findall(r"`([^`]+)`", names))
    ]


def _order(version: str) -> tuple[int, ...]:
    """Give what versions are sorted by; one that was being made comes before the finished one."""
    numbers = [int(number) for number in re.findall(r"\d+", version)]
    numbers += [0] * (3 - len(numbers))
    return (*numbers[:3], *([0, *numbers[3:]] if "dev" in version else [1]))
