"""Two versions of a file → a unified diff that `patch -p1` and `git apply` understand."""

from __future__ import annotations

import difflib
import re

_NO_NEWLINE = "\\ No newline at end of file\n"


def unified_diff(path: str, before: bytes | None, after: bytes | None) -> str:
    """Tell what turns one version of a file into another.

    Args:
        path: the file's path, with `/` between the parts.
        before: its bytes now; None where it is not there.
        after: its bytes then; None where it goes.

    Returns:
        The lines of the diff, each with its end; one line that says so where a version is no text.
    """
    old, new = (f"a/{path}", f"b/{path}")
    if before is None:
        old = "/dev/null"
    if after is None:
        new = "/dev/null"
    try:
        texts = [(version or b"").decode() for version in (before, after)]
    except UnicodeDecodeError:
        return f"Binary files {old} and {new} differ\n"
    if any("\0" in text for text in texts):
        return f"Binary files {old} and {new} differ\n"
    # `splitlines` would part lines at a form feed and at other characters that are none of ours.
    was, will = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in texts)
    diff = difflib.unified_diff(was, will, old, new)
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in diff)
