"""The run of a sample, and what it is told: environments, the service's name, signals."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from waiting import PATIENCE, is_alive, wait_for

from scaffold.errors import ScaffoldError, UsageError
from scaffold.running.runner import (
    check_project,
    live_environ,
    offline_environ,
    run_sample,
    service_of,
)

SOURCES = Path(__file__).resolve().parents[2] / "src"
posix_only = pytest.mark.skipif(
    os.name == "nt", reason="Windows has no signals or pseudo-terminals to test with"
)


def project(folder: Path, main: str, requirements: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "main.py").write_text(main, encoding="utf-8")
    (folder / "requirements.txt").write_text(requirements, encoding="utf-8")
    return folder


def runner_process(folder: Path, grace: float = 0.3, **options: Any) -> subprocess.Popen[bytes]:
    """A process that runs the folder's main.py as the command line would."""
    code = (
        "import os, sys, pathlib\n"
        "from scaffold.running import process, runner\n"
        f"process._GRACE = {grace}\n"
        f"folder = pathlib.Path({str(folder)!r})\n"
        "sys.exit(runner.run_sample([sys.executable, 'main.py'], folder, [], os.environ))\n"
    )
    environ = {**os.environ, "PYTHONPATH": str(SOURCES)}
    return subprocess.Popen([sys.executable, "-c", code], env=environ, **options)


