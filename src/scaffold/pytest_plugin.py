"""The pytest plugin: `scaffold_endpoint`, for the tests of people's own programs.

Every pytest run loads this module, also one that uses nothing of it: it imports nothing but pytest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from scaffold.endpoint import Endpoint

_SESSION = pytest.StashKey["Endpoint"]()
_PATCH = pytest.StashKey[pytest.MonkeyPatch]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what starts an endpoint before any test is imported."""
    told = "Start scaffold's offline endpoint first, for clients that are made at import time."
    parser.addoption("--scaffold-endpoint", action="store_true", help=told)
    parser.addini("scaffold_endpoint", told, type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Start the session's endpoint, where it is asked for."""
    config.addinivalue_line(
        "markers",
        "scaffold_endpoint(**options): how the fixture's endpoint is, such as lenient=True.",
    )
    if not (config.getoption("--scaffold-endpoint") or config.getini("scaffold_endpoint")):
        return
    from scaffold.endpoint import Endpoint

    config.stash[_SESSION] = endpoint = Endpoint().start()
    config.stash[_PATCH] = patch = pytest.MonkeyPatch()
    _lead_to(endpoint, patch)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the session's endpoint, and set the variables back."""
    if _SESSION in config.stash:
        config.stash[_PATCH].undo()
        config.stash[_SESSION].close()


@pytest.fixture
def scaffold_endpoint(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Endpoint]:
    """A running offline endpoint for one test, and the environment variables that lead to it.

    Script it with `.script([...])`, add a deployment with `.deploy("my-chat", "gpt-6-luna")`, and
    see what it was asked in `.journal`. `@pytest.mark.scaffold_endpoint(lenient=True)` says how it
    is. With `--scaffold-endpoint` it is the one that runs for the whole session, its script and its
    journal emptied.
    """
    from scaffold.endpoint import Endpoint

    marker = request.node.get_closest_marker("scaffold_endpoint")
    session = request.config.stash.get(_SESSION, None)
    if session is not None and marker is None:
        session.script(None)
        session.clear_journal()
        yield session
        session.script(None)
        return
    with Endpoint(**(marker.kwargs if marker is not None else {})) as endpoint:
        _lead_to(endpoint, monkeypatch)
        yield endpoint


def _lead_to(endpoint: Endpoint, patch: pytest.MonkeyPatch) -> None:
    for name, value in endpoint.variables().items():
        patch.setenv(name, value)
    for name in ("NO_PROXY", "no_proxy"):
        patch.setenv(name, "127.0.0.1,localhost", prepend=",")
