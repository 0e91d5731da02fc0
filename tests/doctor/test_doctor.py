"""`scaffold doctor`, as the installed command: each thing that can be wrong, made to be so."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from conftest import CATALOGUE, COMMAND, Project
from servers import INDEX_PAGE, Reply, server
from waiting import PATIENCE

from scaffold.doctor import Finding, examine, make_ask
from scaffold.doctor.asking import Answer, Request
from scaffold.endpoint import Endpoint
from scaffold.project.variables import find_variables

posix = pytest.mark.skipif(os.name == "nt", reason="about POSIX permissions and scripts")
FAMILIES = ("AZURE_", "OPENAI_", "ASSISTANT_", "IDENTITY_")
KEY = "very-secret-key-of-mine"


def doctor(
    folder: Path, *arguments: str, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Runs the command with these settings and no others."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(FAMILIES) and not name.lower().endswith("_proxy")
    }
    return subprocess.run(
        [COMMAND, "doctor", *arguments],
        cwd=folder,
        env={**environ, **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def json_reply(status: int, body: object) -> Reply:
    """An answer of an API."""
    return status, "application/json", json.dumps(body).encode()


def openai(url: str, **more: str) -> dict[str, str]:
    """The settings of an OpenAI sample for a server."""
    names = {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": KEY, "OPENAI_MODEL_NAME": "gpt-x"}
    return {**names, **more}


def test_all_is_well_with_what_serve_exports(tmp_path: Path, endpoint: Endpoint) -> None:
    project = Project("openai-chat-streaming-with-data", "azure").write(tmp_path / "project")

    result = doctor(tmp_path, "project", env=endpoint.variables())

    names = [
        variable.name
        for variable in find_variables(Project("openai-chat-streaming-with-data", "azure").files())
        if variable.required
    ]
    assert result.stdout.splitlines() == [
        *(f"ok     {name} is set, in the environment" for name in names),
        "ok     there is no .venv yet; 'scaffold run --live' makes it",
        f"ok     Azure OpenAI answers at {endpoint.url}",
        "ok     AZURE_OPENAI_API_KEY is accepted",
        "ok     there is a deployment 'gpt-6-luna'",
        "ok     there is a deployment 'text-embedding-3-small'",
        f"ok     Azure AI Search answers at {endpoint.url}",
        "ok     AZURE_AI_SEARCH_KEY is accepted",
        "ok     the index 'product-guide' has 8 documents",
    ]
    assert result.stderr == ""
    assert result.returncode == 0
    assert sorted(path.name for path in project.iterdir()) == sorted(
        file.path for file in Project("openai-chat-streaming-with-data", "azure").files()
    )


@pytest.mark.parametrize(
    ("template", "provider"),
    [
        (template, provider)
        for template in (
            "openai-chat-streaming-with-data",
            "openai-responses-streaming-with-file-search",
            "openai-asst-streaming",
            "az-inference-chat-streaming",
        )
        for provider in CATALOGUE.get(template).providers
    ],
)
def test_each_provider_has_nothing_wrong_offline(
    tmp_path: Path, endpoint: Endpoint, template: str, provider: str
) -> None:
    variables = find_variables(Project(template, provider).files())

    found = examine(
        tmp_path,
        variables,
        CATALOGUE.environment,
        endpoint.variables(provider),
        make_ask({}, PATIENCE),
        datetime.now(timezone.utc).date(),
    )

    assert {finding.level for finding in found} == {"ok"}
    asked = [finding.what for finding in found if "is set" not in finding.what]
    assert len(asked) >= 3


@pytest.mark.parametrize(
    ("template", "provider", "changes", "line"),
    [
        (
            "openai-chat",
            "azure",
            {"AZURE_OPENAI_CHAT_DEPLOYMENT": "gpt-6"},
            "error  there is no deployment 'gpt-6'  →  set AZURE_OPENAI_CHAT_DEPLOYMENT to",
        ),
        (
            "az-inference-chat-streaming",
            "azure",
            {"AZURE_OPENAI_CHAT_DEPLOYMENT": "gpt-6"},
            "error  there is no deployment 'gpt-6'  →  set AZURE_OPENAI_CHAT_DEPLOYMENT to",
        ),
        (
            "openai-chat",
            "azure",
            {"AZURE_OPENAI_CHAT_DEPLOYMENT": "text-embedding-3-small"},
            "warn   the deployment 'text-embedding-3-small' is of a model without chat completions",
        ),
        (
            "openai-chat-streaming-with-data",
            "azure",
            {"AZURE_AI_SEARCH_INDEX_NAME": "guide"},
            "error  there is no index 'guide'  →  set AZURE_AI_SEARCH_INDEX_NAME to one that is",
        ),
        (
            "openai-chat",
            "openai",
            {"OPENAI_MODEL_NAME": "gpt-3.5-turbo"},
            "error  there is no model 'gpt-3.5-turbo' for your key  →  it was shut down on",
        ),
        (
            "openai-asst",
            "azure",
            {"ASSISTANT_ID": "asst_none"},
            "error  there is no assistant 'asst_none'  →  set ASSISTANT_ID to one of",
        ),
        (
            "openai-asst",
            "azure",
            {"AZURE_OPENAI_API_VERSION": "2024-10-21"},
            "error  Azure OpenAI has no Assistants API there (404)  →  use a preview api-version",
        ),
        (
            "openai-responses-streaming-with-file-search",
            "openai",
            {"OPENAI_VECTOR_STORE_ID": "vs_none"},
            "error  there is no vector store 'vs_none'  →  set OPENAI_VECTOR_STORE_ID to one that",
        ),
        (
            "openai-chat",
            "azure-entra",
            {"IDENTITY_HEADER": "another-one"},
            "error  the managed identity gives no token (401)  →  set IDENTITY_ENDPOINT and",
        ),
        # What is seen without asking.
        (
            "openai-chat",
            "openai",
            {"OPENAI_API_KEY": ""},
            "error  OPENAI_API_KEY is not set  →  it is found here: https://platform.openai.com",
        ),
        (
            "openai-chat",
            "openai",
            {"OPENAI_API_KEY": f"{KEY} "},
            "error  OPENAI_API_KEY has a space or a line break too many, in the environment",
        ),
        (
            "openai-chat",
            "openai",
            {"OPENAI_BASE_URL": "api.openai.com"},
            "error  OPENAI_BASE_URL is no address, in the environment  →  it starts with https://",
        ),
        (
            "openai-chat",
            "azure",
            {"AZURE_OPENAI_ENDPOINT": "https://x.openai.azure.com/openai/deployments/y"},
            "error  AZURE_OPENAI_ENDPOINT has more than the resource's address, in the",
        ),
        (
            "openai-chat",
            "openai",
            {"OPENAI_BASE_URL": f"http://me:{KEY}@127.0.0.1:1/v1"},
            "error  OPENAI_BASE_URL has a user and a password in it, in the environment",
        ),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    tmp_path: Path,
    endpoint: Endpoint,
    template: str,
    provider: str,
    changes: dict[str, str],
    line: str,
) -> None:
    env = {**endpoint.variables(provider), **changes}

    result = doctor(tmp_path, "--for", template, "--provider", provider, env=env)

    assert [each for each in result.stdout.splitlines() if each.startswith(line)]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"AZURE_OPENAI_CHAT_DEPLOYMENT": "text-embedding-3-small"},
            "error  the deployment 'text-embedding-3-small' is of a model without chat completions",
        ),
        (
            {"AZURE_OPENAI_API_VERSION": "2021-01-01"},
            "error  Azure OpenAI has no such api-version as '2021-01-01'  →  set it to 2024-10-21",
        ),
    ],
)
def test_what_is_wrong_on_the_dated_route(
    tmp_path: Path, endpoint: Endpoint, changes: dict[str, str], line: str
) -> None:
    made = Project("openai-chat", "azure", (("azure_api", "dated"),))

    result = doctor(made.write(tmp_path / "project"), env=endpoint.variables("azure") | changes)

    assert [each for each in result.stdout.splitlines() if each.startswith(line)]
    assert sum(each.startswith("error") for each in result.stdout.splitlines()) == 1
    assert KEY not in result.stdout
    assert result.stderr == ""
    assert result.returncode == 1


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (
            (502, "text/html", b"<html>proxy</html>"),
            "error  {at} answers with a web page, not as an API does (502)  →  correct the address",
        ),
        ((200, "text/plain", b""), "error  {at} answers with nothing at all (200)  →  correct"),
        ((200, "text/plain", b"hello"), "error  {at} answers with something that isn't JSON (200)"),
        ((302, "text/plain", b""), "error  {at} sends one on to sign-in.example (302)"),
        (
            json_reply(401, {"error": {"code": "invalid_api_key", "message": f"Wrong: {KEY}"}}),
            "error  OPENAI_API_KEY is not accepted by the OpenAI-compatible service (401 invalid_"
            "api_key)  →  copy the key again",
        ),
        ((403, "text/plain", b""), "error  OPENAI_API_KEY is not accepted by the OpenAI-compat"),
        (
            json_reply(403, {"error": {"code": "x", "message": "Missing scopes: model.read"}}),
            "warn   OPENAI_API_KEY may not look up models (403 x); the sample may work even so",
        ),
        (
            json_reply(429, {"error": {"code": "insufficient_quota", "message": KEY}}),
            "warn   the OpenAI-compatible service takes no more requests now (429 insufficient_",
        ),
        (json_reply(503, {}), "error  the OpenAI-compatible service has trouble of its own (503)"),
        (json_reply(404, {}), "warn   whether there is a model 'gpt-x' can't be looked up (404)"),
    ],
)
def test_what_comes_back_is_no_answer(tmp_path: Path, reply: Reply, line: str) -> None:
    with server(lambda _: reply) as url:
        result = doctor(tmp_path, "--for", "openai-chat", "--provider", "openai", env=openai(url))

    expected = line.replace("{at}", f"the OpenAI-compatible service at {url}")
    assert [each for each in result.stdout.splitlines() if each.startswith(expected)]
    assert "is accepted" not in result.stdout
    assert KEY not in result.stdout
    assert result.returncode == int(line.startswith("error"))


WHOLE = [
    ("openai-chat-streaming-with-data", "azure"),
    ("openai-chat-streaming-with-data", "azure-entra"),
    ("openai-chat-streaming-with-data", "openai"),
    ("openai-responses-streaming-with-file-search", "azure"),
    ("openai-responses-streaming-with-file-search", "openai"),
    ("openai-asst-streaming-with-file-search", "azure"),
    ("openai-asst-streaming-with-file-search", "openai"),
]


@pytest.mark.parametrize(("template", "provider"), WHOLE)
def test_whatever_answers_must_be_the_service(
    tmp_path: Path, endpoint: Endpoint, template: str, provider: str
) -> None:
    variables = find_variables(Project(template, provider).files())
    settings = endpoint.variables(provider)
    today = datetime.now(timezone.utc).date()

    bodies: list[object] = [[], {}, {"id": 1}, {"data": {}}, {"value": None}, "ok", 7]
    for status, body in itertools.product((200, 201), bodies):
        answer = Answer(status, body)

        def another(request: Request, answer: Answer = answer) -> Answer:
            identity = "/msi/token" in request.url
            return Answer(200, {"access_token": "t"}) if identity else answer

        found = examine(tmp_path, variables, CATALOGUE.environment, settings, another, today)
        told = [
            each.what
            for each in found
            if not (" is set, " in each.what or each.about in ("sign-in", ".venv"))
        ]

        assert {what.partition(" is not ")[0] for what in told} == {
            f"what answers at {url}"
            for name, url in settings.items()
            if name.endswith(("_ENDPOINT", "_BASE_URL"))
            and name in {variable.name for variable in variables}
        }


def test_a_refusal_without_a_reason_is_none_of_azure(tmp_path: Path) -> None:
    with server(lambda _: json_reply(400, [])) as url:
        env = {
            "AZURE_OPENAI_ENDPOINT": url,
            "AZURE_OPENAI_API_KEY": KEY,
            "AZURE_OPENAI_CHAT_DEPLOYMENT": "x",
            "AZURE_OPENAI_API_VERSION": "2024-10-21",
        }
        result = doctor(tmp_path, "--for", "openai-chat", env=env)

    line = f"error  what answers at {url} is not Azure OpenAI (400)  →  correct the address"
    assert result.stdout.splitlines()[-1].startswith(line)
    assert result.returncode == 1


@pytest.mark.parametrize(("template", "provider"), WHOLE)
def test_each_question_is_looked_at_and_not_only_the_first(
    tmp_path: Path, endpoint: Endpoint, template: str, provider: str
) -> None:
    variables = find_variables(Project(template, provider).files())
    settings = endpoint.variables(provider)
    today = datetime.now(timezone.utc).date()
    ask = make_ask({}, 5)
    asked: list[Request] = []

    def look(wrong: int | None) -> list[Finding]:
        asked.clear()

        def answer(request: Request) -> Answer:
            asked.append(request)
            return Answer(200, []) if len(asked) - 1 == wrong else ask(request)

        return examine(tmp_path, variables, CATALOGUE.environment, settings, answer, today)

    assert {each.level for each in look(None)} == {"ok"}
    for number in range(len(asked)):
        assert "error" in {each.level for each in look(number)}


def test_an_index_page_in_place_of_every_service(tmp_path: Path) -> None:
    with server(lambda _: INDEX_PAGE) as url:
        env = {
            "AZURE_OPENAI_ENDPOINT": url,
            "AZURE_OPENAI_API_VERSION": "2024-10-21",
            "AZURE_OPENAI_CHAT_DEPLOYMENT": "x",
            "AZURE_OPENAI_EMBEDDING_DEPLOYMENT": "y",
            "AZURE_AI_SEARCH_ENDPOINT": url,
            "AZURE_AI_SEARCH_INDEX_NAME": "z",
            "AZURE_AI_SEARCH_KEY": KEY,
            "IDENTITY_ENDPOINT": f"{url}/msi/token",
            "IDENTITY_HEADER": "h",
            **openai(url),
        }
        for provider, services in (("azure", 2), ("azure-entra", 2), ("openai", 2)):
            template = "openai-chat-streaming-with-data"
            own = env if provider != "azure" else {**env, "AZURE_OPENAI_API_KEY": KEY}
            result = doctor(tmp_path, "--for", template, "--provider", provider, env=own)
            wrong = [line for line in result.stdout.splitlines() if "web page" in line]
            assert len(wrong) == services
            assert result.returncode == 1


def test_nobody_is_there(tmp_path: Path, refusing: str) -> None:
    env = openai(refusing, NO_PROXY="*")

    result = doctor(tmp_path, "--for", "openai-chat", "--provider", "openai", env=env)
    assert "refuses the connection  →  correct the address and the port" in result.stdout

    ask = make_ask({"NO_PROXY": "*"}, PATIENCE)
    assert "there is no such name" in ask(Request("GET", "https://nothing.invalid/v1")).trouble
    with server(lambda _: json_reply(200, {})) as url:
        said = ask(Request("GET", url.replace("http:", "https:"))).trouble
    assert said == "doesn't speak TLS there"
    assert ask(Request("GET", "file:///etc/passwd")).trouble == "is at no http address"


def test_it_waits_no_longer_than_told_even_for_a_server_that_dawdles(tmp_path: Path) -> None:
    done = threading.Event()

    def answer(_: str) -> Reply:
        assert done.wait(2 * PATIENCE)
        return json_reply(200, {})

    with server(answer) as url:
        arguments = ("--for", "openai-chat", "--provider", "openai", "--timeout", "0.3")
        try:
            result = doctor(tmp_path, *arguments, env=openai(url))
        finally:
            done.set()

    assert "doesn't answer" in result.stdout
    assert result.returncode == 1


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_a_certificate_that_nobody_trusts(tmp_path: Path) -> None:
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem"
    names = ["-out", "cert.pem", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command.split(), *names], cwd=tmp_path, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def handshake() -> None:
        connection, _ = listener.accept()
        with connection, pytest.raises((ssl.SSLError, ConnectionError)):
            context.wrap_socket(connection, server_side=True)

    serving = threading.Thread(target=handshake)
    serving.start()
    url = f"https://127.0.0.1:{listener.getsockname()[1]}"
    answer = make_ask({}, PATIENCE)(Request("GET", url))
    serving.join()
    listener.close()

    assert answer.trouble.startswith("has a certificate that isn't trusted: self")
    assert "SSL_CERT_FILE" in answer.advice


def test_proxies_are_used_but_not_for_this_machine(tmp_path: Path) -> None:
    with server(lambda _: (407, "text/plain", b"")) as proxy:
        env = {"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy}
        ask = make_ask(env, PATIENCE)
        plain = ask(Request("GET", "http://service.invalid/v1"))
        tunnel = ask(Request("GET", "https://service.invalid/v1"))
        with server(lambda _: json_reply(200, {"id": "gpt-x"})) as url:
            result = doctor(
                tmp_path, "--for", "openai-chat", "--provider", "openai", env={**env, **openai(url)}
            )

    assert plain.trouble == "is behind a proxy that wants a name and a password (407)"
    assert tunnel.trouble.startswith("is behind a proxy that refuses: 407")
    assert "ok     there is a model 'gpt-x'" in result.stdout
    assert (
        "warn   a proxy is set, and not exempt from it is 127.0.0.1  →  add 127.0.0.1 to NO_PROXY"
    ) in result.stdout
    assert result.returncode == 0
    assert (
        "SOCKS"
        in make_ask({"ALL_PROXY": "socks5://x"}, PATIENCE)(Request("GET", "http://y")).trouble
    )


@pytest.mark.parametrize(
    ("days", "line", "code"),
    [
        (-1, "error  the model 'gpt-x' was shut down on {day}  →  choose its successor", 1),
        (10, "warn   the model 'gpt-x' will be shut down on {day}, in 10 days  →  choose its", 0),
        (400, "ok     there is a model 'gpt-x'", 0),
    ],
)
def test_how_long_a_model_has_left(tmp_path: Path, days: int, line: str, code: int) -> None:
    day = (datetime.now(timezone.utc) + timedelta(days=days)).date().isoformat()
    with server(lambda _: json_reply(200, {"id": "gpt-x", "shutdown_date": day})) as url:
        result = doctor(tmp_path, "--for", "openai-chat", "--provider", "openai", env=openai(url))

    last = result.stdout.splitlines()[-1]
    assert last.startswith(line.replace("{day}", day))
    assert result.returncode == code


@pytest.mark.parametrize(
    ("azure_api", "models"),
    [("v1", "/openai/v1/models"), ("dated", "/openai/models?api-version=2024-10-21")],
)
def test_on_azure_it_is_told_of_a_deployment_named_as_its_model(
    azure_api: str, models: str
) -> None:
    today = datetime(2026, 11, 21, tzinfo=timezone.utc).date()
    seconds = datetime(2027, 1, 14, tzinfo=timezone.utc).timestamp()

    def ask(request: Request) -> Answer:
        if request.url.endswith(models):
            return Answer(200, {"data": [{"id": "gpt-4o", "deprecation": {"inference": seconds}}]})
        return Answer(400, {"error": {"code": "empty_array"}})

    env = {
        "AZURE_OPENAI_ENDPOINT": "https://x.openai.azure.com",
        "AZURE_OPENAI_API_KEY": KEY,
        "AZURE_OPENAI_API_VERSION": "2024-10-21",
        "AZURE_OPENAI_CHAT_DEPLOYMENT": "gpt-4o",
    }
    made = Project("openai-chat", "azure", (("azure_api", azure_api),))
    variables = find_variables(made.files())
    found = examine(Path("none"), variables, CATALOGUE.environment, env, ask, today)

    assert found[-1] == Finding(
        "warn",
        "AZURE_OPENAI_CHAT_DEPLOYMENT",
        "the model 'gpt-4o' will be shut down on 2027-01-14, in 54 days",
        "set AZURE_OPENAI_CHAT_DEPLOYMENT to its successor, gpt-6-luna",
    )


@posix
def test_az_is_asked_for_a_token(tmp_path: Path, endpoint: Endpoint) -> None:
    variables = endpoint.variables("azure-entra")
    az = tmp_path / "az"
    az.write_text(f"#!{sys.executable}\nprint('not JSON')\n")
    az.chmod(0o755)
    without = {name: value for name, value in variables.items() if "IDENTITY" not in name}

    def run() -> str:
        return doctor(
            tmp_path,
            *("--for", "openai-asst", "--provider", "azure-entra"),
            env={**without, "PATH": str(tmp_path)},
        ).stdout

    assert "error  'az' gives no token: " in run()
    az.write_text(f"#!{sys.executable}\nraise SystemExit('Please run az login')\n")
    assert "error  'az' is not signed in  →  sign in: az login" in run()
    az.write_text(f'#!{sys.executable}\nprint(\'{{"accessToken": "{KEY}"}}\')\n')
    said = run()
    assert "ok     'az' gives a token" in said
    assert "error  the sign-in is not accepted by Azure OpenAI (401)  →  ask for the role" in said
    assert KEY not in said
    az.unlink()
    assert "warn   signing in can't be tried here: there is no managed identity and no" in run()


@posix
def test_the_project_and_its_dotenv(tmp_path: Path, endpoint: Endpoint) -> None:
    project = Project("openai-asst", "azure").write(tmp_path / "project")
    (project / ".env").write_text(
        f"AZURE_OPENAI_ENDPOINT={endpoint.url}\n"
        "AZURE_OPENAI_API_KEY=<insert your Azure OpenAI API key here>\n"
        "AZURE_OPENAI_API_VERSION=2025-04-01-preview\n"
        "not a line\n"
    )
    (project / ".env").chmod(0o644)
    (project / ".venv").mkdir()

    result = doctor(project, "--json", env={"AZURE_OPENAI_API_VERSION": ""})

    document = json.loads(result.stdout)
    assert document["schema_version"] == 1
    assert document["ok"] is False
    assert [(each["level"], each["about"], each["what"]) for each in document["findings"]] == [
        ("warn", "template", "'openai-asst' is retired since 2026-08-26"),
        ("error", ".env", "line 4 of .env is not NAME=value"),
        ("warn", ".env", "others on this machine can read .env, and so your keys"),
        ("error", "ASSISTANT_ID", "ASSISTANT_ID is not set"),
        ("error", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_API_KEY is a placeholder still, in .env"),
        (
            "error",
            "AZURE_OPENAI_API_VERSION",
            "AZURE_OPENAI_API_VERSION is set to nothing in the environment, which comes before"
            " .env",
        ),
        ("ok", "AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_ENDPOINT is set, in .env"),
        ("warn", ".venv", ".venv may lack what requirements.txt names"),
    ]
    assert result.returncode == 1


def test_a_dotenv_with_a_byte_order_mark(tmp_path: Path, endpoint: Endpoint) -> None:
    made = Project("openai-chat", "openai").write(tmp_path / "project")
    settings = "".join(f"{name}={value}\n" for name, value in openai(endpoint.url).items())
    (made / ".env").write_text(f"\ufeff{settings}", encoding="utf-8")

    result = doctor(made, env={})

    for name in openai(""):
        assert f"ok     {name} is set, in .env\n" in result.stdout


def test_a_key_in_the_wrong_variable_is_not_shown(tmp_path: Path, endpoint: Endpoint) -> None:
    env = {
        **endpoint.variables("azure"),
        "AZURE_OPENAI_API_KEY": KEY,
        "AZURE_OPENAI_CHAT_DEPLOYMENT": KEY,
    }

    result = doctor(tmp_path, "--for", "openai-chat", env=env)

    assert "error  there is no deployment '(a key)'" in result.stdout
    assert KEY not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "'.' is no project (it has no main.py): name its folder, or say which"),
        (["--for", "openai-cha"], 3, "Did you mean:\n  openai-chat\n"),
        (["--provider", "openai"], 2, "--provider goes with --for"),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: list[str], code: int, message: str) -> None:
    result = doctor(tmp_path, *arguments, env={})

    assert message in result.stderr
    assert result.stdout == ""
    assert result.returncode == code
