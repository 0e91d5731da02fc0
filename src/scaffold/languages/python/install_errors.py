"""Why installing failed, from what pip or uv said: the file, the index, the network or the disk.

All of it is pure: lines in, an error with one line of advice out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scaffold.errors import ScaffoldError

_NETWORK = re.compile(
    r"NewConnectionError|Failed to establish a new connection|ConnectTimeout|Read timed out"
    r"|ProxyError|Cannot connect to proxy|SSLError|CERTIFICATE_VERIFY_FAILED|Network is unreachable"
    r"|error sending request|tcp connect error|dns error|Temporary failure in name resolution",
    re.IGNORECASE,
)
# Something answers where the index should be, but not with a list of versions. A 404 is an answer.
_INDEX = re.compile(
    r"Could not fetch URL \S+: (?!404 )(?:.*ResponseError\('too many )?(?P<pip>\d{3}\b)?"
    r"|HTTP status (?:server|client) error \((?P<uv>\d{3})"
    r"|An index .*(?:returned a |credentials \()(?P<hint>\d{3})"
    r"|Because there are no versions of \S+ and"
)
_UNKNOWN = re.compile(r"\(from versions: none\)")
_DISK_FULL = re.compile(r"No space left on device|not enough space on the disk|os error (28|112)\b")
# Where pip and uv say what is wrong, the most telling first.
_REASONS = tuple(
    re.compile(pattern)
    for pattern in (
        r"^ERROR: (?!Ignored the following)(.+)",
        r"^\s*cause: (Because .+)",
        r"^\s*╰─▶ (.+)",
        r"^\s*cause: (.+)",
        r"^\s*× (.+)",
        r"^\s*error: (.+)",
    )
)


def is_unclear(lines: Sequence[str]) -> bool:
    """Whether pip found no version at all, and didn't say what kept it from finding one."""
    output = "\n".join(lines)
    return bool(_UNKNOWN.search(output)) and not _NETWORK.search(output)


def install_failure(lines: Sequence[str], more: Sequence[str] = ()) -> ScaffoldError:
    """Make the error for requirements that can't be installed.

    Args:
        lines: what the installer said.
        more: what it said when it was asked to say more.
    """
    if _DISK_FULL.search("\n".join(lines)):
        return failure("Cannot install requirements.txt: the disk is full", (), "Make room")
    trouble, advice = _trouble("\n".join([*lines, *more]))
    reason = _reason(lines) or "the installer failed"
    if trouble:
        reason = f"{trouble} ({reason})"
    return failure(f"Cannot install requirements.txt: {reason}", lines, advice)


def failure(what: str, lines: Sequence[str], advice: str) -> ScaffoldError:
    """Make the error for something that failed, with the last of what was said under it.

    Args:
        what: what failed.
        lines: what was said.
        advice: what to do.
    """
    message = f"{what.rstrip(' .')[:300]}. {advice}, then run again."
    return ScaffoldError(message, tuple(line for line in lines if line.strip())[-8:])


def _trouble(output: str) -> tuple[str, str]:
    """What is wrong with the network or the index, empty if nothing is, and what to do."""
    if _NETWORK.search(output):
        advice = "Check the network, the proxy and the index that pip or uv is set to"
        return "the package index could not be reached", advice
    found = _INDEX.search(output)
    if found or ("Fetched page " in output and ": 404 " not in output):
        status = found and (found["pip"] or found["uv"] or found["hint"])
        how = f"answers with {status}" if status else "answers, but lists no such package"
        advice = "Check the index that pip or uv is set to, and what is between; or try again later"
        return f"the package index {how}", advice
    return "", "Correct requirements.txt"


def _reason(lines: Sequence[str]) -> str:
    """What the installer said, in one line."""
    reason = next(
        (found[1] for regex in _REASONS for line in lines if (found := regex.match(line))), ""
    )
    reason = re.sub(r" \(from versions: .*|,? (and )?we can conclude that your.*", "", reason)
    named = [line.split()[1] for line in lines if re.match(r"(Collecting|Processing) \S", line)]
    if named and not any(line.startswith("ERROR: ") for line in lines):
        reason = f"{named[-1]}: {reason}"  # a failed build: pip names the package only before it
    return reason
