"""A Python file as steps: the words of its comments and docstrings, and the lines that they head.

A step begins with the words

- at the top of the file: the module's docstring;
- of a class, one of its methods, or a function: its docstring, or a comment right above it;
- at the top of a paragraph: a comment after a blank line, or as the first thing in a function.

It goes on up to the next step, and at most to the end of its class, method or function. Any other
comment belongs to the code around it. `__init__` goes with what its class says. Words that have no
code of their own yet, only the first line of a definition, are one step with those that follow.
"""

from __future__ import annotations

import tokenize
from collections.abc import Sequence

from scaffold.errors import ScaffoldError
from scaffold.languages.language import Step
from scaffold.languages.python.marks import Reader


def split_steps(source: str, name: str) -> list[Step]:
    """Cut a Python file into its steps; each line of code is in exactly one.

    Args:
        source: the file's text.
        name: what the file is called in an error.

    Raises:
        ScaffoldError: it has no steps, some of its code is in none, or a step is out of place.
    """
    try:
        reader = Reader(source, name)
    except (SyntaxError, tokenize.TokenError) as error:
        raise ScaffoldError(f"{name} is no Python: {error}") from error
    marks = sorted(reader.marks(), key=lambda mark: mark.first)
    if not marks:
        raise ScaffoldError(f"{name} has no steps: say above each what it does, in a comment")
    steps: list[Step] = []
    first = 0
    words: tuple[str, ...] = ()
    for mark in marks:
        starts = [*(other.first for other in marks), *reader.wordless]
        following = min((each for each in starts if each > mark.first), default=mark.scope + 1)
        end = min(mark.scope, following - 1)
        first, words = first or mark.first, (*words, *mark.words)
        if not reader.has_code(mark.first, end):
            if mark.heads and following <= mark.scope and following not in reader.wordless:
                continue
            if not mark.heads:
                raise ScaffoldError(
                    f"{name}, line {mark.first}: a step out of place, there is no code under it"
                )
        steps.append(Step(words, reader.code(first, end), range(first, end + 1)))
        first, words = 0, ()
    loose = reader.code_outside(step.lines for step in steps)
    if loose:
        raise ScaffoldError(
            f"{name}, {_ranges(loose)}: no step covers this code; say above it what it does, in a "
            "comment or a docstring"
        )
    return steps


def _ranges(numbers: Sequence[int]) -> str:
    """Say which lines, such as `lines 3-5, 9`."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    named = [f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts]
    return ("line " if len(numbers) == 1 else "lines ") + ", ".join(named)
