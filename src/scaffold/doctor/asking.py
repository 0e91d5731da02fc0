"""One HTTP request and what became of it, in words; never an exception.

As the SDKs do it: through the proxies that the environment names, with the certificates that the
system trusts. Unlike them it follows no redirect, which would take a key to another host.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

from scaffold import __version__

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LARGEST = 8 * 1024 * 1024


@dataclass(frozen=True)
class Request:
    """What to ask; a body is sent as JSON."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        status: the HTTP status; 0 when nothing came.
        body: its JSON; None where it is none.
        trouble: why it is no answer of an API; empty for one that is.
        advice: what to do about that.
    """

    status: int = 0
    body: Any = None
    trouble: str = ""
    advice: str = ""


Ask = Callable[[Request], Answer]

_NETWORK = "check the network, and whether a proxy is needed (HTTPS_PROXY)"


def make_ask(environ: Mapping[str, str], timeout: float) -> Ask:
    """Make what asks: with the proxies of an environment, and never longer than a timeout.

    Args:
        environ: names the proxies; without any, those of the system hold.
        timeout: in seconds, for all of a request.
    """
    proxies = proxies_of(environ)

    def ask(request: Request) -> Answer:
        answers: list[Answer] = []
        # Looking a name up takes no timeout, nor does a server that sends byte by byte; so the
        # request is left behind when its time is over.
        asking = threading.Thread(
            target=lambda: answers.append(_ask(request, proxies, timeout)), daemon=True
        )
        asking.start()
        asking.join(timeout)
        if answers:
            return answers[0]
        return Answer(trouble=f"doesn't answer within {timeout:g} s", advice=_NETWORK)

    return ask


def proxies_of(environ: Mapping[str, str]) -> dict[str, str]:
    """The proxies that an environment names, by scheme; under `no` the hosts that need none."""
    return {
        name[: -len("_proxy")].lower(): value
        # Sorted, for where both spellings are there it is the small one that counts.
        for name, value in sorted(environ.items())
        if name.lower().endswith("_proxy") and value
    }


def proxy_for(url: str, proxies: Mapping[str, str]) -> str:
    """The proxy that a request goes through, by its scheme; empty where it goes straight."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    exempt = [name.strip().lstrip(".") for name in proxies.get("no", "").split(",")]
    if host in (*LOOPBACK, *exempt) or "*" in exempt:
        return ""
    if any(name and host.endswith(f".{name}") for name in exempt):
        return ""
    return proxies.get(parts.scheme) or proxies.get("all") or ""


def _ask(request: Request, proxies: Mapping[str, str], timeout: float) -> Answer:
    scheme = urlsplit(request.url).scheme
    if scheme not in ("http", "https"):
        return Answer(trouble="is at no http address", advice="correct the address")
    proxy = proxy_for(request.url, proxies or urllib.request.getproxies())
    if proxy.startswith("socks"):
        trouble = "is behind a SOCKS proxy, which can't be asked through here"
        return Answer(trouble=trouble, advice="set HTTPS_PROXY to an HTTP proxy, if there is one")
    data = None if request.body is None else json.dumps(request.body).encode()
    kind = "application/json"
    # Under its own name: what guards a service may refuse the one that urllib goes by.
    headers = {"Accept": kind, "Content-Type": kind, "User-Agent": f"scaffold/{__version__}"}
    prepared = urllib.request.Request(  # noqa: S310 - see above
        request.url, data, {**headers, **request.headers}, method=request.method
    )
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({scheme: proxy} if proxy else {}), _NoRedirect
    )
    try:
        with opener.open(prepared, timeout=timeout) as response:
            return _read(response.status, response.headers, response.read(_LARGEST))
    except urllib.error.HTTPError as error:
        with error:
            return _read(error.code, error.headers, error.read(_LARGEST))
    except urllib.error.URLError as error:
        return _unreached(error.reason)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return _unreached(error)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow none: the answer is the redirect itself."""


def _read(status: int, headers: Message, content: bytes) -> Answer:
    if status == 407:
        return Answer(status, trouble="is behind a proxy that wants a name and a password (407)")
    if 300 <= status < 400:
        host = urlsplit(headers.get("Location", "")).netloc.rpartition("@")[2]
        trouble = f"sends one on to {host or 'another address'} ({status})"
        return Answer(status, None, trouble, "correct the address; a proxy may be in between")
    if "html" in headers.get("Content-Type", "") or content.lstrip().startswith(b"<"):
        trouble = f"answers with a web page, not as an API does ({status})"
        advice = "correct the address; a proxy or a sign-in page may be in between"
        return Answer(status, None, trouble, advice)
    try:
        body = json.loads(content) if content.strip() else None
    except (ValueError, RecursionError):
        body = None
    if body is None and 200 <= status < 300:
        how = "something that isn't JSON" if content.strip() else "nothing at all"
        advice = "correct the address; a proxy may be in between"
        return Answer(status, None, f"answers with {how} ({status})", advice)
    return Answer(status, body)


def _unreached(reason: object) -> Answer:
    """Say why nothing came, as far as the error tells."""
    if isinstance(reason, socket.gaierror):
        advice = "correct the address; if it is right: " + _NETWORK
        return Answer(trouble="can't be found: there is no such name", advice=advice)
    if isinstance(reason, ssl.SSLCertVerificationError):
        advice = "if your company's proxy signs it, set SSL_CERT_FILE to that certificate"
        told = reason.verify_message
        return Answer(trouble=f"has a certificate that isn't trusted: {told}", advice=advice)
    if isinstance(reason, ssl.SSLError):
        return Answer(trouble="doesn't speak TLS there", advice="check https:// and the port")
    if isinstance(reason, ConnectionRefusedError):
        advice = "correct the address and the port, or start what should be there"
        return Answer(trouble="refuses the connection", advice=advice)
    if isinstance(reason, TimeoutError):
        return Answer(trouble="doesn't answer in time", advice=_NETWORK)
    if "Tunnel connection failed" in str(reason):
        told = str(reason).partition("failed: ")[2]
        return Answer(trouble=f"is behind a proxy that refuses: {told}", advice=_NETWORK)
    if isinstance(reason, ConnectionError):  # a server that hangs up without a word, too
        return Answer(trouble="closes the connection without an answer", advice=_NETWORK)
    if isinstance(reason, http.client.HTTPException):
        return Answer(trouble="doesn't speak HTTP", advice="check https:// and the port")
    return Answer(trouble=f"can't be reached: {type(reason).__name__}", advice=_NETWORK)
