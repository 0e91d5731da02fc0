"""One call's dealings with the script: which entry answers it, and whether it is refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import Family
from scaffold.endpoint.replies.prompt import Message
from scaffold.endpoint.script.entry import Entry
from scaffold.endpoint.script.faults import replies_instead
from scaffold.endpoint.script.matching import Asked, Script
from scaffold.endpoint.script.shape import STORED, Kind

JsonObject = dict[str, Any]


class Instead(Exception):  # noqa: N818 - it is what is said instead
    """An entry refuses: this reply is sent, and nothing else happens."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response)
        self.response = response


class ScriptTurn:
    """One request's dealings with the script.

    Args:
        script: what is in force; None if nothing is.
        kind: the API, as `match.endpoint` names it.
        family: whose words a refusal is in.
        body: what is asked, as it came.
        deployment: the deployment that the path names, if it names one.
    """

    def __init__(
        self,
        script: Script | None = None,
        kind: Kind = "",
        family: Family = "openai",
        body: Any = None,
        deployment: str | None = None,
    ) -> None:
        self.entry: Entry | None = None
        self._script = script
        self._family = family
        self._kind = kind
        self._body = body
        self._deployment = deployment

    def another(self, kind: Kind, body: JsonObject) -> ScriptTurn:
        """Return the dealings of a request that is a part of this one, such as a batch's line.

        Args:
            kind: the API, as `match.endpoint` names it.
            body: what is asked.
        """
        return ScriptTurn(self._script, kind, self._family, body)

    def start(self) -> None:
        """Let a call that asks nobody for a reply be refused or broken, too.

        Raises:
            Instead: it is refused.
        """
        if self._kind in STORED:
            self.choose()

    def choose(
        self,
        messages: Sequence[Message] = (),
        tools: Collection[str] = (),
        text: str | None = None,
        model: str = "",
    ) -> Entry | None:
        """Return the entry that answers this request, if one does.

        Args:
            messages: the conversation.
            tools: the names of the functions that may be called.
            text: what is embedded or searched.
            model: the model, where the request does not name it.

        Raises:
            Instead: it refuses.
        """
        if self._script is None:
            return None
        body = self._body if isinstance(self._body, dict) else {}
        named = model or self._deployment or body.get("model")
        model = named if isinstance(named, str) else ""
        asked = Asked(self._kind, model, messages, tools, text, body.get("response_format"))
        self.entry = self._script.choose(asked)
        if self.entry is not None:
            response = replies_instead(self.entry, self._family)
            if response is not None:
                raise Instead(response)
        return self.entry
