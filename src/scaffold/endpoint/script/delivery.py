"""How an entry of a script is delivered: at its pace, with its fault, cut off where it says."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Iterable

from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.sending import (
    HeaderList,
    Line,
    event_headers,
    send_events,
    send_whole,
    whole_headers,
)
from scaffold.endpoint.script import faults
from scaffold.endpoint.script.entry import Entry, Fault, Pace

_STOPS = {"drop", "half-event", "stall"}
# Between the halves of a character: enough for the first to be on its way.
_BREATH = 0.001


def deliver_whole(
    line: Line, response: HttpResponse, headers: HeaderList, entry: Entry | None
) -> Awaitable[None]:
    """Send a response at once.

    Args:
        line: the connection.
        response: what is sent.
        headers: those that the service sends with everything.
        entry: the entry of the script that answers; None if none does.
    """
    if entry is None or entry.fault is None:
        return send_whole(line, response, headers)
    return _deliver_broken(line, response, headers, entry.fault)


async def _deliver_broken(
    line: Line, response: HttpResponse, headers: HeaderList, fault: Fault
) -> None:
    if fault.name in {"drop", "stall"}:
        await _stop(line, fault.name)
        return
    response = faults.whole(response, fault)
    content = response.encode()
    if fault.name not in {"half-event", "split-characters"}:
        await send_whole(line, response, headers)
        return
    await line.start(response.status, whole_headers(response, len(content), headers))
    if fault.name == "half-event":
        await line.body(content[: len(content) // 2])
        await line.end()
    else:
        await _send_split(line, content)
        await line.body(b"", more=False)


async def deliver_events(
    line: Line, chunks: Iterable[bytes], headers: HeaderList, entry: Entry | None
) -> None:
    """Send event after event.

    Args:
        line: the connection.
        chunks: the events.
        headers: those that the service sends with everything.
        entry: the entry of the script that answers; None if none does.
    """
    if entry is None or entry.is_plain:
        await send_events(line, chunks, headers)
        return
    fault, began = entry.fault or Fault(""), time.monotonic()
    stop = fault.after if fault.name in _STOPS else None
    if stop == 0 and fault.name != "half-event":
        await _stop(line, fault.name)
        return
    await line.start(200, event_headers(headers))
    for number, chunk in enumerate(faults.events(chunks, fault)):
        if number == entry.truncate:
            await line.end()
            return
        if number == stop:
            if fault.name == "half-event":
                await line.body(chunk[: len(chunk) // 2])
            await _stop(line, fault.name)
            return
        if not await _wait(line, entry, number, began):
            return
        if fault.name == "split-characters":
            await _send_split(line, chunk)
        else:
            await line.body(chunk)
    await line.body(b"", more=False)


async def _wait(line: Line, entry: Entry, number: int, began: float) -> bool:
    """Wait until an event is due; return whether it may still be sent."""
    delay = _delay(number, entry.pace) or line.pace
    if entry.disconnect is not None:
        left = began + entry.disconnect / 1000 - time.monotonic()
        if left <= delay:
            await line.wait(left)
            await line.end()
            return False
    if delay:
        await line.wait(delay)
    return not line.closing()


async def _stop(line: Line, how: str) -> None:
    await (line.stall() if how == "stall" else line.end())


async def _send_split(line: Line, content: bytes) -> None:
    """Send bytes so that each character that has several comes in two parts."""
    for part in faults.split(content):
        await line.body(part)
        await line.wait(_BREATH)


def _delay(number: int, pace: Pace) -> float:
    """Return how many seconds to wait before an event, as aimock waits: its profile before its
    latency.
    """
    if number == 0 and pace.first is not None:
        milliseconds = pace.first
    elif pace.rate is not None:
        milliseconds = 1000 / pace.rate
    else:
        return pace.latency / 1000
    return milliseconds / 1000 * (1 + pace.jitter * random.uniform(-1, 1))  # noqa: S311
