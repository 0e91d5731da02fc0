"""The endpoint speaks with the oldest SDK that the samples allow as with the newest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sdks import lowest_python
from waiting import PATIENCE

from scaffold.endpoint import Endpoint


@pytest.mark.parametrize("end", ["lowest", "highest"])
def test_the_flows_of_the_sdk(end: str, shared: Path) -> None:
    python = lowest_python(shared) if end == "lowest" else Path(sys.executable)
    script = Path(__file__).with_name("sdk_flows.py")
    with Endpoint() as endpoint:
        variables = endpoint.variables("openai")
        told = subprocess.run(
            [
                python,
                "-W",
                "error",
                script,
                variables["OPENAI_BASE_URL"],
                variables["ASSISTANT_ID"],
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    hello = 'This is scaffold\'s offline endpoint: no model wrote this. You said: "Hello".'
    assert told.stderr == ""
    assert told.stdout.splitlines() == [
        f"threads completed: {hello}",
        f"responses completed: {hello}",
        "vector stores completed: The gate code is 4711. True",
        "paging 0 1 2 3 4 5 6",
    ]
