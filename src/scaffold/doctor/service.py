"""A service that is asked: what it refuses to everybody, and how its answers are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from scaffold.doctor.asking import Answer, Ask, Request
from scaffold.providers import Backend

Level = Literal["ok", "warn", "error"]

# What is meant for another variable is not shown, should it have got into this one.
_LIKE_A_KEY = re.compile(r"sk-\S+|[0-9A-Za-z]{32,}")
_CODE = re.compile(r"[\w.-]{1,40}")


Expected = Callable[[Any], bool]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        level: `ok`, `warn` (works, but not for long or not quite) or `error`.
        about: the variable that it is about, or else the file or the template.
        what: how it is.
        advice: what to do; empty where nothing is to be done.
    """

    level: Level
    about: str
    what: str
    advice: str = ""


@dataclass
class Service:
    """A service that is asked a few things, until it turns out that it can't be.

    Attributes:
        backend: which one it is, and the variables that lead to it.
        label: its name for people.
        url: its address.
        key: the variable with its key; empty where one signs in without.
        headers: what shows who asks.
        ask: asks.
        findings: what has been found.
        open: whether it can be asked more.
        accepted: whether the key was seen and found good.
    """

    backend: Backend
    label: str
    url: str
    key: str
    headers: Mapping[str, str]
    ask: Ask
    findings: list[Finding] = field(default_factory=list)
    open: bool = True
    accepted: bool = False

    @property
    def address(self) -> str:
        """The variable with its address."""
        return self.backend.address

    def get(self, path: str, expected: Expected, **headers: str) -> Answer | None:
        """Look something up; None when the service can't be asked, or isn't what it should be.

        Args:
            path: what to look up.
            expected: whether JSON that comes with a success is what the service answers with.
            headers: more of them.
        """
        request = Request("GET", self.url + path, {**self.headers, **headers})
        return self._send(request, expected)

    def post(self, path: str, body: Any, expected: Expected) -> Answer | None:
        """Ask something; None when the service can't be asked, or isn't what it should be.

        Args:
            path: where to ask.
            body: what.
            expected: whether JSON that comes with a success is what the service answers with.
        """
        return self._send(Request("POST", self.url + path, self.headers, body), expected)

    def tell(self, level: Level, about: str, what: str, advice: str = "") -> None:
        """Note what was found.

        Args:
            level: how bad it is.
            about: the variable that it is about.
            what: how it is.
            advice: what to do; empty where nothing is to be done.
        """
        self.findings.append(Finding(level, about, what, advice))

    def _send(self, request: Request, expected: Expected) -> Answer | None:
        if not self.open:
            return None
        first = not self.findings
        answer = self.ask(request)
        trouble = self._trouble(answer) or self._disguise(request, answer, expected)
        if first and (trouble is None or trouble.about != self.address):
            self.tell("ok", self.address, f"{self.label} answers at {shown(self.url)}")
        # Who finds nothing at all may not have looked at the key.
        looked = answer.status != 404 or code_of(answer) not in ("", "404")
        if trouble is None and self.key and looked and not self.accepted:
            self.accepted = True
            self.tell("ok", self.key, f"{self.key} is accepted")
        if trouble is None:
            return answer
        self.findings.append(trouble)
        self.open = False
        return None

    def _trouble(self, answer: Answer) -> Finding | None:
        if answer.trouble:
            what = f"{self.label} at {shown(self.url)} {answer.trouble}"
            return Finding("error", self.address, what, answer.advice)
        code = code_of(answer)
        said = f"{answer.status} {code}" if code and code != str(answer.status) else answer.status
        if answer.status in (401, 403):
            about = self.key or "sign-in"
            what = f"{self.key or 'the sign-in'} is not accepted by {self.label} ({said})"
            advice = f"copy the key again: it belongs to what {self.address} names"
            if not self.key:
                advice = "ask for the role 'Cognitive Services OpenAI User' on the resource"
            if "missing scopes" in message_of(answer).lower():
                what = f"{self.key} may not look up models ({said}); the sample may work even so"
                return Finding("warn", about, what, "give it that permission to have it checked")
            return Finding("error", about, what, advice)
        if answer.status == 429:
            what = f"{self.label} takes no more requests now ({said})"
            return Finding("warn", "quota", what, "wait a minute; then look at quota and billing")
        if answer.status >= 500:
            what = f"{self.label} has trouble of its own ({said})"
            return Finding("error", self.address, what, "try again later")
        return None

    def _disguise(self, request: Request, answer: Answer, expected: Expected) -> Finding | None:
        """Tell of an answer that another program gave: its shape is not the service's."""
        if 200 <= answer.status < 300:
            itself = expected(answer.body)
        else:
            # What is sent is refused, with a reason. Not every server lets everything be looked
            # up, and a 404 without a word may come from the gateway in front of it.
            reason = isinstance(answer.body, dict) and isinstance(answer.body.get("error"), dict)
            itself = reason or request.method == "GET" or answer.status == 404
        if itself:
            return None
        what = f"what answers at {shown(self.url)} is not {self.label} ({answer.status})"
        return Finding("error", self.address, what, "correct the address: another server is there")


def shown(url: str) -> str:
    """An address without what may be secret in it: a user, a password, a query."""
    parts = urlsplit(url)
    return printable(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/"))


def printable(text: str) -> str:
    """A name as it may be shown."""
    if _LIKE_A_KEY.fullmatch(text):
        return "(not shown: it looks like a key)"
    return text if len(text) <= 100 else f"{text[:100]}…"


def code_of(answer: Answer) -> str:
    """What the service calls an error; empty where it says nothing like that."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def message_of(answer: Answer) -> str:
    """What the service says of an error. It may quote a key: to be looked at, never shown."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    return str(error.get("message", "")) if isinstance(error, dict) else ""
