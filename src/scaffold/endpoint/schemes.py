"""Clients that take http for https, or https for http: each is told so in one line."""

from __future__ import annotations

import json
import ssl
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Tell = Callable[[str], None]

# How a conversation over TLS begins: a record of its handshake.
_TLS = b"\x16\x03"
# What a client says that doesn't know the authority, as OpenSSL calls it.
_NOT_TRUSTED = {
    "TLSV1_ALERT_UNKNOWN_CA",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
    "SSLV3_ALERT_BAD_CERTIFICATE",
}


class Http(HttpToolsProtocol):
    """One connection, after TLS where there is some; `tell` hears of clients that ask for TLS."""

    def __init__(self, url: str, tell: Tell, **options: Any) -> None:
        super().__init__(**options)
        self._url = url
        self._tell = tell

    def data_received(self, data: bytes) -> None:
        """Take what a client sent."""
        if data[:2] == _TLS:
            self._tell(f"a client speaks https, but this is http: let it ask {self._url}")
        super().data_received(data)


class Https(ssl.SSLContext):
    """Https; `tell` hears of clients that speak plain http, or don't trust the certificate."""

    url: str
    tell: Tell

    def wrap_bio(
        self, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO, *more: Any, **options: Any
    ) -> ssl.SSLObject:
        """Begin a conversation."""
        made = super().wrap_bio(incoming, outgoing, *more, **options)
        if isinstance(made, _Conversation):
            made.own_context, made.outgoing = self, outgoing
        return made


def speak_https(chain: bytes, url: str, tell: Tell) -> Https:
    """Return what uvicorn speaks https with.

    Args:
        chain: the server's key and certificate, as PEM.
        url: where the endpoint is.
        tell: is told in one line of clients that do not get along.
    """
    context = Https(ssl.PROTOCOL_TLS_SERVER)
    context.url, context.tell = url, tell
    context.sslobject_class = _Conversation
    # It reads nothing but files.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.pem"
        path.write_bytes(chain)
        context.load_cert_chain(path)
    return context


class _Conversation(ssl.SSLObject):
    own_context: Https
    outgoing: ssl.MemoryBIO

    def do_handshake(self) -> None:
        try:
            super().do_handshake()
        except ssl.SSLError as error:
            if error.reason != "HTTP_REQUEST":
                self._explain(error)
                raise
            self._answer_plainly()
            # To asyncio that means: send what is there, and wait for the client.
            raise ssl.SSLWantReadError from error

    def read(self, *wanted: Any) -> Any:
        try:
            return super().read(*wanted)
        except ssl.SSLError as error:
            self._explain(error)
            raise

    def _answer_plainly(self) -> None:
        url = self.own_context.url
        self.own_context.tell(f"a client speaks http, but this is https: let it ask {url}")
        message = f"This endpoint speaks https, and was asked with http: ask {url}"
        error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
        body = json.dumps({"error": error}).encode()
        head = (
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        self.outgoing.write(head.encode() + body)

    def _explain(self, error: ssl.SSLError) -> None:
        if error.reason in _NOT_TRUSTED:
            self.own_context.tell(
                "a client does not trust the certificate: set SSL_CERT_FILE, REQUESTS_CA_BUNDLE"
                " and NODE_EXTRA_CA_CERTS where it runs"
            )
