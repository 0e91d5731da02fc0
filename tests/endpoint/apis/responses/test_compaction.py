"""Compaction: a conversation made shorter, and gone on with."""

from __future__ import annotations

from typing import Any

import pytest
from openai import BadRequestError, OpenAI
from openai.types.responses import CompactedResponse

from endpoint import strict
from endpoint.wire import MODEL, ask
from scaffold.endpoint import Endpoint


def test_a_conversation_goes_on_from_what_was_made_of_it(openai: OpenAI) -> None:
    first = openai.responses.create(model=MODEL, input="One")
    second = openai.responses.create(model=MODEL, input="Two", previous_response_id=first.id)
    short = openai.responses.compact(model=MODEL, previous_response_id=second.id)

    assert [item.type for item in short.output] == ["message", "message", "compaction"]
    # The SDK's type knows no message of a user here; the official document does.
    items: Any = [item.to_dict(warnings=False) for item in short.output]
    again = openai.responses.create(
        model=MODEL, input=[*items, {"role": "user", "content": "And now?"}]
    )
    assert "I remember 4 earlier messages" in again.output_text


def test_it_is_of_the_sdks_type_and_what_was_changed_is_refused(
    endpoint: Endpoint, openai: OpenAI
) -> None:
    heard = ask(endpoint, "/v1/responses/compact", {"model": MODEL, "input": "One"}).json
    assert [item["type"] for item in heard["output"]] == ["message", "compaction"]
    strict.check(CompactedResponse, {**heard, "output": heard["output"][1:]})
    for content in ("gAAAAAC", "gAAAAACnonsense", "other"):
        items: Any = [{"type": "compaction", "encrypted_content": content}]
        with pytest.raises(BadRequestError, match="could not be verified"):
            openai.responses.create(model=MODEL, input=items)
    with pytest.raises(BadRequestError, match="must be provided"):
        openai.responses.compact(model=MODEL)
