"""`scaffold` and `python -m scaffold`."""

from __future__ import annotations

import gc
import io
import os
import sys


def main() -> None:
    """Run the command line, and exit with its code."""
    try:
        # Most commands end before there is garbage worth looking for.
        gc.set_threshold(100_000)
        for stream in (sys.stdout, sys.stderr):
            # A terminal that can't show a character shows `?` in its place.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")

        if os.environ.get("_SCAFFOLD_COMPLETE") == "complete_bash":
            from scaffold.terminal.completion import values_in_bash

            words = os.environ.get("COMP_WORDS", "").split("\n")
            if offered := values_in_bash(words, int(os.environ.get("COMP_CWORD", "0"))):
                print("\n".join(offered))
                return

        from scaffold.cli import app

        app(prog_name="scaffold")
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        # The memory goes with the process: looking through it once more would cost a tenth of it.
        gc.freeze()


if __name__ == "__main__":
    main()
