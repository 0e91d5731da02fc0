"""Encrypted content: what only the service can read again. Here it is only packed."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence

from scaffold.endpoint.http.service_errors import ServiceError, refused

# As the service's own begin.
_BEGINS = "gAAAAAC"
_LARGEST = 16 * 1024 * 1024


def seal(said: Sequence[tuple[str, str]]) -> str:
    """Return what was said, by role and text, packed."""
    return _BEGINS + base64.urlsafe_b64encode(zlib.compress(json.dumps(said).encode())).decode()


def unseal(content: str) -> list[tuple[str, str]]:
    """Return what was packed.

    Raises:
        ServiceError: it was not packed here.
    """
    try:
        if not content.startswith(_BEGINS):
            raise ValueError
        packed = base64.b64decode(content.removeprefix(_BEGINS), b"-_", validate=True)
        text = zlib.decompressobj().decompress(packed, _LARGEST)
        said = json.loads(text)
        pairs = [(role, text) for role, text in said]
        if not all(isinstance(part, str) for pair in pairs for part in pair):
            raise ValueError
    except (ValueError, zlib.error, RecursionError, TypeError) as problem:
        raise not_verified(content) from problem
    return pairs


def not_verified(content: str) -> ServiceError:
    """Say that encrypted content is not what the service gave out."""
    shown = content if len(content) < 12 else f"{content[:4]}...{content[-4:]}"
    return refused(
        f"The encrypted content {shown} could not be verified. Reason: Encrypted content could"
        " not be decrypted or parsed.",
        code="invalid_encrypted_content",
    )
