"""What is printed: results to stdout, messages to stderr, so that stdout is the result alone."""

from __future__ import annotations

import os
import sys

from scaffold.errors import ScaffoldError


def show(result: str) -> None:
    """Print a result, at once, so that a closed pipe or a full disk is noticed here.

    Raises:
        ScaffoldError: it can't be printed.
    """
    # A program without a console has no stdout.
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(result)
        sys.stdout.flush()
    except BrokenPipeError:
        raise  # Typer ends the program as one that nobody listens to any more
    except OSError as error:
        # What is still buffered would fail once more when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise ScaffoldError(f"can't print the result: {error.strerror}") from error


def say(message: str) -> None:
    """Print a message for people; nothing for an empty one."""
    if message and sys.stderr is not None:
        sys.stderr.write(f"{message}\n")
        sys.stderr.flush()
