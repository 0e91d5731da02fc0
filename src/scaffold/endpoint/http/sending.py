"""An answer on its way to the client: whole or in events, paced, cut off where a script says."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.script import faults
from scaffold.endpoint.script.entry import Entry, Fault, Pace

if TYPE_CHECKING:
    from starlette.types import Receive, Send

HeaderList = list[tuple[bytes, bytes]]

_STOPS = {"drop", "half-event", "stall"}
# Between the halves of a character: enough for the first to be on its way.
_BREATH = 0.001


@dataclass(frozen=True)
class Line:
    """The connection to one client.

    Attributes:
        send: sends an ASGI message.
        receive: gets one; once the request is read, that the client has gone.
        hang_up: closes the connection.
        closing: whether the server is about to stop.
        pace: seconds between two events of a stream.
        started: is told the status when it is sent.
        sent: is told each part of the body; None where nobody wants to know.
    """

    send: Send
    receive: Receive
    hang_up: Callable[[], None]
    closing: Callable[[], bool]
    pace: float = 0.0
    started: Callable[[int], None] = lambda _: None
    sent: Callable[[bytes], None] | None = None

    async def start(self, status: int, headers: HeaderList) -> None:
        """Send the status and the headers."""
        self.started(status)
        await self.send({"type": "http.response.start", "status": status, "headers": headers})

    async def body(self, content: bytes, more: bool = True) -> None:
        """Send a part of the body."""
        if self.sent is not None and content:
            self.sent(content)
        await self.send({"type": "http.response.body", "body": content, "more_body": more})

    async def wait(self, seconds: float) -> None:
        """Sleep, in naps so short that closing does not wait for it."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self.closing():
            await asyncio.sleep(min(left, 0.1))

    async def end(self) -> None:
        """Hang up, once what was sent has arrived."""
        self.hang_up()
        await self.receive()

    async def stall(self) -> None:
        """Say no more, until the client hangs up or the server stops."""
        gone = asyncio.ensure_future(self.receive())
        while not (gone.done() or self.closing()):
            await asyncio.sleep(0.05)
        gone.cancel()


async def send_whole(
    line: Line, response: HttpResponse, headers: HeaderList, entry: Entry | None
) -> None:
    """Send an answer at once."""
    fault = entry.fault if entry is not None else None
    if fault is not None:
        if fault.name in {"drop", "stall"}:
            await _stop(line, fault.name)
            return
        response = faults.whole(response, fault)
    content = response.encode()
    headers = [
        *headers,
        (b"content-type", response.media_type.encode()),
        (b"content-length", str(len(content)).encode()),
        *((name.encode(), value.encode()) for name, value in response.headers.items()),
    ]
    await line.start(response.status, headers)
    if fault is not None and fault.name == "half-event":
        await line.body(content[: len(content) // 2])
        await line.end()
    elif fault is not None and fault.name == "split-characters":
        await _send_split(line, content)
        await line.body(b"", more=False)
    else:
        await line.body(content, more=False)


async def send_events(
    line: Line, chunks: Iterable[bytes], headers: HeaderList, entry: Entry | None
) -> None:
    """Send event after event. A client that has gone away does not stop it, as in the services:
    what was begun is finished.
    """
    headers = [
        *headers,
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-cache"),
    ]
    if entry is not None:
        await _send_scripted(line, chunks, headers, entry)
        return
    await line.start(200, headers)
    for chunk in chunks:
        await line.body(chunk)
        if line.pace:
            await line.wait(line.pace)
        if line.closing():
            return
    await line.body(b"", more=False)


async def _send_scripted(
    line: Line, chunks: Iterable[bytes], headers: HeaderList, entry: Entry
) -> None:
    """Send events at an entry's pace, with its faults."""
    fault, began = entry.fault or Fault(""), time.monotonic()
    stop = fault.after if fault.name in _STOPS else None
    if stop == 0 and fault.name != "half-event":
        await _stop(line, fault.name)
        return
    await line.start(200, headers)
    for number, chunk in enumerate(faults.events(chunks, fault)):
        if number == entry.truncate:
            await line.end()
            return
        if number == stop:
            if fault.name == "half-event":
                await line.body(chunk[: len(chunk) // 2])
            await _stop(line, fault.name)
            return
        delay = _delay(number, entry.pace) or line.pace
        if entry.disconnect is not None:
            left = began + entry.disconnect / 1000 - time.monotonic()
            if left <= delay:
                await line.wait(left)
                await line.end()
                return
        if delay:
            await line.wait(delay)
        if line.closing():
            return
        if fault.name == "split-characters":
            await _send_split(line, chunk)
        else:
            await line.body(chunk)
    await line.body(b"", more=False)


async def _stop(line: Line, how: str) -> None:
    await (line.stall() if how == "stall" else line.end())


async def _send_split(line: Line, content: bytes) -> None:
    """Send bytes so that each character that has several comes in two parts."""
    for part in faults.split(content):
        await line.body(part)
        await line.wait(_BREATH)


def _delay(number: int, pace: Pace) -> float:
    """How many seconds to wait before an event, as aimock waits: its profile before its latency."""
    if number == 0 and pace.first is not None:
        milliseconds = pace.first
    elif pace.rate is not None:
        milliseconds = 1000 / pace.rate
    else:
        return pace.latency / 1000
    return milliseconds / 1000 * (1 + pace.jitter * random.uniform(-1, 1))  # noqa: S311
