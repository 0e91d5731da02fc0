"""Azure Speech: what is behind each path on which a web socket is opened."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.endpoint.apis.speech.messages import Frame, parse
from scaffold.endpoint.apis.speech.recognition import Recognition
from scaffold.endpoint.apis.speech.synthesis import Synthesis
from scaffold.endpoint.http.sockets import Listener

RECOGNITION_PATHS = (
    "/speech/recognition/interactive/cognitiveservices/v1",
    "/speech/recognition/conversation/cognitiveservices/v1",
    "/speech/recognition/dictation/cognitiveservices/v1",
    "/speech/universal/v2",
    "/stt/speech/universal/v2",
)
SYNTHESIS_PATHS = ("/cognitiveservices/websocket/v1", "/tts/cognitiveservices/websocket/v1")


def listener(path: str) -> Listener | None:
    """Return what listens on a path, anew for each connection; None if nothing does."""
    speaker: Recognition | Synthesis
    if path in SYNTHESIS_PATHS:
        speaker = Synthesis()
    elif path in RECOGNITION_PATHS:
        # On the older paths the path says it, on the universal one the context does.
        speaker = Recognition(continuous="/conversation/" in path or "/dictation/" in path)
    else:
        return None

    def listen(frame: Frame) -> Iterator[Frame]:
        return speaker.take(parse(frame))

    return listen
