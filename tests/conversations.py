"""What somebody types to each sample, and what the sample prints, to the letter."""

from __future__ import annotations

import json
import re
import struct
import wave
from dataclasses import dataclass
from pathlib import Path

from scaffold.catalogue.records import Combination

OFFLINE = "This is scaffold's offline endpoint: no model wrote this."
HELLO = (
    f'User: \nAssistant: {OFFLINE} You said: "Hello".\n\n'
    f'User: \nAssistant: {OFFLINE} You said: "What did I say?" '
    "I remember 2 earlier messages.\n\nUser: "
)
FUNCTIONS = (
    f"User: \nAssistant: {OFFLINE} get_current_date returned YYYY-MM-DD.\n\n"
    f"User: \nAssistant: {OFFLINE} get_current_time returned HH:MM; "
    'get_current_weather(location="Paris") returned The weather in Paris is 72 degrees and sunny '
    "(fahrenheit).\n\nUser: \n"
)
STOVE = "How long does the stove take to boil water?"
BOILS = "The Ember stove boils one litre of water in three and a half minutes"
THREAD = "Bye! (threadId: thread_000000000000000000000001)\n"


@dataclass(frozen=True)
class Conversation:
    """One conversation with a sample.

    Attributes:
        typed: what goes to stdin.
        printed: what comes on stdout, with `YYYY-MM-DD` and `HH:MM` for today and now, and
            `SESSION` for the id of a session.
        arguments: what is said on the command line.
        audio: a WAV file that is there, and how many seconds of it.
        speaker: whether it is heard; what says so on a machine without a loudspeaker is no error.
    """

    typed: str
    printed: str
    arguments: tuple[str, ...] = ()
    audio: tuple[str, float] | None = None
    speaker: bool = False

    def prepare(self, folder: Path) -> None:
        """Puts the files into the project's folder that the conversation is about."""
        if self.audio:
            write_wav(folder / self.audio[0], self.audio[1])

    def complaints(self, stderr: str) -> str:
        """Leaves out what the operating system says of a loudspeaker that is not there."""
        if not self.speaker:
            return stderr
        return re.sub(r"^ALSA lib .*\n", "", stderr, flags=re.MULTILINE)

    def told(self, stdout: str) -> str:
        """Puts words in place of what changes."""
        stdout = re.sub(r"(?<=: )[0-9a-f]{32}\b", "SESSION", stdout)
        stdout = re.sub(r"\b\d{4}-\d\d-\d\d\b", "YYYY-MM-DD", stdout)
        return re.sub(r"\b\d\d:\d\d\b", "HH:MM", stdout)


