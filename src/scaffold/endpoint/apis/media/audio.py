"""Audio: a text is spoken as a tone or as silence, and what is heard is how long it was.

Source: https://developers.openai.com/api/reference/resources/audio
"""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.apis.media.names import SPEECH, TRANSCRIPTION, check_name
from scaffold.endpoint.apis.speech.synthesis import tone
from scaffold.endpoint.http.forms import Upload
from scaffold.endpoint.http.response import EventStream, HttpResponse, event
from scaffold.endpoint.http.service_errors import refused
from scaffold.endpoint.http.surfaces import AZURE_DEPLOYMENT, AZURE_V1, OPENAI
from scaffold.endpoint.http.validation import anything, fields, number, one_of, optional, text
from scaffold.endpoint.replies.tokens import count_tokens
from scaffold.endpoint.replies.words import pieces

JsonObject = dict[str, Any]

_RATE = 16_000
_MP3_FRAME = b"\xff\xfb\x90\x64" + bytes(413)
_MP3_SECONDS = 1152 / 44_100
_BODY = fields(
    {"input": text(shortest=1, longest=4_096), "voice": anything},
    {
        "model": text(),
        "instructions": optional(text()),
        "response_format": optional(one_of("mp3", "opus", "aac", "flac", "wav", "pcm")),
        "speed": optional(number(0.25, 4)),
        "stream_format": optional(one_of("audio", "sse")),
    },
)


def speak(call: Call) -> HttpResponse:
    """Speak a text: a tone in `wav` and `pcm`, silence in `mp3`, a fifteenth of a second a letter.

    Raises:
        ServiceError: the body is not acceptable, or the format can't be made here.
    """
    body = call.checked(_BODY)
    check_name(call, call.path.get("deployment") or body.get("model", ""), SPEECH)
    seconds = len(body["input"]) / 15 / (body.get("speed") or 1)
    kind = body.get("response_format") or "mp3"
    if kind == "mp3":
        frames = round(seconds / _MP3_SECONDS) + 1
        return HttpResponse(_MP3_FRAME * frames, media_type="audio/mpeg")
    if kind == "wav":
        return HttpResponse(_wav(tone(seconds)), media_type="audio/wav")
    if kind == "pcm":
        return HttpResponse(tone(seconds), media_type="audio/pcm")
    message = f"This offline endpoint makes no '{kind}'. Ask for mp3, wav or pcm."
    raise refused(message, param="response_format", code="unsupported_value")


def _wav(samples: bytes) -> bytes:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples)
    return content.getvalue()


def transcribe(call: Call) -> HttpResponse | EventStream:
    """Hear a file: nobody does, so the text says how long it was.

    Raises:
        ServiceError: there is no file, or the model does not hear.
    """
    return _heard(call, "transcribe")


def translate(call: Call) -> HttpResponse | EventStream:
    """Hear a file in English; as `transcribe`."""
    return _heard(call, "translate")


def _heard(call: Call, task: str) -> HttpResponse | EventStream:
    form = call.body
    upload = form.get("file")
    if not isinstance(upload, Upload):
        raise refused("Missing required parameter: 'file'.", param="file")
    model = call.path.get("deployment") or str(form.get("model", ""))
    check_name(call, model, TRANSCRIPTION)
    seconds = _seconds(upload.content)
    said = f"This is scaffold's offline endpoint: it heard {seconds:.1f} seconds of audio."
    if form.get("stream") == "true" and not model.startswith("whisper"):
        return EventStream(_events(said))
    kind = str(form.get("response_format") or "json")
    if kind in {"text", "srt", "vtt"}:
        return HttpResponse(_plain(kind, said, seconds).encode(), media_type="text/plain")
    if kind == "verbose_json":
        return HttpResponse(_verbose(task, said, seconds))
    if model.startswith("whisper"):
        usage: JsonObject = {"type": "duration", "seconds": round(seconds)}
    else:
        usage = _tokens(said, seconds)
    return HttpResponse({"text": said, "usage": usage} if task == "transcribe" else {"text": said})


def _tokens(said: str, seconds: float) -> JsonObject:
    read, spoken = round(seconds * 10), count_tokens(said)
    return {
        "type": "tokens",
        "input_tokens": read,
        "input_token_details": {"audio_tokens": read, "text_tokens": 0},
        "output_tokens": spoken,
        "total_tokens": read + spoken,
    }


def _verbose(task: str, said: str, seconds: float) -> JsonObject:
    segment = {
        "id": 0,
        "seek": 0,
        "start": 0.0,
        "end": seconds,
        "text": said,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": 0.0,
        "compression_ratio": 1.0,
        "no_speech_prob": 0.0,
    }
    return {
        "task": task,
        "language": "english",
        "duration": seconds,
        "text": said,
        "segments": [segment],
        "usage": {"type": "duration", "seconds": round(seconds)},
    }


def _plain(kind: str, said: str, seconds: float) -> str:
    if kind == "text":
        return f"{said}\n"
    whole = f"{int(seconds) // 3600:02d}:{int(seconds) // 60 % 60:02d}:{int(seconds) % 60:02d}"
    end = f"{whole}{',' if kind == 'srt' else '.'}{int(seconds * 1000) % 1000:03d}"
    start = "00:00:00,000" if kind == "srt" else "00:00:00.000"
    head = "1\n" if kind == "srt" else "WEBVTT\n\n"
    return f"{head}{start} --> {end}\n{said}\n"


def _seconds(content: bytes) -> float:
    """Return how long a WAV file is; of other files, what 32 kbit/s would come to."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            return float(file.getnframes() / file.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError):
        return len(content) / 4_000


def _events(said: str) -> Iterator[bytes]:
    for piece in pieces(said):
        yield event({"type": "transcript.text.delta", "delta": piece})
    usage = _tokens(said, 1.0)
    yield event({"type": "transcript.text.done", "text": said, "usage": usage})


_WHERE = (OPENAI, AZURE_DEPLOYMENT, AZURE_V1)
OPERATIONS = (
    Operation("POST", "/audio/speech", speak, _WHERE),
    Operation("POST", "/audio/transcriptions", transcribe, _WHERE, form=True),
    Operation("POST", "/audio/translations", translate, _WHERE, form=True),
)
