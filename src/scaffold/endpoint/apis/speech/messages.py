"""The messages of Azure Speech's web socket: headers and a body, as text or as bytes.

The service's protocol (USP) is described nowhere in full; what is here is what the Speech SDK 1.43
to 1.53 sends, and takes. Pure functions.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# A message for the client: a text frame, or a binary one.
Frame = str | bytes


class SpeechError(ValueError):
    """The client sent what the service would end the connection for."""


@dataclass(frozen=True)
class SpeechMessage:
    """One message of a client.

    Attributes:
        path: what it is: `speech.config`, `speech.context`, `audio`, `ssml`, …
        request_id: the turn that it belongs to; empty where it belongs to none.
        body: its body.
    """

    path: str
    request_id: str
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object.

        Raises:
            ValueError: it is none.
        """
        try:
            content = json.loads(self.body)
        except RecursionError:
            raise ValueError("too deep") from None
        if not isinstance(content, dict):
            raise ValueError("no JSON object")
        return content


def parse(frame: Frame) -> SpeechMessage:
    """Read a message.

    Raises:
        ValueError: it has not the form of one.
    """
    if isinstance(frame, str):
        head, _, text = frame.partition("\r\n\r\n")
        # Half of a surrogate pair has no bytes; it can't come over a web socket anyway.
        body = text.encode("utf-8", "replace")
    else:
        if len(frame) < 2:
            raise ValueError("no length of the headers")
        (length,) = struct.unpack(">H", frame[:2])
        if len(frame) < 2 + length:
            raise ValueError("the headers are cut off")
        head, body = frame[2 : 2 + length].decode(), frame[2 + length :]
    pairs = (line.partition(":") for line in head.split("\r\n"))
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if not headers.get("path"):
        raise ValueError("no Path")
    return SpeechMessage(headers["path"].lower(), headers.get("x-requestid", ""), body)


def text(path: str, request_id: str, content: Mapping[str, Any]) -> str:
    """Return a message with JSON.

    Args:
        path: what it is.
        request_id: the turn that it belongs to.
        content: its body.
    """
    head = _head(path, request_id, {"Content-Type": "application/json; charset=utf-8"})
    return f"{head}\r\n{json.dumps(content)}"


def audio(request_id: str, stream_id: str, content: bytes) -> bytes:
    """Return a message with audio; without any, it is the end.

    Args:
        request_id: the turn that it belongs to.
        stream_id: the stream that it belongs to.
        content: the audio.
    """
    kind = {"Content-Type": "audio/x-wav"} if content else {}
    head = _head("audio", request_id, {**kind, "X-StreamId": stream_id}).encode()
    return struct.pack(">H", len(head)) + head + content


def in_words(frame: Frame) -> str:
    """Return a message as text: of audio, only the headers and how much there is."""
    if isinstance(frame, str):
        return frame
    (length,) = struct.unpack(">H", frame[:2])
    return f"{frame[2 : 2 + length].decode()}\r\n[{len(frame) - 2 - length} bytes]"


def object_in(holder: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the object that another one has under a name; an empty one if it has none."""
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def _head(path: str, request_id: str, more: Mapping[str, str]) -> str:
    headers = {"X-RequestId": request_id, "Path": path, **more}
    return "".join(f"{name}:{value}\r\n" for name, value in headers.items())
