"""What the endpoint knows of a model: a row of the table, and what a class of models takes.

None stands for what is not known: nothing was found, or the sources disagree. The endpoint lets
that pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Api = Literal["chat", "responses", "embeddings", "completions"]
BOTH: tuple[Api, ...] = ("chat", "responses")


@dataclass(frozen=True)
class Takes:
    """What a class of models takes.

    Attributes:
        name: of the class, for people.
        efforts: the reasoning efforts; empty for models that don't reason.
        efforts_of_responses: those that only Responses takes besides.
        default_effort: the effort of a request that names none.
        sampling: when `temperature`, `top_p` and `logprobs` may be something else than the default.
        max_tokens: whether chat completions take `max_tokens`; else `max_completion_tokens`.
        stop: whether chat completions take `stop`.
        chat_tools: when chat completions take function tools: always, as long as no effort but
            `none` is sent, or only while the effort is `none`.
        advice: what the service says to do about function tools that it refuses.
        hosted_tools: whether Responses runs its own tools for it.
        images: whether it sees pictures.
        structured_output: whether it answers in a JSON Schema.
    """

    name: str
    efforts: tuple[str, ...] | None = ()
    efforts_of_responses: tuple[str, ...] = ()
    default_effort: str | None = None
    sampling: Literal["always", "effort none", "never"] | None = "always"
    max_tokens: bool | None = True
    stop: bool | None = True
    chat_tools: Literal["always", "no effort sent", "effort none"] | None = "always"
    advice: str = ""
    hosted_tools: bool | None = True
    images: bool | None = True
    structured_output: bool | None = True


@dataclass(frozen=True)
class Model:
    """A row of the table.

    Attributes:
        name: what a request calls it.
        takes: what it takes.
        apis: the APIs that serve it.
        context: how many tokens it reads and writes at most.
        ends: the day (YYYY-MM-DD) from which it is gone, if one is announced.
        successor: what its maker names in its place.
        dimensions: the length of an embedding model's vectors.
        source: who says so.
        looked_up: the day on which that was looked up.
        note: where the sources disagree, or are silent.
        snapshots: dated names of the same model.
    """

    name: str
    takes: Takes
    apis: tuple[Api, ...] = BOTH
    context: int | None = None
    ends: str | None = None
    successor: str | None = None
    dimensions: int = 0
    source: tuple[str, ...] = ()
    looked_up: str = ""
    note: str = ""
    snapshots: tuple[str, ...] = ()
