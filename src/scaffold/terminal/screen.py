"""The terminal: whether it may be asked, how it is drawn on, and what is typed there.

Knows nothing of commands; what it needs of the environment it is given.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from scaffold.terminal.picker import Choice, Picker


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal; one that was closed is none."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def may_ask(environ: Mapping[str, str]) -> bool:
    """Whether there is somebody to ask: at a terminal, and not in CI."""
    in_ci = environ.get("CI", "").lower() not in ("", "0", "false")
    return not in_ci and is_terminal(sys.stdin) and is_terminal(sys.stdout)


def may_colour(environ: Mapping[str, str], stream: TextIO | None) -> bool:
    """Whether a stream may be coloured, by the conventions of no-color.org and force-color.org."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    # Consoles of Windows take escape sequences for text, but for the newer ones.
    capable = os.name != "nt" or "WT_SESSION" in environ or "TERM" in environ
    return capable and environ.get("TERM") != "dumb" and is_terminal(stream)


def messages() -> TextIO:
    """Where to ask: stderr, unless that isn't what the person is looking at."""
    return sys.stderr if is_terminal(sys.stderr) else sys.stdout


def ask_line(prompt: str) -> str:
    """Ask for a line.

    Raises:
        KeyboardInterrupt: there will be no answer: the input ended.
    """
    out = messages()
    out.write(prompt)
    out.flush()
    line = sys.stdin.readline()
    if not line:
        out.write("\n")
        raise KeyboardInterrupt
    return line.strip()


def pick(picker: Picker, environ: Mapping[str, str]) -> Choice:
    """Let a person pick from a list, key by key where the terminal can do that.

    Raises:
        KeyboardInterrupt: the person left.
    """
    if environ.get("TERM") == "dumb" or os.name == "nt":
        return _pick_by_lines(picker)
    return _pick_by_keys(picker)


def _pick_by_lines(picker: Picker) -> Choice:
    from scaffold.terminal.picker import Choice, answer, numbered

    out = messages()
    while True:
        out.write(numbered(picker))
        answered = answer(picker, ask_line("> "))
        if isinstance(answered, Choice):
            return answered
        if not answered.left:
            out.write(f"nothing is like '{answered.typed}'\n")
        picker = answered if answered.left else picker


def _pick_by_keys(picker: Picker) -> Choice:
    out = messages()
    lines = 0
    with _key_by_key() as keys:
        try:
            with _ctrl_c_waiting():
                lines = _draw(out, picker, lines)
            for key in keys:
                if key == "leave":
                    break
                if key == "enter" and picker.marked:
                    return picker.marked
                if key != "enter":
                    picker = picker.press(key)
                    with _ctrl_c_waiting():
                        lines = _draw(out, picker, lines)
            raise KeyboardInterrupt
        finally:
            out.write(f"\x1b[{lines}A\r\x1b[J" if lines else "")
            out.flush()


def _draw(out: TextIO, picker: Picker, drawn: int) -> int:
    """Draw the list over what was drawn before, and gives the number of its lines."""
    size = shutil.get_terminal_size()
    # One column stays free: what is written into the last one wraps on some terminals.
    lines = picker.screen(max(8, size.columns - 1), size.lines)
    over = f"\x1b[{drawn}A\r\x1b[J" if drawn else ""
    out.write(over + "".join(f"{line}\n" for line in lines))
    out.flush()
    return len(lines)


@contextlib.contextmanager
def _ctrl_c_waiting() -> Iterator[None]:
    """Let Ctrl-C wait until it is known how much has been drawn, and so has to go again."""
    if sys.platform == "win32":
        raise AssertionError("Windows has no such terminals")
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextlib.contextmanager
def _key_by_key() -> Iterator[Iterator[str]]:
    """Give keys as they are pressed, not shown; Ctrl-C still interrupts."""
    if sys.platform == "win32":
        raise AssertionError("Windows has no such terminals")
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        # What was typed before it got here counts too, and isn't thrown away.
        tty.setcbreak(terminal, termios.TCSADRAIN)
        yield _keys(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _keys(terminal: int) -> Iterator[str]:
    import select

    from scaffold.terminal.picker import keys_of

    decode = codecs.getincrementaldecoder("utf-8")("ignore").decode
    while data := os.read(terminal, 1024):
        # An escape alone is a key; with more right behind it, it is the start of another.
        if data.endswith(b"\x1b") and select.select([terminal], [], [], 0.05)[0]:
            data += os.read(terminal, 1024)
        yield from keys_of(decode(data))
