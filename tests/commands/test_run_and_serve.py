"""`scaffold run`, `scaffold new --run` and `scaffold serve`, as the installed command."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from conftest import COMMAND, Project, Scaffold
from openai import OpenAI
from waiting import PATIENCE

posix = pytest.mark.skipif(os.name == "nt", reason="about POSIX signals")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A generated project with an environment that has the SDK already, so nothing is installed."""
    folder = Project("openai-chat-streaming", "azure").write(tmp_path / "project")
    environment = folder / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    # The packages of the tests' own environment, found by a path file.
    packages = next(environment.rglob("site-packages"))
    import openai

    (packages / "tests.pth").write_text(str(Path(openai.__file__).parents[1]))
    return folder


def test_a_folder_that_is_no_project(scaffold: Scaffold) -> None:
    result = scaffold("run")

    assert result.returncode == 2
    assert "scaffold new" in result.stderr
    assert result.stderr.count("\n") == 1


def test_live_says_which_service_and_needs_the_settings(scaffold: Scaffold, project: Path) -> None:
    (project / "requirements.txt").write_text("")
    (project / ".env").write_text("AZURE_OPENAI_ENDPOINT=https://mine.openai.azure.com\n")

    result = scaffold("run", "project", "--live", env={"AZURE_OPENAI_API_KEY": "very-secret"})

    assert "https://mine.openai.azure.com" in result.stderr
    assert "very-secret" not in result.stderr
    assert "Set these environment variables first: AZURE_OPENAI_CHAT_DEPLOYMENT" in result.stderr
    assert "(how: scaffold new .env)\n" in result.stderr
    assert result.stderr.endswith(
        "It failed. What keeps it from its service? In the project: scaffold doctor\n"
    )
    assert result.returncode == 1


@pytest.mark.usefixtures("project")
def test_documents_that_are_not_there(scaffold: Scaffold) -> None:
    offline = scaffold("run", "project", "--documents", "nowhere")
    served = scaffold("serve", "--documents", "nowhere")
    live = scaffold("run", "project", "--live", "--documents", "nowhere")

    line = "scaffold: cannot read 'nowhere': No such file or directory\n"
    assert offline.stderr == served.stderr == line
    assert "leave out --live" in live.stderr
    assert offline.returncode == served.returncode == live.returncode == 2


def test_offline_it_streams_and_needs_no_key(scaffold: Scaffold, project: Path) -> None:
    (project / "requirements.txt").write_text("")

    result = scaffold("run", "project", typed="Hello\n", env={"AZURE_OPENAI_API_KEY": "a-real-key"})

    assert 'You said: "Hello".' in result.stdout
    assert result.stdout.startswith("User: \nAssistant: ")
    assert "offline endpoint at http://127.0.0.1:" in result.stderr
    assert result.stderr.endswith("\nTo tell it what to say: scaffold run --script FILE\n")
    assert result.returncode == 0


def test_a_scripted_answer_is_said(scaffold: Scaffold, project: Path, tmp_path: Path) -> None:
    (project / "requirements.txt").write_text("")
    (tmp_path / "script.json").write_text(
        '{"fixtures": [{"match": {}, "response": {"content": "Ahoy!"}}]}'
    )

    result = scaffold("run", "project", "--script", "script.json", typed="Hello\n")

    assert "Assistant: Ahoy!\n" in result.stdout
    assert "To tell it what to say" not in result.stderr
    assert result.returncode == 0


@posix
def test_ctrl_c_ends_the_sample_and_the_endpoint(project: Path) -> None:
    (project / "requirements.txt").write_text("")
    process = subprocess.Popen(
        [COMMAND, "run"],
        cwd=project,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    assert process.stdout.read(len("User: ")) == "User: "
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)

    assert process.returncode == 130
    assert "Traceback" not in errors
    port = int(re.findall(r"127\.0\.0\.1:(\d+)", errors)[0])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


