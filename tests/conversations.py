"""What somebody types to each sample, and what the sample prints, to the letter."""

from __future__ import annotations

import re
from dataclasses import dataclass

OFFLINE = "This is scaffold's offline endpoint: no model wrote this."


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
        """Puts `YYYY-MM-DD` and `HH:MM` in place of dates and times, which change."""
        stdout = re.sub(r"\b\d{4}-\d\d-\d\d\b", "YYYY-MM-DD", stdout)
        return re.sub(r"\b\d\d:\d\d\b", "HH:MM", stdout)


# By template, and by the answer that makes it another program.
CONVERSATIONS = {
    ("openai-chat-streaming",): Conversation(
        "Hello\nWhat did I say?\nexit\nnot read\n",
        f'User: \nAssistant: {OFFLINE} You said: "Hello".\n\n'
        f'User: \nAssistant: {OFFLINE} You said: "What did I say?" '
        "I remember 2 earlier messages.\n\nUser: ",
    ),
    ("openai-chat-streaming-with-data", "search"): Conversation(
        "How long does the stove take to boil water?\n\n",
        f"User: \nAssistant: {OFFLINE} From your sources: The Ember stove boils one litre of "
        "water in three and a half minutes [doc1].\n\n[doc1] Ember gas stove\n\nUser: ",
    ),
    ("openai-chat-streaming-with-data", "on-your-data"): Conversation(
        "How long does the stove take to boil water?\n\n",
        f"User: \nAssistant: {OFFLINE} From the product guide: The Ember stove boils one litre of "
        "water in three and a half minutes [doc1].\n\n[doc1] Ember gas stove\n\nUser: ",
    ),
    ("openai-chat-streaming-with-functions",): Conversation(
        "What is the date?\nWhat time is it, and what's the weather in Paris?\n",
        f"User: \nAssistant: {OFFLINE} get_current_date returned YYYY-MM-DD.\n\n"
        f"User: \nAssistant: {OFFLINE} get_current_time returned HH:MM; get_current_weather "
        "returned The weather in Paris is 72 degrees and sunny (fahrenheit).\n\nUser: \n",
    ),
    ("openai-asst-streaming-with-file-search",): Conversation(
        "How long does the stove take to boil water?\nexit\n",
        f"User: \nAssistant: {OFFLINE} From the product guide: The Ember stove boils one litre "
        "of water in three and a half minutes [1].\n\n[1] ember-stove.md\n\n"
        "User: Bye! (threadId: thread_000000000000000000000001)\n",
    ),
}
