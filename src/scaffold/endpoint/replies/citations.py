"""Answers out of sources: which of the given texts answers a question, and with which sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from scaffold.endpoint.replies.words import embed, keywords, similarity

_MARKED = re.compile(
    r"^[ \t>#*-]*(?:(?:source|document)[ \t]*)?(\[doc\d+\])[ \t]*[:.-]?[ \t]*", re.I | re.M
)
# A bare number is a source only below a line that announces some.
_ANNOUNCED = re.compile(r"^.*\b(?:sources|documents|passages|context)\b.*:[ \t]*$", re.I | re.M)
_NUMBERED = re.compile(r"^[ \t]*(\[\d+\])[ \t]*[:.-]?[ \t]*", re.M)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_LABEL = re.compile(r"^(?:title|content|text|question)\s*:\s*", re.I)
_MARKUP = re.compile(r"^[#>*\s-]+")

# How much of a long prompt is looked at: no person waits for an echo of a library.
_MOST_SOURCES = 50
_MOST_SENTENCES = 200


@dataclass(frozen=True)
class Source:
    """A text that may be cited, and the mark that cites it, such as `[doc1]`."""

    mark: str
    text: str


@dataclass(frozen=True)
class Quote:
    """A sentence that answers, and the source it is from."""

    sentence: str
    source: Source


def split_sources(text: str) -> tuple[str, list[Source]]:
    """Return a message as its own words and the sources in it.

    A source begins at a line that starts with its mark (`[doc1] …`, or `[1] …` below a line such
    as `Sources:`) and goes on to the next mark or to the end; a last paragraph that asks something
    is the message's own.

    Returns:
        the text around the sources, and the sources in their order.
    """
    starts = list(_MARKED.finditer(text))
    if not starts and (announced := _ANNOUNCED.search(text)):
        starts = list(_NUMBERED.finditer(text, announced.end()))
    if not starts:
        return text, []
    own = text[: starts[0].start()]
    ends = [start.start() for start in starts[1:]] + [len(text)]
    bodies = [text[start.end() : end].strip() for start, end in zip(starts, ends, strict=True)]
    body, gap, last = bodies[-1].rpartition("\n\n")
    if gap and ("?" in last or last.lower().startswith("question")):
        bodies[-1], own = body, f"{own}\n{last}" if "?" in own else last
    marks = [start.group(1).lower() for start in starts]
    found = [Source(mark, body) for mark, body in zip(marks, bodies, strict=True)]
    return _LABEL.sub("", own.strip()), found


def ground(question: str, sources: Sequence[Source]) -> list[Quote]:
    """Return the one or two sentences that answer a question best, or none.

    A second one is taken only for what the question asks and the first one leaves out.
    """
    wanted = set(keywords(question))
    weights = _weights(wanted, sources)
    scored: list[tuple[float, Quote]] = []
    for source in sources[:_MOST_SOURCES]:
        shared = wanted & set(keywords(source.text))
        if shared:
            score, sentence = _best_sentence(question, source.text, weights)
            total = score + sum(weights[word] for word in shared)
            total += sum(weights[word] for word in shared & _heading(source.text))
            scored.append((total, Quote(sentence, source)))
    if not scored:
        return []
    scored.sort(key=lambda pair: -pair[0])
    most, best = scored[0]
    open_words = wanted - set(keywords(best.sentence)) - _heading(best.source.text)
    added = [
        (sum(weights[word] for word in open_words & set(keywords(quote.sentence))), quote)
        for score, quote in scored[1:]
        if score >= 0.4 * most
    ]
    gain, second = max(added, key=lambda pair: pair[0], default=(0.0, best))
    return [best, second] if gain else [best]


def _weights(wanted: set[str], sources: Sequence[Source]) -> dict[str, float]:
    """Return how much each word of the question tells the sources apart."""
    texts = [set(keywords(source.text)) for source in sources]
    return {
        word: math.log(1 + len(texts) / (1 + sum(word in text for text in texts)))
        for word in wanted
    }


def _best_sentence(question: str, text: str, weights: dict[str, float]) -> tuple[float, str]:
    asked = embed(question, 256)
    # What the heading says holds for every sentence under it, so it does not tell them apart.
    heading = _heading(text)
    best = (-1.0, "")
    for sentence in _sentences(text):
        shared = set(keywords(sentence)) & set(weights)
        score = sum(weights[word] * (0.2 if word in heading else 1.0) for word in shared)
        score += 0.5 * similarity(asked, embed(sentence, 256))
        if score > best[0]:
            best = (score, sentence)
    return best


def _heading(text: str) -> set[str]:
    """Return the keywords of the first line, if there are more."""
    first, line_break, _ = text.strip().partition("\n")
    return set(keywords(first)) if line_break else set()


def _sentences(text: str) -> list[str]:
    """Return the whole sentences of a text; headings and addresses only when there is nothing
    else.
    """
    lines = (_LABEL.sub("", _MARKUP.sub("", part)).strip() for part in _SENTENCE.split(text))
    parts = [line for line in islice(lines, _MOST_SENTENCES) if line]
    whole = [part for part in parts if part[-1] in ".!?" and " " in part]
    return whole or [part for part in parts if "://" not in part] or parts or [text]
