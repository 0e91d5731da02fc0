"""The pytest plugin: `scaffold_endpoint`, for the tests of people's own programs.

Every pytest run loads this module, also one that uses nothing of it: it imports nothing but pytest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from scaffold.endpoint import Endpoint


@pytest.fixture
def scaffold_endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """A running offline endpoint for one test, and the environment variables that lead to it.

    Script it with `.script([...])`, add a deployment with `.deploy("my-chat", "gpt-6-luna")`, and
    see what it was asked in `.journal`.
    """
    from scaffold.endpoint import Endpoint

    with Endpoint() as endpoint:
        for name, value in endpoint.variables().items():
            monkeypatch.setenv(name, value)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "127.0.0.1,localhost", prepend=",")
        yield endpoint
