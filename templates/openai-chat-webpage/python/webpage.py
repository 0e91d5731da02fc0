"""The web app: it hands out the page, and answers what is asked there."""

import asyncio
import json
import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import StreamingResponse
from fastapi.staticfiles import StaticFiles
from openai.types.chat import ChatCompletionMessageParam
from pydantic import BaseModel

from openai_chat_completions_streaming_webpage import (
    OpenAIChatCompletionsStreamingWebpage,
)

# In characters: more than this is no message, but a paste that went wrong.
LONGEST = 100_000

# The browser asks nothing of another machine for this page, whatever an answer says,
# and no other page can put it into a frame. What you edit is there when you reload.
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

# Some Windows machines have another type for scripts, which browsers then refuse.
mimetypes.add_type("text/javascript", ".js")


class Message(BaseModel):
    """What one of the two has said."""

    role: Literal["user", "assistant"]
    content: str


class Conversation(BaseModel):
    """All that was said on a page, the question last. Each page keeps its own."""

    messages: list[Message]


class Page(StaticFiles):
    """The files of the page, with the headers that keep it to itself."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Adds them to what would be sent anyway."""
        response = super().file_response(*args, **kwargs)
        response.headers.update(HEADERS)
        return response


def check_origin(request: Request) -> None:
    """Refuses what another site asks by way of the browser of whoever visits it."""
    origin = request.headers.get("origin")
    if origin not in (None, f"http://{request.headers['host']}"):
        raise HTTPException(403, "Only the sample's own page may ask.")


def make_app(chat: OpenAIChatCompletionsStreamingWebpage) -> FastAPI:
    """Makes the app around the helper."""

    # Close the client's connections at the end.
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with chat.client:
            yield

    # It has no pages about itself: they would take their scripts from another machine.
    # A name that leads here but isn't this machine's own is a trick of another site.
    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])

    @app.post("/chat", dependencies=[Depends(check_origin)])
    async def answer(conversation: Conversation) -> Response:
        """Streams the answer to the last message, a line of JSON for each piece."""
        length = len(conversation.messages[-1].content) if conversation.messages else 0
        if length > LONGEST:
            raise HTTPException(
                413, f"That is too long: {length:,} characters, at most {LONGEST:,} go."
            )
        messages: list[Any] = [each.model_dump() for each in conversation.messages]
        lines = stream_lines(chat, messages)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    app.mount("/", Page(directory=Path(__file__).parent / "page", html=True))
    return app


async def stream_lines(
    chat: OpenAIChatCompletionsStreamingWebpage,
    messages: list[ChatCompletionMessageParam],
) -> AsyncIterator[str]:
    """Makes lines of what the helper hands over, until the answer ends."""
    # Few may wait here: the model is read as fast as the page reads, and no faster.
    lines: asyncio.Queue[str] = asyncio.Queue(maxsize=100)

    async def send(kind: str, text: str) -> None:
        await lines.put(json.dumps({kind: text}) + "\n")

    # Whatever goes wrong is one line on the page.
    async def ask() -> None:
        try:
            await chat.get_chat_completions(
                messages, partial(send, "text"), partial(send, "warning")
            )
            await send("end", "")
        except Exception as error:  # noqa: BLE001
            reason = " ".join(str(error).split()) or type(error).__name__
            await send("error", f"The sample encountered an error: {reason}")
        await lines.put("")

    # All that is there goes at once. When the page is closed or stops the answer, the
    # service is no longer asked.
    asking = asyncio.create_task(ask())
    try:
        while True:
            ready = [await lines.get()]
            while not lines.empty():
                ready.append(lines.get_nowait())
            yield "".join(ready)
            if not ready[-1]:
                break
    finally:
        asking.cancel()
