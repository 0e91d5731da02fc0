"""Images: generated, whole or as a stream, and edited.

Source: https://developers.openai.com/api/reference/resources/images
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.apis.media.names import IMAGES, check_name
from scaffold.endpoint.http.forms import Upload
from scaffold.endpoint.http.response import EventStream, HttpResponse, event
from scaffold.endpoint.http.service_errors import refused
from scaffold.endpoint.http.surfaces import AZURE_DEPLOYMENT, AZURE_V1, OPENAI
from scaffold.endpoint.http.validation import (
    anything,
    fields,
    flag,
    one_of,
    optional,
    text,
    whole,
)
from scaffold.endpoint.replies.pictures import picture
from scaffold.endpoint.replies.tokens import count_tokens

JsonObject = dict[str, Any]

_DEFAULT = "gpt-image-1.5"
# Those that an answer tells, in the official document (ImagesResponse).
_SIZES = ("1024x1024", "1024x1536", "1536x1024")
_SIZE = re.compile(r"(\d{2,4})x(\d{2,4})")
_BODY = fields(
    {"prompt": text(shortest=1, longest=32_000)},
    {
        "model": optional(text()),
        "n": optional(whole(1, 10)),
        "partial_images": optional(whole(0, 3)),
        "response_format": optional(one_of("url", "b64_json")),
        "size": optional(text()),
        "stream": optional(flag),
        "output_compression": optional(whole(0, 100)),
        **dict.fromkeys(
            ("background", "complexity", "moderation", "output_format", "quality", "style"),
            optional(text()),
        ),
        **dict.fromkeys(("frame_count", "frame_duration_ms", "svg"), anything),
        **dict.fromkeys(("safety_identifier", "user"), optional(text())),
    },
)


def generate(call: Call) -> HttpResponse | EventStream:
    """Paint a prompt: a PNG of one colour, which the prompt decides.

    Raises:
        ServiceError: the body is not acceptable, or the model makes no images.
    """
    body = call.checked(_BODY)
    check_name(call, call.path.get("deployment") or body.get("model") or _DEFAULT, IMAGES)
    return _answered(call, body, "image_generation")


def edit(call: Call) -> HttpResponse | EventStream:
    """Paint a prompt over images.

    Raises:
        ServiceError: there is no image or no prompt, or the model makes no images.
    """
    form = call.body
    prompt = form.get("prompt")
    if not isinstance(prompt, str) or not prompt:
        raise refused("Missing required parameter: 'prompt'.", param="prompt")
    if not any(isinstance(value, Upload) and value.content for value in form.values()):
        raise refused("Missing required parameter: 'image'.", param="image")
    plain = {name: value for name, value in form.items() if isinstance(value, str)}
    check_name(call, call.path.get("deployment") or plain.get("model") or _DEFAULT, IMAGES)
    count = plain.get("n", "1")
    partial = plain.get("partial_images", "0")
    body = {
        **plain,
        "n": int(count) if count.isdecimal() else 1,
        "partial_images": int(partial) if partial.isdecimal() else 0,
        "stream": plain.get("stream") == "true",
    }
    return _answered(call, body, "image_edit")


def _answered(call: Call, body: JsonObject, kind: str) -> HttpResponse | EventStream:
    size = body.get("size") or "1024x1024"
    said = _SIZE.fullmatch(size)
    width, height = (int(said[1]), int(said[2])) if said else (1024, 1024)
    painted = base64.b64encode(picture(body["prompt"], width, height)).decode()
    shape = {
        "background": "opaque",
        "output_format": "png",
        "quality": "low",
        "size": f"{width}x{height}",
    }
    usage = _usage(count_tokens(body["prompt"]))
    now = call.state.now()
    if body.get("stream"):
        return EventStream(
            _events(kind, painted, body.get("partial_images") or 0, now, shape, usage)
        )
    data = [{"b64_json": painted} for _ in range(body.get("n") or 1)]
    # The answer has no words for the sizes of older models, which the request still takes.
    if shape["size"] not in _SIZES:
        del shape["size"]
    return HttpResponse({"created": now, "data": data, **shape, "usage": usage})


def _events(
    kind: str, painted: str, partial: int, now: int, shape: JsonObject, usage: JsonObject
) -> Iterator[bytes]:
    base = {"b64_json": painted, "created_at": now, **shape}
    for number in range(partial):
        name = f"{kind}.partial_image"
        yield event({"type": name, **base, "partial_image_index": number}, name)
    name = f"{kind}.completed"
    yield event({"type": name, **base, "usage": usage}, name)


def _usage(read: int) -> JsonObject:
    painted = 272
    return {
        "input_tokens": read,
        "input_tokens_details": {"image_tokens": 0, "text_tokens": read},
        "output_tokens": painted,
        "total_tokens": read + painted,
    }


_WHERE = (OPENAI, AZURE_DEPLOYMENT, AZURE_V1)
OPERATIONS = (
    Operation("POST", "/images/generations", generate, _WHERE),
    Operation("POST", "/images/edits", edit, _WHERE, form=True),
)
