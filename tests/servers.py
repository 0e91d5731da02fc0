"""Servers that answer as no service does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The status, the type of the content, and the content.
Reply = tuple[int, str, bytes]
# What a web server sends that has a site where a service is looked for.
INDEX_PAGE: Reply = (200, "text/html", b"<!doctype html><title>Index of /</title>")


@contextmanager
def server(answer: Callable[[str], Reply]) -> Iterator[str]:
    """A server that answers each request, of whatever kind, by its path; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, kind, content = answer(self.path)
            self.send_response(status)
            self.send_header("Location", "https://sign-in.example/?from=there")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_CONNECT = answer  # noqa: N815 - the names that the library calls

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}).start()
        try:
            yield f"http://127.0.0.1:{running.server_port}"
        finally:
            running.shutdown()
