"""Whether Copier is there, and new enough."""

from __future__ import annotations

from scaffold.errors import ScaffoldError

# Before it, the sandbox and the settings of trust could be got around, one way after the other.
OLDEST = "9.19.1"


def check_copier() -> None:
    """Make sure that Copier can be used; without importing it.

    Raises:
        ScaffoldError: it is not installed, or older than is safe.
    """
    from importlib import metadata

    from packaging.version import InvalidVersion, Version

    how = "pip install 'scaffold-ai[templates]'"
    try:
        found = metadata.version("copier")
    except metadata.PackageNotFoundError as error:
        raise ScaffoldError(
            f"templates from elsewhere are rendered by Copier, which isn't installed: {how}"
        ) from error
    try:
        old = Version(found) < Version(OLDEST)
    except InvalidVersion:
        old = True
    if old:
        raise ScaffoldError(
            f"templates from elsewhere need Copier {OLDEST} or newer, and this is {found}: {how}"
        )
