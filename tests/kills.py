"""Kills a command at every system call that writes, one after the other. Run as a program.

    python kills.py FOLDER RESULTS COMMAND...

FOLDER is what the command finds; for the n-th kill it works on a copy of it, `RESULTS/n`, where it
keeps what it has to remember in `state`. `KILLS_TEMPLATES` names other templates to update to. Each
run is a fork of one process that has everything imported, so that hundreds take a second or two.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

# What the interpreter reports before it does it. `open` counts when it is for writing.
WRITING = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.link", "os.symlink"}


class Kill:
    """Counts what writes, and kills this process before the n-th."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        writes = event in WRITING or (
            event == "open" and isinstance(arguments[2], int) and arguments[2] & 3
        )
        if writes:
            self.count()

    def count(self) -> None:
        """Counts one."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class HalfWriter(io.FileIO):
    """A file that is written in two halves, with a chance to be killed between them."""

    kill: Kill

    def write(self, content: Any) -> int:
        """Writes the first half, counts, and writes the second."""
        half = len(content) // 2
        super().write(content[:half])
        self.kill.count()
        super().write(content[half:])
        return len(content)


def run(arguments: list[str], number: int) -> None:
    """Runs the command in this process, which does not live to see the n-th write."""
    from scaffold.cli import app

    kill = Kill(number)
    HalfWriter.kill = kill

    def write_bytes(path: Path, content: bytes) -> int:
        with HalfWriter(path, "wb") as file:
            return file.write(content)

    Path.write_bytes = write_bytes  # type: ignore[method-assign,assignment]
    sys.addaudithook(kill)
    app(arguments, prog_name="scaffold")


def main() -> None:
    """Kills the command ever later, until it is through before the kill."""
    folder, results, *arguments = sys.argv[1:]
    # So that each fork has it all imported.
    from scaffold.cli import app

    app(["new", "openai-chat-streaming", "--dry-run", "--quiet"], standalone_mode=False)
    import scaffold.report.fixtures

    other = os.environ.get("KILLS_TEMPLATES")
    if other:
        import scaffold.cli_update
        import scaffold.commands.update

        vars(scaffold.cli_update)["templates_dir"] = lambda: Path(other)
    number = 0
    while True:
        number += 1
        place = Path(results) / str(number)
        shutil.copytree(folder, place)
        child = os.fork()
        if child == 0:
            os.chdir(place)
            os.environ["XDG_STATE_HOME"] = str(place / "state")
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            try:
                run(arguments, number)
            except SystemExit as end:
                os._exit(int(end.code or 0))
            os._exit(99)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.stdout.write(f"{number} {os.WEXITSTATUS(status)}\n")
            return


if __name__ == "__main__":
    main()