def write_wav(path: Path, seconds: float, sample: int = 1000) -> None:
    """Writes a WAV file: 16 kHz, 16 bit, mono; each sample the same, 0 for silence."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(struct.pack("<h", sample) * round(seconds * 16_000))


CODE = (
    "User: \nAssistant: \n\nassistant-code:\nprint(12 * 34 + 5)\n\nassistant-output:\n413\n\n"
    f"{OFFLINE} The code printed: 413.\n\nUser: "
)
SUM = "What is 12 * 34 + 5?\nexit\n"
CONVERSATION = "Bye! (conversationId: conv_000000000000000000000001)\n"

LUNCH = "Lunch with Ana and Ben on 24 December 2026"
EVENT = {
    "title": f'{OFFLINE} You said: "{LUNCH}".',
    "date": "YYYY-MM-DD",
    "people": ["Ana", "Ben"],
}

ORDER = "Is the Ember in stock? Then order 2 of them."
ORDERED = (
    "User: \nAssistant: \nassistant-tools: search_guide, check_stock, place_order\n\n"
    'May check_stock be called with {"product":"Ember"}?\ny/n: \n'
    'May place_order be called with {"product":"Ember","quantity":2}?\ny/n: \n'
    'assistant-function: check_stock({"product":"Ember"}) => Ember: 18 in stock.\n'
    f'{OFFLINE} place_order(product="Ember", quantity=2) returned nothing, for it was not '
    f'approved; check_stock(product="Ember") returned Ember: 18 in stock.\n\nUser: {CONVERSATION}'
)

TALK = "Hello\nWhat did I say?\nexit\nnot read\n"
CALLS = "What is the date?\nWhat time is it, and what's the weather in Paris?\n"

AGENTS = (
    "User: \nAssistant: \n"
    'assistant-function: get_current_weather({"location":"Paris"})\n'
    "assistant-output: The weather in Paris is 72 degrees and sunny.\n\n"
    f'{OFFLINE} get_current_weather(location="Paris") returned The weather in Paris is 72 degrees '
    "and sunny.\n\n"
    "User: \nAssistant: \nassistant-handoff: Travel agent\n"
    'assistant-function: get_travel_time({"origin":"Oslo","destination":"Paris"})\n'
    "assistant-output: From Oslo to Paris it takes three hours.\n\n"
    f'{OFFLINE} transfer_to_travel_agent returned {{"assistant": "Travel agent"}}; '
    'get_travel_time(origin="Oslo", destination="Paris") returned From Oslo to Paris it takes '
    "three hours.\n\n"
    "User: \nAssistant: \nassistant-handoff: Assistant\n"
    "assistant-function: get_current_date({})\nassistant-output: YYYY-MM-DD\n\n"
    f'{OFFLINE} transfer_to_assistant returned {{"assistant": "Assistant"}}; '
    "get_current_date returned YYYY-MM-DD.\n\n"
    f'User: \nAssistant: {OFFLINE} You said: "Thanks". I remember 11 earlier messages. '
    "No function fits that; --script FILE says what I answer.\n\nUser: "
)
TRAVEL = (
    "What's the weather in Paris?\nHow long do I travel from Oslo to Paris?\n"
    "What is the date?\nThanks\nexit\n"
)

HEARD = "This is scaffold's offline endpoint: it heard {} seconds of audio."
HEARING = "RECOGNIZING: this is scaffold's offline endpoint\n"
SESSION = "Listening...\nSESSION STARTED: SESSION\n\n{}SESSION STOPPED: SESSION\n"
TRANSLATIONS = (
    f"{HEARING}"
    "TRANSLATING into 'de': [de] this is scaffold's offline endpoint\n"
    "TRANSLATING into 'fr': [fr] this is scaffold's offline endpoint\n\n"
    f"RECOGNIZED: {HEARD.format('1.2')}\n"
    f"TRANSLATED into 'de': [de] {HEARD.format('1.2')}\n"
    f"TRANSLATED into 'fr': [fr] {HEARD.format('1.2')}\n\n"
)

# By template, and by the answer that makes it another program.
CONVERSATIONS = {
    ("openai-chat",): Conversation(TALK, HELLO),
    ("openai-chat-streaming",): Conversation(TALK, HELLO),
    ("openai-chat-streaming-async",): Conversation(TALK, HELLO),
    ("openai-chat-streaming-sse",): Conversation(TALK, HELLO),
    ("openai-chat-webpage",): Conversation(TALK, HELLO),
    ("openai-chat-streaming-with-documents",): Conversation(
        "How much does the Heron weigh?\nIn what wind does no trip begin?\nexit\n",
        "Embedding 3 of 3 documents...\n"
        f"User: \nAssistant: {OFFLINE} From your sources: "
        "The Heron is 4.2 metres long and weighs 22 kilograms [1].\n\n[1] boats.md\n\n"
        f"User: \nAssistant: {OFFLINE} From your sources: "
        "No trip begins in a wind of more than 30 kilometres an hour [2].\n\n"
        "[2] trips.pdf, page 2\n\nUser: ",
    ),
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
    ("openai-responses-streaming-with-images",): Conversation(
        TALK,
        HELLO.replace("You said", "You sent a PNG picture of 64 x 48 pixels. You said", 1)
        + CONVERSATION,
    ),
    ("openai-responses-streaming-with-structured-output",): Conversation(
        f"{LUNCH}\nexit\n",
        f"User: \nAssistant: {json.dumps(EVENT)}\n\n"
        f"field   value\ntitle   {EVENT['title']}\ndate    YYYY-MM-DD\npeople  Ana, Ben\n\n"
        f"User: {CONVERSATION}",
    ),
    ("openai-responses-streaming-with-web-search",): Conversation(
        f"{STOVE}\nHello\nexit\n",
        f"User: \nAssistant: \n\nassistant-search:\n{STOVE}\n\n"
        f"{OFFLINE} From the web, which this endpoint only plays: {BOILS} [1].\n\n"
        "[1] Ember gas stove — https://www.northlight-outfitters.example/guide/ember-stove\n\n"
        f'User: \nAssistant: {OFFLINE} You said: "Hello". I remember 2 earlier messages.\n\n'
        f"User: {CONVERSATION}",
    ),
    ("openai-responses-streaming-with-mcp",): Conversation(f"{ORDER}\ny\nn\nexit\n", ORDERED),
    ("openai-responses-streaming",): Conversation(TALK, HELLO + CONVERSATION),
    ("openai-responses-streaming-with-functions",): Conversation(CALLS, FUNCTIONS + CONVERSATION),
    ("openai-agents-streaming",): Conversation(TRAVEL, AGENTS),
    ("speech-to-text",): Conversation(
        "", f"Listening...\n\nRECOGNIZED: {HEARD.format('1.2')}\n", ("said.wav",), ("said.wav", 1.2)
    ),
    # Nobody pauses in a file that is a tone: an utterance ends after five seconds.
    ("speech-to-text-continuous-reco",): Conversation(
        "",
        SESSION.format(
            f"{HEARING}RECOGNIZED: {HEARD.format('5.0')}\n\n"
            f"{HEARING}RECOGNIZED: {HEARD.format('1.5')}\n\n"
        ),
        ("said.wav",),
        ("said.wav", 6.5),
    ),
    ("speech-to-text-with-file",): Conversation(
        "",
        SESSION.format(f"{HEARING}RECOGNIZED: {HEARD.format('1.2')}\n\n"),
        audio=("audio.wav", 1.2),
    ),
    ("speech-to-text-with-translation",): Conversation(
        "", SESSION.format(TRANSLATIONS), ("said.wav",), ("said.wav", 1.2)
    ),
    # Eleven characters, a fifteenth of a second each, of 32,000 bytes a second; and a header.
    ("text-to-speech",): Conversation(
        "Hello there\n", "Enter text: SYNTHESIZED: 23512 byte(s)\n", speaker=True
    ),
    ("text-to-speech-with-file",): Conversation(
        "Hello there\n", "Enter text: SYNTHESIZED: 23512 byte(s) to output.wav\n"
    ),
}


def conversation_of(made: Combination) -> Conversation:
    """Return what is typed to a project and what it prints, whichever way it asks Azure."""
    answers = {name: value for name, value in made.answers if name != "azure_api"}
    return CONVERSATIONS[(made.template, *answers.values())]
