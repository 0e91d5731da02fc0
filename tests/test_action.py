"""The GitHub Action, whose steps are run by bash, and the image of the endpoint."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import COMMAND, Scaffold
from openai import OpenAI
from waiting import PATIENCE

from scaffold.endpoint import Endpoint

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
posix = pytest.mark.skipif(os.name == "nt", reason="the action is for Linux and macOS")


class Job:
    """A job of GitHub Actions: its folders, and what its steps have set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "workspace"
        self.temporary = folder / "temporary"
        for each in (self.folder, self.temporary):
            each.mkdir()
        self.files = {name: folder / name for name in ("ENV", "OUTPUT", "PATH")}
        for path in self.files.values():
            path.touch()

    def use(self, **inputs: str) -> int:
        """Runs the steps that are to be run, up to the first that fails; returns its exit code."""
        given = {name: each.get("default", "") for name, each in ACTION["inputs"].items()} | inputs
        assert given.keys() == ACTION["inputs"].keys()
        for step in ACTION["runs"]["steps"]:
            if step["name"] == "Install scaffold" and (self.temporary / "scaffold").exists():
                continue
            if self._is_to_be_run(step, given):
                code = self._run(step, given)
                if code:
                    return code
        return 0

    def _is_to_be_run(self, step: dict[str, Any], given: dict[str, str]) -> bool:
        if "if" not in step:
            return True
        found = re.fullmatch(r"inputs\.(\w+) (==|!=) '(\w*)'", step["if"])
        assert found
        return (given[found[1]] == found[3]) is (found[2] == "==")

    def _run(self, step: dict[str, Any], given: dict[str, str]) -> int:
        def value(text: str) -> str:
            return re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda match: given[match[1]], text)

        # As the runner does it, and with nothing of its expressions in the script itself.
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
        script = self.temporary / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        environ = {
            **os.environ,
            **{name: value(text) for name, text in step.get("env", {}).items()},
            **{f"GITHUB_{name}": str(path) for name, path in self.files.items()},
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TEMP": str(self.temporary),
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self.folder,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        self.printed = done.stdout + done.stderr
        return done.returncode

    def told(self, name: str) -> dict[str, str]:
        """Reads what the steps have set, by the name of the file."""
        lines = self.files[name].read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def end(self) -> None:
        """Ends what a step has left running, as the runner does."""
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                mine = f"RUNNER_TEMP={self.temporary}\0".encode() in path.read_bytes()
            except OSError:
                continue
            if mine:
                os.kill(int(path.parent.name), signal.SIGKILL)


@pytest.fixture
def new_job(tmp_path: Path) -> Iterator[Job]:
    """A job, in which nothing is installed."""
    job = Job(tmp_path)
    yield job
    job.end()


@pytest.fixture
def job(new_job: Job) -> Job:
    """A job, with what the tests have installed in place of the first step."""
    (new_job.temporary / "scaffold").mkdir()
    (new_job.temporary / "scaffold" / "bin").symlink_to(Path(COMMAND).parent)
    return new_job


@posix
def test_the_endpoint_is_there_for_the_rest_of_the_job(job: Job) -> None:
    script = {"fixtures": [{"match": {}, "response": {"content": "Ahoy!"}}]}
    (job.folder / "script.json").write_text(json.dumps(script))

    assert job.use(script="script.json") == 0

    variables = job.told("ENV")
    assert job.told("OUTPUT")["url"] == variables["AZURE_OPENAI_ENDPOINT"]
    with OpenAI(base_url=variables["OPENAI_BASE_URL"], api_key=variables["OPENAI_API_KEY"]) as sdk:
        answer = sdk.responses.create(model=variables["OPENAI_MODEL_NAME"], input="Hello")
    assert answer.output_text == "Ahoy!"


@posix
def test_the_samples_are_checked(job: Job, scaffold_here: Scaffold) -> None:
    only = ["openai-chat-openai", "openai-chat-azure"]
    options = [word for name in only for word in ("--only", name)]
    assert scaffold_here("fixtures", str(job.folder / "samples"), *options).returncode == 0

    checked = {"fixtures": "samples", "only": "\n".join(only), "serve": "false"}
    assert job.use(**checked) == 0
    assert job.files["ENV"].read_text() == ""

    (job.folder / "samples" / only[0] / "requirements.txt").write_text("openai\n")
    assert job.use(**checked) == 5
    assert f"{only[0]}/requirements.txt" in job.printed
    assert job.use(**{**checked, "only": only[1]}) == 0


@posix
def test_an_endpoint_that_does_not_start_says_why(job: Job) -> None:
    assert job.use(script="nowhere.json") == 1
    assert "nowhere.json" in job.printed
    assert job.files["ENV"].read_text() == ""


@posix
@pytest.mark.nightly
def test_it_installs_itself(new_job: Job) -> None:
    assert new_job.use(python=sys.executable) == 0, new_job.printed
    assert new_job.files["PATH"].read_text() == f"{new_job.temporary}/scaffold/bin\n"
    assert new_job.told("OUTPUT")["url"].startswith("http://127.0.0.1:")

    # The package has the pages that this is made of.
    installed = new_job.temporary / "scaffold" / "bin" / "scaffold"
    subprocess.run([installed, "docs", "out", "--llms"], cwd=new_job.folder, check=True)
    assert "## JSON" in (new_job.folder / "out" / "llms-full.txt").read_text("utf-8")


# The image.

DOCKERFILE = ROOT / "Dockerfile"


@pytest.mark.skipif(sys.platform != "linux", reason="hadolint is installed on Linux")
def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [hadolint, "--failure-threshold", "style", DOCKERFILE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_image_runs_as_nobody_special_and_is_asked_whether_it_answers() -> None:
    text = DOCKERFILE.read_text(encoding="utf-8")
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER [1-9]\d+$", last, re.MULTILINE)
    command = json.loads(last.partition("\nENTRYPOINT ")[2])
    check = json.loads(
        re.sub(r".*\nHEALTHCHECK .*?CMD (\[.*?\])\n.*", r"\1", last, flags=re.DOTALL)
    )

    with Endpoint() as endpoint:
        port = endpoint.url.rpartition(":")[2]
        code = check[2].replace(":8080/", f":{port}/")
        assert check[:2] == ["python", "-c"]
        subprocess.run([sys.executable, "-c", code], check=True)
        assert endpoint.journal == []
    refused = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert refused.returncode == 1
    # Its options are those of the command.
    told = subprocess.run([COMMAND, *command[1:], "--help"], capture_output=True, check=True)
    assert b"--all-addresses" in told.stdout


def test_the_image_has_all_that_the_package_is_made_of() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line.removeprefix("!").removesuffix("/*.md") for line in ignored if line[0] == "!"}
    built = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    sources = re.findall(r'^"?([\w./-]+)"? = "scaffold/', built, re.MULTILINE)

    assert sources
    assert {source.split("/")[0] for source in sources} <= kept
    assert {"src", "pyproject.toml", "README.md", "LICENSE"} <= kept


def test_it_listens_on_every_address_only_where_it_is_asked_to() -> None:
    others = "http://127.0.0.2:{}/_scaffold/health"
    with Endpoint(all_addresses=True) as endpoint:
        port = endpoint.url.rpartition(":")[2]
        assert endpoint.url.startswith("http://127.0.0.1:")
        request = urllib.request.Request(others.format(port), headers={"Host": "localhost"})
        assert json.load(urllib.request.urlopen(request)) == {"status": "ok"}
        # A page could make its own name point here: another host is refused all the same.
        with pytest.raises(urllib.error.HTTPError, match=r"403|400|421"):
            urllib.request.urlopen(others.format(port))
    with Endpoint() as endpoint, pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(others.format(endpoint.url.rpartition(":")[2]), timeout=PATIENCE)


@posix
def test_bash_finds_no_mistake_in_the_steps() -> None:
    assert shutil.which("bash")
    for step in ACTION["runs"]["steps"]:
        subprocess.run(["bash", "-n", "-c", step["run"]], check=True)
