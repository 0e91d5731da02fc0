"""`scaffold doctor`: what stands between a project and the services that it talks to.

    settings ─→ sign_in ─→ checks ─→ findings
                   └─→ service ─→ asking         one request, and what became of it
                       requests                  what a model would refuse of the project's own
                                                 page: as text or JSON

Only `asking` touches the network; a key is never in a finding.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from scaffold.catalogue.reader import Catalogue
from scaffold.catalogue.records import Setting, Template
from scaffold.doctor.asking import LOOPBACK, Ask, make_ask, proxies_of
from scaffold.doctor.checks import check_azure, check_openai, check_search
from scaffold.doctor.requests import check_requests
from scaffold.doctor.service import Finding, Service
from scaffold.doctor.settings import check_settings
from scaffold.doctor.sign_in import sign_in
from scaffold.errors import ScaffoldError
from scaffold.languages import find_language, language_of, modules_of, package_of
from scaffold.project.dotenv import Dotenv, read_dotenv
from scaffold.project.render import File
from scaffold.project.variables import Variable
from scaffold.providers import ADDRESSES, MODEL_SERVICES, SEARCH, Backend

__all__ = ["Finding", "check_template", "examine", "make_ask"]


def examine(
    directory: Path,
    variables: Sequence[Variable],
    known: Mapping[str, Setting],
    environ: Mapping[str, str],
    ask: Ask,
    today: date,
    files: Sequence[File] = (),
) -> list[Finding]:
    """Look at all that a project needs to talk to its services.

    Args:
        directory: the project; or a folder whose `.env` counts.
        variables: what it reads.
        known: what is known of variables, by name.
        environ: the environment.
        ask: sends a request.
        today: to tell how long models have left.
        files: the project's own, which say what it asks of a model.
    """
    dotenv, findings = _read_dotenv(directory)
    usable, told = check_settings(variables, environ, dotenv.values, known)
    settings = {name: value for name, value in dotenv.values.items() if value is not None}
    settings.update(environ)
    findings += [*told, *_check_environment(directory), *_check_proxies(usable, environ)]

    broken = {finding.about for finding in findings if finding.level == "error"}
    names = {variable.name for variable in variables} - broken
    for backend in MODEL_SERVICES:
        needed = {backend.address, backend.key, backend.version}
        if backend.api == "azure" and backend.address in usable and not needed & broken:
            findings += _ask_azure(backend, usable, settings, ask, today)
        if backend.api == "openai" and backend.key in usable and backend.address not in broken:
            findings += check_openai(_openai(backend, usable, settings, ask), usable, today)
    if {SEARCH.address, SEARCH.key, SEARCH.part_name} <= names:
        findings += check_search(_search(usable, ask), usable[SEARCH.part_name])

    findings += check_requests(files, usable, settings)
    secrets = [value for name, value in settings.items() if _is_secret(name, known)]
    return [_without(secrets, finding) for finding in findings]


def check_template(catalogue: Catalogue, directory: Path, name: str | None) -> list[Finding]:
    """Tell of a template that is not for new work any more.

    Args:
        catalogue: the templates.
        directory: the project; the names of its files tell which template it was made from.
        name: the template, where it is known.
    """
    template = catalogue.get(name) if name else template_of(catalogue, directory)
    if template is None or template.lifecycle.state == "active":
        return []
    lifecycle = template.lifecycle
    what = f"'{template.name}' is {lifecycle.state} since {lifecycle.since}"
    advice = f"scaffold new {lifecycle.successor}" if lifecycle.successor else lifecycle.source
    return [Finding("warn", "template", what, advice)]


def template_of(catalogue: Catalogue, directory: Path) -> Template | None:
    """Tell by the names of its files which template a project was made from; None for none."""
    there = {
        path.name for folder in (directory, modules_of(directory)) for path in folder.iterdir()
    }
    is_package = package_of(directory) is not None
    made: dict[str, int] = {}
    for name in catalogue.names:
        for language in catalogue.get(name).languages:
            folder = catalogue.root / name / language
            files = {path.name.removesuffix(".jinja") for path in folder.iterdir()}
            if is_package:  # which says elsewhere what it needs
                files.discard(find_language(language).manifest)
            if files <= there:
                made[name] = len(files)
    return catalogue.get(max(made, key=lambda name: made[name])) if made else None


def _read_dotenv(directory: Path) -> tuple[Dotenv, list[Finding]]:
    try:
        dotenv = read_dotenv(directory, follow=True) or Dotenv()
    except ScaffoldError as error:
        return Dotenv(), [Finding("warn", ".env", error.message, "no variable is read from it")]
    findings = [
        Finding("error", ".env", f"line {line} of .env is not NAME=value", "correct it")
        for line in dotenv.unreadable
    ]
    if dotenv.exposed and dotenv.values:
        what = "others on this machine can read .env, and so your keys"
        findings.append(Finding("warn", ".env", what, "chmod 600 .env, or: scaffold new .env"))
    return dotenv, findings


def _check_environment(directory: Path) -> list[Finding]:
    language = language_of(directory)
    if language is None:
        return []
    packages, manifest = language.packages, language.manifest_of(directory)
    if language.is_ready(directory):
        return [Finding("ok", packages, f"{packages} has what {manifest} names")]
    if not (directory / packages).exists():
        what = f"there is no {packages} yet; 'scaffold run --live' makes it"
        return [Finding("ok", packages, what)]
    what = f"{packages} may lack what {manifest} names"
    return [Finding("warn", packages, what, "'scaffold run --live' installs it")]


def _check_proxies(usable: Mapping[str, str], environ: Mapping[str, str]) -> list[Finding]:
    """The SDKs, unlike `ask`, send what is for this machine through a proxy too."""
    proxies = proxies_of(environ)
    exempt = {name.strip() for name in proxies.get("no", "").split(",")}
    hosts = {
        urlsplit(value).hostname or "" for name, value in usable.items() if name.endswith(ADDRESSES)
    }
    caught = sorted(hosts & set(LOOPBACK) - exempt)
    if not caught or "*" in exempt or not proxies.keys() & {"http", "https", "all"}:
        return []
    what = f"a proxy is set, and not exempt from it is {', '.join(caught)}"
    return [Finding("warn", "NO_PROXY", what, f"add {','.join(caught)} to NO_PROXY")]


def _ask_azure(
    backend: Backend,
    usable: Mapping[str, str],
    settings: Mapping[str, str],
    ask: Ask,
    today: date,
) -> list[Finding]:
    key = usable.get(backend.key, "")
    findings = []
    # As the samples do: with a header of its own on the dated route, as OpenAI's key on the other.
    headers = {"api-key": key}
    if not key:
        token, finding = sign_in(settings, ask)
        findings.append(finding)
        if not token:
            return findings
        headers = {"Authorization": f"Bearer {token}"}
    elif backend.version not in usable:
        headers = {"Authorization": f"Bearer {key}"}
    url = usable[backend.address].rstrip("/")
    key_name = backend.key if key else ""
    service = Service(backend, backend.label, url, key_name, headers, ask)
    return findings + check_azure(service, usable, today)


def _openai(
    backend: Backend, usable: Mapping[str, str], settings: Mapping[str, str], ask: Ask
) -> Service:
    url = usable.get(backend.address, backend.default).rstrip("/")
    label = backend.label
    if backend.default and url != backend.default:
        label = f"the {backend.label}-compatible service"
    headers = {"Authorization": f"Bearer {usable[backend.key]}"}
    # What the SDK sends along by itself.
    for name, header in (
        ("OPENAI_ORG_ID", "OpenAI-Organization"),
        ("OPENAI_PROJECT_ID", "OpenAI-Project"),
    ):
        if settings.get(name):
            headers[header] = settings[name]
    return Service(backend, label, url, backend.key, headers, ask)


def _search(usable: Mapping[str, str], ask: Ask) -> Service:
    headers = {"api-key": usable[SEARCH.key]}
    url = usable[SEARCH.address].rstrip("/")
    return Service(SEARCH, SEARCH.label, url, SEARCH.key, headers, ask)


def _is_secret(name: str, known: Mapping[str, Setting]) -> bool:
    said = name in known and known[name].secret
    return said or name.endswith(("_KEY", "_SECRET", "_PASSWORD", "_TOKEN", "IDENTITY_HEADER"))


def _without(secrets: Iterable[str], finding: Finding) -> Finding:
    """The last guard: whatever a service or a mistaken variable says, no key is shown."""
    what, advice = finding.what, finding.advice
    for secret in secrets:
        if len(secret.strip()) >= 8:
            what = what.replace(secret.strip(), "(a key)")
            advice = advice.replace(secret.strip(), "(a key)")
    return dataclasses.replace(finding, what=what, advice=advice)
