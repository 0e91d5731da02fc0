"""Pictures: one that nobody painted, and what can be said of one without seeing it."""

from __future__ import annotations

import base64
import struct
import zlib


def picture(prompt: str, width: int = 1024, height: int = 1024) -> bytes:
    """Return a PNG, the same for the same prompt.

    Args:
        prompt: what is to be seen; here only the colour is of it.
        width: in pixels.
        height: in pixels.
    """
    colour = struct.pack(">I", zlib.crc32(prompt.encode("utf-8", "surrogatepass")))[1:]
    line = b"\0" + b"\0" * width
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (b"IHDR", header), (b"PLTE", colour), (b"IDAT", zlib.compress(line * height, 1))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in (*parts, (b"IEND", b"")))


def _chunk(kind: bytes, content: bytes) -> bytes:
    """Return a part of a PNG.

    Source: https://www.w3.org/TR/png-3/#5Chunk-layout
    """
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


# The file formats that the services read, and where each says how many pixels it has.
# Source: https://www.w3.org/TR/png-3/#11IHDR, https://www.w3.org/Graphics/GIF/spec-gif89a.txt,
# https://www.w3.org/Graphics/JPEG/itu-t81.pdf (B.2), https://developers.google.com/speed/webp
# (container specification)
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def describe(address: str) -> str:
    """Return what a picture is: its format and its size in pixels, or where it would be fetched.

    Args:
        address: of the picture; a `data:` address holds the picture itself.

    Returns:
        A phrase such as "a PNG picture of 160 x 120 pixels".
    """
    head, _, encoded = address.partition(",")
    if not head.lower().startswith("data:"):
        return f"the picture at {address[:200]}, which nobody fetches offline"
    try:
        content = base64.b64decode(encoded, validate=True)
    except ValueError:
        content = b""
    found = _format_and_size(content)
    if found is None:
        return "a picture that can't be read"
    kind, wide, high = found
    return f"a {kind} picture of {wide} x {high} pixels"


def _format_and_size(content: bytes) -> tuple[str, int, int] | None:
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return "PNG", *struct.unpack_from(">II", content, 16)
        if content.startswith((b"GIF87a", b"GIF89a")):
            return "GIF", *struct.unpack_from("<HH", content, 6)
        if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            return "WebP", *_webp_size(content)
        if content.startswith(b"\xff\xd8\xff"):
            return "JPEG", *_jpeg_size(content)
    except (struct.error, ValueError):
        pass
    return None


def _webp_size(content: bytes) -> tuple[int, int]:
    kind = content[12:16]
    if kind == b"VP8X":
        wide, high = (int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
        return wide + 1, high + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    wide, high = struct.unpack_from("<HH", content, 26)
    return wide & 0x3FFF, high & 0x3FFF


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Return the size that the first frame says, which comes after other segments."""
    at = 2
    while True:
        start, marker, length = struct.unpack_from(">BBH", content, at)
        if start != 0xFF:
            raise ValueError("no segment begins here")
        if marker in _JPEG_SIZES:
            high, wide = struct.unpack_from(">HH", content, at + 5)
            return wide, high
        at += 1 if marker == 0xFF else 2 + length
