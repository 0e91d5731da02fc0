"""Azure Speech, through the real SDK: in a process of its own, since it is native and may hang."""

from __future__ import annotations

import socket
import subprocess
import sys
import wave
from pathlib import Path

import pytest
from conversations import write_wav
from waiting import PATIENCE
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from scaffold.endpoint import Endpoint
from scaffold.endpoint.apis.speech.messages import SpeechError, parse
from scaffold.endpoint.apis.speech.synthesis import words_of
from scaffold.endpoint.http.sockets import LARGEST_MESSAGE

STT = "/stt/speech/universal/v2"
TTS = "/tts/cognitiveservices/websocket/v1"
KEY = {"Ocp-Apim-Subscription-Key": "any"}
SPEAK = (
    "Path: ssml\r\nX-RequestId: 1\r\n\r\n<speak version='1.0' xml:lang='en-US'><voice>Hi</voice>"
    "</speak>"
)

MAKE = """
import sys
import azure.cognitiveservices.speech as s
config = s.SpeechConfig(subscription="any", endpoint=sys.argv[1])
if sys.argv[1].startswith("ws"):
    config = s.SpeechConfig(subscription="any", host=sys.argv[1])
"""
LISTEN = """
recognizer = s.SpeechRecognizer(config, s.AudioConfig(filename=sys.argv[2]))
result = recognizer.recognize_once()
print(result.reason.name, result.duration / 10_000_000, result.text)
"""
SPEAK_TO_FILE = """
output = s.audio.AudioOutputConfig(filename=sys.argv[2])
# It has to live as long as its results: the SDK crashes otherwise.
synthesizer = s.SpeechSynthesizer(config, output)
result = synthesizer.speak_text_async(sys.argv[3]).get()
print(result.reason.name, result.audio_duration.total_seconds())
"""


def sdk(code: str, *arguments: str) -> str:
    """Runs code with the SDK, and returns what it printed."""
    command = [sys.executable, "-W", "error", "-c", MAKE + code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("scheme", ["http", "ws"])
@pytest.mark.parametrize("seconds", [0.5, 2.0])
def test_what_is_heard_is_how_long_it_was(
    endpoint: Endpoint, tmp_path: Path, scheme: str, seconds: float
) -> None:
    write_wav(tmp_path / "said.wav", seconds)
    told = sdk(LISTEN, endpoint.url.replace("http", scheme), str(tmp_path / "said.wav"))

    heard = f"This is scaffold's offline endpoint: it heard {seconds} seconds of audio."
    assert told == f"RecognizedSpeech {seconds} {heard}\n"


@pytest.mark.parametrize("scheme", ["http", "ws"])
def test_what_is_spoken_lasts_as_long_as_its_text(
    endpoint: Endpoint, tmp_path: Path, scheme: str
) -> None:
    url = endpoint.url.replace("http", scheme)
    text = "Salt & <pepper>, thirty char's"
    told = sdk(SPEAK_TO_FILE, url, str(tmp_path / "out.wav"), text)

    assert told == "SynthesizingAudioCompleted 2.0\n"
    with wave.open(str(tmp_path / "out.wav")) as file:
        assert (file.getframerate(), file.getnframes()) == (16_000, 32_000)
        assert any(file.readframes(100))


def address(endpoint: Endpoint, path: str) -> str:
    return endpoint.url.replace("http", "ws") + path


@pytest.mark.parametrize("path", [STT, TTS])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Ocp-Apim-Subscription-Key": " "}, 401),
        ({"Authorization": "Bearer "}, 401),
    ],
)
def test_who_may_not_enter(
    endpoint: Endpoint, path: str, headers: dict[str, str], status: int
) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(address(endpoint, path), additional_headers=headers),
    ):
        pass
    assert refused.value.response.status_code == status


def test_another_host_is_not_meant(endpoint: Endpoint) -> None:
    port = endpoint.url.rpartition(":")[2]
    with (
        socket.create_connection(("127.0.0.1", int(port))) as connection,
        pytest.raises(InvalidStatus) as refused,
        connect(f"ws://evil.example:{port}{STT}", sock=connection, additional_headers=KEY),
    ):
        pass
    assert refused.value.response.status_code == 421


def test_there_is_no_such_web_socket(endpoint: Endpoint) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(address(endpoint, "/v1/realtime"), additional_headers=KEY),
    ):
        pass
    assert refused.value.response.status_code == 404


@pytest.mark.parametrize("path", [STT, TTS])
@pytest.mark.parametrize(
    "frame",
    [
        "",
        "hello",
        b"",
        b"\xff\xff",
        b"\x00\x02\xff\xff",
        "Path: ssml\r\n\r\n<speak>",
        "Path: speech.context\r\n\r\n[]",
        'Path: speech.context\r\n\r\n{"translation": {"targetLanguages": 1}}',
        "Path: synthesis.context\r\n\r\n{",
    ],
)
def test_a_message_that_is_none_ends_the_connection(
    endpoint: Endpoint, path: str, frame: str | bytes
) -> None:
    ours = "ssml" in str(frame) or "synthesis" in str(frame)
    theirs = "speech.context" in str(frame)
    if (ours and path == STT) or (theirs and path == TTS):
        return
    with connect(address(endpoint, path), additional_headers=KEY) as connection:
        connection.send(frame)
        with pytest.raises(ConnectionClosed) as closed:
            connection.recv(timeout=PATIENCE)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1007


def test_a_message_has_a_largest_size(endpoint: Endpoint) -> None:
    with connect(address(endpoint, STT), additional_headers=KEY) as connection:
        connection.send(b"\x00\x00" + bytes(LARGEST_MESSAGE))
        with pytest.raises(ConnectionClosed) as closed:
            connection.recv(timeout=PATIENCE)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_another_format_is_not_spoken(endpoint: Endpoint) -> None:
    wanted = '{"synthesis": {"audio": {"outputFormat": "audio-16khz-32kbitrate-mono-mp3"}}}'
    with connect(address(endpoint, TTS), additional_headers=KEY) as connection:
        connection.send(f"Path: synthesis.context\r\n\r\n{wanted}")
        connection.send(SPEAK)
        with pytest.raises(ConnectionClosed, match="speaks raw-16khz"):
            connection.recv(timeout=PATIENCE)


def test_several_are_served_at_once(endpoint: Endpoint) -> None:
    url = address(endpoint, TTS)
    with (
        connect(url, additional_headers=KEY) as one,
        connect(url, additional_headers=KEY) as other,
    ):
        for connection in (one, other):
            connection.send(SPEAK)
        for connection in (one, other):
            assert parse(connection.recv(timeout=PATIENCE)).path == "turn.start"


def test_it_stops_while_a_web_socket_is_open() -> None:
    endpoint = Endpoint().start()
    with connect(address(endpoint, STT), additional_headers=KEY) as connection:
        connection.send("Path: speech.config\r\n\r\n{}")
        endpoint.close()
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=PATIENCE)


def test_entities_do_not_grow() -> None:
    with pytest.raises(SpeechError):
        words_of(b'<!DOCTYPE s [<!ENTITY a "aaaa">]><speak>&a;</speak>')


def test_web_sockets_are_imported_when_one_comes() -> None:
    code = (
        "import sys\nfrom scaffold.endpoint import Endpoint\n"
        "with Endpoint() as e: print('websockets' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
