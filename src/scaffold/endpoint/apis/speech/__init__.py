"""Azure Speech, on web sockets."""
