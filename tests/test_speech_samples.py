"""The samples of Azure Speech meet what goes wrong: they say one clear line, and never hang.

Linux can be given a microphone and a loudspeaker that are files; elsewhere, what needs one is not
run, and the skipped tests say so.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import pytest
from conftest import CATALOGUE, PROJECTS, Project
from conversations import CONVERSATIONS, HEARD, write_wav
from nightly import with_each
from samples import HIGHEST, Ended, run_sample
from waiting import PATIENCE
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from scaffold.endpoint import Endpoint
from scaffold.running.runner import offline_environ

SAMPLES = [each for each in PROJECTS if "speech" in CATALOGUE.get(each.template).tags]
LISTENING = [each for each in SAMPLES if each.template.startswith("speech-to-text")]
MICROPHONES = [each for each in LISTENING if not each.template.endswith("with-file")]

every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.template)
with_sound = pytest.mark.skipif(
    sys.platform != "linux", reason="only ALSA has microphones that are files: NOT RUN here"
)


@pytest.fixture
def sound(tmp_path: Path) -> dict[str, str]:
    """What gives a process a microphone, with a tone in it, and a loudspeaker."""
    (tmp_path / "said.raw").write_bytes(b"\x10\x20" * 16_000 * 20)
    config = tmp_path / "asound.conf"
    config.write_text(
        "pcm.!default { type asym\n playback.pcm { type null }\n"
        ' capture.pcm { type file slave.pcm { type null } file "/dev/null"'
        f' infile "{tmp_path}/said.raw" format "raw" }} }}\n'
        "ctl.!default { type null }\n"
    )
    return {"ALSA_CONFIG_PATH": str(config)}


def environ_of(url: str) -> dict[str, str]:
    """Leads to a service at an address."""
    variables = {
        "AZURE_AI_SPEECH_KEY": "any",
        "AZURE_AI_SPEECH_REGION": "offline",
        "AZURE_AI_SPEECH_ENDPOINT": url,
    }
    return offline_environ(os.environ, variables)


def run(sample: Project, folder: Path, environ: dict[str, str]) -> Ended:
    """Has a sample's conversation."""
    conversation = CONVERSATIONS[(sample.template,)]
    conversation.prepare(sample.write(folder))
    result = run_sample(HIGHEST, folder, environ, conversation.typed, *conversation.arguments)
    stderr = conversation.complaints(result.stderr)
    return Ended(result.stdout, stderr, result.returncode)


def assert_one_line(result: Ended, *said: str) -> None:
    """Holds that there is one clear line, with one of these in it, and nothing of a traceback."""
    assert result.stderr.startswith("\nThe sample encountered an error: ")
    assert result.stderr.count("\n") == 2
    assert any(words in result.stderr for words in said)
    assert result.returncode == 1


@contextmanager
def serving(server: Server) -> Iterator[str]:
    """Serves for as long as it is needed."""
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
    finally:
        server.shutdown()
        thread.join()


def hang_up(connection: ServerConnection) -> None:
    """Takes a message, and goes away."""
    connection.recv()
    connection.recv()
    connection.socket.close()


@every_sample
def test_the_key_is_wrong(tmp_path: Path, sample: Project) -> None:
    def refuse(connection: ServerConnection, _: Request) -> Response:
        return connection.respond(HTTPStatus.UNAUTHORIZED, "No.\n")

    with serving(serve(hang_up, "127.0.0.1", 0, process_request=refuse)) as url:
        assert_one_line(run(sample, tmp_path / "project", environ_of(url)), "401")


@every_sample
def test_an_index_page_in_place_of_the_service(tmp_path: Path, sample: Project) -> None:
    def show(connection: ServerConnection, _: Request) -> Response:
        return connection.respond(HTTPStatus.OK, "<!doctype html><title>Index of /</title>\n")

    with serving(serve(hang_up, "127.0.0.1", 0, process_request=show)) as url:
        assert_one_line(run(sample, tmp_path / "project", environ_of(url)), "200")


# Who speaks waits for 40 s, four times ten, as the SDK has it: one of the two is enough.
@with_each(SAMPLES, [each for each in SAMPLES if each.template != "text-to-speech-with-file"])
def test_the_service_hangs_up(tmp_path: Path, project: Project) -> None:
    with serving(serve(hang_up, "127.0.0.1", 0)) as url:
        result = run(project, tmp_path / "project", environ_of(url))

    # Whichever the SDK notices first.
    assert_one_line(result, "WebSocket", "timeout waiting for the first audio chunk")


@pytest.mark.parametrize(
    "template", ["speech-to-text", "speech-to-text-with-file", "text-to-speech-with-file"]
)
def test_nobody_is_there(tmp_path: Path, template: str, refusing: str) -> None:
    sample = Project(template, "azure")
    assert_one_line(run(sample, tmp_path / "project", environ_of(refusing)), "onnection")


@pytest.mark.parametrize("sample", LISTENING, ids=lambda sample: sample.template)
def test_there_is_no_such_file(tmp_path: Path, sample: Project) -> None:
    folder = sample.write(tmp_path / "project")
    result = run_sample(HIGHEST, folder, environ_of("http://127.0.0.1:9"), "", "none.wav")

    assert result.stderr.startswith("There is no audio file 'none.wav'")
    assert result.stderr.count("\n") == 1
    assert (result.stdout, result.returncode) == ("", 1)


