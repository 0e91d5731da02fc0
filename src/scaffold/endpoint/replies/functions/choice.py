"""Which functions a user's words ask for: each call, with the words that are about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scaffold.endpoint.replies.functions.arguments import (
    Tool,
    find_names,
    takes_a_question,
    takes_one_name,
)
from scaffold.endpoint.replies.words import keywords, stem, words

_NAME_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# What is in quotation marks is one thing; all else is cut at these signs and words.
_CUT = re.compile(
    r"(?P<quoted>[\"“][^\"“”]*[\"”])"
    r"|\s*(?:[,;]\s*(?:and|or|then|but)\b|[;!?\n]|[.,](?=\s|$)|\b(?:and|or|then|but)\b)\s*",
    re.I,
)
_LEADING = re.compile(r"^\s*(?:(?:also|in|at|for|near|to|of|about|on|the|a|an)\s+)*", re.I)
_QUESTION = re.compile(r"\s*(?:who|what|when|where|which|why)\b", re.I)
_STATE = re.compile(r"[A-Z]{2}")
_LOOKED_AT = 2_000
# What people write instead of a verb, in the words that functions are named with.
_SIGNS = {
    r"\d\s*[*×]\s*-?\d|\btimes\b": ("multiply", "product"),
    r"\d\s*\+\s*-?\d|\bplus\b": ("add", "sum"),
    r"\d\s+[-−]\s+-?\d|\bminus\b": ("subtract", "difference"),
    r"\d\s*[/÷]\s*-?\d|\bdivided by\b": ("divide", "quotient"),
}


@dataclass(frozen=True)
class Wanted:
    """A call that is asked for: the function, and the words that are about this call."""

    tool: Tool
    text: str


@dataclass(frozen=True)
class _Clause:
    """A part of what was said, and what stands between it and the part before."""

    text: str
    before: str


def wanted_calls(text: str, tools: Sequence[Tool]) -> list[Wanted]:
    """Return the calls that a text asks for, in the order in which it speaks of them.

    A word of a function's name decides; where no name fits, the words of the descriptions count,
    and where none of these fits, those of the parameters. "Oslo and Rome" are two calls of a
    function that takes one city.
    """
    clauses = _cut(text[:_LOOKED_AT])
    for features in (_by_name, _by_description, _by_parameters):
        found = _follow(clauses, [(tool, features(tool)) for tool in tools])
        if found:
            return _without_repeats(found)
    return _extracted(clauses, tools)


def _extracted(clauses: list[_Clause], tools: Sequence[Tool]) -> list[Wanted]:
    """Return the calls of a function that extracts what was said, whatever it is: one for each
    name.
    """
    for tool in tools:
        if stem("extracted") in _by_description(tool):
            about = [clause.text for clause in clauses if find_names(clause.text, ())]
            return [Wanted(tool, text) for text in about]
    return []


def _cut(text: str) -> list[_Clause]:
    clauses: list[_Clause] = []
    start, before = 0, ""
    for match in _CUT.finditer(text):
        if match["quoted"] is None:
            clauses.append(_Clause(text[start : match.start()], before))
            start, before = match.end(), match.group().strip().lower()
    clauses.append(_Clause(text[start:], before))
    return [clause for clause in clauses if clause.text.strip()]


def _follow(clauses: list[_Clause], known: Sequence[tuple[Tool, set[str]]]) -> list[Wanted]:
    """Read the clauses one after the other."""
    found: list[Wanted] = []
    unused: list[str] = []
    searches = [tool for tool, _ in known if takes_a_question(tool)]
    for index, clause in enumerate(clauses):
        here = _mentioned(clause.text, known)
        if here:
            found += [Wanted(tool, ". ".join([clause.text, *unused])) for tool in here]
            unused = []
        elif searches and _QUESTION.match(clause.text):
            found.append(Wanted(searches[0], clause.text))
        elif not found:
            unused.append(clause.text)
        elif _is_one_more(clauses, index) and takes_one_name(found[-1].tool):
            found.append(Wanted(found[-1].tool, _about(clause.text)))
        else:
            more = _about(clause.text) if _is_name(clause.text) else clause.text
            joined = f"{found[-1].text} {clause.before} {more}"
            found[-1] = Wanted(found[-1].tool, joined)
    return found


def _mentioned(text: str, known: Sequence[tuple[Tool, set[str]]]) -> list[Tool]:
    """Return the functions that a clause speaks of; of two, not the one that has only a part of the
    other's words.
    """
    said = [stem(word) for word in words(text)]
    for sign, meant in _SIGNS.items():
        if re.search(sign, text, re.I):
            said += [stem(word) for word in meant]
    shared = [(tool, own & set(said)) for tool, own in known]
    places = [
        (min(map(said.index, own)), tool)
        for tool, own in shared
        if own and not any(own < other for _, other in shared)
    ]
    return [tool for _, tool in sorted(places, key=lambda pair: pair[0])]


def _is_one_more(clauses: list[_Clause], index: int) -> bool:
    """Return whether a clause is one more name in a list, such as "Rome" after "weather in Oslo
    and".

    After a comma alone it is one only if the list goes on to an "and": "Paris, France" is one name.
    """
    clause = clauses[index]
    if not _is_name(clause.text) or _STATE.fullmatch(clause.text.strip()):
        return False
    for later in clauses[index:]:
        if not _is_name(later.text):
            return False
        if re.search(r"and|or", later.before):
            return True
    return False


def _is_name(text: str) -> bool:
    """Return whether it begins with a name and says little besides."""
    own = _LEADING.sub("", text)
    lower = [word for word in words(own) if word in own]
    return own[:1].isupper() and len(lower) <= 3 and bool(find_names(_about(own), ()))


def _about(name: str) -> str:
    """Return a name so that it is read as what is asked about."""
    return f"about {_LEADING.sub('', name)}"


def _without_repeats(found: Iterable[Wanted]) -> list[Wanted]:
    """Return calls of which none is just the one before: a function is called again for another
    name.
    """
    kept: list[Wanted] = []
    for wanted in found:
        earlier = [other for other in kept if other.tool is wanted.tool]
        names = {name for other in earlier for name in find_names(other.text, ())}
        more = takes_one_name(wanted.tool) and set(find_names(wanted.text, ())) - names
        if not earlier or more:
            kept.append(wanted)
    return kept


def _by_name(tool: Tool) -> set[str]:
    return set(keywords(" ".join(_NAME_PARTS.findall(tool.name))))


def _by_description(tool: Tool) -> set[str]:
    return set(keywords(tool.description))


def _by_parameters(tool: Tool) -> set[str]:
    properties: Any = tool.parameters.get("properties")
    if not isinstance(properties, dict):
        return set()
    texts = [
        f"{' '.join(_NAME_PARTS.findall(name))} {part.get('description', '')}"
        for name, part in properties.items()
        if isinstance(part, dict)
    ]
    return set(keywords(" ".join(texts)))
