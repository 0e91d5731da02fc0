"""How tests wait: for a condition, never for a time, and not for ever."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")

# In seconds. Nothing takes as long, on however busy a machine; without an end, a test would hang.
PATIENCE = 180


def wait_for(true: Callable[[], object]) -> None:
    """Wait until something is true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Says whether there is such a process, and it has not ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")  # a zombie that nobody reaps in a container is gone as well
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def run_async(task: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end in a thread of its own, and give its result.

    The worker's own thread may have a loop that runs: that of the browser's tests.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, task).result()
