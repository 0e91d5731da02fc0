"""Moderations: nothing is flagged but what says the word itself.

Source: https://developers.openai.com/api/reference/resources/moderations
"""

from __future__ import annotations

import re
from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.apis.media.names import MODERATION, check_name
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.surfaces import OPENAI
from scaffold.endpoint.http.validation import anything, either, fields, items, text

JsonObject = dict[str, Any]

# Each category, with the words that set it off: enough to walk both paths of a program.
_WORDS = {
    "harassment": "harass|bully|insult",
    "harassment/threatening": "threaten",
    "hate": "hate",
    "hate/threatening": "",
    "illicit": "steal|drugs",
    "illicit/violent": "bomb",
    "self-harm": "self-harm|suicide",
    "self-harm/intent": "",
    "self-harm/instructions": "",
    "sexual": "porn",
    "sexual/minors": "",
    "violence": "kill|murder|attack",
    "violence/graphic": "gore",
}
_PART = either("one of a string or object", string=text(), object=anything)
_INPUT = either(
    "one of a string or array of strings or objects",
    string=text(),
    array=items(_PART, "strings or objects", fewest=1),
)
_BODY = fields({"input": _INPUT}, {"model": text()})


def create(call: Call) -> HttpResponse:
    """Moderate texts; images are taken, and not looked at.

    Raises:
        ServiceError: the body is not acceptable.
    """
    body = call.checked(_BODY)
    model = check_name(call, body.get("model") or "omni-moderation-latest", MODERATION)
    given = body["input"] if isinstance(body["input"], list) else [body["input"]]
    parts = [each for each in given if isinstance(each, dict)]
    texts = [each for each in given if isinstance(each, str)]
    if parts:
        texts = [" ".join([*texts, *(str(part.get("text", "")) for part in parts)])]
    kinds = {"image" for part in parts if "image_url" in part}
    results = [_result(each, sorted({"text"} | kinds, reverse=True)) for each in texts]
    return HttpResponse({"id": call.state.new_id("modr-"), "model": model, "results": results})


def _result(said: str, kinds: list[str]) -> JsonObject:
    flagged = {
        name: bool(words) and re.search(rf"\b(?:{words})", said, re.I) is not None
        for name, words in _WORDS.items()
    }
    return {
        "flagged": any(flagged.values()),
        "categories": flagged,
        "category_scores": {name: 0.98 if found else 0.0001 for name, found in flagged.items()},
        "category_applied_input_types": {
            name: [k for k in kinds if k == "text" or name in _SEEN] for name in flagged
        },
    }


_SEEN = {name for name in _WORDS if name.startswith(("self-harm", "violence")) or name == "sexual"}
OPERATIONS = (Operation("POST", "/moderations", create, (OPENAI,)),)
