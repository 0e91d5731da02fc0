"""How tests wait: for a condition, never for a time, and not for ever."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

# In seconds. Nothing takes as long, on however busy a machine; without an end, a test would hang.
PATIENCE = 180


def wait_for(true: Callable[[], object]) -> None:
    """Waits until something is true."""
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
