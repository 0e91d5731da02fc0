"""What is said of a picture that is sent: its format, and its size in pixels."""

from __future__ import annotations

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.endpoint.replies.pictures import describe, picture

RIFF = b"RIFF\0\0\0\0WEBP"
SEGMENT = b"\xff\xe0\0\x04ab"
FRAME = b"\0\x11\x08" + struct.pack(">HH", 120, 160)


def address(content: bytes) -> str:
    return f"data:image/any;base64,{base64.b64encode(content).decode()}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (picture("any", 160, 120), "a PNG picture of 160 x 120 pixels"),
        (b"GIF89a" + struct.pack("<HH", 160, 120), "a GIF picture of 160 x 120 pixels"),
        (b"\xff\xd8" + SEGMENT + b"\xff\xc2" + FRAME, "a JPEG picture of 160 x 120 pixels"),
        # Filled up with FF, and with tables before the frame.
        (
            b"\xff\xd8" + SEGMENT + b"\xff\xff\xc4\0\x02\xff\xc0" + FRAME,
            "a JPEG picture of 160 x 120 pixels",
        ),
        (
            RIFF + b"VP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 160, 120),
            "a WebP picture of 160 x 120 pixels",
        ),
        (
            RIFF + b"VP8L\0\0\0\0\x2f" + struct.pack("<I", 159 | 119 << 14),
            "a WebP picture of 160 x 120 pixels",
        ),
        (
            RIFF + b"VP8X" + bytes(8) + b"\x9f\0\0\x77\0\0",
            "a WebP picture of 160 x 120 pixels",
        ),
        (b"%PDF-1.7", "a picture that can't be read"),
        (b"", "a picture that can't be read"),
    ],
)
def test_its_format_and_size_are_told(content: bytes, said: str) -> None:
    assert describe(address(content)) == said


@pytest.mark.parametrize("beginning", [b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff", RIFF])
@given(st.binary())
def test_any_content_is_described(beginning: bytes, content: bytes) -> None:
    assert describe(address(beginning + content)).startswith("a ")


def test_a_picture_on_the_web_is_not_fetched() -> None:
    said = describe("https://example.com/cat.png")

    assert said == "the picture at https://example.com/cat.png, which nobody fetches offline"
    assert describe("data:image/png;base64,no!") == "a picture that can't be read"
