"""The variables that a project reads: which are set, and which can't be right as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from scaffold.catalogue.records import Setting
from scaffold.doctor.asking import LOOPBACK
from scaffold.doctor.service import Finding
from scaffold.project.variables import Variable, is_placeholder
from scaffold.providers import ADDRESSES, MODEL_SERVICES


def check_settings(
    variables: Sequence[Variable],
    environ: Mapping[str, str],
    dotenv: Mapping[str, str | None],
    known: Mapping[str, Setting],
) -> tuple[dict[str, str], list[Finding]]:
    """Look at each variable, in the environment first, as `scaffold run --live` does.

    Args:
        variables: what the project reads.
        environ: the environment.
        dotenv: what the project's `.env` sets.
        known: what is known of variables, by name.

    Returns:
        The values that can be used, by name, and what was found.
    """
    usable: dict[str, str] = {}
    findings: list[Finding] = []
    for variable in variables:
        name = variable.name
        here = name in environ
        value = (environ[name] if here else dotenv.get(name)) or ""
        where = known[name].where if name in known else "the project's own files"
        origin = "in the environment" if here else "in .env"
        if not value and here and dotenv.get(name):
            what = f"{name} is set to nothing in the environment, which comes before .env"
            findings.append(Finding("error", name, what, f"unset {name}"))
        elif not value and variable.required:
            findings.append(
                Finding("error", name, f"{name} is not set", f"it is found here: {where}")
            )
        elif not value:
            usable.update({name: variable.default} if variable.default else {})
        elif is_placeholder(value):
            what = f"{name} is a placeholder still, {origin}"
            findings.append(Finding("error", name, what, f"it is found here: {where}"))
        else:
            finding = _odd(name, value, origin)
            findings.append(finding or Finding("ok", name, f"{name} is set, {origin}"))
            if finding is None or finding.level == "warn":
                usable[name] = value
    return usable, findings


def _odd(name: str, value: str, origin: str) -> Finding | None:
    """Tell of a value that can't be right; None for one that may be."""
    if name.endswith("_PROMPT"):
        return None
    if value != value.strip() or not value.isprintable():
        what = f"{name} has a space or a line break too many, {origin}"
        return Finding("error", name, what, "copy it again")
    if not name.endswith(ADDRESSES):
        if not value.isascii() and name.endswith("_KEY"):
            what = f"{name} has characters that no key has, {origin}"
            return Finding("error", name, what, "copy it again")
        return None
    return _odd_address(name, value, origin)


def _odd_address(name: str, value: str, origin: str) -> Finding | None:
    try:
        parts = urlsplit(value)
        usual = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usual = False
    if not usual or " " in value:
        what = f"{name} is no address, {origin}"
        return Finding("error", name, what, "it starts with https:// and a name follows")
    resources = [each.address for each in MODEL_SERVICES if each.api == "azure"]
    if name in resources and "/openai" in parts.path:
        what = f"{name} has more than the resource's address, {origin}"
        return Finding("error", name, what, "leave off '/openai' and all that follows it")
    if parts.query or parts.fragment:
        what = f"{name} has more than an address, {origin}"
        return Finding("error", name, what, "leave off '?' and all that follows it")
    if parts.username is not None:
        what = f"{name} has a user and a password in it, {origin}"
        return Finding("error", name, what, "leave off '@' and all between it and '//'")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        what = f"{name} is http://, so that anybody on the way can read the key"
        return Finding("warn", name, what, "use https://")
    return None
