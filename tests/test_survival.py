"""Every sample meets every fault: it answers, or says one clear line; it never hangs or crashes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path

import pytest
from conftest import CATALOGUE, PROJECTS, Project
from nightly import IN_TURN, mostly_nightly, with_each
from openai import OpenAI
from samples import HIGHEST
from samples import run_sample as run_sample_to_its_end
from servers import INDEX_PAGE, server
from survival import FAULTS, Fault, table

from scaffold.endpoint import Endpoint
from scaffold.running.runner import offline_environ

# Azure Speech has faults of its own, see test_speech_samples.py.
SAMPLES = [project for project in PROJECTS if "speech" not in CATALOGUE.get(project.template).tags]
MET = [(sample, fault) for sample in SAMPLES for fault in FAULTS if fault.concerns(sample.template)]
# In every run each sample meets each fault with one of its providers; what ends in an answer, in
# one go. In the nightly run it meets each with each provider, one by one.
every_sample = with_each(SAMPLES, argument="sample")
ASKED = "Fault, please"
# What Python and its libraries say of what they can't read, which tells a reader nothing.
PYTHON = re.compile(
    r"line \d+ column|Expecting|has no attribute|not (iterable|subscriptable)|incomplete chunked"
    r"|codec can't|HTTPConnectionPool|error: '\w+'$|Traceback",
    re.MULTILINE,
)

run_sample = partial(run_sample_to_its_end, quickly=True)


@pytest.fixture(scope="module")
def shared_endpoint() -> Iterator[Endpoint]:
    """One endpoint for all, told what to do before each."""
    with Endpoint() as endpoint:
        yield endpoint


def lose_patience(folder: Path) -> None:
    """Has a sample wait a second for the next byte instead of a minute, as its reader may want."""
    patient = [path for path in folder.glob("*.py") if "timeout=60" in path.read_text("utf-8")]
    assert patient
    for path in patient:
        path.write_text(path.read_text("utf-8").replace("timeout=60", "timeout=1"), "utf-8")


def assert_one_line(stderr: str) -> None:
    """Holds that there is one clear line, and nothing of a traceback."""
    assert stderr.startswith("\nThe sample encountered an error: ")
    assert stderr.count("\n") == 2
    assert len(stderr.strip()) > len("The sample encountered an error: ")
    assert not PYTHON.search(stderr)


@pytest.mark.parametrize(
    ("sample", "fault"),
    mostly_nightly(MET, lambda sample, fault: sample in IN_TURN and fault.outcome == "one line"),
    ids=[f"{sample.name}: {fault.name}" for sample, fault in MET],
)
def test_it_survives(
    shared_endpoint: Endpoint, tmp_path: Path, sample: Project, fault: Fault
) -> None:
    folder = sample.write(tmp_path / "project")
    if fault.name == "a stream that stalls":
        lose_patience(folder)
    environ = offline_environ(os.environ, shared_endpoint.variables(sample.provider))
    shared_endpoint.script({"fixtures": fault.fixtures_for(ASKED)})

    result = run_sample(HIGHEST, folder, environ, f"{ASKED}\nHello\nexit\n")

    if fault.outcome == "answers":
        assert result.stderr == ""
        assert result.returncode == 0
        assert fault.said in result.stdout
        # The next turn finds a conversation that the service takes.
        assert "offline endpoint: no model wrote this." in result.stdout.split("User: ")[2]
    else:
        assert_one_line(result.stderr)
        assert fault.said in result.stderr
        assert result.returncode == 1


@every_sample
def test_it_answers_after_one_fault_and_another(
    shared_endpoint: Endpoint, tmp_path: Path, sample: Project
) -> None:
    faults = [fault for met, fault in MET if met == sample and fault.outcome == "answers"]
    folder = sample.write(tmp_path / "project")
    environ = offline_environ(os.environ, shared_endpoint.variables(sample.provider))
    asked = [f"Fault {number}, please" for number, _ in enumerate(faults)]
    fixtures = [fault.fixtures_for(asked[number]) for number, fault in enumerate(faults)]
    shared_endpoint.script({"fixtures": list(chain.from_iterable(fixtures))})

    result = run_sample(HIGHEST, folder, environ, "\n".join([*asked, "Hello", "exit"]))

    assert result.stderr == ""
    assert result.returncode == 0
    _, *turns, last, _ = re.split("^User: ", result.stdout, flags=re.MULTILINE)
    assert len(turns) == len(faults)
    for turn, fault in zip(turns, faults, strict=True):
        assert fault.said in f"{turn}User: "
    assert "offline endpoint: no model wrote this." in last


@every_sample
def test_nobody_is_there(tmp_path: Path, sample: Project, refusing: str) -> None:
    with Endpoint() as endpoint:
        variables = endpoint.variables(sample.provider)
    variables = {name: value.replace(endpoint.url, refusing) for name, value in variables.items()}
    folder = sample.write(tmp_path / "project")

    result = run_sample(HIGHEST, folder, offline_environ(os.environ, variables), "Hello\n")

    assert_one_line(result.stderr)
    assert result.returncode == 1


@every_sample
def test_an_index_page_in_place_of_every_service(tmp_path: Path, sample: Project) -> None:
    folder = sample.write(tmp_path / "project")
    with Endpoint() as endpoint, server(lambda _: INDEX_PAGE) as url:
        variables = endpoint.variables(sample.provider)
        # Who one is comes first: a credential that gets no token has words of its own.
        led_there = {
            name: value if name.startswith("IDENTITY_") else value.replace(endpoint.url, url)
            for name, value in variables.items()
        }
        result = run_sample(HIGHEST, folder, offline_environ(os.environ, led_there), "Hello\n")

    assert_one_line(result.stderr)
    assert result.returncode == 1


KEPT = [
    sample
    for sample in SAMPLES
    if sample.template.startswith(("openai-asst", "openai-resp")) and sample.provider == "azure"
]
LATE = [
    fault
    for fault in FAULTS
    if fault.name.startswith(("dropped in", "calls without", "a response, or"))
]


AGAIN = [(sample, fault) for sample in KEPT for fault in LATE if fault.concerns(sample.template)]


@pytest.mark.parametrize(
    ("sample", "fault"),
    mostly_nightly(AGAIN, lambda _, fault: fault.name == "dropped in mid-stream"),
    ids=[f"{sample.name}: {fault.name}" for sample, fault in AGAIN],
)
def test_what_the_service_keeps_is_taken_up_again_after_a_failure(
    tmp_path: Path, sample: Project, fault: Fault
) -> None:
    folder = sample.write(tmp_path / "project")
    with Endpoint() as endpoint:
        environ = offline_environ(os.environ, endpoint.variables(sample.provider))
        begun = run_sample(HIGHEST, folder, environ, "Hello\nexit\n")
        kept = begun.stdout.rpartition(": ")[2].rstrip(")\n")
        endpoint.script({"fixtures": fault.fixtures_for(ASKED)})
        assert run_sample(HIGHEST, folder, environ, f"{ASKED}\n", kept).returncode == 1

        again = run_sample(HIGHEST, folder, environ, "And now?\nexit\n", kept)

    assert again.stderr == ""
    assert 'You said: "And now?"' in again.stdout
    assert ASKED not in again.stdout


@pytest.mark.parametrize(
    "template",
    ["openai-asst-streaming-with-file-search", "openai-responses-streaming-with-file-search"],
)
def test_a_citation_whose_file_is_gone(tmp_path: Path, template: str) -> None:
    folder = Project(template, "openai").write(tmp_path / "project")
    with Endpoint() as endpoint:
        environ = offline_environ(os.environ, endpoint.variables("openai"))
        asked = run_sample(
            HIGHEST, folder, environ, "How long does the stove take to boil water?\n"
        )
        kept = asked.stdout.rpartition(": ")[2].rstrip(")\n")
        with OpenAI(base_url=environ["OPENAI_BASE_URL"], api_key="any") as client:
            for file in client.files.list():
                client.files.delete(file.id)

        again = run_sample(HIGHEST, folder, environ, "exit\n", kept)

    assert again.stderr == ""
    assert "three and a half minutes" in again.stdout
    assert "\n[1] " in again.stdout


SEARCHING = [
    sample
    for sample in SAMPLES
    if sample.template == "openai-chat-streaming-with-data"
    and ("retrieval", "search") in sample.answers
]


@pytest.mark.parametrize("asked", ["search", "embedding"])
@pytest.mark.parametrize("sample", SEARCHING, ids=lambda sample: sample.name)
def test_what_it_looks_up_cannot_be_had(tmp_path: Path, sample: Project, asked: str) -> None:
    folder = sample.write(tmp_path / "project")
    refusal = {"error": {"message": "Not for you."}, "status": 403}
    with Endpoint(script=[{"match": {"endpoint": asked}, "response": refusal}]) as endpoint:
        environ = offline_environ(os.environ, endpoint.variables(sample.provider))
        result = run_sample(HIGHEST, folder, environ, "Which stove?\n")

    assert_one_line(result.stderr)
    assert "Not for you." in result.stderr
    assert result.returncode == 1


@pytest.mark.parametrize("asked", ["search", "embedding"])
def test_what_it_looks_up_is_an_index_page(tmp_path: Path, asked: str) -> None:
    folder = SEARCHING[0].write(tmp_path / "project")
    page = {"match": {"endpoint": asked}, "scaffold": {"fault": "html", "status": 200}}
    with Endpoint(script=[page]) as endpoint:
        environ = offline_environ(os.environ, endpoint.variables(SEARCHING[0].provider))
        result = run_sample(HIGHEST, folder, environ, "Which stove?\n")

    assert_one_line(result.stderr)
    assert result.returncode == 1


def test_a_citation_of_a_document_that_was_not_found(tmp_path: Path) -> None:
    folder = Project("openai-chat-streaming-with-data", "openai").write(tmp_path / "project")
    fixture = {"match": {"userMessage": "Hi"}, "response": {"content": "So it is [doc99]."}}
    with Endpoint(script={"fixtures": [fixture]}) as endpoint:
        environ = offline_environ(os.environ, endpoint.variables("openai"))
        result = run_sample(HIGHEST, folder, environ, "Hi\nexit\n")

    assert result.stderr == ""
    assert "So it is [doc99]." in result.stdout


def test_the_table_of_the_readme_is_what_was_tested() -> None:
    readme = Path(__file__).parents[1] / "README.md"
    assert table() in readme.read_text(encoding="utf-8")
