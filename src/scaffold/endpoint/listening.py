"""A port of this machine to listen on."""

from __future__ import annotations

import os
import socket

HOST = "127.0.0.1"
_EVERY = "0.0.0.0"  # noqa: S104 (for a container, whose ports are published one by one)


class EndpointError(OSError):
    """The endpoint could not be started: one line that says why."""


def listen(port: int, *, all_addresses: bool = False) -> socket.socket:
    """Return a socket bound to a port of 127.0.0.1, or of every address of this machine.

    Raises:
        EndpointError: naming the port.
    """
    # The protocol is named because asyncio turns Nagle's algorithm off only where it is: without,
    # every answer on a kept connection waits 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    host = _EVERY if all_addresses else HOST
    try:
        if os.name == "posix":
            # So that a port can be used again right after close. On Windows it would let two
            # servers share one.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise EndpointError(f"cannot listen on port {port} of {host}: {reason}") from error
    return listener
