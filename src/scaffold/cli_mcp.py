"""`scaffold mcp`, parsed: a part of `cli`."""

import os
from pathlib import Path

from scaffold.catalogue.reader import Catalogue, templates_dir
from scaffold.errors import ScaffoldError
from scaffold.terminal import options


def mcp(directory: options.ServedFolder = Path()) -> None:
    """Serve the commands to coding agents, as an MCP server."""
    try:
        from scaffold.mcp.server import make_server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "anyio", "pydantic"):
            raise
        raise ScaffoldError("an MCP server needs more: pip install 'scaffold-ai[mcp]'") from error
    from scaffold.mcp.workplace import Workplace

    make_server(Catalogue(templates_dir()), Workplace.of(directory), os.environ).run()
