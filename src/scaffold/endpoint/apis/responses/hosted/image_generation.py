"""The hosted tool `image_generation`: what is asked of it, and what it made as an item.

Source: https://developers.openai.com/api/docs/guides/tools-image-generation
"""

from __future__ import annotations

import base64
import re
from typing import Any

from scaffold.endpoint.http.validation import anything, fields, items, one_of, optional, text, whole
from scaffold.endpoint.http.validation import json_schema as any_object
from scaffold.endpoint.replies.pictures import picture

JsonObject = dict[str, Any]

_SIZE = re.compile(r"(\d{2,4})x(\d{2,4})")
_ASKS = re.compile(
    r"\b(?:draw|paint|sketch|image|images|picture|pictures|photo|logo|icon|illustration|render)\b",
    re.I,
)
SHAPE = fields(
    {"type": anything},
    {
        "action": optional(one_of("generate", "edit", "auto")),
        "background": optional(one_of("transparent", "opaque", "auto")),
        "complexity": optional(one_of("low", "medium", "high")),
        "frame_count": optional(whole(1)),
        "frame_duration_ms": optional(whole(1)),
        "input_fidelity": optional(one_of("high", "low")),
        "input_image_mask": optional(any_object),
        "model": optional(text()),
        "moderation": optional(one_of("auto", "low")),
        "output_compression": optional(whole(0, 100)),
        "output_format": optional(one_of("png", "webp", "jpeg", "gif", "svg")),
        "partial_images": optional(whole(0, 3)),
        "quality": optional(text()),
        "reference_images": optional(items(anything, "objects")),
        "size": optional(text()),
        "svg": optional(any_object),
    },
)


def is_asked_for(question: str) -> bool:
    """Return whether words ask for an image."""
    return _ASKS.search(question) is not None


def draw(prompt: str, size: str | None) -> str:
    """Return an image as base64; of 1024 by 1024 pixels unless another size is said."""
    said = _SIZE.fullmatch(size or "")
    width, height = (int(said[1]), int(said[2])) if said else (1024, 1024)
    return base64.b64encode(picture(prompt, width, height)).decode()


def item(item_id: str, tool: JsonObject, question: str) -> JsonObject:
    """Return an image as an item.

    Args:
        item_id: its id.
        tool: the tool as the request has it.
        question: what to paint.
    """
    size = tool.get("size") or "auto"
    return {
        "id": item_id,
        "type": "image_generation_call",
        "status": "completed",
        "action": "generate",
        "background": "opaque",
        "output_format": "png",
        "quality": "low",
        "result": draw(question, size),
        "revised_prompt": question,
        "size": "1024x1024" if size == "auto" else size,
    }
