"""Signing in without a key: a managed identity's tokens, and who takes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from openai import AzureOpenAI, OpenAI

from endpoint.wire import DATED, MODEL, ask, chat
from scaffold.endpoint import Endpoint

COGNITIVE = "https://cognitiveservices.azure.com"
SEARCH = "/indexes('product-guide')/docs/search.post.search?api-version=2026-04-01"
V1 = "/openai/v1/chat/completions"
UNAUTHORIZED = {
    "statusCode": 401,
    "message": "Unauthorized. Access token is missing, invalid, audience is incorrect"
    " (https://cognitiveservices.azure.com), or have expired.",
}


@pytest.fixture
def tokens(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What gives tokens to a program that runs with the endpoint's variables."""
    from azure.identity import DefaultAzureCredential, get_bearer_token_provider

    for name, value in endpoint.variables("azure-entra").items():
        monkeypatch.setenv(name, value)
    return get_bearer_token_provider(DefaultAzureCredential(), f"{COGNITIVE}/.default")


def get_token(endpoint: Endpoint, resource: str) -> Any:
    header = {"X-IDENTITY-HEADER": endpoint.variables("azure-entra")["IDENTITY_HEADER"]}
    path = f"/msi/token?api-version=2019-08-01&resource={resource}"
    heard = ask(endpoint, path, headers=header)
    assert heard.status == 200
    return heard.json


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_dated_route_without_a_key(endpoint: Endpoint, tokens: Callable[[], str]) -> None:
    with AzureOpenAI(
        azure_endpoint=endpoint.url, api_version="2024-10-21", azure_ad_token_provider=tokens
    ) as client:
        said = client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "Hi"}]
        )
    assert said.choices[0].message.content


def test_the_v1_route_without_a_key(endpoint: Endpoint, tokens: Callable[[], str]) -> None:
    with OpenAI(base_url=f"{endpoint.url}/openai/v1/", api_key=tokens) as client:
        said = client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "Hi"}]
        )
    assert said.choices[0].message.content


def test_the_text_of_a_function_is_no_key(endpoint: Endpoint) -> None:
    # What openai before 1.106 sends, which knew no function for a key.
    heard = ask(endpoint, V1, chat("Hi"), headers=bearer("<function token at 0x7f0000000000>"))

    assert (heard.status, heard.json) == (401, UNAUTHORIZED)


def test_what_a_token_comes_with(endpoint: Endpoint) -> None:
    given = get_token(endpoint, COGNITIVE)

    assert given.keys() == {"access_token", "expires_on", "resource", "token_type", "client_id"}
    assert (given["resource"], given["token_type"]) == (COGNITIVE, "Bearer")
    assert given["expires_on"].isdecimal()


@pytest.mark.parametrize("headers", [{}, {"X-IDENTITY-HEADER": "x"}, {"Metadata": "true"}], ids=str)
def test_a_token_is_not_for_everybody(endpoint: Endpoint, headers: dict[str, str]) -> None:
    path = f"/msi/token?api-version=2019-08-01&resource={COGNITIVE}"
    assert ask(endpoint, path, headers=headers).status == 401


def test_a_token_is_for_something(endpoint: Endpoint) -> None:
    header = {"X-IDENTITY-HEADER": endpoint.variables("azure-entra")["IDENTITY_HEADER"]}
    assert ask(endpoint, "/msi/token?api-version=2019-08-01", headers=header).status == 400
    assert ask(endpoint, f"/msi/token?resource={COGNITIVE}", headers=header).status == 404


@pytest.mark.parametrize("resource", [COGNITIVE, f"{COGNITIVE}/", "https://ai.azure.com"])
@pytest.mark.parametrize("path", [DATED, V1])
def test_azure_takes_its_tokens(endpoint: Endpoint, path: str, resource: str) -> None:
    token = get_token(endpoint, resource)["access_token"]
    assert ask(endpoint, path, chat(), headers=bearer(token)).status == 200


@pytest.mark.parametrize(
    "token", ["any", "a.b.c", "é", "W10.W10.x", "e30.e30.x", "=.=.=", "e30.eyJhdWQiOltdfQ.x"]
)
def test_azure_takes_no_other_tokens(endpoint: Endpoint, token: str) -> None:
    heard = ask(endpoint, DATED, chat(), headers=bearer(token))
    assert (heard.status, heard.json) == (401, UNAUTHORIZED)


def test_a_token_for_another_service(endpoint: Endpoint) -> None:
    openai = bearer(get_token(endpoint, COGNITIVE)["access_token"])
    search = bearer(get_token(endpoint, "https://search.azure.com")["access_token"])

    for path in (DATED, V1):
        assert ask(endpoint, path, chat(), headers=search).json == UNAUTHORIZED
    assert ask(endpoint, SEARCH, {"search": "tent"}, headers=search).status == 200
    assert ask(endpoint, SEARCH, {"search": "tent"}, headers=openai).status == 401


def test_a_token_that_has_run_out(endpoint: Endpoint) -> None:
    claims = {"aud": COGNITIVE, "exp": 1}
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    assert ask(endpoint, DATED, chat(), headers=bearer(f"e30.{middle}.x")).status == 401


def test_any_key_will_do(endpoint: Endpoint) -> None:
    assert ask(endpoint, DATED, chat(), headers={"api-key": "any"}).status == 200
    # OpenAI's own client shows its key as a token.
    assert ask(endpoint, V1, chat(), headers=bearer("any")).status == 200


def test_there_is_no_such_provider(endpoint: Endpoint) -> None:
    with pytest.raises(ValueError, match="there is no provider 'aws': choose one of azure, "):
        endpoint.variables("aws")
