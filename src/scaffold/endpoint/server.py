"""The endpoint as an object: started and closed, on a thread of its own."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any

from scaffold.endpoint.listening import HOST, EndpointError, listen
from scaffold.endpoint.models.find import DeploymentsError, check_deployments
from scaffold.endpoint.replies.documents import DOCUMENTS
from scaffold.endpoint.script.matching import Script
from scaffold.endpoint.script.reading import ScriptError, ScriptSource
from scaffold.endpoint.state.journal import Journal
from scaffold.endpoint.state.own_documents import read_documents
from scaffold.endpoint.variables import variables

if TYPE_CHECKING:
    from starlette.types import Scope

    from scaffold.endpoint.app import App
    from scaffold.endpoint.certificates import Certificates
    from scaffold.endpoint.serving import Server

_log = logging.getLogger("scaffold.endpoint")
# Without a handler of their own, loggers write their warnings to stderr.
for _name in ("uvicorn.error", "scaffold.endpoint"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


class Endpoint:
    """An HTTP server on 127.0.0.1 that speaks as OpenAI, Azure OpenAI, AI Search and Speech do.

    Use it as a context manager, or call `start` and `close`. Any number can run at once; they
    share nothing.

    Args:
        port: where to listen; 0 takes a free port.
        pace: seconds between two pieces of a streamed reply.
        script: scripted replies and faults: the path of a JSON file, which is read again when it
            changes, or what such a file has inside.
        say: is told in one line when an edit of that file can't be used; a warning of the logger
            `scaffold.endpoint` otherwise. Also when the journal can no longer be written, and of a
            mistake of the endpoint's own.
        journal: a file to which each request is added as a line of JSON, without its keys.
        lenient: drop unknown fields, and accept any api-version and any name of a model, instead
            of refusing them as the services do. A key is still needed.
        answers: write into the journal the first two and the last two events of each reply too,
            and web sockets with their messages.
        clock: tells the time, in seconds since 1970: the one that answers carry, and by which
            models end.
        rpm: how many requests a minute are answered; the rest are refused with a 429.
        tpm: how many tokens a minute.
        deployments: Azure's deployments with names of their own, each with its model. Every model
            has one that is called as it is.
        documents: a text file, or a folder of them, to find in place of the built-in documents:
            in the search index, the vector store and On Your Data.
        https: whether it speaks https, with a certificate authority made for this endpoint alone;
            or the folder that keeps one, so that clients trust the next endpoint too.
        all_addresses: whether to listen on every address of this machine, as a container has to.

    Raises:
        DocumentsError: the documents can't be used.
        DeploymentsError: a deployment is of a model that does not exist, or is gone.
        ScriptError: the script can't be used.
    """

    def __init__(
        self,
        port: int = 0,
        pace: float = 0.0,
        *,
        script: ScriptSource | None = None,
        say: Callable[[str], None] = _log.warning,
        journal: str | os.PathLike[str] | None = None,
        lenient: bool = False,
        answers: bool = False,
        clock: Callable[[], float] = time.time,
        rpm: int | None = None,
        tpm: int | None = None,
        deployments: Mapping[str, str] = MappingProxyType({}),
        documents: str | os.PathLike[str] | None = None,
        https: bool | str | os.PathLike[str] = False,
        all_addresses: bool = False,
    ) -> None:
        self._port = port
        self._pace = pace
        self._say = say
        self._clock = clock
        self._rpm, self._tpm = rpm, tpm
        self._deployments = dict(deployments)
        check_deployments(self._deployments, clock())
        self._script = self._read(script)
        path = None if journal is None else Path(journal)
        self._journal = Journal(path, say, answers=answers)
        self._documents = DOCUMENTS if documents is None else read_documents(documents)
        self._lenient = lenient
        self._https = https
        self._all_addresses = all_addresses
        self._certificates: Certificates | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._told: set[str] = set()
        self._app: App | None = None
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:54321`."""
        return f"{'http' if self._https is False else 'https'}://{HOST}:{self._port}"

    @property
    def authority(self) -> Path | None:
        """The file of the certificate authority, once it speaks https."""
        return self._certificates and self._certificates.authority

    def variables(self, provider: str | None = None) -> dict[str, str]:
        """Return the environment variables that make a sample talk to this endpoint.

        With https, those that have it trust the certificate are among them.

        Args:
            provider: `azure`, `azure-entra` (signing in without a key) or `openai`; all of them
                when left out.

        Raises:
            ValueError: there is no such provider.
        """
        trust = {} if self._certificates is None else self._certificates.variables
        return trust | variables(self.url, provider)

    @property
    def journal(self) -> list[dict[str, Any]]:
        """What it was asked, oldest first: the last 1,000 requests, each as its line says it."""
        return self._journal.entries()

    def clear_journal(self) -> None:
        """Forget what it was asked so far; a file of the journal keeps it."""
        # Reading waits for the line of an answer that is just being sent.
        self._journal.entries()
        self._journal.clear()

    def script(self, source: ScriptSource | None) -> None:
        """Put another script in the place of the one in force; counting begins anew.

        Args:
            source: as for the endpoint itself; None for the endpoint's own replies.

        Raises:
            ScriptError: the script can't be used; the one in force stays.
        """
        self._script = self._read(source)
        if self._app is not None:
            self._app.script = self._script

    def deploy(self, name: str, model: str) -> None:
        """Add a deployment to the Azure resource.

        Args:
            name: as people chose it.
            model: one of those that the endpoint knows.

        Raises:
            DeploymentsError: there is no such model, or one of this name was added before.
        """
        scripted = {} if self._script is None else self._script.deployments
        check_deployments({name: model}, self._clock(), {*self._deployments, *scripted})
        self._deployments[name] = model

    def _read(self, source: ScriptSource | None) -> Script | None:
        if source is None:
            return None
        script = Script(source, self._say)
        try:
            check_deployments(script.deployments, self._clock(), self._deployments)
        except DeploymentsError as error:
            raise ScriptError(f"scaffold.deployments: {error}") from error
        return script

    def start(self) -> Endpoint:
        """Listen, and return once requests are answered.

        Raises:
            EndpointError: the port is taken or may not be used, the journal can't be written, or
                there can be no https.
        """
        # Imported here: they take longer than all the rest, and `import scaffold.endpoint` is
        # asked for more often than a server.
        from scaffold.endpoint.app import App
        from scaffold.endpoint.http.limits import Limits
        from scaffold.endpoint.serving import Server, configure

        chain = self._make_certificates()
        listener = listen(self._port, all_addresses=self._all_addresses)
        try:
            self._journal.open()
        except OSError as error:
            listener.close()
            reason = f"cannot write the journal {error.filename}: {error.strerror or error}"
            raise EndpointError(reason) from error
        self._port = listener.getsockname()[1]
        self._app = App(
            pace=self._pace,
            script=self._script,
            hang_up=self._hang_up,
            journal=self._journal,
            lenient=self._lenient,
            clock=self._clock,
            limits=Limits(self._rpm, self._tpm),
            say=self._say,
            deployments=self._deployments,
            documents=self._documents,
        )
        config = configure(self._app, url=self.url, chain=chain, tell=self._tell_once)
        self._server = Server(config)
        self._thread = threading.Thread(
            target=self._server.run,
            kwargs={"sockets": [listener]},
            name=f"scaffold endpoint {self._port}",
            daemon=True,
        )
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise EndpointError(f"the endpoint did not start on port {self._port}")
            time.sleep(0.002)
        return self

    def close(self) -> None:
        """Stop at once: open streams break off. Closing twice does no harm."""
        if self._app is not None and self._server is not None and self._thread is not None:
            self._app.closing = True
            self._server.stop()
            self._thread.join(timeout=5)
            self._journal.close()
        if self._folder is not None:
            self._folder.cleanup()

    def _make_certificates(self) -> bytes | None:
        """Make what https needs, and return what the server shows; None for plain http."""
        if self._https is False:
            return None
        from scaffold.endpoint.certificates import make_certificates

        if self._https is True:
            self._folder = tempfile.TemporaryDirectory(prefix="scaffold-")
            self._certificates = make_certificates(Path(self._folder.name))
        else:
            self._certificates = make_certificates(Path(self._https))
        return self._certificates.chain

    def _tell_once(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self._say(line)

    def _hang_up(self, scope: Scope) -> None:
        """Close the connection that a request came on; ASGI has no word for it."""
        if self._server is not None:
            for connection in list(self._server.server_state.connections):
                if getattr(connection, "client", None) == scope["client"]:
                    connection.transport.close()

    def __enter__(self) -> Endpoint:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
