"""An image that nobody painted: a PNG of one colour, which its prompt decides."""

from __future__ import annotations

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
