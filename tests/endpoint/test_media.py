"""Images, audio, moderation, counting: each through the SDK, and of its types."""

from __future__ import annotations

import base64
import io
import wave
from typing import Any

import pytest
from openai import APIError, AzureOpenAI, NotFoundError, OpenAI
from openai.types import ImagesResponse, ModerationCreateResponse

from scaffold.endpoint import Endpoint

from . import strict
from .wire import MODEL, ask

PNG = b"\x89PNG\r\n\x1a\n"


def test_an_image_is_painted(openai: OpenAI, endpoint: Endpoint) -> None:
    made = openai.images.generate(model="gpt-image-1.5", prompt="A sea otter", n=2, size="auto")
    assert made.data is not None
    assert [base64.b64decode(each.b64_json or "")[:8] for each in made.data] == [PNG] * 2
    body = {"prompt": "A sea otter", "size": "256x256"}
    strict.check(ImagesResponse, ask(endpoint, "/v1/images/generations", body).json)


def test_an_image_is_streamed_in_parts(openai: OpenAI) -> None:
    stream = openai.images.generate(
        model="gpt-image-1.5", prompt="A sea otter", stream=True, partial_images=2
    )
    assert [event.type for event in stream] == [
        "image_generation.partial_image",
        "image_generation.partial_image",
        "image_generation.completed",
    ]


def test_an_image_is_edited(openai: OpenAI) -> None:
    made = openai.images.edit(
        model="gpt-image-1.5", image=[("a.png", PNG), ("b.png", PNG)], prompt="A hat"
    )
    assert made.data is not None
    assert len(made.data) == 1


def test_a_model_that_ended_paints_no_more(openai: OpenAI) -> None:
    with pytest.raises(NotFoundError, match="deprecated"):
        openai.images.generate(model="dall-e-3", prompt="A sea otter")
    with pytest.raises(NotFoundError, match="does not exist"):
        openai.images.generate(model="gpt-4o", prompt="A sea otter")


@pytest.mark.parametrize(("kind", "begin"), [("mp3", b"\xff\xfb"), ("wav", b"RIFF"), ("pcm", b"")])
def test_a_text_is_spoken_and_heard(openai: OpenAI, kind: Any, begin: bytes) -> None:
    spoken = openai.audio.speech.create(
        model="gpt-4o-mini-tts", voice="alloy", input="the quick brown fox", response_format=kind
    ).content
    assert spoken.startswith(begin)
    assert len(spoken) > 1_000
    if kind != "pcm":
        heard = openai.audio.transcriptions.create(
            model="gpt-4o-transcribe", file=(f"a.{kind}", spoken)
        )
        assert "seconds of audio" in heard.text


def _wav(seconds: int) -> bytes:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(16_000 * seconds))
    return content.getvalue()


# The SDK warns of models that end.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_heard_has_every_form(openai: OpenAI) -> None:
    sound = ("a.wav", _wav(3))
    hear: Any = openai.audio.transcriptions.create
    assert "3.0 seconds" in hear(model="whisper-1", file=sound).text
    assert "3.0 seconds" in hear(model="whisper-1", file=sound, response_format="text")
    assert "00:00:03,000" in hear(model="whisper-1", file=sound, response_format="srt")
    assert "00:00:03.000" in hear(model="whisper-1", file=sound, response_format="vtt")
    verbose = hear(model="whisper-1", file=sound, response_format="verbose_json")
    assert (verbose.duration, verbose.segments[0].end) == (3.0, 3.0)
    events = list(hear(model="gpt-4o-transcribe", file=sound, stream=True))
    assert events[-1].text == "".join(event.delta for event in events[:-1])
    assert "seconds" in openai.audio.translations.create(model="whisper-1", file=sound).text


def test_azure_hears_and_paints_by_its_deployments(azure: AzureOpenAI) -> None:
    assert "2.0" in azure.audio.transcriptions.create(model="whisper-1", file=("a", _wav(2))).text
    assert azure.images.generate(model="gpt-image-1.5", prompt="A hat").data


def test_what_cant_be_spoken_is_told(openai: OpenAI, endpoint: Endpoint) -> None:
    with pytest.raises(APIError, match="Ask for mp3, wav or pcm"):
        openai.audio.speech.create(
            model="tts-1", voice="alloy", input="Hello", response_format="opus"
        )
    body = {"model": "tts-1", "input": "Hello"}
    assert "'voice'" in ask(endpoint, "/v1/audio/speech", body).error["message"]


def test_only_what_says_it_is_flagged(openai: OpenAI, endpoint: Endpoint) -> None:
    said = openai.moderations.create(input=["a cat", "I will kill the process"])
    assert [result.flagged for result in said.results] == [False, True]
    assert said.results[1].categories.violence
    parts: Any = [
        {"type": "text", "text": "a cat"},
        {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}},
    ]
    (result,) = openai.moderations.create(input=parts).results
    assert result.category_applied_input_types.violence == ["text", "image"]
    strict.check(
        ModerationCreateResponse, ask(endpoint, "/v1/moderations", {"input": "a cat"}).json
    )


def test_tokens_are_counted_without_a_response(openai: OpenAI) -> None:
    said = openai.responses.create(model=MODEL, input="How are you today?")
    assert said.usage is not None
    counted = openai.responses.input_tokens.count(model=MODEL, input="How are you today?")
    assert counted.input_tokens == said.usage.input_tokens
    more = openai.responses.input_tokens.count(
        model=MODEL, input="And now?", previous_response_id=said.id
    )
    assert more.input_tokens > counted.input_tokens


def test_the_route_of_foundrys_own_client(endpoint: Endpoint) -> None:
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Hello"}]}
    query = "?api-version=2024-05-01-preview"
    said = ask(endpoint, f"/models/chat/completions{query}", body, headers={"api-key": "any"})
    assert said.status == 200, said.json
    vectors = {"model": "text-embedding-3-small", "input": ["Hello"]}
    assert ask(endpoint, f"/models/embeddings{query}", vectors).status == 200
    assert ask(endpoint, "/models/chat/completions", body).status == 404


def test_what_is_null_in_no_document_is_left_out(openai: OpenAI, endpoint: Endpoint) -> None:
    stored = openai.files.create(file=("a.txt", b"Hello"), purpose="assistants")
    shown = ask(endpoint, f"/v1/files/{stored.id}").json
    assert not {"expires_at", "status_details"} & shown.keys()
    store = ask(endpoint, "/v1/vector_stores", {"name": "mine"}).json
    assert "expires_after" not in store
