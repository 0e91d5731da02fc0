"""Whether a name can be that of a project's package."""

from __future__ import annotations

import keyword
import re
import sys

from scaffold.errors import UsageError

# Modules that a project has or needs by these names: what samples require, and what tests them.
_TAKEN = frozenset(
    "agents apsw azure fastapi main mypy openai pydantic pypdf pytest requests ruff scaffold "
    "sqlite_vec sseclient src test tests uvicorn".split()
)
_LONGEST = 60  # what fits into a line of the tests


def check_package(name: str) -> None:
    """Make sure that a package can be called so.

    Raises:
        UsageError: it is no plain identifier in lower case, a keyword, or the name of another
            module.
    """
    if len(name) > _LONGEST:
        raise UsageError(
            f"a package's name has at most {_LONGEST} letters, and this has {len(name)}"
        )
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        fixed = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_").lstrip("0123456789_")
        hint = f"; how about '{fixed}'?" if fixed else ""
        raise UsageError(
            f"a package can't be called {name!r}: letters, digits and _ alone, in lower case, a "
            f"letter first{hint}"
        )
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise UsageError(f"a package can't be called '{name}': that is a word of Python's own")
    if name in sys.stdlib_module_names or name in _TAKEN:
        raise UsageError(f"a package can't be called '{name}': there is a module of that name")
