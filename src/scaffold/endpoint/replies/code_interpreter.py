"""What a code interpreter would write and print for a question: its arithmetic, really worked out.

Nothing that a client sends is executed: an expression is parsed and its four operations, powers and
roots are done here, within bounds.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

Number = int | float

NOTHING = "This offline endpoint runs arithmetic only, and found none in the question."
_ASKS_FOR_CODE = re.compile(
    r"\b(?:code|python|script|program|calculat\w*|comput\w*|plot\w*|chart|graph|sort\w*|average|"
    r"mean|median|sum|factorial|fibonacci|prime\w*)\b",
    re.I,
)
# Said with words, and how Python writes it. The order counts: longer ones first.
_WORDS = [
    (re.compile(pattern, re.I), written)
    for pattern, written in (
        (r"(?<=\d),(?=\d{3}\b)", ""),
        (r"\bsquare root of\b|\bsqrt\b", "√"),
        (r"(\d)\s*(?:%|percent)\s+of\b", r"\1 / 100 *"),
        (r"\b(?:to the power of|raised to)\b|\^", "**"),
        (r"(?<=[\d)])\s+squared\b", " ** 2"),
        (r"(?<=[\d)])\s+cubed\b", " ** 3"),
        (r"\b(?:times|multiplied by)\b|×|(?<=\d)\s*x\s*(?=\d)", " * "),
        (r"\b(?:divided by|over)\b|÷", " / "),
        (r"\b(?:plus|added to)\b", " + "),
        (r"\bminus\b|−|–", " - "),
    )
]
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CANDIDATE = re.compile(r"(?<![\w.])[\d(√.-][\d\s.()+*/%√-]*[\d)]")
_ROOT = re.compile(r"√\s*(\d+(?:\.\d+)?|\([^()√]*\))")
_LOOKED_AT = 2_000
_LONGEST = 200
_LARGEST_BASE = 10**6
_LARGEST_EXPONENT = 64

_OPERATIONS: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


@dataclass(frozen=True)
class CodeRun:
    """Some code and what it printed."""

    code: str
    logs: str


def run_for(question: str, forced: bool = False) -> CodeRun | None:
    """Return the code that a question asks for, run; None if it asks for none.

    Args:
        question: what the user said.
        forced: whether there must be some code, whatever the question.
    """
    expression = _find_expression(question[:_LOOKED_AT])
    if expression is not None:
        written = ast.unparse(expression)
        lines = ["import math"] if "math." in written else []
        return CodeRun("\n".join([*lines, f"print({written})"]), _printed(expression))
    if forced or _ASKS_FOR_CODE.search(question[:_LOOKED_AT]):
        return CodeRun(f'print("{NOTHING}")', NOTHING)
    return None


def _find_expression(text: str) -> ast.expr | None:
    """Return the longest sum in a text that Python could work out."""
    text = _DATE.sub(" ", text)
    for pattern, written in _WORDS:
        text = pattern.sub(written, text)
    candidates = sorted(_CANDIDATE.findall(text), key=len, reverse=True)
    return next(filter(None, map(_parse, candidates)), None)


def _parse(text: str) -> ast.expr | None:
    if len(text) > _LONGEST:
        return None
    try:
        tree = ast.parse(" ".join(_ROOT.sub(r"math.sqrt(\1)", text).split()), mode="eval").body
        _work_out(tree)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    except ArithmeticError:
        return tree
    # A number alone asks for nothing.
    return tree if isinstance(tree, ast.BinOp | ast.Call) else None


def _printed(expression: ast.expr) -> str:
    try:
        return str(_work_out(expression))
    except ArithmeticError as error:
        return f"{type(error).__name__}: {error}"


def _work_out(node: ast.expr) -> Number:
    """Return the value of an expression.

    Raises:
        ValueError: it is no arithmetic, or too large.
        ArithmeticError: it has no value, as a division by zero.
    """
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_work_out(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _work_out(operand)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_work_out(left), _work_out(right))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATIONS:
            return _OPERATIONS[type(sign)](_work_out(left), _work_out(right))
        case ast.Call(func=ast.Attribute(attr="sqrt"), args=[inner], keywords=[]):
            return math.sqrt(_work_out(inner))
    raise ValueError("no arithmetic")


def _power(base: Number, exponent: Number) -> Number:
    if abs(base) > _LARGEST_BASE or abs(exponent) > _LARGEST_EXPONENT:
        raise ValueError("too large")
    result = base**exponent
    if not isinstance(result, int | float):
        raise ValueError("not a real number")
    return result
