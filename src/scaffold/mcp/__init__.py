"""The commands as tools of an MCP server, for coding agents; needs the package `mcp`."""
