"""git, run so that nothing but what it is told decides what it does: no settings of anybody, no
hooks, filters, submodules or prompts, and no transport but the one that is asked for.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.running.process import supervise

OLDEST = (2, 32)  # the first that knows GIT_CONFIG_GLOBAL

# What git needs of the user's environment: where programs are, proxies, certificates, ssh keys.
_KEPT = (
    *("PATH", "PATHEXT", "HOME", "USER", "LOGNAME", "TMPDIR", "TMP", "TEMP"),
    *("SYSTEMROOT", "COMSPEC", "WINDIR", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"),
    *("SSH_AUTH_SOCK", "SSH_AGENT_PID"),
)
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.fsmonitor": "false",
    "core.protectHFS": "true",
    "core.protectNTFS": "true",
    "credential.helper": "",
    "fetch.recurseSubmodules": "false",
    "submodule.recurse": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "30",
    "init.defaultBranch": "main",
    "init.templateDir": "",
    "protocol.allow": "never",
}


class Fetching(NamedTuple):
    """How far a fetch may go.

    Attributes:
        seconds: how long it may take.
        size: how many bytes it may bring.
    """

    seconds: float = 300
    size: int = 500_000_000


class GitError(ScaffoldError):
    """git failed. The message is for people; `said` is what git said.

    Args:
        message: what is wrong, in one line.
        said: the lines that git wrote.
    """

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(message)
        self.said = said


def git_environment(environ: Mapping[str, str], *transports: str) -> dict[str, str]:
    """Make an environment in which git heeds nobody's settings.

    Args:
        environ: the user's environment.
        transports: those that may be used: `https`, `ssh` or `file`; none for work without one.
    """
    kept = {name: value for name, value in environ.items() if name.upper() in _KEPT}
    settings = {**_SETTINGS, **{f"protocol.{each}.allow": "always" for each in transports}}
    kept |= {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_CONFIG_COUNT": str(len(settings)),
        "LC_ALL": "C",
    }
    for number, (name, value) in enumerate(settings.items()):
        kept[f"GIT_CONFIG_KEY_{number}"] = name
        kept[f"GIT_CONFIG_VALUE_{number}"] = value
    return kept


def find_git(environ: Mapping[str, str]) -> str:
    """Find git, and make sure that it is new enough.

    Raises:
        ScaffoldError: there is none, or an old one.
    """
    found = shutil.which("git", path=environ.get("PATH"))
    if found is None:
        raise ScaffoldError("templates from elsewhere need git, and there is none: install git")
    said = run_git([found, "version"], environ).decode("utf-8", "replace")
    numbers = re.search(r"(\d+)\.(\d+)", said)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < OLDEST:
        least = ".".join(map(str, OLDEST))
        raise ScaffoldError(f"templates from elsewhere need git {least} or newer; '{found}' is "
                            f"{said.strip() or 'no git'}: update it")  # fmt: skip
    return found


def run_git(
    command: Sequence[str], environ: Mapping[str, str], *, given: bytes = b"", seconds: float = 60
) -> bytes:
    """Run git on what is here already, and return what it prints.

    Args:
        command: git's path and its arguments.
        environ: the user's environment.
        given: what it reads.
        seconds: how long it may take.

    Raises:
        GitError: it failed.
    """
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            command,
            input=given,
            capture_output=True,
            env=git_environment(environ),
            timeout=seconds,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitError(f"git can't be run: {error}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise GitError(f"git {command[-1][:60]} failed: {_reason(said)}", said)
    return done.stdout


def run_remote(
    command: Sequence[str],
    environ: Mapping[str, str],
    *,
    origin: str,
    directory: Path,
    limits: Fetching,
    size: Callable[[], int] = lambda: 0,
) -> list[str]:
    """Run a git that talks to another machine, under limits, and return the lines that it prints.

    Whatever ends it, nothing of it goes on running.

    Args:
        command: git's path and its arguments.
        environ: the user's environment.
        origin: whom it talks to.
        directory: where it runs.
        limits: how far it may go.
        size: tells how many bytes it brought until now.

    Raises:
        GitError: it failed, or went too far.
        KeyboardInterrupt: a signal came meanwhile.
    """
    lines: list[str] = []
    started = time.monotonic()

    def check() -> None:
        if time.monotonic() - started > limits.seconds:
            raise GitError(
                f"fetching '{origin}' took more than {limits.seconds:g} s, and was given up"
            )
        if size() > limits.size:
            raise GitError(f"'{origin}' is larger than {limits.size / 1e6:g} MB, and was given up")

    transport = origin.partition("://")[0] if "://" in origin else "ssh"
    transport = "file" if Path(origin).is_absolute() else transport
    try:
        ended = supervise(
            command,
            directory=directory,
            environ=git_environment(environ, transport),
            listen=lines.append,
            check=check,
        )
    except OSError as error:
        raise GitError(f"git can't be run: {error}") from error
    if ended.signal is not None:
        raise KeyboardInterrupt
    # It may have been done before anybody looked.
    check()
    lines = [line.rstrip("\n") for line in lines if line.strip()]
    if ended.code:
        said = "\n".join(lines)
        raise GitError(f"can't fetch '{origin}': {_reason(said)}", said)
    return lines


def _reason(said: str) -> str:
    """Say in people's terms why git failed."""
    for words, reason in (
        ("Could not resolve host", "its host can't be found: is there a network?"),
        ("terminal prompts disabled", "it is private, or there is no such repository"),
        ("could not read Username", "it is private, or there is no such repository"),
        ("Authentication failed", "it is private, or there is no such repository"),
        ("Permission denied (publickey", "it doesn't know your ssh key"),
        ("Host key verification failed", "its host key isn't known: connect with ssh once"),
        ("does not appear to be a git repository", "there is no such repository"),
        ("not found", "there is no such repository"),
        ("dubious ownership", "its folder belongs to somebody else"),
        ("transport '", "it leads to another transport, which isn't allowed"),
        ("No space left on device", "the disk is full"),
    ):
        if words in said:
            return reason
    told = [line for line in said.splitlines() if line.startswith(("fatal:", "error:"))]
    return (told or said.splitlines() or ["git says nothing"])[0].removeprefix("fatal: ")[:300]
