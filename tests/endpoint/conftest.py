"""The SDKs' clients, each made as a user would make it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openai import AzureOpenAI, OpenAI

from scaffold.endpoint import Endpoint


# One for all tests: making one takes longer than most tests do.
@pytest.fixture(scope="session")
def openai(endpoint: Endpoint) -> Iterator[OpenAI]:
    """A client of OpenAI."""
    settings = endpoint.variables("openai")
    with OpenAI(
        api_key=settings["OPENAI_API_KEY"], base_url=settings["OPENAI_BASE_URL"], max_retries=0
    ) as client:
        yield client


@pytest.fixture(scope="session")
def azure(endpoint: Endpoint) -> Iterator[AzureOpenAI]:
    """A client of Azure OpenAI's dated routes."""
    settings = endpoint.variables("azure")
    with AzureOpenAI(
        api_key=settings["AZURE_OPENAI_API_KEY"],
        azure_endpoint=settings["AZURE_OPENAI_ENDPOINT"],
        api_version=settings["AZURE_OPENAI_API_VERSION"],
        max_retries=0,
    ) as client:
        yield client


@pytest.fixture(scope="session")
def azure_v1(endpoint: Endpoint) -> Iterator[OpenAI]:
    """A client of Azure OpenAI's v1 route."""
    with OpenAI(api_key="any", base_url=f"{endpoint.url}/openai/v1/", max_retries=0) as client:
        yield client


@pytest.fixture(scope="session", params=["openai", "azure", "azure_v1"])
def client(request: pytest.FixtureRequest) -> OpenAI:
    """Each of them."""
    made: OpenAI = request.getfixturevalue(request.param)
    return made
