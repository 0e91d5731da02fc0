"""Https with a certificate of the endpoint's own, for clients that send no token over plain http.

A certificate authority is made once and kept in a folder. At each start it signs a new certificate
for the names of this machine.
"""

from __future__ import annotations

import os
import ssl
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scaffold.endpoint.listening import EndpointError

if TYPE_CHECKING:
    import trustme

NAMES = ("127.0.0.1", "localhost", "::1")
_LASTS = timedelta(days=365)


class CertificatesError(EndpointError):
    """There can be no https: one line that says why."""


class Certificates(NamedTuple):
    """What https needs.

    Attributes:
        chain: the server's own key and certificate, as PEM.
        authority: the file of the authority's certificate.
        trusted: a file of all that this machine trusts, and of the authority.
    """

    chain: bytes
    authority: Path
    trusted: Path

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that have clients trust the authority."""
        return {
            # For Python, curl and all else that uses OpenSSL, and for requests. Both are told of
            # one file, which takes the place of those that they know: it has to have them all.
            "SSL_CERT_FILE": str(self.trusted),
            "REQUESTS_CA_BUNDLE": str(self.trusted),
            # For Node, which adds it to those that it knows.
            "NODE_EXTRA_CA_CERTS": str(self.authority),
        }


def make_certificates(folder: Path) -> Certificates:
    """Return what https needs, signed by the authority that a folder keeps.

    Args:
        folder: where the authority is kept; made if it isn't there. An authority that can't be
            used, or is about to end, is made anew.

    Raises:
        CertificatesError: a library is missing, or the folder can't be used.
    """
    try:
        import certifi
        import trustme  # noqa: F401 - is used below
    except ModuleNotFoundError as error:
        raise CertificatesError(
            "https needs more libraries: pip install 'scaffold-ai[https]'"
        ) from error
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority = _authority(folder / "authority.pem")
        certificate = authority.cert_pem.bytes()
        system = ssl.create_default_context(cafile=certifi.where())
        system.load_default_certs()
        trusted = [ssl.DER_cert_to_PEM_cert(each) for each in system.get_ca_certs(binary_form=True)]
        _keep(folder / "ca.pem", certificate)
        _keep(folder / "trusted.pem", "".join(trusted).encode() + certificate)
    except OSError as error:
        reason = error.strerror or error
        raise CertificatesError(f"cannot keep certificates in '{folder}': {reason}") from error
    leaf = authority.issue_cert(*NAMES, organization_name="scaffold", not_after=_now() + _LASTS)
    chain = leaf.private_key_and_cert_chain_pem.bytes()
    return Certificates(chain, folder / "ca.pem", folder / "trusted.pem")


def _authority(path: Path) -> trustme.CA:
    """Read the authority, or make it.

    Raises:
        OSError: the file can't be read or written.
    """
    import trustme

    while (found := _read_authority(path)) is None:
        new = trustme.CA(
            path_length=0,
            organization_name="scaffold",
            organization_unit_name="offline endpoint of this machine",
        )
        _keep_first(path, new.private_key_pem.bytes() + new.cert_pem.bytes())
    return found


def _read_authority(path: Path) -> trustme.CA | None:
    """Read an authority; None if there is none that can be used."""
    import trustme
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        content = path.read_bytes()
        certificate = x509.load_pem_x509_certificate(content)
        key = load_pem_private_key(content, password=None)
        if key.public_key() == certificate.public_key() and (
            certificate.not_valid_after_utc > _now() + _LASTS
        ):
            return trustme.CA.from_pem(content, content)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        pass  # cut short, or another kind of file
    path.unlink(missing_ok=True)
    return None


def _keep_first(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read, unless another start has just written it."""
    part = _part(path, content)
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    except OSError:  # there are no links here
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, if it is not what it should be."""
    if not path.is_file() or path.read_bytes() != content:
        _part(path, content).replace(path)


def _part(path: Path, content: bytes) -> Path:
    """Write a file beside another, which its owner alone can read."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    os.close(handle)
    part = Path(name)
    part.write_bytes(content)
    return part


def _now() -> datetime:
    return datetime.now(timezone.utc)
