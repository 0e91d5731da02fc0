"""The tools that the service runs itself and that have a world of their own: web, images, MCP."""
