"""The program that Copier runs in: what it computes itself and by git counts together."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

# Half of what it takes is its own, and half is that of what it starts, as when git is run for each
# of many files.
BUSY = """
import subprocess, sys, time
from pathlib import Path
from scaffold.sources.rendering.program import limit

child = "import time\\nwhile time.process_time() < 0.1: pass"
limit({"seconds": 1.0}, Path(sys.argv[1]))
while True:
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass
    subprocess.run([sys.executable, "-IS", "-c", child])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the system can't bound it")
def test_many_small_programs_do_not_double_what_it_may_take(tmp_path: Path) -> None:
    import resource

    def used() -> float:
        taken = resource.getrusage(resource.RUSAGE_CHILDREN)
        return taken.ru_utime + taken.ru_stime

    before = used()
    done = subprocess.run([sys.executable, "-c", BUSY, str(tmp_path)], check=False)

    assert done.returncode == -signal.SIGPROF
    # Seconds of computing, which a busy machine makes no more; one look in between is 0.2 of them.
    assert used() - before < 1.5
