"""The browser that tests use: one that is there, for none is downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from waiting import PATIENCE

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# Where the two systems whose PATH lacks it have it.
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
)

# In milliseconds. A machine that runs all tests at once needs more than the usual five seconds.
BROWSER_PATIENCE = PATIENCE * 1000

MISSING = (
    "NO BROWSER: no page was looked at in one. Install chromium or Chrome, or name one with "
    "SCAFFOLD_BROWSER=path"
)


def find_browser(environ: Mapping[str, str]) -> str | None:
    """Gives the path of a browser of the Chromium family.

    Args:
        environ: SCAFFOLD_BROWSER says which one; then it has to be there.

    Returns:
        The path; None when there is no browser.
    """
    if named := environ.get("SCAFFOLD_BROWSER"):
        return named
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in (*found, *PLACES) if path and Path(path).is_file()), None)
