"""Signing in to Azure without a key, as far as that can be tried without the Azure SDK."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from urllib.parse import quote

from scaffold.doctor.asking import Ask, Request
from scaffold.doctor.service import Finding
from scaffold.providers import PROVIDERS

[_RESOURCE] = {each.signs_in_to for each in PROVIDERS if each.signs_in_to}
_ABOUT = "sign-in"
_PATIENCE = 30  # seconds; `az` takes a few when it has to ask for a new token


def sign_in(environ: Mapping[str, str], ask: Ask) -> tuple[str, Finding]:
    """Get a token: from the managed identity that the environment names, or from `az`.

    Args:
        environ: the environment, completed by the project's `.env`.
        ask: asks the managed identity.

    Returns:
        The token, empty if there is none, and how that went.
    """
    if environ.get("AZURE_CLIENT_ID") and environ.get("AZURE_TENANT_ID"):
        what = "signing in as the application AZURE_CLIENT_ID can't be tried here"
        return "", Finding("warn", _ABOUT, what, "run the sample: scaffold run --live")
    if environ.get("IDENTITY_ENDPOINT"):
        return _managed_identity(environ, ask)
    az = shutil.which("az", path=environ.get("PATH", ""))
    if az:
        return _azure_cli(az, environ)
    what = "signing in can't be tried here: there is no managed identity and no 'az'"
    return "", Finding("warn", _ABOUT, what, "install the Azure CLI, then: az login")


def _managed_identity(environ: Mapping[str, str], ask: Ask) -> tuple[str, Finding]:
    query = f"?api-version=2019-08-01&resource={quote(_RESOURCE, safe='')}"
    headers = {"X-IDENTITY-HEADER": environ.get("IDENTITY_HEADER", "")}
    answer = ask(Request("GET", environ["IDENTITY_ENDPOINT"] + query, headers))
    token = answer.body.get("access_token") if isinstance(answer.body, dict) else None
    if answer.status == 200 and isinstance(token, str):
        return token, Finding("ok", _ABOUT, "the managed identity gives a token")
    trouble = answer.trouble or f"gives no token ({answer.status})"
    advice = answer.advice or "set IDENTITY_ENDPOINT and IDENTITY_HEADER as the host does, or unset"
    return "", Finding("error", _ABOUT, f"the managed identity {trouble}", advice)


def _azure_cli(az: str, environ: Mapping[str, str]) -> tuple[str, Finding]:
    command = [az, "account", "get-access-token", "--resource", _RESOURCE, "--output", "json"]
    try:
        done = subprocess.run(  # noqa: S603 - what PATH has, as DefaultAzureCredential does
            command,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
        token = json.loads(done.stdout)["accessToken"] if done.returncode == 0 else ""
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError) as error:
        what = f"'az' gives no token: {type(error).__name__}"
        return "", Finding("error", _ABOUT, what, "try: az account get-access-token")
    if not token:
        return "", Finding("error", _ABOUT, "'az' is not signed in", "sign in: az login")
    return str(token), Finding("ok", _ABOUT, "'az' gives a token")
