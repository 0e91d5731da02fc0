"""Text to speech without a voice: a tone, as long as the text would take."""

from __future__ import annotations

import array
import math
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from scaffold.endpoint.apis.speech.messages import (
    Frame,
    SpeechError,
    SpeechMessage,
    audio,
    object_in,
    text,
)

_RATE = 16_000
_PIECE = 8_000
_FORMAT = "raw-16khz-16bit-mono-pcm"


@dataclass
class Synthesis:
    """One connection of somebody who has something read out.

    Attributes:
        output: the format that is asked for.
    """

    output: str = _FORMAT

    def take(self, message: SpeechMessage) -> Iterator[Frame]:
        """Take a message, and give the replies to it.

        Raises:
            SpeechError: the text or the format can't be spoken.
        """
        if message.path == "synthesis.context":
            options = object_in(object_in(message.json(), "synthesis"), "audio")
            self.output = str(options.get("outputFormat", _FORMAT))
        elif message.path == "ssml":
            if self.output.lower() not in (_FORMAT, _FORMAT.replace("raw", "riff")):
                raise SpeechError(f"the offline endpoint speaks {_FORMAT}, not {self.output}")
            pcm = tone(seconds_of(words_of(message.body)))
            yield from self._speak(message.request_id, pcm)

    def _speak(self, request_id: str, pcm: bytes) -> Iterator[Frame]:
        stream_id = request_id.upper()
        context = {"context": {"serviceTag": request_id}}
        yield text("turn.start", request_id, context)
        inline = {"type": "inline", "streamId": stream_id}
        yield text("response", request_id, {**context, "audio": inline})
        for start in range(0, len(pcm), _PIECE):
            yield audio(request_id, stream_id, pcm[start : start + _PIECE])
        yield audio(request_id, stream_id, b"")
        yield text("turn.end", request_id, {})


def words_of(ssml: bytes) -> str:
    """Return the text that is to be spoken.

    Raises:
        SpeechError: it is no SSML.
    """
    # Entities could grow without end, and SSML declares none.
    if b"<!" in ssml:
        raise SpeechError("SSML has no declarations")
    try:
        root = ElementTree.fromstring(ssml)  # noqa: S314 - see above
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise SpeechError(f"this is no SSML: {error}") from error
    return re.sub(r"\s+", " ", "".join(root.itertext())).strip()


def seconds_of(words: str) -> float:
    """Return how long it takes to say a text: fifteen characters a second, at most a minute."""
    return min(len(words) / 15, 60.0)


def tone(seconds: float) -> bytes:
    """Return a tone of 440 Hz: 16 kHz, 16 bit, mono."""
    # A tenth of a second has whole waves, so it can be repeated.
    wave = [int(9000 * math.sin(2 * math.pi * 440 * i / _RATE)) for i in range(_RATE // 10)]
    samples = array.array("h", wave)
    if sys.byteorder == "big":
        samples.byteswap()
    count = round(seconds * _RATE)
    return (samples.tobytes() * (count // len(wave) + 1))[: 2 * count]
