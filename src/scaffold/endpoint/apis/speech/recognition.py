"""Speech to text without ears: what is heard in the audio of one connection.

The endpoint can't hear. What it writes down is that it is the offline endpoint, and how long the
audio was; a translation says the same, marked with its language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scaffold.endpoint.apis.speech.messages import (
    Frame,
    SpeechError,
    SpeechMessage,
    object_in,
    text,
)

# Nobody pauses here, so an utterance is what is said in this time.
_UTTERANCE = 5
# Bytes a second, where the audio doesn't say: 16 kHz, 16 bit, mono.
_USUAL = 2 * 16_000
_TICKS = 10_000_000


@dataclass
class Recognition:
    """One connection of somebody who speaks.

    Attributes:
        continuous: whether it goes on after an utterance.
        languages: what to translate into; none: nothing is translated.
        turns: by request, what has been heard.
    """

    continuous: bool = False
    languages: tuple[str, ...] = ()
    turns: dict[str, _Heard] = field(default_factory=dict)

    def take(self, message: SpeechMessage) -> Iterator[Frame]:
        """Take a message, and give the replies to it.

        Raises:
            SpeechError: it can't be answered.
        """
        if message.path == "speech.context":
            self._prepare(message)
        elif message.path == "audio":
            yield from self._hear(message)

    def _prepare(self, message: SpeechMessage) -> None:
        context = message.json()
        mode = object_in(context, "phraseDetection").get("mode")
        if isinstance(mode, str):
            self.continuous = mode.upper() != "INTERACTIVE"
        languages = object_in(context, "translation").get("targetLanguages", [])
        if not isinstance(languages, list) or not all(isinstance(each, str) for each in languages):
            raise SpeechError("targetLanguages is no list of languages")
        self.languages = tuple(languages)

    def _hear(self, message: SpeechMessage) -> Iterator[Frame]:
        request_id, content = message.request_id, message.body
        heard = self.turns.get(request_id)
        if heard is None:
            heard = self.turns[request_id] = _Heard()
            yield text("turn.start", request_id, {"context": {"serviceTag": request_id}})
            yield text("speech.startDetected", request_id, {"Offset": 0})
        if heard.over:
            return
        last = not content
        heard.add(content)
        while heard.waiting >= _UTTERANCE * heard.rate and not heard.over:
            yield from self._say(request_id, heard, _UTTERANCE * heard.rate)
        if last and not heard.over:
            if heard.waiting or not heard.taken:
                yield from self._say(request_id, heard, heard.waiting)
            if self.continuous:
                end = {"RecognitionStatus": "EndOfDictation", "Offset": heard.ticks, "Duration": 0}
                yield self._phrase(request_id, end)
            heard.over = True
        if heard.over:
            yield text("speech.endDetected", request_id, {"Offset": heard.ticks})
            yield text("turn.end", request_id, {})

    def _say(self, request_id: str, heard: _Heard, size: int) -> Iterator[Frame]:
        """Yield what an utterance of that many bytes was."""
        offset = heard.ticks
        silent = heard.take(size)
        where = {"Offset": offset, "Duration": heard.ticks - offset}
        heard.over = not self.continuous
        if silent:
            yield self._phrase(request_id, {**where, "RecognitionStatus": "InitialSilenceTimeout"})
            return
        seconds = size / heard.rate
        said = f"This is scaffold's offline endpoint: it heard {seconds:.1f} seconds of audio."
        beginning = "this is scaffold's offline endpoint"
        begun = {**where, "Text": beginning}
        if self.languages:
            parts = {"SpeechHypothesis": begun, **self._translated(beginning)}
            yield text("translation.response", request_id, parts)
        else:
            yield text("speech.hypothesis", request_id, begun)
        best = {"Lexical": said.lower(), "ITN": said, "MaskedITN": said, "Display": said}
        phrase = {
            **where,
            "RecognitionStatus": "Success",
            "DisplayText": said,
            "NBest": [{"Confidence": 1.0, **best}],
        }
        yield self._phrase(request_id, phrase, said)

    def _phrase(self, request_id: str, phrase: dict[str, Any], said: str = "") -> Frame:
        if not self.languages:
            return text("speech.phrase", request_id, phrase)
        content = {"SpeechPhrase": phrase, **self._translated(said)}
        return text("translation.response", request_id, content)

    def _translated(self, said: str) -> dict[str, Any]:
        """Return the translations, beside what was said."""
        texts = {language: f"[{language}] {said}" if said else "" for language in self.languages}
        translations = [
            {"Language": language, "Text": said, "DisplayText": said}
            for language, said in texts.items()
        ]
        return {"TranslationStatus": "Success", "Translations": translations}


@dataclass
class _Heard:
    """The audio of one turn; it is counted, not kept."""

    rate: int = _USUAL
    begun: bool = False
    taken: int = 0
    waiting: int = 0
    loud: bool = False
    over: bool = False

    @property
    def ticks(self) -> int:
        """How much was taken, in the service's units of time."""
        return self.taken * _TICKS // self.rate

    def add(self, content: bytes) -> None:
        """Listen to the next piece."""
        if not self.begun and content.startswith(b"RIFF") and len(content) >= 44:
            # The header says how many bytes a second are.
            self.rate = int.from_bytes(content[28:32], "little") or _USUAL
            content = content[44:]
        self.begun = True
        self.waiting += len(content)
        self.loud = self.loud or any(content)

    def take(self, size: int) -> bool:
        """Take so many bytes for an utterance, and return whether they were only silence."""
        self.taken += size
        self.waiting -= size
        silent, self.loud = not self.loud, self.loud and self.waiting > 0
        return silent
