"""One run of a sample for a client that has no terminal: what is typed goes in, what it says comes
out, and nothing of it is left, whatever becomes of the client.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anyio
from anyio.abc import ByteReceiveStream, Process

from scaffold.running.process import ending_with_this

LONGEST = 100_000  # bytes, of what a sample says on each of its streams
_GRACE = 10.0  # seconds for a run to end its sample, before it is made to


async def run_offline(
    directory: Path,
    environ: Mapping[str, str],
    *,
    typed: Sequence[str],
    arguments: Sequence[str],
    seconds: float,
) -> dict[str, Any]:
    """Run a sample against the embedded endpoint, with `scaffold run`.

    Args:
        directory: the project.
        environ: the user's environment.
        typed: the lines that are typed.
        arguments: those of the sample itself.
        seconds: how long it may take, with the installation of its packages.

    Returns:
        The exit code, None where it took too long; and what it said, cut off where it is long.
    """
    command = [sys.executable, "-m", "scaffold", "run", str(directory), "--", *arguments]
    # A process, and not the function: it can be ended at any time, with all that it has started.
    process = await anyio.open_process(
        ending_with_this(command),
        stdin=subprocess.PIPE,
        cwd=directory,
        env={**environ, "PYTHONIOENCODING": "utf-8"},
    )
    said: dict[str, bytearray] = {"stdout": bytearray(), "stderr": bytearray()}
    code: int | None = None
    lines = "".join(f"{line}\n" for line in typed)
    try:
        with anyio.move_on_after(seconds):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_type, process, lines)
                tasks.start_soon(_gather, process.stdout, said["stdout"])
                tasks.start_soon(_gather, process.stderr, said["stderr"])
            code = await process.wait()
    finally:
        with anyio.CancelScope(shield=True):
            await _end(process)
    return {
        "directory": directory.as_posix(),
        "exit_code": code,
        **{name: _shown(bytes(text)) for name, text in said.items()},
    }


async def _type(process: Process, text: str) -> None:
    try:
        if process.stdin is not None:
            await process.stdin.send(text.encode())
            await process.stdin.aclose()
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        return  # it ended before it had read all


async def _gather(stream: ByteReceiveStream | None, into: bytearray) -> None:
    if stream is not None:
        async for chunk in stream:
            into += chunk[: LONGEST + 1 - len(into)]


async def _end(process: Process) -> None:
    """Have a process end the sample that it runs, and itself."""
    if process.returncode is None:
        process.terminate()
        with anyio.move_on_after(_GRACE):
            await process.wait()
    if process.returncode is None:
        process.kill()
        await process.wait()
    await process.aclose()


def _shown(text: bytes) -> str:
    shown = text[:LONGEST].decode("utf-8", "replace").replace("\r\n", "\n")
    return shown + "\n[cut off here]" if len(text) > LONGEST else shown
