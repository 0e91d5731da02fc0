"""A name that isn't there, and the near ones that are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scaffold.errors import NotFoundError

_LONGEST = 100  # of a name that is shown


def is_address(text: str) -> bool:
    """Say whether a name is no template of this program but the address of one elsewhere."""
    return text in (".", "..", "~") or any(each in text for each in "/:\\")


def not_found(what: str, name: str, known: Iterable[str], hint: str = "") -> NotFoundError:
    """Make the error for a name that isn't there, with the near names as its details.

    Args:
        what: what kind of thing it would be.
        name: the name.
        known: the names that there are.
        hint: what else to do about it.
    """
    near = near_names(name, list(known))
    name = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
    message = f"there is no {what} '{name}'" + (f"; {hint}" if hint else "")
    if near:
        message += ". Did you mean:"
    return NotFoundError(message, tuple(near))


def near_names(name: str, known: Sequence[str]) -> list[str]:
    """Pick at most five of the known names that are spelled like `name` or contain it."""
    import difflib

    containing = [other for other in known if name and name.lower() in other.lower()]
    close = difflib.get_close_matches(name.lower(), known, n=5, cutoff=0.5)
    return list(dict.fromkeys([*close, *containing]))[:5]
