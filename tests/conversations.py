"""What somebody types to each sample, and what the sample prints, to the letter."""

from __future__ import annotations

import re
from dataclasses import dataclass

OFFLINE = "This is scaffold's offline endpoint: no model wrote this."
HELLO = (
    f'User: \nAssistant: {OFFLINE} You said: "Hello".\n\n'
    f'User: \nAssistant: {OFFLINE} You said: "What did I say?" '
    "I remember 2 earlier messages.\n\nUser: "
)
FUNCTIONS = (
    f"User: \nAssistant: {OFFLINE} get_current_date returned YYYY-MM-DD.\n\n"
    f"User: \nAssistant: {OFFLINE} get_current_time returned HH:MM; get_current_weather "
    "returned The weather in Paris is 72 degrees and sunny (fahrenheit).\n\nUser: \n"
)
STOVE = "How long does the stove take to boil water?"
BOILS = "The Ember stove boils one litre of water in three and a half minutes"
THREAD = "Bye! (threadId: thread_000000000000000000000001)\n"


@dataclass(frozen=True)
class Conversation:
    """One conversation with a sample.

    Attributes:
        typed: what goes to stdin.
        printed: what comes on stdout, with `YYYY-MM-DD` and `HH:MM` for today and now.
    """

    typed: str
    printed: str

    def told(self, stdout: str) -> str:
        """Puts `YYYY-MM-DD` and `HH:MM` in place of what changes."""
        stdout = re.sub(r"\b\d{4}-\d\d-\d\d\b", "YYYY-MM-DD", stdout)
        return re.sub(r"\b\d\d:\d\d\b", "HH:MM", stdout)


CODE = (
    "User: \nAssistant: \n\nassistant-code:\nprint(12 * 34 + 5)\n\nassistant-output:\n413\n\n"
    f"{OFFLINE} The code printed: 413.\n\nUser: "
)
SUM = "What is 12 * 34 + 5?\nexit\n"
CONVERSATION = "Bye! (conversationId: conv_000000000000000000000001)\n"

TALK = "Hello\nWhat did I say?\nexit\nnot read\n"
CALLS = "What is the date?\nWhat time is it, and what's the weather in Paris?\n"

# By template, and by the answer that makes it another program.
CONVERSATIONS = {
    ("openai-chat",): Conversation(TALK, HELLO),
    ("openai-chat-streaming",): Conversation(TALK, HELLO),
    ("openai-chat-streaming-async",): Conversation(TALK, HELLO),
    ("openai-chat-streaming-sse",): Conversation(TALK, HELLO),
    ("az-inference-chat-streaming",): Conversation(TALK, HELLO),
    ("openai-chat-streaming-with-data", "search"): Conversation(
        f"{STOVE}\n\n",
        f"User: \nAssistant: {OFFLINE} From your sources: {BOILS} [doc1].\n\n"
        "[doc1] Ember gas stove\n\nUser: ",
    ),
    ("openai-chat-streaming-with-data", "on-your-data"): Conversation(
        f"{STOVE}\n\n",
        f"User: \nAssistant: {OFFLINE} From the product guide: {BOILS} [doc1].\n\n"
        "[doc1] Ember gas stove\n\nUser: ",
    ),
    ("openai-chat-streaming-with-functions",): Conversation(CALLS, FUNCTIONS),
    ("openai-asst",): Conversation(TALK, HELLO + THREAD),
    ("openai-asst-streaming",): Conversation(TALK, HELLO + THREAD),
    ("openai-asst-streaming-with-functions",): Conversation(CALLS, FUNCTIONS + THREAD),
    ("openai-asst-streaming-with-file-search",): Conversation(
        f"{STOVE}\nexit\n",
        f"User: \nAssistant: {OFFLINE} From the product guide: {BOILS} [1].\n\n"
        f"[1] ember-stove.md\n\nUser: {THREAD}",
    ),
    ("openai-asst-streaming-with-code",): Conversation(SUM, CODE + THREAD),
    ("openai-responses-streaming-with-code",): Conversation(SUM, CODE + CONVERSATION),
    ("openai-responses-streaming-with-file-search",): Conversation(
        f"{STOVE}\nexit\n",
        f"User: \nAssistant: {OFFLINE} From the product guide: {BOILS}[1].\n\n"
        f"[1] ember-stove.md\n\nUser: {CONVERSATION}",
    ),
    ("openai-responses-streaming",): Conversation(TALK, HELLO + CONVERSATION),
    ("openai-responses-streaming-with-functions",): Conversation(CALLS, FUNCTIONS + CONVERSATION),
}
