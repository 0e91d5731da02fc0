"""Measures the endpoint beside a bare Starlette app that sends the same bytes, and aimock.

    python benchmarks/endpoint.py [--aimock PROGRAM]

Prints tables in Markdown, writes them to `benchmarks/results/endpoint.md`, and exits 1 if a budget
is not met. All servers run as processes of their own, on 127.0.0.1, one after the other in each
round; figures are medians of the rounds after a warm-up, ratios the medians of those of each round.
PROGRAM is aimock's `llmock`, as `npm install @copilotkit/aimock` makes it in `node_modules/.bin`;
`SCAFFOLD_AIMOCK` names it too, as for the tests. Without it, aimock and its budgets are left out.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

STREAMS, CHUNKS, ROUNDS, SHORT, MANY = 50, 200, 7, 400, 10_000
SCAFFOLD, BARE, AIMOCK = "scaffold", "bare Starlette", "aimock"
RATE, FIRST, FIRST_OF_ALL, ANSWERS, STREAM_CPU, ANSWER_CPU = (
    "chunks per second",
    "ms to first byte, one stream",
    f"ms to first byte, {STREAMS} streams at once",
    "short answers per second",
    "ms of CPU a stream",
    "ms of CPU a short answer",
)
TEXT = "word" * CHUNKS
FIXTURES = {
    "fixtures": [
        {"match": {"userMessage": "long"}, "response": {"content": TEXT}, "chunkSize": 4},
        {"match": {"userMessage": "short"}, "response": {"content": "Yes."}},
    ]
}
APP = """
import json, pathlib, sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
content, short = (pathlib.Path(name).read_bytes() for name in sys.argv[1:3])
events = [each + b"\\n\\n" for each in content.split(b"\\n\\n") if each]
async def stream():
    for event in events:
        yield event
async def answer(request):
    if json.loads(await request.body())["stream"]:
        return StreamingResponse(stream(), media_type="text/event-stream")
    return Response(short, media_type="application/json")
app = Starlette(routes=[Route("/v1/chat/completions", answer, methods=["POST"])])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[3]), log_level="error", access_log=False)
"""


def request(said: str, *, stream: bool) -> bytes:
    """One request for a chat completion, as bytes."""
    asked = {
        "model": "gpt-6-luna",
        "messages": [{"role": "user", "content": said}],
        "stream": stream,
    }
    body = json.dumps(asked).encode()
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer any\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body


class Heard(NamedTuple):
    """What came of a request, and how many seconds after it the first byte did."""

    content: bytes
    first: float


def exchange(
    port: int, sent: bytes, *, number: int = 1, at_once: int = 1, whole: bool = True
) -> list[Heard]:
    """Sends a request so many times, and reads each to the end, or no more than the first byte.

    By bare sockets, so that a server waits for this client as little as can be.

    Args:
        port: where to.
        sent: the request.
        number: how many times.
        at_once: how many are under way together.
        whole: whether all is read.
    """
    heard: list[Heard] = []
    left = number
    with selectors.DefaultSelector() as waiting:
        while left or waiting.get_map():
            while left and len(waiting.get_map()) < at_once:
                connection = socket.create_connection(("127.0.0.1", port))
                began = time.perf_counter()
                connection.sendall(sent)
                waiting.register(connection, selectors.EVENT_READ, [began, None, []])
                left -= 1
            for key, _ in waiting.select():
                content = key.fileobj.recv(1 << 16)
                now = time.perf_counter()
                began, first, parts = key.data
                key.data[1] = first = now - began if first is None else first
                parts.append(content)
                if not content or not whole:
                    waiting.unregister(key.fileobj)
                    key.fileobj.close()
                    heard.append(Heard(b"".join(parts), first))
    return heard


def measure_once(port: int, process: subprocess.Popen[bytes]) -> dict[str, float]:
    """Asks one server for everything, and gives the figures of this round."""
    long, short = request("long", stream=True), request("short", stream=False)
    before, began = cpu(process), time.perf_counter()
    heard = exchange(port, long, number=STREAMS, at_once=STREAMS)
    took, spent = time.perf_counter() - began, cpu(process) - before
    chunks = sum(each.content.count(b"data: ") for each in heard)
    figures = {
        RATE: chunks / took,
        FIRST_OF_ALL: statistics.median(each.first for each in heard) * 1000,
        STREAM_CPU: spent / STREAMS * 1000,
    }
    alone = exchange(port, long, number=20, whole=False)
    figures[FIRST] = statistics.median(each.first for each in alone) * 1000
    # What is still being said to nobody is not to count for the next.
    time.sleep(0.3)
    before, began = cpu(process), time.perf_counter()
    exchange(port, short, number=SHORT, at_once=8)
    took, spent = time.perf_counter() - began, cpu(process) - before
    return {**figures, ANSWERS: SHORT / took, ANSWER_CPU: spent / SHORT * 1000}


def cpu(process: subprocess.Popen[bytes]) -> float:
    """Gives the seconds of CPU that a process has taken; on Linux."""
    fields = (
        Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    )
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Finds a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(command: list[str], port: int) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Runs a server, and gives it with the seconds it took until its first answer."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            with contextlib.suppress(OSError):
                exchange(port, request("short", stream=False))
                break
            if process.poll() is not None or time.perf_counter() - began > 60:
                raise RuntimeError(f"{command[0]} did not start")
            time.sleep(0.005)
        yield process, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()


def resident(process: subprocess.Popen[bytes]) -> float:
    """Gives the megabytes that a process keeps in memory; on Linux."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def measure(aimock: str | None) -> dict[str, dict[str, list[float]]]:
    """Measures every server, round by round, one beside the other.

    Returns:
        the figures of each round, by server and figure.
    """
    figures: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        ports = {name: free_port() for name in (SCAFFOLD, BARE, AIMOCK)}
        commands = prepare(Path(temporary), ports, aimock)
        with contextlib.ExitStack() as stack:
            started = {
                name: stack.enter_context(serving(command, ports[name]))
                for name, command in commands.items()
            }
            for turn in range(ROUNDS + 1):
                for name, (process, _) in started.items():
                    found = figures.setdefault(name, {})
                    for figure, value in measure_once(ports[name], process).items():
                        if turn:
                            found.setdefault(figure, []).append(value)
            for name, (process, seconds) in started.items():
                figures[name]["s to start"] = [seconds]
                figures[name]["MB before"] = [resident(process)]
                exchange(ports[name], request("short", stream=False), number=MANY, at_once=8)
                figures[name]["MB after 10,000 short answers"] = [resident(process)]
    return figures


