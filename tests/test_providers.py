"""The records of the providers, held against all else that has to know a provider by name."""

from __future__ import annotations

import pytest
from conftest import CATALOGUE, Project, every_project

from scaffold.endpoint import Endpoint
from scaffold.endpoint.variables import variables
from scaffold.project.variables import find_variables
from scaffold.providers import MODEL_SERVICES, PROVIDERS, SDK_PREFIXES, SEARCH, SPEECH, Provider

URL = "http://127.0.0.1:1"
BY_NAME = {provider.name: provider for provider in PROVIDERS}
every_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda each: each.name)


def test_the_templates_offer_these_and_no_others() -> None:
    question = CATALOGUE.questions["provider"]

    assert question.choices == tuple(BY_NAME)
    assert question.default == PROVIDERS[0].name


@every_provider
def test_the_endpoint_leads_each_to_itself(provider: Provider) -> None:
    service = provider.service
    led = variables(URL, provider.name)

    assert led[service.address].startswith(URL)
    assert {service.part_name, service.embedding_name} <= led.keys()
    assert (service.key in led) is not bool(provider.signs_in_to)
    assert {SEARCH.address, SEARCH.key, SEARCH.part_name} <= led.keys()
    speaks = provider.service.api == "azure"
    assert ({SPEECH.address, SPEECH.part_name} <= led.keys()) is speaks


def test_the_endpoint_knows_no_other_and_offline_nothing_else_of_them_is_left() -> None:
    with pytest.raises(ValueError, match=f"choose one of {', '.join(BY_NAME)}$"):
        variables(URL, "no such")
    with Endpoint() as endpoint:
        led = endpoint.variables()
    assert {name for name in led if not name.startswith(SDK_PREFIXES)} == {
        "ASSISTANT_ID",
        "MCP_SERVER_LABEL",
        "MCP_SERVER_URL",
    }


@every_project
def test_a_sample_reads_its_providers_variables_and_no_other_services(project: Project) -> None:
    provider = BY_NAME[project.provider]
    read = {variable.name: variable for variable in find_variables(project.files())}
    others = [each for each in MODEL_SERVICES if each != provider.service]

    for other in others:
        names = {other.address, other.key, other.part_name, other.embedding_name, other.version}
        assert not names & read.keys()
    if SPEECH.key not in read:
        assert provider.service.address in read
    if provider.signs_in_to:
        assert provider.service.key not in read
    # What it does not start without leads to the endpoint, offline.
    needed = {name for name, variable in read.items() if variable.required}
    assert needed <= variables(URL, provider.name).keys()
    route = dict(project.answers).get("azure_api")
    if route is not None:
        assert (provider.service.version in read) is (route == "dated")


@every_provider
def test_every_variable_of_a_record_is_described(provider: Provider) -> None:
    for service in (provider.service, SEARCH, SPEECH):
        names = [service.address, service.key, service.part_name]
        names += [name for name in (service.embedding_name, service.version) if name]
        assert {*names} <= CATALOGUE.environment.keys()


@every_provider
def test_the_macros_ask_for_the_token_of_the_record(provider: Provider) -> None:
    for macros in CATALOGUE.root.glob(f"_shared/*/providers/{provider.name}.jinja"):
        text = macros.read_text(encoding="utf-8")
        asked = f'"{provider.signs_in_to}/.default"' in text
        assert asked is bool(provider.signs_in_to)
        assert ".default" not in text.replace(f'"{provider.signs_in_to}/.default"', "")
