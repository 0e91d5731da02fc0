"""What is sent to a client: a whole response, or events one after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scaffold.endpoint.http.response import HttpResponse

if TYPE_CHECKING:
    from starlette.types import Receive, Send

HeaderList = list[tuple[bytes, bytes]]

# How many bytes of events are written at once where there is no pace. A write costs as much as
# making ten events, and while one stream is written the others wait.
_AT_ONCE = 16 * 1024


class Line(NamedTuple):
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

    def start(self, status: int, headers: HeaderList) -> Awaitable[None]:
        """Send the status and the headers."""
        self.started(status)
        return self.send({"type": "http.response.start", "status": status, "headers": headers})

    def body(self, content: bytes, more: bool = True) -> Awaitable[None]:
        """Send a part of the body."""
        if self.sent is not None and content:
            self.sent(content)
        return self.send({"type": "http.response.body", "body": content, "more_body": more})

    async def events(self, events: Sequence[bytes]) -> None:
        """Send some events together."""
        if self.sent is not None:
            for event in events:
                self.sent(event)
        await self.send({"type": "http.response.body", "body": b"".join(events), "more_body": True})

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


async def send_whole(line: Line, response: HttpResponse, headers: HeaderList) -> None:
    """Send a response at once.

    Args:
        line: the connection.
        response: what is sent.
        headers: those that go with everything.
    """
    content = response.encode()
    await line.start(response.status, whole_headers(response, len(content), headers))
    await line.body(content, more=False)


async def send_events(line: Line, chunks: Iterable[bytes], headers: HeaderList) -> None:
    """Send event after event, and without a pace as many at once as go into a write. A client that
    has gone away does not stop it, as in the services: what was begun is finished.

    Args:
        line: the connection.
        chunks: the events.
        headers: those that go with everything.
    """
    await line.start(200, event_headers(headers))
    for some in _together(chunks, 0 if line.pace else _AT_ONCE):
        # It is another stream's turn, whose first byte somebody waits for.
        await asyncio.sleep(0)
        await line.events(some)
        await line.wait(line.pace)
        if line.closing():
            return
    await line.body(b"", more=False)


def _together(chunks: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    """Yield the chunks in lists of so many bytes or a few more; the last one may have fewer."""
    some: list[bytes] = []
    length = 0
    for chunk in chunks:
        some.append(chunk)
        length += len(chunk)
        if length >= size:
            yield some
            some, length = [], 0
    if some:
        yield some


def whole_headers(response: HttpResponse, length: int, headers: HeaderList) -> HeaderList:
    """Return the headers of a whole response.

    Args:
        response: it.
        length: how many bytes its body has.
        headers: those that go with everything, and before its own.
    """
    return [
        *headers,
        (b"content-type", response.media_type.encode()),
        (b"content-length", b"%d" % length),
        *[(name.encode(), value.encode()) for name, value in response.headers.items()],
    ]


def event_headers(headers: HeaderList) -> HeaderList:
    """Return the headers of a stream, after those that go with everything."""
    return [
        *headers,
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-cache"),
    ]