def test_importing_the_runner_loads_nothing_heavy() -> None:
    code = (
        "import sys, scaffold.running.runner\n"
        "heavy = {'dotenv', 'jinja2', 'typer', 'venv', 'asyncio', 'scaffold.endpoint'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    environ = {**os.environ, "PYTHONPATH": str(SOURCES)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


class TestCheckProject:
    def test_a_project_passes(self, tmp_path: Path) -> None:
        check_project(project(tmp_path / "p", ""))

    @pytest.mark.parametrize(
        ("missing", "words"),
        [
            ("main.py", "it has no main.py. "),
            ("requirements.txt", "it has no requirements.txt. "),
        ],
    )
    def test_a_file_is_missing(self, tmp_path: Path, missing: str, words: str) -> None:
        folder = project(tmp_path / "p", "")
        (folder / missing).unlink()
        with pytest.raises(UsageError, match="scaffold new") as caught:
            check_project(folder)
        assert words in caught.value.message

    def test_no_folder_and_no_project(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"There is no folder .*scaffold new"):
            check_project(tmp_path / "nowhere")
        (tmp_path / "file").touch()
        with pytest.raises(UsageError, match="is a file"):
            check_project(tmp_path / "file")
        with pytest.raises(UsageError, match=r"no main\.py and no requirements\.txt"):
            check_project(tmp_path)


class TestOfflineEnviron:
    def test_the_endpoints_variables_win(self) -> None:
        environ = {"OPENAI_API_KEY": "real", "HOME": "/home/a"}
        made = offline_environ(environ, {"OPENAI_API_KEY": "offline"})
        assert made["OPENAI_API_KEY"] == "offline"
        assert made["HOME"] == "/home/a"
        assert environ == {"OPENAI_API_KEY": "real", "HOME": "/home/a"}

    @pytest.mark.parametrize(
        "name",
        [
            *("OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY"),
            *("OPENAI_API_TYPE", "OPENAI_API_VERSION", "OPENAI_CUSTOM_HEADERS"),
            *("AZURE_OPENAI_AD_TOKEN", "AZURE_OPENAI_API_KEY", "AZURE_AI_SEARCH_KEY"),
            *("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"),
            *("AZURE_TOKEN_CREDENTIALS", "AZURE_FEDERATED_TOKEN_FILE"),
            *("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "IMDS_ENDPOINT"),
        ],
    )
    def test_nothing_else_of_the_services_gets_through(self, name: str) -> None:
        assert name not in offline_environ({name: "real"}, {})

    @pytest.mark.parametrize(
        "name", ["AZURE_OPENAI_SYSTEM_PROMPT", "OPENAI_SYSTEM_PROMPT", "OPENAI_LOG"]
    )
    def test_what_the_user_wants_to_hear_stays(self, name: str) -> None:
        assert offline_environ({name: "Be brief."}, {})[name] == "Be brief."

    def test_the_users_system_prompt_wins(self) -> None:
        made = offline_environ({"OPENAI_SYSTEM_PROMPT": "mine"}, {"OPENAI_SYSTEM_PROMPT": "x"})
        assert made["OPENAI_SYSTEM_PROMPT"] == "mine"

    def test_loopback_needs_no_proxy(self) -> None:
        made = offline_environ({"HTTP_PROXY": "http://proxy:8080", "NO_PROXY": "corp, "}, {})
        assert made["NO_PROXY"] == made["no_proxy"] == "corp,127.0.0.1,localhost"
        assert made["HTTP_PROXY"] == "http://proxy:8080"
        assert offline_environ(made, {}) == made
        bare = offline_environ({}, {})
        assert bare == dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost")

    def test_both_spellings_are_extended_each_on_its_own(self) -> None:
        made = offline_environ({"NO_PROXY": "a", "no_proxy": "b"}, {})
        assert made["NO_PROXY"] == "a,127.0.0.1,localhost"
        assert made["no_proxy"] == "b,127.0.0.1,localhost"

    def test_a_socks_proxy_does_not_break_the_client(self) -> None:
        assert "all_proxy" not in offline_environ({"all_proxy": "socks5://proxy:1080"}, {})

    @pytest.mark.parametrize(
        "name", ["PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PYTHONUNBUFFERED", "PYTHONSAFEPATH"]
    )
    def test_the_parents_python_does_not_leak_in(self, name: str, tmp_path: Path) -> None:
        assert name not in offline_environ({name: "x"}, {})
        assert name not in live_environ({name: "x"}, tmp_path)
        assert offline_environ({"PYTHONUTF8": "1"}, {})["PYTHONUTF8"] == "1"


class TestLiveEnviron:
    def test_the_real_environment_wins_over_the_file(self, tmp_path: Path) -> None:
        text = "\ufeffA=file\nB='a $HOME ${A} ü'\nC\nVIRTUAL_ENV=x\n"
        (tmp_path / ".env").write_text(text, encoding="utf-8")
        assert live_environ({"A": "real"}, tmp_path) == {"A": "real", "B": "a $HOME ${A} ü"}

    def test_no_file_or_a_folder_of_that_name(self, tmp_path: Path) -> None:
        assert live_environ({"A": "1"}, tmp_path) == {"A": "1"}
        (tmp_path / ".env").mkdir()
        assert live_environ({"A": "1"}, tmp_path) == {"A": "1"}

    def test_not_utf_8(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_bytes(b"A=\xff\n")
        with pytest.raises(ScaffoldError, match="Save it as UTF-8"):
            live_environ({}, tmp_path)


class TestServiceOf:
    AZURE = 'names = ["AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY"]'
    OPENAI = "key = os.environ['OPENAI_API_KEY']"

    @pytest.mark.parametrize(
        ("source", "environ", "expected"),
        [
            (
                AZURE,
                {
                    "AZURE_OPENAI_ENDPOINT": "https://me:SECRET@x.openai.azure.com/?code=SECRET",
                    "AZURE_OPENAI_CHAT_DEPLOYMENT": "gpt-6-luna",
                    "AZURE_OPENAI_API_KEY": "SECRET",
                    "OPENAI_API_KEY": "SECRET",
                },
                "Azure OpenAI at https://x.openai.azure.com, deployment gpt-6-luna",
            ),
            (AZURE, {}, "Azure OpenAI at AZURE_OPENAI_ENDPOINT (not set)"),
            (
                AZURE,
                {"AZURE_OPENAI_ENDPOINT": "<insert your endpoint here>"},
                "Azure OpenAI at AZURE_OPENAI_ENDPOINT (not set)",
            ),
            (
                AZURE,
                {"AZURE_OPENAI_ENDPOINT": "SECRET"},
                "Azure OpenAI at AZURE_OPENAI_ENDPOINT (not an address)",
            ),
            (
                AZURE + '; index = "AZURE_AI_SEARCH_ENDPOINT"',
                {
                    "AZURE_OPENAI_ENDPOINT": "https://x.openai.azure.com",
                    "AZURE_AI_SEARCH_ENDPOINT": "https://s.search.windows.net",
                    "AZURE_AI_SEARCH_INDEX_NAME": "docs",
                },
                "Azure OpenAI at https://x.openai.azure.com"
                " and Azure AI Search at https://s.search.windows.net, index docs",
            ),
            (
                OPENAI,
                {"OPENAI_API_KEY": "SECRET", "OPENAI_MODEL_NAME": "gpt-6-luna"},
                "OpenAI at https://api.openai.com/v1, model gpt-6-luna",
            ),
            (
                OPENAI,
                {"OPENAI_BASE_URL": "http://localhost:11434/v1"},
                "an OpenAI-compatible service at http://localhost:11434/v1",
            ),
            (
                OPENAI,
                {"OPENAI_BASE_URL": "https://api.openai.com.example.net/v1"},
                "an OpenAI-compatible service at https://api.openai.com.example.net/v1",
            ),
            (
                'os.environ["AZURE_AI_SPEECH_ENDPOINT"]',
                {"AZURE_AI_SPEECH_ENDPOINT": "https://w.api.cognitive.microsoft.com/"},
                "Azure Speech at https://w.api.cognitive.microsoft.com",
            ),
            (
                'S = {"AZURE_AI_SPEECH_ENDPOINT": "", "AZURE_AI_SPEECH_REGION": "<insert your >"}',
                {"AZURE_AI_SPEECH_REGION": "westeurope"},
                "Azure Speech, region westeurope",
            ),
            ("# AZURE_OPENAI_ENDPOINT is not read", {}, "the service that its code names"),
        ],
    )
    def test_the_service_in_a_line(
        self, tmp_path: Path, source: str, environ: dict[str, str], expected: str
    ) -> None:
        said = service_of(project(tmp_path / "p", source), environ)
        assert said == expected
        assert "SECRET" not in said


class TestRunSample:
    def run(self, folder: Path, *args: str) -> int:
        return run_sample([sys.executable, "main.py"], folder, args, os.environ)

    def test_arguments_folder_environment_and_exit_code(self, tmp_path: Path) -> None:
        code = (
            "import os, pathlib, sys\n"
            "pathlib.Path('seen').write_text(repr(sys.argv[1:]) + os.environ['A'])\n"
            "sys.exit(7)\n"
        )
        folder = project(tmp_path / "p", code)
        environ = {**os.environ, "A": "b"}
        assert run_sample([sys.executable, "main.py"], folder, ["x y", "--z"], environ) == 7
        assert (folder / "seen").read_text() == "['x y', '--z']b"

    def test_a_python_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ScaffoldError, match=r"Cannot start .*Delete the project's \.venv"):
            run_sample(
                [str(tmp_path / "python"), "main.py"], project(tmp_path / "p", ""), [], os.environ
            )

    @posix_only
    def test_killed_by_a_signal(self, tmp_path: Path) -> None:
        code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
        assert self.run(project(tmp_path / "p", code)) == 128 + 9

    def test_in_another_thread(self, tmp_path: Path) -> None:
        folder = project(tmp_path / "p", "raise SystemExit(3)")
        codes: list[int] = []
        thread = threading.Thread(target=lambda: codes.append(self.run(folder)))
        thread.start()
        thread.join()
        assert codes == [3]

    def test_the_callers_handlers_are_back_afterwards(self, tmp_path: Path) -> None:
        before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        self.run(project(tmp_path / "p", ""))
        assert before == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    def test_stdin_and_stdout_are_handed_over(self, tmp_path: Path) -> None:
        code = "import sys\nprint(input('User: '))\nprint('oh', file=sys.stderr)\n"
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = runner_process(project(tmp_path / "p", code), **pipes)
        out, err = process.communicate(b"hello\n", timeout=PATIENCE)
        assert (out.split(), err.split()) == ([b"User:", b"hello"], [b"oh"])

    @posix_only
    def test_a_terminal_is_handed_over_and_ctrl_c_ends_it(self, tmp_path: Path) -> None:
        import pty

        code = (
            "import sys\n"
            "print(sys.stdin.isatty(), sys.stdout.isatty())\n"
            "try:\n"
            "    while True: print('got', input('User: '))\n"
            "except KeyboardInterrupt:\n"
            "    print('interrupted', flush=True)\n"
            "    sys.exit(1)\n"
        )
        folder = project(tmp_path / "p", code)
        ours, theirs = pty.openpty()
        # A session of its own, whose terminal is the new one: only then ^C becomes a signal.
        attach = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
        code = attach + (
            "import os, pathlib, sys; from scaffold.running import process, runner\n"
            "process._GRACE = 60\n"  # a busy machine may be slow to say goodbye
            f"folder = pathlib.Path({str(folder)!r})\n"
            "sys.exit(runner.run_sample([sys.executable, 'main.py'], folder, [], os.environ))\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(SOURCES)},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        seen = b""

        def read_until(words: bytes) -> None:
            nonlocal seen
            while words not in seen:
                assert select.select([ours], [], [], PATIENCE)[0], "it says nothing"
                seen += os.read(ours, 1000)

        read_until(b"True True")
        os.write(ours, b"hello\n")
        read_until(b"got hello")
        os.write(ours, b"\x03")
        read_until(b"interrupted")
        assert process.wait(PATIENCE) == 130
        os.close(ours)


STUBBORN = (
    "import os, pathlib, signal, time\n"
    "for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, signal.SIG_IGN)\n"
    "pathlib.Path('pid.new').write_text(str(os.getpid())); os.rename('pid.new', 'pid')\n"
    "time.sleep(600)\n"
)
WILLING = STUBBORN.replace("(signal.SIGINT, signal.SIGTERM)", "()")


@posix_only
class TestSignals:
    def started(self, folder: Path, **options: Any) -> tuple[subprocess.Popen[bytes], int]:
        process = runner_process(folder, **options)
        wait_for((folder / "pid").exists)
        return process, int((folder / "pid").read_text())

    def test_ctrl_c_and_a_sample_that_ignores_everything(self, tmp_path: Path) -> None:
        process, pid = self.started(project(tmp_path / "p", STUBBORN))
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        assert not is_alive(pid)

    def test_a_second_ctrl_c_kills_at_once(self, tmp_path: Path) -> None:
        process, pid = self.started(project(tmp_path / "p", STUBBORN), grace=600)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None
        assert is_alive(pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        assert not is_alive(pid)

    @pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
    def test_the_sample_ends_with_its_parent(self, tmp_path: Path, name: str) -> None:
        number = signal.Signals[name]
        process, pid = self.started(project(tmp_path / "p", WILLING), grace=600)
        process.send_signal(number)
        assert process.wait(PATIENCE) == 128 + number
        assert not is_alive(pid)

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
    def test_the_sample_ends_with_a_parent_that_is_killed(self, tmp_path: Path) -> None:
        process, pid = self.started(project(tmp_path / "p", STUBBORN), grace=600)
        process.kill()
        process.wait(PATIENCE)
        wait_for(lambda: not is_alive(pid))

    def test_an_ignored_signal_stays_ignored(self, tmp_path: Path) -> None:
        def ignore() -> None:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does

        process, pid = self.started(project(tmp_path / "p", WILLING), preexec_fn=ignore)
        process.send_signal(signal.SIGHUP)
        time.sleep(0.4)
        assert is_alive(pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 128 + signal.SIGTERM
