"""One process, and nothing left of it: whatever signal comes, it is ended and waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple

# What the parent's Python was told must not reach another one: these redirect imports, and
# PYTHONUNBUFFERED would hide a sample that forgets to flush.
_PARENTS_OWN = (
    *("PYTHONHOME", "PYTHONPATH", "PYTHONSAFEPATH", "PYTHONUNBUFFERED"),
    *("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"),
)
_POLL = 0.2  # seconds; on Windows a waiting main thread learns of Ctrl-C only when it wakes up
_QUIET = 5.0  # seconds without a word before the installer is said to be still at it
_GRACE = 3.0  # seconds between asking a process to end and making it


def child_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """Copy an environment without what steers the Python that runs this program.

    Args:
        environ: the environment to copy.

    Returns:
        The environment for a project's own Python.
    """
    return {name: value for name, value in environ.items() if name.upper() not in _PARENTS_OWN}


class Ended(NamedTuple):
    """How a supervised process ended.

    Attributes:
        code: its exit code; 128 + n when signal n ended it.
        signal: the first signal that this process got meanwhile, None without.
    """

    code: int
    signal: int | None


# What is waited for: a signal's number, a line of output, or None: the process has ended.
_Events = SimpleQueue[int | str | None]
_END_WITH_PARENT = Path(__file__).with_name("end_with_parent.py")
_KILL: int = getattr(signal, "SIGKILL", signal.SIGTERM)


def supervise(
    command: Sequence[str],
    *,
    directory: Path,
    environ: Mapping[str, str],
    listen: Callable[[str], None] | None = None,
    check: Callable[[], None] = lambda: None,
) -> Ended:
    """Run a command to its end; when this returns or raises, the process is gone.

    Ctrl-C, SIGTERM and SIGHUP do not end this program meanwhile but the process: it is asked
    first, then terminated, then killed, with seconds between; a second signal kills it at once.
    The caller finds the signal in the result. (In a thread other than the main one Python hears
    of no signals; there the process just runs.)

    Args:
        command: the program's path and its arguments.
        directory: where it runs.
        environ: its whole environment.
        listen: None hands over the terminal. Else its output goes here, line by line, and an
            empty string when it has been quiet for some seconds; it gets no input.
        check: is called a few times a second; what it raises ends the process.

    Returns:
        The exit code, and the signal that ended it if there was one.

    Raises:
        OSError: the command can't be started.
    """
    events: _Events = SimpleQueue()
    told: list[int] = []
    with _signals_to(events):
        process = subprocess.Popen(  # noqa: S603 (no shell; the caller's own words)
            ending_with_this(command),
            cwd=directory,
            env=dict(environ),
            stdin=None if listen is None else subprocess.DEVNULL,
            stdout=None if listen is None else subprocess.PIPE,
            stderr=None if listen is None else subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            # An installer starts others; in a session of their own they can be ended together.
            start_new_session=listen is not None,
        )
        try:
            threading.Thread(target=_follow, args=(process, events), daemon=True).start()
            _wait(process, events, listen, told, check)
        finally:
            if told or process.poll() is None:
                _send(process, _KILL, listen is not None)
            process.wait()
    while not events.empty():  # Ctrl-C may be heard of only after the end that it caused
        told += [event for event in (events.get(),) if isinstance(event, int)]
    code = process.returncode
    return Ended(code if code >= 0 else 128 - code, told[0] if told else None)


def ending_with_this(command: Sequence[str]) -> Sequence[str]:
    """Have a command end with this program even where nobody is left to end it: on Linux.

    Args:
        command: the program's path and its arguments.

    Returns:
        The command to start in its place.
    """
    if sys.platform != "linux" or not os.access(command[0], os.X_OK):
        return command
    return [sys.executable, "-IS", str(_END_WITH_PARENT), str(os.getpid()), *command]


@contextmanager
def _signals_to(events: _Events) -> Iterator[None]:
    """Queue the signals that end a program; handlers that raise would leave gaps."""
    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            number = getattr(signal, name, None)
            # One that is ignored (nohup, a background job) stays ignored.
            if number and signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, lambda caught, _: events.put(caught))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _follow(process: subprocess.Popen[str], events: _Events) -> None:
    """In a thread: queue the lines, then None at the end of the process."""
    reader = threading.Thread(target=_read, args=(process, events), daemon=True)
    reader.start()
    process.wait()
    reader.join(1)  # not for ever: something it left behind may hold the pipe open
    events.put(None)


def _read(process: subprocess.Popen[str], events: _Events) -> None:
    if process.stdout:
        with process.stdout as lines:
            for line in lines:
                if line.strip():
                    events.put(line)


def _wait(
    process: subprocess.Popen[str],
    events: _Events,
    listen: Callable[[str], None] | None,
    told: list[int],
    check: Callable[[], None],
) -> None:
    """Until the process has ended, pass on what it says and end it harder and harder if told."""
    steps: list[int] = []  # the signals still to send, the next one when `due`
    due = heard = time.monotonic()
    while True:
        try:
            event = events.get(timeout=_POLL)
        except Empty:
            event = ""
        now = time.monotonic()
        if event is None:
            return
        check()
        if isinstance(event, int):
            asking = [signal.SIGINT] if event == signal.SIGINT else []
            steps = [_KILL] if told else [*asking, signal.SIGTERM, _KILL]
            due = now
            told.append(event)
        elif listen and event:
            heard = now
            listen(event)
        elif listen and now - heard >= _QUIET:
            heard = now
            listen("")
        if steps and now >= due:
            _send(process, steps.pop(0), listen is not None)
            due = now + _GRACE


def _send(process: subprocess.Popen[str], number: int, own_session: bool) -> None:
    with suppress(OSError):  # it has ended by itself just now
        if own_session and sys.platform != "win32":
            os.killpg(process.pid, number)
        elif number != signal.SIGINT:  # Ctrl-C has reached it already: it shares the terminal
            process.send_signal(number)
