"""A list to pick from: what is typed narrows it. All of it is pure; `terminal` shows it.

Only ASCII is drawn, so that it looks the same on every terminal.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace

HELP = "Type to narrow, arrows to move, Enter to pick, Ctrl-C to leave."
LINE_HELP = "Type a number, a name, or text that narrows the list; Enter alone picks 1."

# What a terminal sends for keys that write nothing, by the name that `press` knows them by.
KEYS = {
    "\x1b[A": "up",
    "\x1b[B": "down",
    "\x1bOA": "up",
    "\x1bOB": "down",
    "\x10": "up",
    "\x0e": "down",
    "\t": "down",
    "\r": "enter",
    "\n": "enter",
    "\x7f": "backspace",
    "\x08": "backspace",
    "\x15": "clear",
    "\x1b": "clear",
    "\x04": "leave",
}


@dataclass(frozen=True)
class Choice:
    """One line of the list.

    Attributes:
        name: what is picked.
        summary: what it is, in one sentence; may be empty.
    """

    name: str
    summary: str = ""


@dataclass(frozen=True)
class Picker:
    """The list, what was typed, and which line is marked.

    Attributes:
        title: what is asked.
        choices: all lines, the first being the one that is recommended.
        typed: the words that narrow it.
        at: the marked line among those that are left.
    """

    title: str
    choices: tuple[Choice, ...]
    typed: str = ""
    at: int = 0

    @property
    def left(self) -> list[Choice]:
        """The choices that hold every word that was typed."""
        words = self.typed.lower().split()
        return [
            choice
            for choice in self.choices
            if all(word in f"{choice.name} {choice.summary}".lower() for word in words)
        ]

    @property
    def marked(self) -> Choice | None:
        """The choice that Enter picks; None when nothing is left."""
        return self.left[self.at] if self.left else None

    def press(self, key: str) -> Picker:
        """Give the picker after a key: a name among `KEYS`, or a character."""
        if key in ("up", "down"):
            step = 1 if key == "down" else -1
            return replace(self, at=(self.at + step) % max(1, len(self.left)))
        if key == "backspace":
            return replace(self, typed=self.typed[:-1], at=0)
        if key == "clear":
            return replace(self, typed="", at=0)
        return replace(self, typed=self.typed + key, at=0) if key.isprintable() else self

    def screen(self, width: int, height: int) -> list[str]:
        """Draw it in lines that fit a terminal. A name is never cut off: it is broken instead."""
        head = _broken(f"{self.title} {self.typed}", width)
        blocks = [
            self._block(choice, index == self.at, width) for index, choice in enumerate(self.left)
        ] or [["  (nothing is like that: Backspace)"[:width]]]
        # One line stays free for the cursor. What helps gives way to what can be picked.
        room = height - 1 - len(head)
        needed = max(3, len(blocks[self.at]))
        foot = next((foot for foot in self._feet(width) if room - len(foot) >= needed), [])
        return [*head, *_window(blocks, self.at, room - len(foot)), *foot]

    def _block(self, choice: Choice, marked: bool, width: int) -> list[str]:
        column = max(len(each.name) for each in self.choices) + 4
        lines = _broken(("> " if marked else "  ") + choice.name, width)
        room = width - column
        if len(lines) == 1 and choice.summary and room >= 16:
            lines = [
                f"{lines[0]:<{column}}{textwrap.shorten(choice.summary, room, placeholder='...')}"
            ]
        return lines

    def _feet(self, width: int) -> list[list[str]]:
        # The whole summary of the marked line, since there is often no room beside the name.
        summary = textwrap.wrap(self.marked.summary, width) if self.marked else []
        keys = textwrap.wrap(HELP, width)
        return [[*summary, *keys], keys]


def keys_of(text: str) -> list[str]:
    """Part what a terminal sent into keys; sequences for keys that aren't known are dropped."""
    keys = []
    while text:
        length = _key_length(text)
        key, text = text[:length], text[length:]
        if key in KEYS:
            keys.append(KEYS[key])
        elif length == 1 and key.isprintable():
            keys.append(key)
    return keys


def numbered(picker: Picker) -> str:
    """Draw the list once, numbered, for a terminal that can't be drawn on, or a screen reader."""
    lines = [picker.title]
    for number, choice in enumerate(picker.left, 1):
        lines.append(
            f"  {number}. {choice.name}" + (f": {choice.summary}" if choice.summary else "")
        )
    return "\n".join([*lines, LINE_HELP]) + "\n"


def answer(picker: Picker, line: str) -> Choice | Picker:
    """Take a line that was typed at a numbered list: gives what it picks, or a narrower list."""
    line = line.strip()
    left = picker.left
    by_name = [choice for choice in picker.choices if choice.name == line]
    if by_name:
        return by_name[0]
    if not line and left:
        return left[0]
    if line.isdecimal() and 1 <= int(line) <= len(left):
        return left[int(line) - 1]
    narrower = replace(picker, typed=line)
    return narrower.left[0] if len(narrower.left) == 1 else narrower


def _key_length(text: str) -> int:
    if not text.startswith("\x1b") or len(text) == 1:
        return 1
    if text[1] == "O":
        return 3
    if text[1] != "[":
        return 1
    # A control sequence ends with a letter or a `~`.
    ends = (index for index, char in enumerate(text[2:], 3) if char.isalpha() or char == "~")
    return next(ends, len(text))


def _broken(text: str, width: int) -> list[str]:
    return [text[start : start + width] for start in range(0, len(text), width)]


def _window(blocks: Sequence[list[str]], at: int, room: int) -> list[str]:
    """Take the lines around the marked block that there is room for, and the block itself."""
    first = last = at
    lines = list(blocks[at])
    while True:
        if first > 0 and len(lines) + len(blocks[first - 1]) <= room:
            first -= 1
            lines = blocks[first] + lines
        elif last + 1 < len(blocks) and len(lines) + len(blocks[last + 1]) <= room:
            last += 1
            lines = lines + blocks[last]
        else:
            return lines
