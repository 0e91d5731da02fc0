"""How probable each piece of an answer was: certain, as nobody weighed anything."""

from __future__ import annotations

from typing import Any

# What the services say of what could not have been said.
_NEVER = -9999.0


def certain(piece: str, top: int = 0) -> dict[str, Any]:
    """Return a piece with its probability.

    Args:
        piece: the text.
        top: how many pieces are told of that might have stood there, this one included.
    """
    others = (f"{piece}{'~' * number}" for number in range(1, top))
    ranked = [_one(piece, 0.0), *(_one(other, _NEVER) for other in others)]
    return {**_one(piece, 0.0), "top_logprobs": ranked[:top]}


def _one(piece: str, logprob: float) -> dict[str, Any]:
    encoded = list(piece.encode("utf-8", "surrogatepass"))
    return {"token": piece, "bytes": encoded, "logprob": logprob}
