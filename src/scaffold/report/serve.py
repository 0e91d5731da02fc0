"""Where the endpoint is → what to type."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path


def exports(
    url: str,
    variables: Mapping[str, Mapping[str, str]],
    *,
    authority: Path | None = None,
    powershell: bool,
) -> str:
    """Tell where the endpoint is, and what to set for each provider, as shell commands.

    Args:
        url: where the endpoint is.
        variables: by provider, what to set.
        authority: with https, the file of the certificate authority.
        powershell: whether it is for PowerShell rather than for a POSIX shell.
    """
    lines = [f"The endpoint is at {url}; Ctrl-C stops it."]
    if authority is not None:
        lines.append(f"Its certificate is signed by {authority}.")
    for provider, values in variables.items():
        lines += ["", f"# {provider}"]
        for name, value in values.items():
            lines.append(_in_powershell(name, value) if powershell else _in_a_shell(name, value))
    return "\n".join(lines) + "\n"


def _in_a_shell(name: str, value: str) -> str:
    return f"export {name}={shlex.quote(value)}"


def _in_powershell(name: str, value: str) -> str:
    # A backtick takes its meaning from what comes next.
    quoted = re.sub(r"[`$\"]", r"`\g<0>", value)
    return f'$env:{name} = "{quoted}"'
