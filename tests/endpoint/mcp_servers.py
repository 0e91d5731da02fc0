"""MCP servers that a test writes itself: each message that comes is answered by a function."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Message = dict[str, Any]
TOOL = {"name": "look_up", "description": "Look up a word.", "inputSchema": {"type": "object"}}


def hosted(url: str, **more: Any) -> Any:
    """Return the tools of a request that names one server."""
    return [{"type": "mcp", "server_label": "shop", "server_url": url, **more}]


class McpHandler(BaseHTTPRequestHandler):
    """One request of a client, with what a server usually says."""

    answer: Callable[[McpHandler, Message], None]

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).answer(self, message)

    def say(self, content: bytes, kind: str = "application/json", status: int = 200) -> None:
        """Send bytes."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def result(self, message: Message, result: Any) -> None:
        """Send the result of a request."""
        self.say(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode())

    def usual(self, message: Message, returned: Any = None) -> None:
        """Answer as a server with one tool does."""
        if "id" not in message:
            self.say(b"", status=202)
        elif message["method"] == "initialize":
            self.result(message, {"protocolVersion": "2025-11-25", "capabilities": {}})
        elif message["method"] == "tools/list":
            self.result(message, {"tools": [TOOL]})
        else:
            self.result(message, returned or {"content": [{"type": "text", "text": "found"}]})

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def mcp_server(answer: Callable[[McpHandler, Message], None]) -> Iterator[str]:
    """A server on this machine; gives its address."""
    handler = type("Handler", (McpHandler,), {"answer": answer})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        running.daemon_threads = True
        running.block_on_close = False
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}).start()
        try:
            yield f"http://127.0.0.1:{running.server_port}/mcp"
        finally:
            running.shutdown()
