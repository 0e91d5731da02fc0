"""What is printed: results to stdout, messages to stderr, so that stdout is the result alone.

All that a person is shown passes through here, where what would steer a terminal is made visible.
"""

from __future__ import annotations

import os
import sys

from scaffold.errors import ScaffoldError
from scaffold.report.words import visible


def show(result: str, *, as_it_is: bool = False) -> None:
    """Print a result, at once, so that a closed pipe or a full disk is noticed here.

    Args:
        result: what to print.
        as_it_is: whether it was made fit for a terminal already.

    Raises:
        ScaffoldError: it can't be printed.
    """
    # A program without a console has no stdout.
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(result if as_it_is else visible(result, lines=True))
        sys.stdout.flush()
    except BrokenPipeError:
        raise  # Typer ends the program as one that nobody listens to any more
    except OSError as error:
        raise unprintable(error) from error


def unprintable(error: OSError) -> ScaffoldError:
    """Make the error for a result that can't be printed, and give up on stdout."""
    # What is still buffered would fail once more when the interpreter ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ScaffoldError(f"can't print the result: {error.strerror}")


def say(message: str) -> None:
    """Print a message for people; nothing for an empty one."""
    if message and sys.stderr is not None:
        sys.stderr.write(f"{visible(message, lines=True)}\n")
        sys.stderr.flush()
