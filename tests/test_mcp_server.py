"""`scaffold mcp`, through the MCP SDK's own client and as a process that gets what it gets."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import COMMAND, Project
from waiting import PATIENCE, is_alive, run_async, wait_for

from scaffold.providers import PROVIDERS
from scaffold.update.released import read_released, released_dir

if TYPE_CHECKING:
    from mcp import Client

SAMPLE = "openai-chat-streaming"
TOOLS = {"list", "show", "new", "run", "doctor", "update"}


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Client]:
    """A client of a server for a folder."""
    from mcp import Client, StdioServerParameters, stdio_client

    environ = {**os.environ, "XDG_STATE_HOME": str(folder.parent / "state"), "CI": "1"}
    command = StdioServerParameters(command=COMMAND, args=["mcp", str(folder)], env=environ)
    # Its default is what stderr was when the SDK was imported, which pytest may have closed.
    async with Client(stdio_client(command, errlog=sys.stderr)) as client:
        yield client


async def call(client: Client, tool: str, /, **arguments: Any) -> Any:
    """Calls a tool, and returns its document."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def refused(client: Client, tool: str, /, **arguments: Any) -> str:
    """Calls a tool that refuses, and returns what it says."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    (content,) = result.content
    return str(getattr(content, "text", ""))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that is served, with something beside it."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "main.py").write_text("mine")
    folder = tmp_path / "served"
    folder.mkdir()
    return folder


def give_packages(project: Path) -> None:
    """Gives a project an environment with the packages of the tests, so nothing is installed."""
    (project / "requirements.txt").write_text("")
    environment = project / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    import openai

    packages = next(environment.rglob("site-packages"))
    (packages / "tests.pth").write_text(str(Path(openai.__file__).parents[1]))


def test_a_client_lists_generates_runs_and_updates(folder: Path) -> None:
    async def talk() -> None:
        async with served(folder) as client:
            tools = await client.list_tools()
            assert {tool.name for tool in tools.tools} == TOOLS
            assert all(tool.description for tool in tools.tools)
            taken = {tool.name: tool.input_schema["properties"] for tool in tools.tools}
            assert taken["new"]["provider"]["enum"] == [*(each.name for each in PROVIDERS), None]

            listed = await call(client, "list", text=SAMPLE)
            assert SAMPLE in [each["name"] for each in listed["templates"]]
            assert (await call(client, "show", name=SAMPLE))["files"][0] == "main.py"

            made = await call(client, "new", name=SAMPLE, provider="openai")
            project = folder / f"{SAMPLE}-py"
            assert "main.py" in made["written"]
            assert made["answers"]["provider"] == "openai"
            written = Project(SAMPLE, "openai").files()
            assert {file.path: file.content for file in written} == {
                path.name: path.read_bytes() for path in project.iterdir()
            }

            requirements = (project / "requirements.txt").read_bytes()
            give_packages(project)
            ran = await call(client, "run", directory=project.name, typed=["Hello", "exit"])
            assert ran["exit_code"] == 0
            assert 'no model wrote this. You said: "Hello".' in ran["stdout"]
            assert "no key, no network" in ran["stderr"]

            (project / "requirements.txt").write_bytes(requirements)
            found = await call(client, "doctor", directory=project.name)
            assert "OPENAI_API_KEY" in [each["about"] for each in found["findings"]]

            old = next(each for each in read_released(released_dir(), SAMPLE))
            for path, content in old.files({}).items():
                (folder / path).write_bytes(content)
            before = (folder / "requirements.txt").read_bytes()
            updated = await call(client, "update", made_from=old.origin.full_name)
            assert (updated["done"], updated["from"]) == (True, old.origin.revision)
            assert (folder / "requirements.txt").read_bytes() != before
            undone = await call(client, "update", undo=True)
            assert "requirements.txt" in undone["restored"]
            assert (folder / "requirements.txt").read_bytes() == before

    run_async(talk())


def test_it_writes_nowhere_else(folder: Path) -> None:
    outside = folder.parent / "outside"
    (folder / "link").symlink_to(outside, target_is_directory=True)
    (folder / "project").mkdir()
    (folder / "project" / "main.py").symlink_to(outside / "main.py")
    (folder / "loop").symlink_to("loop")
    out = ["..", "../outside", str(outside), "link", "link/new", "/", "a/../../outside"]

    async def talk() -> None:
        async with served(folder) as client:
            for path in out:
                for tool, arguments in (
                    ("new", {"name": SAMPLE, "on_conflict": "overwrite"}),
                    ("run", {}),
                    ("doctor", {}),
                    ("update", {"made_from": f"{SAMPLE}@1"}),
                ):
                    said = await refused(client, tool, directory=path, **arguments)
                    assert f"is outside of '{folder}', which this server is for" in said, tool
                    assert "\n" not in said
            for tool in ("run", "doctor", "update"):
                said = await refused(client, tool, directory="project")
                assert "'main.py' in 'project' is a link that leads outside" in said
            for path in ("loop", "a\0b", "x" * 5000):
                assert await refused(client, "new", name=SAMPLE, directory=path)

    run_async(talk())
    assert (outside / "main.py").read_text() == "mine"
    assert os.listdir(outside) == ["main.py"]
    assert sorted(os.listdir(folder)) == ["link", "loop", "project"]


def test_what_the_command_line_refuses_is_said_in_its_words(folder: Path) -> None:
    (folder / "main.py").write_text("mine")

    async def talk() -> None:
        async with served(folder) as client:
            assert "no template 'openai-cat'" in await refused(client, "show", name="openai-cat")
            said = await refused(client, "new", name=SAMPLE, answers={"nope": "1"})
            assert "nope" in said
            said = await refused(client, "new", name=SAMPLE, directory=".")
            assert "main.py" in said
            assert "no requirements.txt" in await refused(client, "run")
            for nonsense in ({"name": 7}, {}, {"name": SAMPLE, "on_conflict": "ask"}):
                assert await refused(client, "new", **nonsense)
            assert await refused(client, "launch")
            # It goes on after all that.
            assert (await call(client, "list"))["schema_version"] == 1

    run_async(talk())
    assert os.listdir(folder) == ["main.py"]


HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


def begin(folder: Path, *messages: Any) -> subprocess.Popen[str]:
    """Starts a server, and sends it messages: JSON, or lines as they are."""
    process = subprocess.Popen(
        [COMMAND, "mcp", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "CI": "1"},
        text=True,
    )
    assert process.stdin
    for message in messages:
        line = message if isinstance(message, str) else json.dumps(message)
        process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return process


def test_nonsense_gets_an_error_of_the_protocol(folder: Path) -> None:
    asked = {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": 5}}
    unknown = {"jsonrpc": "2.0", "id": 2, "method": "no/such", "params": {}}
    listing = {"jsonrpc": "2.0", "id": 4, "method": "tools/list"}
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    process = begin(folder, HELLO, ready, "nonsense", "[1]", unknown, asked, listing)
    assert process.stdout
    answers: dict[Any, Any] = {}
    while 4 not in answers:
        answer = json.loads(process.stdout.readline())
        answers[answer.get("id")] = answer
    stdout, stderr = process.communicate(timeout=PATIENCE)

    assert answers[2]["error"]["code"] == -32601
    assert answers[3]["error"]["code"] == -32602
    assert {tool["name"] for tool in answers[4]["result"]["tools"]} == TOOLS
    assert process.returncode == 0
    assert stdout == ""
    assert "Traceback" not in stderr


@pytest.mark.parametrize("how", ["closed", pytest.param("killed", marks=pytest.mark.nightly)])
def test_a_client_that_goes_away_in_mid_run_leaves_no_process(folder: Path, how: str) -> None:
    project = Project(SAMPLE, "openai").write(folder / "project")
    give_packages(project)
    # It says which process it is, and goes on for ever.
    (project / "main.py").write_text(
        "import os, pathlib, time\n"
        "pathlib.Path('pid.part').write_text(str(os.getpid()))\n"
        "os.rename('pid.part', 'pid')\n"
        "while True:\n    time.sleep(0.1)\n"
    )
    arguments = {"name": "run", "arguments": {"directory": "project"}}
    asked = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": arguments}
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    process = begin(folder, HELLO, ready, asked)
    wait_for((project / "pid").exists)
    running = int((project / "pid").read_text())

    if how == "killed":
        process.kill()
    process.communicate(timeout=PATIENCE)

    wait_for(lambda: not is_alive(running))


def test_without_its_package_one_line_says_how_to_get_it(folder: Path) -> None:
    hidden = "import sys; sys.modules['mcp'] = None; from scaffold.__main__ import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", hidden, "mcp", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.stderr == "scaffold: an MCP server needs more: pip install 'scaffold-ai[mcp]'\n"
    assert (result.returncode, result.stdout) == (1, "")


def test_a_folder_that_is_not_there(folder: Path) -> None:
    shutil.rmtree(folder)
    result = subprocess.run([COMMAND, "mcp", str(folder)], capture_output=True, check=False)

    assert result.returncode == 2
    assert result.stderr.decode() == f"scaffold: There is no folder '{folder}' to serve.\n"
