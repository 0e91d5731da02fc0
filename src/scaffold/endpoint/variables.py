"""The environment variables that lead a program to an endpoint, for each provider."""

from __future__ import annotations

from scaffold.endpoint.http.access import IDENTITY_HEADER
from scaffold.endpoint.models.find import CHAT_MODEL, EMBEDDING_MODEL
from scaffold.endpoint.replies.documents import ASSISTANT_ID, INDEX_NAME, VECTOR_STORE_ID

KEY = "offline-endpoint-any-key-will-do"
# The newest dated version that has Assistants; it has everything else too.
API_VERSION = "2025-04-01-preview"


def variables(url: str, provider: str | None = None) -> dict[str, str]:
    """Return the variables of a provider.

    Args:
        url: where the endpoint is.
        provider: `azure`, `azure-entra` or `openai`; all of them when left out.

    Raises:
        ValueError: there is no such provider.
    """
    shared = {
        "AZURE_AI_SEARCH_ENDPOINT": url,
        "AZURE_AI_SEARCH_KEY": KEY,
        "AZURE_AI_SEARCH_INDEX_NAME": INDEX_NAME,
        "ASSISTANT_ID": ASSISTANT_ID,
        "OPENAI_VECTOR_STORE_ID": VECTOR_STORE_ID,
        "MCP_SERVER_URL": f"{url}/mcp",
        "MCP_SERVER_LABEL": "shop",
    }
    azure = {
        "AZURE_OPENAI_ENDPOINT": url,
        "AZURE_OPENAI_API_KEY": KEY,
        "AZURE_OPENAI_API_VERSION": API_VERSION,
        "AZURE_OPENAI_CHAT_DEPLOYMENT": CHAT_MODEL,
        "AZURE_OPENAI_EMBEDDING_DEPLOYMENT": EMBEDDING_MODEL,
        "AZURE_AI_SPEECH_KEY": KEY,
        "AZURE_AI_SPEECH_REGION": "offline",
        "AZURE_AI_SPEECH_ENDPOINT": url,
    }
    openai = {
        "OPENAI_BASE_URL": f"{url}/v1",
        "OPENAI_API_KEY": KEY,
        "OPENAI_MODEL_NAME": CHAT_MODEL,
        "OPENAI_EMBEDDING_MODEL_NAME": EMBEDDING_MODEL,
    }
    identity = {
        "IDENTITY_ENDPOINT": f"{url}/msi/token",
        "IDENTITY_HEADER": IDENTITY_HEADER,
    }
    keyless = {name: value for name, value in azure.items() if value != KEY} | identity
    chosen = {"azure": azure, "azure-entra": keyless, "openai": openai}
    if provider is None:
        return {name: value for each in chosen.values() for name, value in each.items()} | shared
    if provider not in chosen:
        known = ", ".join(chosen)
        raise ValueError(f"there is no provider '{provider}': choose one of {known}")
    return chosen[provider] | shared