def prepare(folder: Path, ports: Mapping[str, int], aimock: str | None) -> dict[str, list[str]]:
    """Gives the command that starts each server, with the files that it needs in a folder."""
    fixtures = folder / "fixtures.json"
    fixtures.write_text(json.dumps(FIXTURES), encoding="utf-8")
    serve = [sys.executable, "-m", "scaffold", "serve", "--script", str(fixtures)]
    commands = {SCAFFOLD: [*serve, "--port", str(ports[SCAFFOLD])]}
    events, short = folder / "events", folder / "short"
    with serving(commands[SCAFFOLD], ports[SCAFFOLD]):
        for path, said, stream in ((events, "long", True), (short, "short", False)):
            (heard,) = exchange(ports[SCAFFOLD], request(said, stream=stream))
            body = heard.content.partition(b"\r\n\r\n")[2]
            path.write_bytes(_events(body) if stream else body)
    commands[BARE] = [sys.executable, "-c", APP, str(events), str(short), str(ports[BARE])]
    if aimock:
        commands[AIMOCK] = [aimock, "-f", str(fixtures), "-p", str(ports[AIMOCK])]
    return commands


def _events(body: bytes) -> bytes:
    """Takes the events out of a chunked body."""
    return b"".join(
        b"data: " + each.split(b"\n\n")[0] + b"\n\n" for each in body.split(b"data: ")[1:]
    )


def against(figures: Mapping[str, Mapping[str, Sequence[float]]], figure: str, other: str) -> float:
    """Gives the endpoint's figure by another server's: the median of each round's."""
    pairs = zip(figures[SCAFFOLD][figure], figures[other][figure], strict=True)
    return statistics.median(ours / theirs for ours, theirs in pairs)


def budgets(
    figures: Mapping[str, Mapping[str, Sequence[float]]],
) -> list[tuple[str, str, str, str]]:
    """Holds what was measured against what was promised."""
    rows = [(f"{RATE} / {BARE}", against(figures, RATE, BARE), "≥")]
    if AIMOCK in figures:
        rows += [
            (f"{FIRST} / {AIMOCK}", against(figures, FIRST, AIMOCK), "≤"),
            (f"{FIRST_OF_ALL} / {AIMOCK}", against(figures, FIRST_OF_ALL, AIMOCK), "≤"),
            (f"{ANSWERS} / {AIMOCK}", against(figures, ANSWERS, AIMOCK), "≥"),
        ]
    return [
        (
            what,
            f"{sign} 1.00",
            f"{ratio:.2f}",
            "yes" if (ratio <= 1 if sign == "≤" else ratio >= 1) else "NO",
        )
        for what, ratio, sign in rows
    ]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lays rows out in Markdown."""
    lines = [f"| {' | '.join(head)} |", "| --- |" + " ---: |" * (len(head) - 1)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def report(figures: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    """Says all that was found, as the text of the results file."""
    names = list(figures)
    rows = [
        (figure, *(f"{statistics.median(figures[name][figure]):,.2f}" for name in names))
        for figure in figures[SCAFFOLD]
    ]
    machine = f"{os.cpu_count()} cores, {platform.system()}, CPython {platform.python_version()}"
    today = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    left_out = "" if AIMOCK in figures else "Not measured, since it was not there: aimock.\n\n"
    return (
        f"# The endpoint\n\n{today}; {machine}; {STREAMS} streams at once, {CHUNKS} chunks each; "
        f"medians of {ROUNDS} rounds.\n\n{table(('', *names), rows)}\n{left_out}"
        f"## Budgets\n\n{table(('', 'budget', 'measured', 'met'), budgets(figures))}"
    )


def main() -> None:
    """Measures, prints and writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--aimock", default=os.environ.get("SCAFFOLD_AIMOCK"))
    figures = measure(parser.parse_args().aimock)
    text = report(figures)
    print(text)
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    (results / "endpoint.md").write_text(text, encoding="utf-8")
    if any(met == "NO" for *_, met in budgets(figures)):
        sys.exit(1)


if __name__ == "__main__":
    main()
