"""The journal of a run → the part of a page that shows it, block by block."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scaffold.walkthrough.markdown import code, fence
from scaffold.walkthrough.run import elide

_MCP = "/mcp"


def wire(requests: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Tell what was asked in a run, and the beginning and the end of what was answered.

    Args:
        requests: the entries of the endpoint's journal, oldest first, with their answers.
    """
    yield "## What goes over the wire"
    if not requests:
        yield "Nothing, in that run."
        return
    # What the service asks an MCP server, and not the sample.
    further = [each for each in requests if each["path"] == _MCP]
    requests = [each for each in requests if each["path"] != _MCP]
    yield "In that run, the sample asked:"
    yield fence("\n".join(map(_request, requests)), "text")
    if further:
        yield "The service, in its turn, asked the MCP server:"
        yield fence("\n".join(map(_request, further)), "text")
    streamed = [each for each in requests if _is_streamed(each)]
    sockets = [each for each in requests if each["status"] == 101]
    what = "messages" if sockets else "events"
    if streamed or sockets:
        first, last = (streamed or sockets)[0], (streamed or sockets)[-1]
        if streamed:
            yield from _sent(first)
        count = sum(each["answer"]["count"] for each in streamed or sockets)
        yield f"It was answered in {count} {what}. The first two:"
        yield _parts(first["answer"]["first"])
        yield "The last two:"
        yield _parts([*last["answer"]["first"], *last["answer"]["last"]][-2:])
    else:
        yield from _sent(requests[-1])
        yield f"The answer to {code(_route(requests[-1]))}:"
        yield fence(_laid_out(json.loads(requests[-1]["answer"]["first"][0])), "json")
    if sockets:
        yield "`…` stands for an id that is new each time."
    else:
        yield (
            "In this run ids counted from 1 and the clock stood still, so that the page says the "
            "same whenever it is made."
        )


def _is_streamed(request: Mapping[str, Any]) -> bool:
    return any(part.startswith(("data:", "event:")) for part in request["answer"]["first"])


def _request(request: Mapping[str, Any]) -> str:
    pairs = [
        f"{name}={value}"
        for name, values in request["query"].items()
        for value in (values if isinstance(values, list) else [values])
    ]
    query = "?" + "&".join(pairs) if pairs else ""
    return f"{request['method']} {request['path']}{query} → {request['status']}"


def _route(request: Mapping[str, Any]) -> str:
    return f"{request['method']} {request['path']}"


def _sent(request: Mapping[str, Any]) -> Iterator[str]:
    if request["body"] is not None:
        yield f"With {code(_route(request))}, it sent:"
        yield fence(elide(_laid_out(request["body"])), "json")


def _parts(parts: Sequence[str]) -> str:
    return fence("\n\n".join(elide(part).replace("\r\n", "\n").strip() for part in parts), "text")


def _laid_out(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
