"""What to say: a conversation, tools and documents in; a reply out. Pure functions.

No model is asked. The reply says so, says back what it heard, calls the functions that the words
ask for, and cites the sources it was given, so that every path of a sample can be walked offline.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from scaffold.endpoint.replies import citations as sources
from scaffold.endpoint.replies.documents import Document
from scaffold.endpoint.replies.functions.calls import in_words, next_calls, results_of
from scaffold.endpoint.replies.prompt import Citation, Prompt, Reply, question_of
from scaffold.endpoint.replies.prompted_format import marked_fields, schema_in
from scaffold.endpoint.replies.schemas.example import example
from scaffold.endpoint.replies.schemas.merge import Contradiction
from scaffold.endpoint.replies.schemas.texts import Words
from scaffold.endpoint.replies.spoken import fill
from scaffold.endpoint.replies.words import pieces

LEAD = "This is scaffold's offline endpoint: no model wrote this."
NOT_FOUND = "The sources do not answer that. Please try another question."
_LONGEST_ECHO = 8_000


def compose(prompt: Prompt) -> Reply:
    """Answer a prompt: with calls if its words ask for functions not yet called, else with text.

    Raises:
        Contradiction: no arguments fit a function's parameters, or no text the reply's format.
    """
    calls = next_calls(prompt)
    if calls:
        # A call that was demanded by name ends with "stop", as the services do it.
        named = prompt.tool_choice.startswith("=")
        return Reply(tool_calls=calls, finish_reason="stop" if named else "tool_calls")
    text, citations = _say(prompt)
    schema = prompt.json_schema or schema_in(prompt.messages)
    if schema is not None or prompt.json_schema is not None:
        text, citations = _as_json(text, schema or {}, question_of(prompt.messages)), ()
    elif (marked := marked_fields(prompt.messages, text)) is not None:
        text, citations = marked, ()
    return _cut(text, citations, prompt)


def _say(prompt: Prompt) -> tuple[str, tuple[Citation, ...]]:
    results = results_of(prompt)
    if results:
        return _sentence(f"{LEAD} {in_words(results)}"), ()
    if prompt.code is not None:
        return _sentence(f"{LEAD} The code printed: {prompt.code.logs}"), ()
    question, given = _question_and_sources(prompt)
    if prompt.documents is not None:
        return _from_documents(question, prompt.documents, prompt.mark)
    if given:
        quotes = sources.ground(question, given)
        told = " ".join(_cited(quote) for quote in quotes)
        return f"{LEAD} From your sources: {told}" if told else f"{LEAD} {NOT_FOUND}", ()
    return _echo(question, prompt), ()


def _question_and_sources(prompt: Prompt) -> tuple[str, list[sources.Source]]:
    """Return the user's last question, and the sources marked in this turn or in the
    instructions.
    """
    last = max((i for i, m in enumerate(prompt.messages) if m.role == "assistant"), default=-1)
    question, found = "", {}
    for index, message in enumerate(prompt.messages):
        if message.role == "assistant" or (index < last and message.role == "user"):
            continue
        own, given = sources.split_sources(message.text)
        found.update({source.mark: source for source in given})
        if message.role == "user" and (own.strip() or not given):
            question = own
    return question, list(found.values())


def _from_documents(
    question: str, documents: Sequence[Document], mark: Callable[[int], str]
) -> tuple[str, tuple[Citation, ...]]:
    given = {mark(index): document for index, document in enumerate(documents)}
    quotes = sources.ground(
        question,
        [sources.Source(key, f"{page.title}\n{page.content}") for key, page in given.items()],
    )
    if not quotes:
        return f"{LEAD} {NOT_FOUND}", ()
    shelf = given[quotes[0].source.mark].shelf
    text, citations = f"{LEAD} From {shelf}:", []
    for quote in quotes:
        text += " " + _cited(quote)
        start = text.rindex(quote.source.mark)
        end = start + len(quote.source.mark)
        citations.append(Citation(quote.source.mark, start, end, given[quote.source.mark]))
    return text, tuple(citations)


def _cited(quote: sources.Quote) -> str:
    """Return a sentence with its mark, before the full stop as the services set it."""
    if quote.sentence.endswith("."):
        return f"{quote.sentence[:-1]} {quote.source.mark}."
    return f"{quote.sentence} {quote.source.mark}"


def _echo(question: str, prompt: Prompt) -> str:
    heard = question.strip()
    if len(heard) > _LONGEST_ECHO:
        heard = heard[:_LONGEST_ECHO] + "…"
    pictures = next((m.pictures for m in reversed(prompt.messages) if m.role == "user"), ())
    all_of_them = " and ".join(filter(None, (", ".join(pictures[:-1]), *pictures[-1:])))
    sent = f" You sent {all_of_them}." if pictures else ""
    text = _sentence(f'{LEAD}{sent} You said: "{heard}"')
    earlier = sum(message.role in {"user", "assistant"} for message in prompt.messages) - 1
    if earlier > 0:
        text += f" I remember {earlier} earlier message{'s' if earlier > 1 else ''}."
    if prompt.tools and prompt.tool_choice != "none":
        text += " No function fits that; --script FILE says what I answer."
    return text


def _sentence(text: str) -> str:
    """Return a text that ends as a sentence does."""
    return text if text.rstrip('"”').endswith((".", "!", "?", "…")) else text + "."


def _as_json(text: str, schema: dict[str, Any], question: str) -> str:
    try:
        value = example(schema, Words(text)) if schema else {"answer": text}
    except Contradiction as problem:
        raise Contradiction("the answer's format") from problem
    if isinstance(value, dict):
        value = fill(value, schema, question)
    return json.dumps(value, ensure_ascii=False)


def _cut(text: str, citations: tuple[Citation, ...], prompt: Prompt) -> Reply:
    """Cut a text into pieces, and off where the prompt says so. A document's mark stays whole."""
    ends = [text.index(stop) for stop in prompt.stop if stop and stop in text]
    text = text[: min(ends)] if ends else text
    kept = [citation for citation in citations if citation.end <= len(text)]
    cut: list[str] = []
    start = 0
    for citation in kept:
        cut += [*pieces(text[start : citation.start]), citation.mark]
        start = citation.end
    cut += pieces(text[start:])
    if prompt.most_tokens is None or len(cut) <= prompt.most_tokens:
        return Reply(tuple(cut), (), tuple(kept), "stop")
    cut = cut[: prompt.most_tokens]
    length = sum(map(len, cut))
    kept = [citation for citation in kept if citation.end <= length]
    return Reply(tuple(cut), (), tuple(kept), "length")
