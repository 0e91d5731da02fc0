"""A project and an environment → a running sample.

    check_project → Language.prepare → offline_environ or live_environ → run_sample

Against the embedded endpoint (offline) nothing of the user's own configuration may reach the
sample, so that no real key leaves and no setting sends it elsewhere. Live is the opposite: the
user's environment, completed by the project's `.env`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from scaffold.errors import ScaffoldError, UsageError
from scaffold.languages import DEFAULT, find_language, language_of
from scaffold.languages.language import Language
from scaffold.project.variables import quoted_names
from scaffold.providers import (
    MODEL_SERVICES,
    PROVIDERS,
    SDK_PREFIXES,
    SEARCH,
    SPEECH,
    Backend,
)
from scaffold.running.process import child_environ, supervise

__all__ = [
    "check_project",
    "live_environ",
    "offline_environ",
    "run_sample",
    "service_of",
]

_HARMLESS = ("_SYSTEM_PROMPT", "OPENAI_LOG", "AZURE_LOG_LEVEL")
_LOOPBACK = ("127.0.0.1", "localhost")


def check_project(directory: Path) -> Language:
    """Make sure that a folder is a project that can be run, and say in which language.

    Args:
        directory: the folder.

    Raises:
        UsageError: it does not exist, is no folder, or lacks a file that every project has.
    """
    how = "Make a project with: scaffold new TEMPLATE (scaffold list shows them)."
    if not directory.exists():
        raise UsageError(f"There is no folder '{directory}'. {how}")
    if not directory.is_dir():
        raise UsageError(f"'{directory}' is a file, not a project's folder. {how}")
    language = language_of(directory)
    if language is None:
        usual = find_language(DEFAULT)
        names = (usual.entry, usual.manifest)
        missing = [name for name in names if not (directory / name).is_file()]
        raise UsageError(
            f"'{directory}' is no project: it has no {' and no '.join(missing)}. {how}"
        )
    return language


def offline_environ(environ: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    """Make the environment in which a sample meets the embedded endpoint and nothing else.

    Args:
        environ: the user's environment.
        variables: what leads to the endpoint; wins over the user's values, but for a system prompt.

    Returns:
        The user's environment with `variables`, without any other setting or key of the services,
        and with the loopback addresses exempt from proxies.
    """
    kept = {
        name: value
        for name, value in child_environ(environ).items()
        if name.upper().endswith(_HARMLESS) or not name.upper().startswith(SDK_PREFIXES)
    }
    # Python's HTTP clients want a package for a SOCKS proxy even where it does not apply.
    for name in [n for n in kept if n.lower().endswith("_proxy")]:
        if kept[name].lower().startswith("socks"):
            del kept[name]
    prompts = {name: value for name, value in kept.items() if name.endswith("_SYSTEM_PROMPT")}
    exempt = {name: _exempting_loopback(environ, name) for name in ("NO_PROXY", "no_proxy")}
    return kept | dict(variables) | prompts | exempt


def _exempting_loopback(environ: Mapping[str, str], name: str) -> str:
    # Clients look at one spelling only when it is there, so each has to say everything.
    value = environ.get(name) or environ.get(name.swapcase()) or ""
    hosts = [host.strip() for host in value.split(",") if host.strip()]
    return ",".join(hosts + [host for host in _LOOPBACK if host not in hosts])


def live_environ(environ: Mapping[str, str], directory: Path) -> dict[str, str]:
    """Make the environment in which a sample meets the real service.

    Args:
        environ: the user's environment; wins over the project's `.env`.
        directory: the project. Values of its `.env` are taken literally, `$` included.

    Returns:
        The variables of both.

    Raises:
        ScaffoldError: `.env` can't be read.
    """
    path = directory / ".env"
    if not path.exists() or path.is_dir():  # a folder .env is somebody's virtual environment
        return child_environ(environ)
    from dotenv import dotenv_values

    try:
        read = dotenv_values(path, interpolate=False, encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise ScaffoldError(f"Cannot read {path}: {error}. Save it as UTF-8 text.") from error
    values = {name: value for name, value in read.items() if value is not None}
    return child_environ(values | dict(environ))


def service_of(directory: Path, environ: Mapping[str, str]) -> str:
    """Say which service a sample will talk to, from the variables that its files read.

    Args:
        directory: the project.
        environ: the environment it will run in, see live_environ.

    Returns:
        One line for a person, such as `Azure OpenAI at https://x.openai.azure.com, deployment y`.
        Never a key: of addresses only the host and the path, without user, password and query.
    """
    read = quoted_names(directory)
    named = [each for each in MODEL_SERVICES if not each.default and each.address in read]
    if not named:  # the SDK itself knows an address: a sample need not name the variable
        named = [
            service
            for service, prefix in {each.service: each.prefix for each in PROVIDERS}.items()
            if service.default and any(name.startswith(prefix) for name in read)
        ]
    named += [SEARCH] if SEARCH.address in read else []
    services = [_described(each, environ) for each in named]
    services += [
        f"the service at {_address(environ, name)}"
        for name in sorted(read - {each.address for each in (*named, SPEECH)})
        if name.startswith("AZURE_") and name.endswith("_ENDPOINT")
    ]
    services += [_speech(environ)] if SPEECH.address in read else []
    return " and ".join(services) or "the service that its code names"


def _described(service: Backend, environ: Mapping[str, str]) -> str:
    label, address = service.label, service.default
    if not service.default or environ.get(service.address):
        address = _address(environ, service.address)
    if service.default and not address.startswith(urljoin(service.default, "/")):
        label = f"an {service.label}-compatible service"
    return f"{label} at {address}{_part(environ, service)}"


def _speech(environ: Mapping[str, str]) -> str:
    """An address of its own counts more than a region."""
    if environ.get(SPEECH.address):
        return f"{SPEECH.label} at {_address(environ, SPEECH.address)}"
    return f"{SPEECH.label}{_part(environ, SPEECH)}"


def _address(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "").strip()
    if not value or value.startswith("<"):
        return f"{name} (not set)"
    try:
        parts = urlsplit(value)
    except ValueError:
        return f"{name} (not an address)"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"{name} (not an address)"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}".rstrip("/")


def _part(environ: Mapping[str, str], service: Backend) -> str:
    value = environ.get(service.part_name, "").strip()
    return f", {service.part} {value}" if value and not value.startswith("<") else ""


def run_sample(
    command: Sequence[str], directory: Path, args: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Run a project in the terminal of this program.

    Ctrl-C, SIGTERM and SIGHUP end the sample, gently first; it is never left behind.

    Args:
        command: what starts the project.
        directory: the project; the sample's working directory.
        args: the arguments of the sample.
        environ: its whole environment.

    Returns:
        The sample's exit code; 128 + n when signal n ended it or came meanwhile (130: Ctrl-C).

    Raises:
        ScaffoldError: it can't be started.
    """
    try:
        ended = supervise([*command, *args], directory=directory, environ=environ)
    except OSError as error:
        language = language_of(directory)
        packages = language.packages if language else "packages"
        remedy = f"Delete the project's {packages}"
        raise ScaffoldError(
            f"Cannot start {command[0]}: {error.strerror or error}. {remedy}, then run again."
        ) from error
    return ended.code if ended.signal is None else 128 + ended.signal
