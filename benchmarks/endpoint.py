"""Measures the endpoint beside a bare Starlette app that streams the same bytes, and aimock.

    python benchmarks/endpoint.py [--aimock FOLDER]

Prints a table in Markdown and writes it to `benchmarks/results/endpoint.md`. All servers run as
processes of their own, on 127.0.0.1, one after the other in each round; figures are medians of the
rounds after a warm-up. FOLDER is where `npm install @copilotkit/aimock` was run; without it, aimock
is left out.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

STREAMS, CHUNKS, ROUNDS, SHORT, MANY = 50, 200, 3, 400, 10_000
TEXT = "word" * CHUNKS
FIXTURES = {
    "fixtures": [
        {"match": {"userMessage": "long"}, "response": {"content": TEXT}, "chunkSize": 4},
        {"match": {"userMessage": "short"}, "response": {"content": "Yes."}},
    ]
}
BARE = """
import pathlib, sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route
content = pathlib.Path(sys.argv[1]).read_bytes()
events = [each + b"\\n\\n" for each in content.split(b"\\n\\n") if each]
async def stream():
    for event in events:
        yield event
async def answer(request):
    await request.body()
    return StreamingResponse(stream(), media_type="text/event-stream")
app = Starlette(routes=[Route("/v1/chat/completions", answer, methods=["POST"])])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False)
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


async def exchange(port: int, sent: bytes, *, whole: bool = True) -> tuple[bytes, float]:
    """Sends a request and reads to the end, or no more than the first byte.

    Returns:
        what came, and the seconds until its first byte.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.perf_counter()
    writer.write(sent)
    first = await reader.read(1)
    elapsed = time.perf_counter() - began
    rest = await reader.read() if whole else b""
    writer.close()
    return first + rest, elapsed


async def streams(port: int) -> float:
    """Reads all streams at once, and gives the chunks per second."""
    sent = request("long", stream=True)
    began = time.perf_counter()
    heard = await asyncio.gather(*(exchange(port, sent) for _ in range(STREAMS)))
    elapsed = time.perf_counter() - began
    return sum(content.count(b"data: ") for content, _ in heard) / elapsed


async def first_byte(port: int) -> float:
    """Gives the seconds until a stream's first byte, of one stream at a time."""
    sent = request("long", stream=True)
    return statistics.median([(await exchange(port, sent, whole=False))[1] for _ in range(20)])


async def short_answers(port: int, number: int = SHORT) -> float:
    """Gives the short answers per second, eight at a time."""
    sent = request("short", stream=False)

    async def some() -> None:
        for _ in range(number // 8):
            await exchange(port, sent)

    began = time.perf_counter()
    await asyncio.gather(*(some() for _ in range(8)))
    return number / (time.perf_counter() - began)


def free_port() -> int:
    """Finds a port that is free."""
    import socket

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
                asyncio.run(exchange(port, request("short", stream=False)))
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


def measure(aimock: Path | None) -> dict[str, dict[str, float]]:
    """Measures every server, round by round, one beside the other."""
    figures: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        fixtures = Path(temporary, "fixtures.json")
        fixtures.write_text(json.dumps(FIXTURES), encoding="utf-8")
        ports = {name: free_port() for name in ("scaffold", "bare Starlette", "aimock")}
        scaffold = [sys.executable, "-m", "scaffold", "serve", "--fixtures", str(fixtures)]
        commands = {"scaffold": [*scaffold, "--port", str(ports["scaffold"])]}
        with serving(commands["scaffold"], ports["scaffold"]):
            whole, _ = asyncio.run(exchange(ports["scaffold"], request("long", stream=True)))
        events = Path(temporary, "events")
        events.write_bytes(b"".join(each + b"\n\n" for each in _events(whole)))
        commands["bare Starlette"] = [
            *(sys.executable, "-c", BARE, str(events), str(ports["bare Starlette"]))
        ]
        if aimock:
            script = aimock / "node_modules/.bin/llmock"
            commands["aimock"] = [str(script), "-f", str(fixtures), "-p", str(ports["aimock"])]
        with contextlib.ExitStack() as stack:
            started = {
                name: stack.enter_context(serving(command, ports[name]))
                for name, command in commands.items()
            }
            for turn in range(ROUNDS + 1):
                for name in commands:
                    found = figures.setdefault(name, {})
                    for figure, value in (
                        ("chunks per second", asyncio.run(streams(ports[name]))),
                        ("ms to first byte", asyncio.run(first_byte(ports[name])) * 1000),
                        ("short answers per second", asyncio.run(short_answers(ports[name]))),
                    ):
                        if turn:
                            found.setdefault(figure, []).append(value)
            for name, (process, seconds) in started.items():
                figures[name]["s to start"] = [seconds]
                figures[name]["MB before"] = [resident(process)]
                asyncio.run(short_answers(ports[name], MANY))
                figures[name]["MB after 10,000"] = [resident(process)]
    return {
        name: {figure: statistics.median(values) for figure, values in found.items()}
        for name, found in figures.items()
    }


def _events(answer: bytes) -> list[bytes]:
    """Takes the events out of a chunked HTTP answer."""
    return [b"data: " + each.split(b"\n\n")[0] for each in answer.split(b"data: ")[1:]]


def table(figures: dict[str, dict[str, float]]) -> str:
    """Lays the figures out in Markdown, with the machine and the day."""
    names = list(figures)
    rows = [f"| | {' | '.join(names)} |", "| --- |" + " ---: |" * len(names)]
    for figure in figures["scaffold"]:
        cells = [f"{figures[name][figure]:,.1f}" for name in names]
        rows.append(f"| {figure} | {' | '.join(cells)} |")
    ratio = (
        figures["scaffold"]["chunks per second"] / figures["bare Starlette"]["chunks per second"]
    )
    machine = f"{os.cpu_count()} cores, {platform.system()}, CPython {platform.python_version()}"
    today = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    return (
        f"{today}; {machine}; {STREAMS} streams at once, {CHUNKS} chunks each; "
        f"medians of {ROUNDS} rounds.\n\n" + "\n".join(rows) + "\n\n"
        f"The endpoint streams {ratio:.2f} × the chunks per second of the bare app.\n"
        "That one streams to every request, so its short answers are no such thing.\n"
    )


def main() -> None:
    """Measures, prints and writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--aimock", type=Path)
    text = table(measure(parser.parse_args().aimock))
    print(text)
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    (results / "endpoint.md").write_text(f"# The endpoint\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
