"""Runs the whole suite again and again, to find what fails now and then, or slowly becomes slow.

    python tests/repeat.py TIMES [--load PROCESSES] [PYTEST-OPTIONS...]

With `--load`, that many processes keep the machine busy meanwhile, as other work would. Each run's
seconds and last line are printed, then each test that failed and how often. Ends with 1 if any did.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

# Computes, and now and then writes, as a compiler or another suite does.
BUSY = """
import hashlib, tempfile
while True:
    with tempfile.TemporaryFile() as file:
        for number in range(200):
            file.write(hashlib.sha256(str(number).encode() * 20_000).digest() * 500)
"""


@contextmanager
def load(processes: int) -> Iterator[None]:
    """Keeps the machine busy meanwhile."""
    busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def run(options: Sequence[str]) -> tuple[float, str, list[str]]:
    """Runs the suite once.

    Returns:
        The seconds that it took, its last line, and the names of the tests that failed.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=short", *options]
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=Path(__file__).parents[1], capture_output=True, encoding="utf-8", check=False
    )
    took = time.monotonic() - began
    failed = re.findall(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", flush=True)
        failed = failed or [f"pytest itself, with exit code {done.returncode}"]
    return took, (done.stdout.splitlines() or [""])[-1], failed


def main() -> int:
    """Runs the suite as often as is wanted, and returns the exit code."""
    parser = argparse.ArgumentParser(description="Runs the whole suite again and again.")
    parser.add_argument("times", type=int, help="how often")
    parser.add_argument("--load", type=int, default=0, help="how many processes are busy meanwhile")
    arguments, options = parser.parse_known_args()

    failed: Counter[str] = Counter()
    seconds = []
    with load(arguments.load):
        for number in range(1, arguments.times + 1):
            took, last, names = run(options)
            seconds.append(took)
            failed.update(names)
            print(f"{number}: {took:.0f} s: {last}", flush=True)
    print(f"{len(seconds)} runs of {min(seconds):.0f} to {max(seconds):.0f} s")
    for name, times in failed.most_common():
        print(f"failed {times} times: {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