@posix
@pytest.mark.parametrize("options", [[], ["--https"]], ids=["http", "https"])
def test_serve_tells_what_to_export_and_answers_until_ctrl_c(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    state = tmp_path / "the state"
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    process = subprocess.Popen(
        [COMMAND, "serve", *options],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        exported: dict[str, str] = {}
        told = []
        for line in process.stdout:
            told.append(line)
            if line.startswith("export "):
                # As a shell takes it.
                [assignment] = shlex.split(line.removeprefix("export "))
                name, _, value = assignment.partition("=")
                exported[name] = value
            if "# openai\n" in told and line.startswith("export OPENAI_VECTOR_STORE_ID="):
                break
        assert "# azure\n" in told
        assert "# openai\n" in told
        scheme = "https" if options else "http"
        where = exported["AZURE_OPENAI_ENDPOINT"]
        assert re.fullmatch(rf"{scheme}://127\.0\.0\.1:\d+", where)
        if options:
            assert told[1] == f"Its certificate is signed by {state}/scaffold/https/ca.pem.\n"
            monkeypatch.setenv("SSL_CERT_FILE", exported["SSL_CERT_FILE"])
        assert ("SSL_CERT_FILE" in exported) == bool(options)

        with OpenAI(
            base_url=exported["OPENAI_BASE_URL"], api_key=exported["OPENAI_API_KEY"]
        ) as client:
            answer = client.chat.completions.create(
                model=exported["OPENAI_MODEL_NAME"],
                messages=[{"role": "user", "content": "Hello"}],
            )
        assert "Hello" in (answer.choices[0].message.content or "")
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE)

    assert process.returncode == 130
    assert errors == ""


def test_a_port_that_is_taken(scaffold: Scaffold) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        result = scaffold("serve", "--port", str(port))

    assert result.returncode == 1
    assert str(port) in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("scaffold: ")


def test_new_goes_straight_on_to_run(tmp_path: Path) -> None:
    # A requirement that can't be had: what was made stays, and the error is one clear line.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    environ.update(PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull, PATH=str(tmp_path))
    # pip is there already: to have it made takes longer than all the rest.
    folder = tmp_path / "openai-chat-streaming-py" / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    packages = next(folder.rglob("site-packages"))
    shutil.copytree(Path(sysconfig.get_path("purelib"), "pip"), packages / "pip")
    result = subprocess.run(
        [COMMAND, "new", "openai-chat-streaming", "--run"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "DONE!" in result.stdout
    assert "Next steps" not in result.stdout
    assert "\nscaffold: Cannot install requirements.txt: " in result.stderr
    assert " find a version that satisfies the requirement openai" in result.stderr
    assert "Traceback" not in result.stderr
    assert result.returncode == 1
    assert (tmp_path / "openai-chat-streaming-py" / "main.py").exists()


GOOD = '{"fixtures": [{"match": {}, "response": {"content": "As scripted."}}]}'
BAD = GOOD.replace("content", "contents")


@pytest.mark.usefixtures("project")
def test_fixtures_that_cannot_be_used(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(f"\n{BAD}\n")

    for command in (("serve",), ("run", "project")):
        result = scaffold(*command, "--fixtures", "bad.json")
        assert result.returncode == 2
        where = "bad.json: line 2: fixtures[0].response.contents is not supported"
        assert result.stderr == f"scaffold: {where}\n"
    assert scaffold("serve", "--script", "nowhere.json").returncode == 2
    assert scaffold("run", "project", "--live", "--script", "bad.json").returncode == 2


def test_a_sample_is_answered_as_scripted(
    scaffold: Scaffold, tmp_path: Path, project: Path
) -> None:
    (project / "requirements.txt").write_text("")
    (tmp_path / "good.json").write_text(GOOD)

    result = scaffold("run", "project", "--script", "good.json", typed="Hello\n")

    assert "Assistant: As scripted." in result.stdout
    assert result.returncode == 0


def test_a_journal_that_cannot_be_written(scaffold: Scaffold) -> None:
    result = scaffold("serve", "--journal", ".")

    assert result.returncode == 1
    assert result.stderr.startswith("scaffold: cannot write the journal .: ")
    assert result.stderr.count("\n") == 1


@posix
def test_serve_with_fixtures_a_journal_and_leniently(tmp_path: Path) -> None:
    fixtures, journal = tmp_path / "fixtures.json", tmp_path / "journal.jsonl"
    fixtures.write_text(GOOD)
    options = ["--script", str(fixtures), "--journal", str(journal), "--lenient"]
    process = subprocess.Popen(
        [COMMAND, "serve", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        url = ""
        for line in process.stdout:
            url = line.strip().partition("OPENAI_BASE_URL=")[2]
            if url:
                break
        with OpenAI(base_url=url, api_key="any") as client:

            def ask() -> str | None:
                answer = client.chat.completions.create(
                    model="any", messages=[{"role": "user", "content": "Hello"}]
                )
                return answer.choices[0].message.content

            assert ask() == "As scripted."
            fixtures.write_text(BAD)
            assert ask() == "As scripted."
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE)

    where = "line 1: fixtures[0].response.contents is not supported"
    assert errors == f"scaffold: {fixtures}: {where}; the fixtures stay as they were\n"
    assert len(journal.read_text().splitlines()) == 2
