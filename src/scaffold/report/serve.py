"""Where the endpoint is → what to type."""

from __future__ import annotations

from collections.abc import Mapping


def exports(url: str, variables: Mapping[str, Mapping[str, str]], *, powershell: bool) -> str:
    """Tell where the endpoint is, and what to set for each provider, as shell commands.

    Args:
        url: where the endpoint is.
        variables: by provider, what to set.
        powershell: whether it is for PowerShell rather than for a POSIX shell.
    """
    lines = [f"The endpoint is at {url}; Ctrl-C stops it."]
    for provider, values in variables.items():
        lines += ["", f"# {provider}"]
        for name, value in values.items():
            lines.append(f'$env:{name} = "{value}"' if powershell else f"export {name}={value}")
    return "\n".join(lines) + "\n"
