"""Which models make images, speak, hear and moderate.

Source: https://developers.openai.com/api/docs/models and /deprecations, as of November 2026.
"""

from __future__ import annotations

from scaffold.endpoint.apis.call import Call
from scaffold.endpoint.http.service_errors import retired_model, unknown_model

IMAGES = ("gpt-image-1-mini", "gpt-image-1.5", "gpt-image-2", "chatgpt-image-latest")
SPEECH = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts")
TRANSCRIPTION = ("whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe")
MODERATION = ("omni-moderation", "text-moderation")
RETIRED = frozenset({"dall-e-2", "dall-e-3", "gpt-image-1"})


def check_name(call: Call, name: str, known: tuple[str, ...]) -> str:
    """Return a model's name, if it is one of a kind, or a version of one.

    Args:
        call: the request.
        name: the model's name.
        known: the names of that kind.

    Raises:
        ServiceError: it is retired, or unknown.
    """
    if call.lenient or any(
        name == each or name.startswith((f"{each}-", f"{each}.")) for each in known
    ):
        return name
    if name in RETIRED and call.family == "openai":
        raise retired_model(name)
    raise unknown_model(call.family, name)
