"""Words, keywords and vectors of a text: pure functions, the same on every machine."""

from __future__ import annotations

import math
import re
import zlib
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PIECE = re.compile(r"\s*(?:\w{1,8}|[^\w\s]+)|\s+")

# Besides the usual ones, verbs and nouns that describe any function ("Get the current … for a
# given location"): they say nothing about which one is wanted.
_STOP_WORDS = """
    a about after all also am an and any are as at be been but by call can city could current
    currently did do does doing fetch fetches for from function get gets getting give given gives
    had has have having he her here hers him his how i if in info information into is it its just
    kind let like location long many me more most much my name no not now of on one or our out over
    place please provide provides retrieve retrieves return returns she should show shows so some
    specified such tell than that the their them then there these they this those to too up us use
    user using value very want was we were what whats when where which who whom why will with would
    you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# Words that people use for one another when they ask about a thing.
_SAME = {
    "heavy": "weigh",
    "weight": "weigh",
    "price": "cost",
    "expensive": "cost",
    "cheap": "cost",
    "refund": "return",
    "fix": "repair",
    "broken": "repair",
    "guarantee": "warranty",
    "deliver": "ship",
    "delivery": "ship",
    "shipp": "ship",
    "colour": "color",
    "clean": "wash",
    "machine": "wash",
    "cold": "degree",
    "temperature": "degree",
    "people": "population",
    "inhabitant": "population",
    "forecast": "weather",
    "historical": "history",
    "clock": "time",
}


def words(text: str) -> list[str]:
    """Return the words of a text in order, in lower case, without a possessive `'s`."""
    found = (word.lower().replace("’", "'") for word in _WORD.findall(text))
    return [word.removesuffix("'s") for word in found]


def stem(word: str) -> str:
    """Return a word without its ending, so that "tents" meets "tent" and "heavy" meets "weighs"."""
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) > 3:
            word = word[: -len(ending)]
    return _SAME.get(word, word)


def keywords(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order, with repeats."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS]


def pieces(text: str) -> list[str]:
    """Return a text cut as a model's tokens would be: joined again, they are the text."""
    return _PIECE.findall(text)


@lru_cache(maxsize=256)
def embed(text: str, dimensions: int) -> tuple[float, ...]:
    """Return a vector of length one for a text; texts that share words or parts of words are near.

    Args:
        text: any text; an empty one has a vector too.
        dimensions: how long the vector is, at least 1.
    """
    vector = [0.0] * dimensions
    for word in keywords(text) or words(text):
        _add(vector, "word " + word, 1.0)
        padded = f" {word} "
        for start in range(len(padded) - 2):
            _add(vector, padded[start : start + 3], 0.25)
    length = math.sqrt(sum(value * value for value in vector))
    if length == 0.0:
        vector[0] = length = 1.0
    return tuple(value / length for value in vector)


def similarity(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the cosine of two vectors of length one."""
    return sum(a * b for a, b in zip(one, other, strict=True))


def _add(vector: list[float], feature: str, weight: float) -> None:
    # surrogatepass: JSON may carry half of a surrogate pair.
    code = zlib.crc32(feature.encode("utf-8", "surrogatepass"))
    vector[code % len(vector)] += weight if code & 0x80000000 else -weight
