"""The hosted tool `mcp`: what is asked of it, and what it did with the tools of servers."""