@pytest.mark.parametrize("sample", LISTENING, ids=lambda sample: sample.template)
def test_the_file_has_no_audio(tmp_path: Path, sample: Project) -> None:
    folder = sample.write(tmp_path / "project")
    (folder / "text.wav").write_text("This is no audio. " * 100)
    result = run_sample(HIGHEST, folder, environ_of("http://127.0.0.1:9"), "", "text.wav")

    assert_one_line(result, "can't listen to text.wav (SPXERR_INVALID_HEADER); name a WAV file")


@pytest.mark.parametrize("sample", LISTENING, ids=lambda sample: sample.template)
def test_silence_is_no_match(endpoint: Endpoint, tmp_path: Path, sample: Project) -> None:
    folder = sample.write(tmp_path / "project")
    write_wav(folder / "silence.wav", 0.5, sample=0)
    result = run_sample(HIGHEST, folder, environ_of(endpoint.url), "", "silence.wav")

    assert "NOMATCH: Speech could not be recognized.\n" in result.stdout
    assert "RECOGNIZED" not in result.stdout
    assert (result.stderr, result.returncode) == ("", 0)


@with_sound
@pytest.mark.parametrize("sample", MICROPHONES, ids=lambda sample: sample.template)
def test_there_is_no_microphone(tmp_path: Path, sample: Project) -> None:
    config = tmp_path / "asound.conf"
    config.write_text("pcm.!default { type nothing }\n")
    environ = environ_of("http://127.0.0.1:9") | {"ALSA_CONFIG_PATH": str(config)}
    result = run_sample(HIGHEST, sample.write(tmp_path / "project"), environ)

    ours = result.stderr.rpartition("\n\n")[2]
    line = "The sample encountered an error: can't listen to the microphone"
    assert ours == f"{line} (SPXERR_MIC_NOT_AVAILABLE); name a WAV file: python main.py FILE\n"
    assert result.returncode == 1


@with_sound
def test_a_microphone_is_listened_to_once(
    endpoint: Endpoint, tmp_path: Path, sound: dict[str, str]
) -> None:
    folder = Project("speech-to-text", "azure").write(tmp_path / "project")
    result = run_sample(HIGHEST, folder, environ_of(endpoint.url) | sound)

    assert result.stdout == f"Listening...\n\nRECOGNIZED: {HEARD.format('5.0')}\n"
    assert (result.stderr, result.returncode) == ("", 0)


@with_sound
@pytest.mark.parametrize(
    "template", ["speech-to-text-continuous-reco", "speech-to-text-with-translation"]
)
def test_a_microphone_is_listened_to_until_enter(
    endpoint: Endpoint, tmp_path: Path, sound: dict[str, str], template: str
) -> None:
    folder = Project(template, "azure").write(tmp_path / "project")
    with subprocess.Popen(
        [sys.executable, "-W", "error", "main.py"],
        cwd=folder,
        env=environ_of(endpoint.url) | sound,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        # Bytes as they come: a line may wait in a buffer.
        seen = b""
        while b"RECOGNIZED: " not in seen:
            assert select.select([process.stdout], [], [], PATIENCE)[0], "it hears nothing"
            piece = os.read(process.stdout.fileno(), 1000)
            assert piece, "it ended"
            seen += piece
        rest, stderr = process.communicate(b"\n", timeout=PATIENCE)

    assert seen.startswith(b"Listening, press ENTER to stop...\nSESSION STARTED: ")
    assert b"SESSION STOPPED: " in seen + rest
    assert (stderr, process.returncode) == (b"", 0)


@with_sound
def test_a_loudspeaker_is_spoken_through(
    endpoint: Endpoint, tmp_path: Path, sound: dict[str, str]
) -> None:
    sample = Project("text-to-speech", "azure")
    result = run_sample(
        HIGHEST, sample.write(tmp_path / "project"), environ_of(endpoint.url) | sound, "Hello\n"
    )

    assert result.stdout.startswith("Enter text: SYNTHESIZED: ")
    assert (result.stderr, result.returncode) == ("", 0)


@pytest.mark.parametrize("template", ["text-to-speech", "text-to-speech-with-file"])
def test_nothing_typed_is_nothing_to_say(endpoint: Endpoint, tmp_path: Path, template: str) -> None:
    folder = Project(template, "azure").write(tmp_path / "project")
    for typed in ("", "\n"):
        result = run_sample(HIGHEST, folder, environ_of(endpoint.url), typed)
        assert result.stdout.startswith("Enter text: ")
        assert "SYNTHESIZED" not in result.stdout
        assert result.returncode == 0
    assert not (folder / "output.wav").exists()


def test_the_file_that_is_written_is_read(endpoint: Endpoint, tmp_path: Path) -> None:
    folder = Project("text-to-speech-with-file", "azure").write(tmp_path / "speaks")
    environ = environ_of(endpoint.url)
    run_sample(HIGHEST, folder, environ, "Mind the gap, and the step\n")
    with wave.open(str(folder / "output.wav")) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (16_000, 2, 1)
        assert round(file.getnframes() / 16_000, 1) == 1.7

    listener = Project("speech-to-text-with-file", "azure").write(tmp_path / "listens")
    result = run_sample(HIGHEST, listener, environ, "", str(folder / "output.wav"))

    assert f"RECOGNIZED: {HEARD.format('1.7')}\n" in result.stdout


def test_the_file_cannot_be_written(endpoint: Endpoint, tmp_path: Path) -> None:
    folder = Project("text-to-speech-with-file", "azure").write(tmp_path / "project")
    (folder / "output.wav").mkdir()
    result = run_sample(HIGHEST, folder, environ_of(endpoint.url), "Hello\n")

    assert_one_line(result, "can't write output.wav (")
