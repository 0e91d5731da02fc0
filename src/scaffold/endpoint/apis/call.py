"""What passes between the HTTP side and the APIs: a call comes in, a reply goes out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from scaffold.endpoint.http.invalid import Invalid
from scaffold.endpoint.http.response import EventStream, HttpResponse
from scaffold.endpoint.http.service_errors import Family, invalid, no_value_fits
from scaffold.endpoint.http.surfaces import Surface
from scaffold.endpoint.http.validation import Check
from scaffold.endpoint.models.model import Api, Model
from scaffold.endpoint.replies.prompt import Prompt, Reply
from scaffold.endpoint.replies.reply import compose
from scaffold.endpoint.replies.schemas.merge import Contradiction
from scaffold.endpoint.script.shape import Kind
from scaffold.endpoint.script.turn import ScriptTurn
from scaffold.endpoint.state.state import State


class Call(NamedTuple):
    """One request, its key, api-version and JSON already checked.

    Attributes:
        surface: where it came in.
        state: what the server knows.
        path: the parameters in its path.
        query: the parameters after the question mark.
        headers: its headers, names in lower case.
        body: its JSON or its form; None for a method without a body.
        script: what the script makes of it.
        lenient: whether what no service would take is taken where that can be.
    """

    surface: Surface
    state: State
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    script: ScriptTurn
    lenient: bool

    @property
    def family(self) -> Family:
        """Whose rules it follows."""
        return self.surface.family

    def checked(self, shape: Check) -> dict[str, Any]:
        """Return the body, if it is an object of this shape.

        Raises:
            ServiceError: it is not.
        """
        body: dict[str, Any] = self.check(shape, self.body, "")
        return body

    def check(self, shape: Check, value: Any, path: str) -> Any:
        """Return a value that came with the request, if it has this shape.

        Args:
            shape: what it must be.
            value: it.
            path: where it is, as an error says it.

        Raises:
            ServiceError: it is something else.
        """
        try:
            return shape(value, path, self.lenient)
        except Invalid as problem:
            raise invalid(problem) from problem

    def find_model(self, name: str, api: Api) -> Model:
        """Return the model or deployment of a name, which must be able to do the operation.

        Raises:
            ServiceError: there is none, it is retired, or it does something else.
        """
        return self.state.models.find(self.family, name, api, lenient=self.lenient)

    def reply_to(self, prompt: Prompt) -> Reply:
        """Return what to answer; every API asks here, so that a script can come first.

        Raises:
            Instead: the script refuses.
            ServiceError: a schema contradicts itself.
        """
        tools = {tool.name for tool in prompt.tools}
        entry = self.script.choose(prompt.messages, tools, model=prompt.model)
        scripted = None if entry is None else entry.reply
        try:
            said = compose(prompt) if scripted is None else scripted
        except Contradiction as problem:
            raise no_value_fits(str(problem)) from problem
        fault = None if entry is None else entry.fault
        if fault is None:
            return said
        return replace(said, failed=fault.name == "failed", refused=fault.name == "refusal")


# What the code of an API asks for a reply.
ReplyTo = Callable[[Prompt], Reply]
Sendable = HttpResponse | EventStream
# One that has to wait for others gives an awaitable.
Handler = Callable[[Call], Sendable | Awaitable[Sendable]]


@dataclass(frozen=True)
class Operation:
    """One thing an API does.

    Attributes:
        method: the HTTP method.
        path: the path after a surface's prefix.
        handler: what does it.
        surfaces: where it is offered.
        kind: what it is in a script's `match.endpoint`.
        beta: whether OpenAI wants its `OpenAI-Beta: assistants=v2` header.
        form: whether the body is a form (see `forms`), not JSON.
    """

    method: str
    path: str
    handler: Handler
    surfaces: tuple[Surface, ...]
    kind: Kind = ""
    beta: bool = False
    form: bool = False
