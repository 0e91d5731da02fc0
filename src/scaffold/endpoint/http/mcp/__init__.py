"""A client of MCP servers on this machine."""
