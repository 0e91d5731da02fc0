"""A thread with an assistant that searches files, each answer streamed.

OpenAI shut its Assistants API down on 2026-08-26; the Responses API follows it.
"""

import contextlib
import warnings
from collections.abc import Callable, Sequence

from openai import APIStatusError, AssistantEventHandler, OpenAI, OpenAIError
from openai.types.beta.threads import (
    Annotation,
    AnnotationDelta,
    Message,
    Text,
    TextDelta,
)

# The SDK says of each call that the Assistants API is deprecated; this sample knows.
warnings.filterwarnings("ignore", message="The Assistants API is deprecated")


class Citations:
    """Numbers the files that a message cites."""

    def __init__(self) -> None:
        self.file_ids: list[str] = []

    def replace_marks(
        self, text: str, annotations: Sequence[Annotation | AnnotationDelta]
    ) -> str:
        """Turns each mark that stands for a citation, such as 【4:0†source】, into [n]."""
        for annotation in annotations:
            if annotation.type != "file_citation" or not annotation.file_citation:
                continue
            file_id = annotation.file_citation.file_id or ""
            if file_id not in self.file_ids:
                self.file_ids.append(file_id)
            number = self.file_ids.index(file_id) + 1
            text = text.replace(annotation.text or "", f"[{number}]")
        return text

    def list_files(self, openai: OpenAI) -> str:
        """Lists what was cited, as `[n] filename`, a line each."""
        lines = []
        for number, file_id in enumerate(self.file_ids, start=1):
            # A file may be gone since it was cited.
            try:
                filename = openai.files.retrieve(file_id).filename
            except APIStatusError:
                filename = f"{file_id} (no longer there)"
            lines.append(f"\n[{number}] {filename}")
        return "\n" + "".join(lines) if lines else ""


class EventHandler(AssistantEventHandler):
    """Hands the pieces of an answer to a callback as they come."""

    def __init__(self, openai: OpenAI, callback: Callable[[str], None]) -> None:
        super().__init__()
        self.openai = openai
        self.callback = callback
        self.citations = Citations()

    def on_text_delta(self, delta: TextDelta, snapshot: Text) -> None:
        """Passes on a piece of text, its citation marks turned into numbers."""
        text = self.citations.replace_marks(delta.value or "", delta.annotations or [])
        self.callback(text)

    def on_message_done(self, message: Message) -> None:
        """Lists what the message cited."""
        self.callback(self.citations.list_files(self.openai))
        self.citations = Citations()


class OpenAIAssistantsFileSearchStreamingClass:
    """Talks with one assistant, in one thread."""

    def __init__(self, assistant_id: str, openai: OpenAI) -> None:
        self.assistant_id = assistant_id
        self.openai = openai
        self.thread_id = ""

    def create_thread(self) -> None:
        """Begins a new thread."""
        self.thread_id = self.openai.beta.threads.create().id

    def retrieve_thread(self, thread_id: str) -> None:
        """Takes up a thread that is there."""
        self.thread_id = self.openai.beta.threads.retrieve(thread_id).id

    def get_thread_messages(self, callback: Callable[[str, str], None]) -> None:
        """Hands role and text of each message to `callback`, the oldest first."""
        # Iterating asks for the next page where one ends.
        messages = self.openai.beta.threads.messages.list(self.thread_id, order="asc")
        for message in messages:
            citations = Citations()
            text = ""
            for block in message.content:
                if block.type == "text":
                    text += citations.replace_marks(
                        block.text.value, block.text.annotations
                    )
                else:
                    text += f"[{block.type}]"
            callback(message.role, text + citations.list_files(self.openai))

    def get_response(self, user_input: str, callback: Callable[[str], None]) -> None:
        """Hands the answer to `callback` piece by piece."""
        # Put the question into the thread.
        question = self.openai.beta.threads.messages.create(
            self.thread_id, role="user", content=user_input
        )

        # Let the assistant answer. A turn that fails leaves the thread as it was.
        try:
            self.run_assistant(callback)
        except Exception:
            self.take_back(question)
            raise

    def run_assistant(self, callback: Callable[[str], None]) -> None:
        """Runs the assistant on the thread, and streams what it says."""
        # The handler is called for each event, until the run is over.
        handler = EventHandler(self.openai, callback)
        with self.openai.beta.threads.runs.stream(
            thread_id=self.thread_id,
            assistant_id=self.assistant_id,
            event_handler=handler,
        ) as stream:
            stream.until_done()

        # Say so when the answer is not all of it.
        run = handler.current_run
        if run and run.status == "incomplete":
            callback("\nERROR: The answer was cut short!")
        elif not run or run.status != "completed":
            error = run.last_error.message if run and run.last_error else ""
            raise RuntimeError(error or "the connection ended before the answer did")

    def take_back(self, question: Message) -> None:
        """Deletes a question that got no answer, if the service lets us."""
        with contextlib.suppress(OpenAIError):
            self.openai.beta.threads.messages.delete(
                question.id, thread_id=question.thread_id
            )
