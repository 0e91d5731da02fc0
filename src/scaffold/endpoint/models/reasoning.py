"""Whether a model thinks before it answers, and how much: here it is only counted."""

from __future__ import annotations

from scaffold.endpoint.models.model import Takes

_TOKENS = {"minimal": 16, "low": 64, "medium": 128, "high": 256, "xhigh": 512, "max": 1024}


def reasons(takes: Takes, effort: str | None) -> bool:
    """Return whether a model thinks before it answers a request with this effort, or with none
    named.
    """
    if not takes.efforts:
        return False
    if "none" not in takes.efforts:
        return True
    return (effort or takes.default_effort) != "none"


def reasoning_tokens(takes: Takes, effort: str | None) -> int:
    """Return how many tokens of reasoning are counted for a request that asks for it."""
    if not reasons(takes, effort):
        return 0
    return _TOKENS[effort or takes.default_effort or "medium"]
