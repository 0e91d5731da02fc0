"""The journal: one JSON line a request, without its keys.

What is asked is written down as it came, before anything is made of it. Headers never are.
"""

from __future__ import annotations

import json
import math
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from functools import lru_cache
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scaffold.endpoint.http.forms import Form, Upload

if TYPE_CHECKING:
    import asyncio

JsonObject = dict[str, Any]

KEPT = 1000
# A body that is longer is only counted, so that what is kept stays small.
LONGEST_BODY = 64 * 1024

_REDACTED = "[redacted]"
_SECRET = {"key", "sig", "authorization", "credential", "credentials"}
_SECRET_ENDS = (
    *("apikey", "accesskey", "subscriptionkey", "accountkey", "token", "secret"),
    *("password", "connectionstring"),
)
_SHORTEST_KEY = 12
_PLAIN = str.maketrans("", "", "-_. ")


class Parts:
    """The first two parts of a reply, and the last two of all the others."""

    def __init__(self) -> None:
        self.first: list[str] = []
        self.last: deque[str] = deque(maxlen=2)
        self.count = 0

    def add(self, part: str | bytes) -> None:
        """Take the next part: an event, a message, or all of it."""
        self.count += 1
        text = part if isinstance(part, str) else part.decode(errors="replace")
        (self.first if self.count <= 2 else self.last).append(text)


class Record(NamedTuple):
    """A request and what became of it.

    Attributes:
        time: when it was written down, in seconds since 1970.
        method: its HTTP method.
        path: its path.
        query: what is after the question mark.
        body: its body, as `kept` gives it.
        keys: the keys that came with it, which must not be found in the line.
        entry: where the entry of the script is that answered.
        status: the HTTP status that was sent; None if nothing was.
        seconds: how long it took.
        answer: the parts of what was sent; None where they are not wanted.
    """

    time: float
    method: str
    path: str
    query: Sequence[tuple[str, str]]
    body: bytes
    keys: Sequence[str]
    entry: JsonObject | None
    status: int | None
    seconds: float
    answer: Parts | None = None

    @property
    def line(self) -> str:
        """All of it as one line of JSON, without keys."""
        # A short one is found in too many words.
        keys = [key for key in self.keys if len(key) >= _SHORTEST_KEY]
        now = datetime.fromtimestamp(self.time, timezone.utc).isoformat(timespec="milliseconds")
        head: JsonObject = {"time": now, "method": self.method, "path": _hide(self.path, keys)}
        head["query"] = _values(self.query, keys)
        tail: JsonObject = {"fixture": self.entry, "status": self.status}
        tail["duration_ms"] = round(self.seconds * 1000, 2)
        if self.answer is not None:
            first = [_hide(part, keys) for part in self.answer.first]
            last = [_hide(part, keys) for part in self.answer.last]
            tail["answer"] = {"first": first, "last": last, "count": self.answer.count}
        return f'{json.dumps(head)[:-1]}, "body": {_body(self.body, keys)}, {json.dumps(tail)[1:]}'


class Journal:
    """What was asked of one server, newest last.

    Args:
        path: a file to which each line is added; None for memory alone.
        say: is told in one line when that file can no longer be written.
        answers: whether the parts of the replies are written down too.
    """

    def __init__(
        self, path: Path | None, say: Callable[[str], None], *, answers: bool = False
    ) -> None:
        self.answers = answers
        self._path = path
        self._say = say
        self._file: FileIO | None = None
        # As it came: a line is made when it is read, which is seldom, while many wait for answers.
        self._kept: deque[Record] = deque(maxlen=KEPT)
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Open the file.

        Raises:
            OSError: it can't be written.
        """
        if self._path is not None:
            # One line, one write: nothing is left in a buffer.
            self._file = self._path.open("ab", buffering=0)

    def close(self) -> None:
        """Close the file; what is in memory stays."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Remember whose requests are written here."""
        self._loop = loop

    def write(self, record: Record) -> None:
        """Write a request down."""
        self._kept.append(record)
        if self._file is not None:
            try:
                self._file.write(record.line.encode() + b"\n")
            except OSError as error:
                self.close()
                reason = error.strerror or error
                self._say(f"cannot write {self._path}: {reason}; the journal ends here")

    def clear(self) -> int:
        """Forget what is in memory, and tell how many lines that were. The file stays."""
        count = len(self._kept)
        self._kept.clear()
        return count

    @property
    def text(self) -> str:
        """All that is kept, as a JSON array."""
        # A copy, for more may be asked meanwhile.
        return f"[{','.join([record.line for record in tuple(self._kept)])}]"

    def entries(self) -> list[JsonObject]:
        """Return all that is kept. For other threads: what has been answered by now is in it."""
        loop, done = self._loop, threading.Event()
        if loop is not None and loop.is_running():
            # A client may have read the end of its reply a moment before the line is written.
            with suppress(RuntimeError):  # it has just ended
                loop.call_soon_threadsafe(done.set)
                done.wait(1)
        found: list[JsonObject] = json.loads(self.text)
        return found


def kept(content: bytes, form: Form | None) -> bytes:
    """Return what is kept of a body, as JSON.

    Args:
        content: it, as it came.
        form: the form that it is; None for JSON.
    """
    if len(content) > LONGEST_BODY:
        return b'"[%d bytes]"' % len(content)
    if form is None:
        return content or b"{}"
    return json.dumps({name: _described(value) for name, value in form.items()}).encode()


def _described(value: str | Upload) -> Any:
    if isinstance(value, str):
        return value
    return {"filename": value.filename, "bytes": len(value.content)}


def _body(content: bytes, keys: Sequence[str]) -> str:
    try:
        return json.dumps(_redacted(json.loads(content), keys))
    except RecursionError:
        return '"[nested too deeply]"'


def _redacted(value: Any, keys: Sequence[str]) -> Any:
    if isinstance(value, str):
        return _hide(value, keys)
    if isinstance(value, dict):
        return {
            _hide(name, keys): (
                _REDACTED if item is not None and _is_secret(name) else _redacted(item, keys)
            )
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_redacted(item, keys) for item in value]
    # JSON has no infinity, but a number in it can be as large.
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _hide(text: str, keys: Sequence[str]) -> str:
    for key in keys:
        text = text.replace(key, _REDACTED)
    return text


@lru_cache(512)
def _is_secret(name: str) -> bool:
    plain = name.lower().translate(_PLAIN)
    return plain in _SECRET or plain.endswith(_SECRET_ENDS)


def _values(query: Iterable[tuple[str, str]], keys: Sequence[str]) -> dict[str, str | list[str]]:
    """Return a query as an object; what is named more than once has an array."""
    values: dict[str, list[str]] = {}
    for name, value in query:
        shown = _REDACTED if _is_secret(name) else _hide(value, keys)
        values.setdefault(_hide(name, keys), []).append(shown)
    return {name: each[0] if len(each) == 1 else each for name, each in values.items()}
