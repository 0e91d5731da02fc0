"""How events go out: many in a write, and one stream beside the other."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scaffold.endpoint.http.sending import Line, send_events


async def _gone() -> Any:
    raise AssertionError("nobody is listened to while events are sent")


def _line(name: str, sent: list[tuple[str, bytes]], heard: list[bytes] | None = None) -> Line:
    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            sent.append((name, message["body"]))

    return Line(
        send=send,
        receive=_gone,
        hang_up=lambda: None,
        closing=lambda: False,
        sent=None if heard is None else heard.append,
    )


def _send(events: dict[str, list[bytes]]) -> list[tuple[str, bytes]]:
    """Return what is sent of some streams at once, in order."""
    sent: list[tuple[str, bytes]] = []

    async def all_of_them() -> None:
        lines = [send_events(_line(name, sent), each, []) for name, each in events.items()]
        await asyncio.gather(*lines)

    asyncio.run(all_of_them())
    return sent


@given(st.lists(st.integers(1, 40_000), max_size=30))
def test_what_is_sent_is_every_event_once_and_in_order(sizes: list[int]) -> None:
    events = [os.urandom(size) for size in sizes]
    sent = [content for _, content in _send({"one": events})]
    assert b"".join(sent) == b"".join(events)
    assert sent[-1] == b"", "the end is said by itself"
    ends = {sum(map(len, events[:number])) for number in range(len(events) + 1)}
    at = 0
    for content in sent:
        at += len(content)
        assert at in ends, "an event is never cut"


def test_many_small_events_go_out_in_few_writes() -> None:
    assert len(_send({"one": [b"x" * 200] * 1000})) <= 20


def test_a_long_stream_lets_others_begin() -> None:
    long, short = [b"x" * 200] * 10_000, [b"y" * 200] * 10
    sent = [name for name, _ in _send({"long": long, "short": short})]
    assert sent.index("short") < 3
    assert "long" in sent[sent.index("short") + 2 :]


def test_the_journal_hears_each_event_by_itself() -> None:
    events = [b"%d" % number for number in range(100)]
    heard: list[bytes] = []
    asyncio.run(send_events(_line("one", [], heard), events, []))
    assert heard == events
