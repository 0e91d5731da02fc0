"""`scaffold serve`: the embedded endpoint by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from scaffold.endpoint import DeploymentsError, DocumentsError, Endpoint, EndpointError, ScriptError
from scaffold.errors import ScaffoldError, UsageError
from scaffold.providers import PROVIDERS


class Serving(NamedTuple):
    """An endpoint that is listening.

    Attributes:
        url: where.
        variables: by provider, what leads a sample to it.
        authority: with https, the file of the certificate authority.
    """

    url: str
    variables: Mapping[str, Mapping[str, str]]
    authority: Path | None

    def wait(self) -> None:
        """Wait for Ctrl-C."""
        threading.Event().wait()


@contextmanager
def serve_endpoint(
    port: int = 0,
    *,
    script: Path | None = None,
    journal: Path | None = None,
    lenient: bool = False,
    deployments: Sequence[str] = (),
    rpm: int | None = None,
    tpm: int | None = None,
    documents: Path | None = None,
    certificates: Path | None = None,
    all_addresses: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[Serving]:
    """Serve the embedded endpoint for as long as the context lasts.

    Args:
        port: where to listen; 0 takes a free one.
        script: a file that tells it what to say.
        journal: a file to which each request is added.
        lenient: whether to take unknown fields, api-versions and models.
        deployments: Azure's deployments with names of their own, each as NAME=MODEL.
        rpm: how many requests a minute are answered; all where it is None.
        tpm: how many tokens a minute.
        documents: a text file, or a folder of them, to find in place of the built-in ones.
        certificates: a folder that keeps what https needs; None for plain http.
        all_addresses: whether to listen on every address of this machine, as a container has to.
        say: is told when the script or the journal can no longer be used, and of clients that take
            http for https.

    Raises:
        UsageError: the script, the documents or a deployment can't be used.
        ScaffoldError: the port is taken, the journal can't be written, or there can be no https.
    """
    try:
        endpoint = Endpoint(
            port,
            script=script,
            say=lambda line: say(f"scaffold: {line}"),
            journal=journal,
            lenient=lenient,
            deployments=_parsed(deployments),
            rpm=rpm,
            tpm=tpm,
            documents=documents,
            https=certificates or False,
            all_addresses=all_addresses,
        ).start()
    except (DeploymentsError, DocumentsError, ScriptError) as error:
        raise UsageError(str(error)) from error
    except EndpointError as error:
        raise ScaffoldError(str(error)) from error
    try:
        variables = {each.name: endpoint.variables(each.name) for each in PROVIDERS}
        yield Serving(endpoint.url, variables, endpoint.authority)
    finally:
        endpoint.close()


def _parsed(deployments: Sequence[str]) -> dict[str, str]:
    """The models of deployments, by name.

    Raises:
        UsageError: one is not NAME=MODEL, or there are two of one name.
    """
    found: dict[str, str] = {}
    for given in deployments:
        name, sign, model = given.partition("=")
        if not sign:
            raise UsageError(f"--deployment {given}: write it as NAME=MODEL")
        if name in found:
            raise UsageError(f"there are two deployments named '{name}'")
        found[name] = model
    return found
