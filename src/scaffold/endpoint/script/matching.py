"""Which entry answers a request: matching as aimock does it, and counting.

Source: aimock's skill `write-fixtures`, and what aimock 1.43 does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scaffold.endpoint.replies.prompt import Message
from scaffold.endpoint.script.entry import Entry
from scaffold.endpoint.script.faults import CHAT_ONLY, RESPONSES_ONLY, STATUS_ONLY
from scaffold.endpoint.script.reading import ScriptError, ScriptSource, load
from scaffold.endpoint.script.shape import ASKED, CONVERSATIONS, Kind

_DATED = re.compile(r"-\d")


class Asked(NamedTuple):
    """What a request asks, as far as an entry can match it.

    Attributes:
        kind: the API, as `match.endpoint` names it.
        model: the model or deployment.
        messages: the conversation, oldest first.
        tools: the names of the functions that may be called.
        text: what is embedded or searched; None where nothing is.
        response_format: the field of that name, as it came.
    """

    kind: Kind
    model: str = ""
    messages: Sequence[Message] = ()
    tools: Collection[str] = ()
    text: str | None = None
    response_format: Any = None


class Script:
    """The entries that are in force, and how often each has answered.

    Args:
        source: a file, which is read again whenever it changes, or what stands for one.
        say: is told in one line when a changed file can't be used.

    Raises:
        ScriptError: the script can't be used.
    """

    def __init__(self, source: ScriptSource, say: Callable[[str], None]) -> None:
        self._path = Path(source) if not _is_json(source) else None  # type: ignore[arg-type]
        self._say = say
        self._seen = self._look()
        self._entries, self._deployments = load(source)
        self._counts: Counter[Entry] = Counter()

    @property
    def deployments(self) -> Mapping[str, str]:
        """The deployments that it adds: their names, each with its model."""
        self._refresh()
        return self._deployments

    def choose(self, asked: Asked) -> Entry | None:
        """Return the entry that answers, which is counted; None if none does."""
        self._refresh()
        fits = [
            entry
            for entry in self._entries
            if _matches(entry, asked) and _may_answer(entry, asked) and self._is_due(entry)
        ]
        if not fits:
            return None
        chosen = fits[0] if len(fits) == 1 else _by_turn(fits, asked)
        self._count(chosen)
        return chosen

    def _is_due(self, entry: Entry) -> bool:
        wanted = entry.match.get("sequenceIndex")
        return wanted is None or bool(self._counts[entry] == wanted)

    def _count(self, entry: Entry) -> None:
        """Count a reply; the steps of one sequence are counted together."""
        self._counts[entry] += 1
        if "sequenceIndex" in entry.match:
            wanted = _without_index(entry)
            for other in self._entries:
                in_sequence = other is not entry and "sequenceIndex" in other.match
                if in_sequence and _without_index(other) == wanted:
                    self._counts[other] += 1

    def _refresh(self) -> None:
        """Read a file again that has changed; a bad edit leaves the last good one in force."""
        if self._path is None or (seen := self._look()) == self._seen:
            return
        self._seen = seen
        try:
            self._entries, self._deployments = load(self._path)
        except ScriptError as error:
            self._say(f"{error}; the fixtures stay as they were")
        else:
            self._counts.clear()

    def _look(self) -> tuple[int, int] | None:
        """Return what tells one version of the file from the next."""
        if self._path is None:
            return None
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size


def _is_json(source: ScriptSource) -> bool:
    return not isinstance(source, str) and not hasattr(source, "__fspath__")


def _without_index(entry: Entry) -> dict[str, Any]:
    return {name: value for name, value in entry.match.items() if name != "sequenceIndex"}


def _may_answer(entry: Entry, asked: Asked) -> bool:
    """Return whether an entry is about the API, and what it says can be said there."""
    if (
        (entry.reply is not None and asked.kind not in CONVERSATIONS)
        or (entry.embedding is not None and asked.kind != "embedding")
        or (entry.fault is not None and not _may_fail(entry.fault.name, asked.kind))
    ):
        return False
    wanted = entry.match.get("endpoint")
    if wanted is None:
        return asked.kind in ASKED
    return bool(wanted == asked.kind or (wanted == "chat" and asked.kind in CONVERSATIONS))


def _may_fail(fault: str, kind: Kind) -> bool:
    """Return whether a fault can be said by an API."""
    if fault in CHAT_ONLY:
        return kind == "chat"
    if fault in STATUS_ONLY:
        return kind in {"responses", "assistants"}
    return fault not in RESPONSES_ONLY or kind == "responses"


def _matches(entry: Entry, asked: Asked) -> bool:
    for name, wanted in entry.match.items():
        matches = _MATCHERS.get(name)
        if matches is not None and not matches(wanted, asked):
            return False
    return True


def _by_turn(fits: Sequence[Entry], asked: Asked) -> Entry:
    """Choose the entry for this turn of the conversation, of those that match.

    The latest turn that has been reached wins over an entry without one, unless that comes first
    and the turn is just this one; a turn that is still to come answers only if nothing else does.
    """
    turn = sum(message.role == "assistant" for message in asked.messages)
    plain = next((entry for entry in fits if "turnIndex" not in entry.match), None)
    turns = [entry for entry in fits if "turnIndex" in entry.match]
    reached = [entry for entry in turns if entry.match["turnIndex"] <= turn]
    if reached:
        best = max(reached, key=lambda entry: int(entry.match["turnIndex"]))
        now = best.match["turnIndex"] == turn
        return plain if plain is not None and now and plain.index < best.index else best
    return plain or min(turns, key=lambda entry: int(entry.match["turnIndex"]))


def _user_message(wanted: str, asked: Asked) -> bool:
    for message in reversed(asked.messages):
        if message.role == "user" and message.text:
            return wanted in message.text
    return False


def _system_message(wanted: str | list[str], asked: Asked) -> bool:
    said = "\n".join(m.text for m in asked.messages if m.role in {"system", "developer"})
    parts = [wanted] if isinstance(wanted, str) else wanted
    return bool(said) and all(part in said for part in parts)


def _input_text(wanted: str, asked: Asked) -> bool:
    return asked.text is not None and wanted in asked.text


def _tool_name(wanted: str, asked: Asked) -> bool:
    return wanted in asked.tools


def _last_result(asked: Asked) -> Message | None:
    """Return the last message, if it is what a function returned."""
    last = asked.messages[-1] if asked.messages else None
    return last if last is not None and last.role == "tool" else None


def _tool_call_id(wanted: str, asked: Asked) -> bool:
    last = _last_result(asked)
    return last is not None and last.tool_call_id == wanted


def _tool_result_contains(wanted: str, asked: Asked) -> bool:
    last = _last_result(asked)
    return last is not None and wanted in last.text


def _has_tool_result(wanted: bool, asked: Asked) -> bool:
    """Return whether a function has returned something since the user last spoke."""
    found = False
    for message in asked.messages:
        found = message.role == "tool" or (found and message.role != "user")
    return found is wanted


def _model(wanted: str, asked: Asked) -> bool:
    """Return whether it is the model itself, or a dated version of it."""
    if asked.model == wanted:
        return True
    rest = asked.model.removeprefix(wanted)
    return asked.model.startswith(wanted) and _DATED.match(rest) is not None


def _response_format(wanted: str, asked: Asked) -> bool:
    form = asked.response_format
    return isinstance(form, dict) and bool(form.get("type") == wanted)


_MATCHERS: dict[str, Callable[[Any, Asked], bool]] = {
    "userMessage": _user_message,
    "systemMessage": _system_message,
    "inputText": _input_text,
    "toolName": _tool_name,
    "toolCallId": _tool_call_id,
    "toolResultContains": _tool_result_contains,
    "hasToolResult": _has_tool_result,
    "model": _model,
    "responseFormat": _response_format,
}
