"""Arithmetic out of a question, worked out within bounds."""

from __future__ import annotations

import pytest

from scaffold.endpoint.replies.code_interpreter import NOTHING, CodeRun, run_for


@pytest.mark.parametrize(
    ("question", "code", "logs"),
    [
        ("What is 12 * (3 + 4)?", "print(12 * (3 + 4))", "84"),
        ("What's 17 times 23, please?", "print(17 * 23)", "391"),
        ("Calculate 2^10.", "print(2 ** 10)", "1024"),
        ("15% of 80", "print(15 / 100 * 80)", "12.0"),
        ("1,000 divided by 8 plus 3", "print(1000 / 8 + 3)", "128.0"),
        ("5 squared minus 1", "print(5 ** 2 - 1)", "24"),
        ("The square root of 144?", "import math\nprint(math.sqrt(144))", "12.0"),
        ("How much is 1 / 0?", "print(1 / 0)", "ZeroDivisionError: division by zero"),
    ],
)
def test_arithmetic_is_worked_out(question: str, code: str, logs: str) -> None:
    assert run_for(question) == CodeRun(code, logs)


@pytest.mark.parametrize(
    "question",
    ["Hello", "I have 3 tents", "What is new on 2026-11-21?", "9**9**9**9", "(" * 999, "(-8)**0.5"],
)
def test_the_rest_asks_for_no_code(question: str) -> None:
    assert run_for(question) is None
    assert run_for(question, forced=True) == CodeRun(f'print("{NOTHING}")', NOTHING)


def test_code_that_cannot_be_written_says_so() -> None:
    assert run_for("Plot a sine wave") == CodeRun(f'print("{NOTHING}")', NOTHING)
