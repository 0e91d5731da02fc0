"""The providers that samples are made for, and the services behind them: each said once.

To add a provider, add a record to `PROVIDERS`, and a file of macros of that name to
`templates/_shared/<language>/providers/`. `copier.yml` has its name among the answers, and the
`template.yml` of each sample that exists for it. The endpoint, which imports nothing of this, has
variables of its own that lead there (`endpoint/variables.py`); `tests/test_providers.py` holds all
of them together.
"""

from __future__ import annotations

from typing import Literal, NamedTuple


class Backend(NamedTuple):
    """A service, and the environment variables that lead a sample to it.

    Attributes:
        label: its name for people.
        address: the variable with its address.
        key: the variable with a key.
        part: what a sample uses of it, in a word for people.
        part_name: the variable that names that; of a service with models, the chat model.
        embedding_name: the variable that names the embedding model.
        version: the variable with the version of its API; a sample need not have it.
        default: its address, where the SDK knows one by itself.
        api: whose API it has.
    """

    label: str
    address: str
    key: str
    part: str
    part_name: str
    embedding_name: str = ""
    version: str = ""
    default: str = ""
    api: Literal["openai", "azure", "other"] = "other"


class Provider(NamedTuple):
    """What `--provider` names: a service with models, and a way to sign in to it.

    Attributes:
        name: as `--provider` takes it, and as its file of macros is called.
        service: the service.
        prefix: what the names of its variables begin with.
        signs_in_to: what a token is asked for, where there is no key; empty where there is one.
        also_read: what the names of other variables begin with that its SDKs read.
    """

    name: str
    service: Backend
    prefix: str
    signs_in_to: str = ""
    also_read: tuple[str, ...] = ()


AZURE_OPENAI = Backend(
    label="Azure OpenAI",
    address="AZURE_OPENAI_ENDPOINT",
    key="AZURE_OPENAI_API_KEY",
    part="deployment",
    part_name="AZURE_OPENAI_CHAT_DEPLOYMENT",
    embedding_name="AZURE_OPENAI_EMBEDDING_DEPLOYMENT",
    version="AZURE_OPENAI_API_VERSION",  # on the dated route alone
    api="azure",
)
OPENAI = Backend(
    label="OpenAI",
    address="OPENAI_BASE_URL",
    key="OPENAI_API_KEY",
    part="model",
    part_name="OPENAI_MODEL_NAME",
    embedding_name="OPENAI_EMBEDDING_MODEL_NAME",
    default="https://api.openai.com/v1",
    api="openai",
)
# What some samples talk to besides, or in place of a model, whatever the provider.
SEARCH = Backend(
    label="Azure AI Search",
    address="AZURE_AI_SEARCH_ENDPOINT",
    key="AZURE_AI_SEARCH_KEY",
    part="index",
    part_name="AZURE_AI_SEARCH_INDEX_NAME",
)
SPEECH = Backend(
    label="Azure Speech",
    address="AZURE_AI_SPEECH_ENDPOINT",  # a sample can do without, by its region
    key="AZURE_AI_SPEECH_KEY",
    part="region",
    part_name="AZURE_AI_SPEECH_REGION",
)

# The first is the default.
PROVIDERS = (
    Provider("azure", AZURE_OPENAI, "AZURE_", also_read=("SPEECH_",)),
    Provider(
        "azure-entra",
        AZURE_OPENAI,
        "AZURE_",
        # https://learn.microsoft.com/azure/ai-foundry/openai/how-to/managed-identity
        signs_in_to="https://cognitiveservices.azure.com",
        also_read=("IDENTITY_", "MSI_", "IMDS_"),  # azure-identity 1.27
    ),
    Provider("openai", OPENAI, "OPENAI_"),
)
MODEL_SERVICES = tuple(dict.fromkeys(each.service for each in PROVIDERS))
PREFIXES = tuple(dict.fromkeys(each.prefix for each in PROVIDERS))
# Whatever the SDKs read is a key, an address or a choice between them. Whole families: a list of
# names would be outgrown.
SDK_PREFIXES = (*PREFIXES, *(prefix for each in PROVIDERS for prefix in each.also_read))
# How the names of variables with an address end.
ADDRESSES = ("_ENDPOINT", "_BASE_URL")


def provider_help() -> str:
    """Name the providers in a few words, the default one first."""
    first, *others, last = (each.name for each in PROVIDERS)
    return f"{', '.join([f'{first} (default)', *others])} or {last}"
