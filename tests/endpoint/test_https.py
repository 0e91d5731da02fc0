"""Https: who trusts the endpoint's certificate, how it lasts, and what clients get wrong."""

from __future__ import annotations

import datetime
import http.client
import os
import re
import ssl
import stat
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import trustme
from azure.search.documents import SearchClient
from conftest import Scaffold
from openai import APIConnectionError, AzureOpenAI, BadRequestError, OpenAI
from waiting import PATIENCE, wait_for

from scaffold.endpoint import Endpoint, EndpointError

# What https needs, and nothing else may have set.
TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the certificates are kept: a folder with a name that needs quotes."""
    return tmp_path_factory.mktemp("state") / "own certificates"


@pytest.fixture(scope="module")
def told() -> list[str]:
    """What the endpoint says of its clients."""
    return []


@pytest.fixture(scope="module")
def secure(folder: Path, told: list[str]) -> Iterator[Endpoint]:
    with Endpoint(https=folder, say=told.append) as endpoint:
        yield endpoint


def say_hello(client: OpenAI) -> str:
    """What a client hears, streamed."""
    with client.chat.completions.stream(
        model="gpt-6-luna", messages=[{"role": "user", "content": "Hello"}]
    ) as stream:
        return stream.get_final_completion().choices[0].message.content or ""


def test_clients_that_are_told_of_the_authority_trust_it(
    secure: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = secure.variables("openai")
    assert variables["OPENAI_BASE_URL"] == f"{secure.url}/v1"
    assert variables["OPENAI_BASE_URL"].startswith("https://127.0.0.1:")
    for name in TRUST:
        monkeypatch.setenv(name, variables[name])
    for host in ("127.0.0.1", "localhost"):
        with OpenAI(
            base_url=variables["OPENAI_BASE_URL"].replace("127.0.0.1", host),
            api_key=variables["OPENAI_API_KEY"],
            max_retries=0,
        ) as client:
            assert "Hello" in say_hello(client)


def test_those_of_azure_send_a_token_which_they_never_do_over_http(
    secure: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    from azure.identity import DefaultAzureCredential

    for name, value in secure.variables("azure-entra").items():
        monkeypatch.setenv(name, value)
    with (
        DefaultAzureCredential() as credential,
        SearchClient(secure.url, "product-guide", credential) as search,
        AzureOpenAI(
            azure_endpoint=secure.url,
            api_version="2024-10-21",
            azure_ad_token_provider=lambda: (
                credential.get_token("https://cognitiveservices.azure.com/.default").token
            ),
        ) as client,
    ):
        found = list(search.search("price", top=1))
        assert len(found) == 1
        assert "Hello" in say_hello(client)


def test_the_file_to_trust_has_all_that_this_machine_trusts(secure: Endpoint) -> None:
    variables = secure.variables()
    own, trusted = (
        Path(variables[name]).read_text() for name in ("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE")
    )

    assert own.count("BEGIN CERTIFICATE") == 1
    assert trusted.endswith(own)
    assert trusted.count("BEGIN CERTIFICATE") > 100


def test_plain_http_where_it_speaks_https(secure: Endpoint, told: list[str]) -> None:
    wrong = secure.url.replace("https", "http")
    with (
        OpenAI(base_url=f"{wrong}/v1", api_key="any", max_retries=0) as client,
        pytest.raises(BadRequestError, match=f"speaks https.*: ask {secure.url}$"),
    ):
        client.models.list()

    assert told.count(f"a client speaks http, but this is https: let it ask {secure.url}") == 1


def test_https_where_it_speaks_http() -> None:
    told: list[str] = []
    with Endpoint(say=told.append) as endpoint:
        wrong = endpoint.url.replace("http", "https")
        with (
            OpenAI(base_url=f"{wrong}/v1", api_key="any", max_retries=1) as client,
            pytest.raises(APIConnectionError),
        ):
            client.models.list()

        # Once, however often it tries.
        assert told == [f"a client speaks https, but this is http: let it ask {endpoint.url}"]


def test_a_client_that_does_not_know_the_authority(secure: Endpoint, told: list[str]) -> None:
    port = int(secure.url.rpartition(":")[2])
    context = ssl.create_default_context()
    with (
        closing(
            http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=PATIENCE)
        ) as connection,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        connection.request("GET", "/v1/models")

    wait_for(lambda: [line for line in told if "does not trust the certificate" in line])
    assert all(name in told[-1] for name in TRUST)


def test_the_authority_is_made_once_and_only_its_owner_reads_its_key(tmp_path: Path) -> None:
    folder = tmp_path / "kept"

    def start(_: int) -> bytes:
        with Endpoint(https=folder) as endpoint:
            assert endpoint.authority == folder / "ca.pem"
            return endpoint.authority.read_bytes()

    with ThreadPoolExecutor(5) as threads:
        assert len({*threads.map(start, range(10))}) == 1

    assert sorted(path.name for path in folder.iterdir()) == [
        "authority.pem",
        "ca.pem",
        "trusted.pem",
    ]
    if os.name == "posix":
        assert stat.S_IMODE((folder / "authority.pem").stat().st_mode) == 0o600


@pytest.mark.parametrize("how", ["out of date", "cut short", "of two"])
def test_an_authority_that_cannot_be_used_is_made_anew(tmp_path: Path, how: str) -> None:
    now = datetime.datetime.now(datetime.timezone.utc)
    old, other = trustme.CA(), trustme.CA()
    if how == "out of date":
        # A leaf is what has a date of one's own.
        leaf = old.issue_cert("localhost", not_after=now + datetime.timedelta(days=1))
        kept = leaf.private_key_and_cert_chain_pem.bytes()
    else:
        kept = old.private_key_pem.bytes() + (other if how == "of two" else old).cert_pem.bytes()
    (tmp_path / "authority.pem").write_bytes(kept[:-200] if how == "cut short" else kept)

    for _ in range(2):
        with Endpoint(https=tmp_path) as endpoint:
            trusts = ssl.create_default_context(cafile=endpoint.variables()["SSL_CERT_FILE"])
            port = int(endpoint.url.rpartition(":")[2])
            with closing(
                http.client.HTTPSConnection("127.0.0.1", port, context=trusts, timeout=PATIENCE)
            ) as connection:
                connection.request("GET", "/_scaffold/journal")
                assert connection.getresponse().status == 200


def test_one_for_a_test_alone_leaves_nothing_behind() -> None:
    with Endpoint(https=True) as endpoint:
        assert endpoint.authority
        assert endpoint.authority.is_file()

    assert not endpoint.authority.parent.exists()


def test_a_library_that_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)

    with pytest.raises(EndpointError, match=r"pip install 'scaffold-ai\[https\]'$"):
        Endpoint(https=tmp_path).start()


def test_a_folder_that_cannot_be_used(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "scaffold").write_text("in the way")
    result = scaffold("serve", "--https", env={"XDG_STATE_HOME": str(tmp_path)})

    where = re.escape(str(tmp_path / "scaffold" / "https"))
    assert re.fullmatch(f"scaffold: cannot keep certificates in '{where}': .+\n", result.stderr)
    assert result.returncode == 1
