"""The README's two commands: read at a glance, pasted as one, and they do what is said of them."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from conftest import Scaffold
from conversations import CONVERSATIONS
from samples import HIGHEST, run_sample

from scaffold.endpoint import Endpoint
from scaffold.running.runner import offline_environ

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
FIRST, SECOND = re.findall(r"^```sh\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)[:2]


@pytest.mark.parametrize("block", [FIRST, SECOND])
def test_a_command_is_short_to_read_and_one_to_paste(block: str) -> None:
    lines = block.splitlines()

    assert max(map(len, lines)) <= 72
    # A shell waits for the rest of a line that ends so, and runs nothing of it before.
    assert all(line.endswith(" \\") for line in lines[:-1])
    assert not lines[-1].endswith("\\")


def test_what_the_first_one_prints_is_what_the_readme_shows(
    scaffold: Scaffold, tmp_path: Path
) -> None:
    shown = README.partition("installed:\n\n```\n")[2].partition("```")[0]
    asked, making = (
        " ".join(FIRST.replace("\\\n", "").split()).partition("&& echo ")[2].split(" | ")
    )
    typed = f"{shlex.split(asked)[0]}\n"
    command, *arguments = shlex.split(making)
    arguments.remove("--run")

    made = scaffold(*arguments)
    with Endpoint() as endpoint:
        environ = offline_environ(os.environ, endpoint.variables("azure"))
        folder = tmp_path / "openai-chat-streaming-with-functions-py"
        said = run_sample(HIGHEST, folder, environ, typed).stdout

    told = CONVERSATIONS[("openai-chat-streaming-with-functions",)].told
    assert command == "scaffold"
    assert made.returncode == 0
    generated, _, talk = shown.partition("User: ")
    assert made.stdout.startswith(generated)
    assert told(f"User: {talk}").strip() == told(said).removesuffix("\n\nUser: \n").strip()
