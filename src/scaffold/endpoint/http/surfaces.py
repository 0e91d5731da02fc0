"""Where an API is offered: the services, their routes, and the api-versions that each accepts."""

from __future__ import annotations

from dataclasses import dataclass

from scaffold.endpoint.http.service_errors import Family, search_version, unknown_route

_DATED = """
    2023-05-15 2024-02-01 2024-06-01 2024-10-21
    2024-02-15-preview 2024-03-01-preview 2024-04-01-preview 2024-05-01-preview 2024-07-01-preview
    2024-08-01-preview 2024-09-01-preview 2024-10-01-preview 2024-12-01-preview 2025-01-01-preview
    2025-02-01-preview 2025-03-01-preview 2025-04-01-preview
"""
_SEARCH = """
    2023-11-01 2024-07-01 2025-09-01 2026-04-01
    2024-05-01-preview 2024-09-01-preview 2024-11-01-preview 2025-03-01-preview 2025-05-01-preview
    2025-08-01-preview 2025-11-01-preview
"""
DATED_VERSIONS = frozenset(_DATED.split())
ASSISTANTS_VERSIONS = frozenset(
    version for version in DATED_VERSIONS if version.endswith("preview") and version > "2024-05"
)
RESPONSES_VERSIONS = frozenset({"2025-03-01-preview", "2025-04-01-preview"})
SEARCH_VERSIONS = frozenset(_SEARCH.split())
INFERENCE_VERSIONS = frozenset(
    {"2024-05-01-preview", "2024-08-01-preview", "2025-04-01", "2025-05-15-preview"}
)
IDENTITY_VERSIONS = frozenset({"2019-08-01"})


# There is one of each, and requests ask which: no need to compare what they hold.
@dataclass(frozen=True, eq=False)
class Surface:
    """One way to reach an API: the start of its paths, whose rules it follows, and the
    api-versions that it accepts (none: it has no such parameter).
    """

    prefix: str
    family: Family
    versions: frozenset[str] = frozenset()


OPENAI = Surface("/v1", "openai")
AZURE_V1 = Surface("/openai/v1", "azure")
AZURE_DEPLOYMENT = Surface("/openai/deployments/{deployment}", "azure", DATED_VERSIONS)
AZURE_FILES = Surface("/openai", "azure", DATED_VERSIONS)
AZURE_ASSISTANTS = Surface("/openai", "azure", ASSISTANTS_VERSIONS)
AZURE_RESPONSES = Surface("/openai", "azure", RESPONSES_VERSIONS)
# Azure AI Foundry's model inference, which its own retired client still asks.
AZURE_MODELS = Surface("/models", "azure", INFERENCE_VERSIONS)
SEARCH = Surface("", "search", SEARCH_VERSIONS)
IDENTITY = Surface("/msi", "identity", IDENTITY_VERSIONS)
# The small MCP server, which a service calls as it would one of the web.
MCP = Surface("/mcp", "openai")
# The endpoint's own, which no service has.
CONTROL = Surface("/_scaffold", "openai")


def family_of(path: str) -> Family:
    """Return whose paths begin like this one."""
    if path.startswith(("/openai", "/models")):
        return "azure"
    if path.startswith("/msi"):
        return "identity"
    return "search" if path.startswith("/indexes") else "openai"


def check_version(surface: Surface, version: str | None, method: str, path: str) -> None:
    """Refuse an api-version that a surface, which has some, does not accept.

    Args:
        surface: where the request came in.
        version: its api-version.
        method: its HTTP method.
        path: its path.

    Raises:
        ServiceError: it is not among the surface's.
    """
    if version in surface.versions:
        return
    if surface.family == "search":
        if (version or "").lower() not in surface.versions:
            raise search_version(version)
        return
    raise unknown_route(surface.family, method, path)
