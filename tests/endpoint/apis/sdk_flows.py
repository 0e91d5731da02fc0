"""The official SDK's own flows against the endpoint: run with the oldest and the newest SDK.

    python sdk_flows.py BASE_URL ASSISTANT_ID

Prints one line for each flow, which `test_sdk_range.py` compares.
"""

from __future__ import annotations

import io
import sys
import warnings

from openai import OpenAI

warnings.filterwarnings("ignore", message="The Assistants API is deprecated")
# Takes nearly everything, for it reasons only where it is told to.
MODEL = "gpt-5.4"
CODE = "The gate code is 4711."


def threads(client: OpenAI, assistant_id: str) -> str:
    """A thread, its run through the streaming helper."""
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "Hello"}])
    with client.beta.threads.runs.stream(thread_id=thread.id, assistant_id=assistant_id) as stream:
        text = "".join(stream.text_deltas)
        run = stream.get_final_run()
    return f"{run.status}: {text}"


def responses(client: OpenAI) -> str:
    """A conversation, and a response in it through the streaming helper."""
    conversation = client.conversations.create()
    with client.responses.stream(
        model=MODEL, input="Hello", conversation=conversation.id
    ) as stream:
        text = "".join(
            event.delta for event in stream if event.type == "response.output_text.delta"
        )
        response = stream.get_final_response()
    return f"{response.status}: {text}"


def vector_stores(client: OpenAI) -> str:
    """A store, a file put into it and waited for, and a search."""
    store = client.vector_stores.create(name="codes")
    file = client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("codes.txt", io.BytesIO(CODE.encode()))
    )
    found = client.vector_stores.search(store.id, query="What is the gate code?").data
    response = client.responses.create(
        model=MODEL,
        input="What is the gate code?",
        tools=[{"type": "file_search", "vector_store_ids": [store.id]}],
    )
    return f"{file.status}: {found[0].content[0].text} {'4711' in response.output_text}"


def paging(client: OpenAI) -> str:
    """Messages over several pages, the oldest first."""
    thread = client.beta.threads.create()
    for number in range(7):
        client.beta.threads.messages.create(thread.id, role="user", content=str(number))
    listed = client.beta.threads.messages.list(thread.id, order="asc", limit=3)
    texts = [message.content[0].text.value for message in listed]  # type: ignore[union-attr]
    return " ".join(texts)


def main() -> None:
    """Runs each flow."""
    with OpenAI(base_url=sys.argv[1], api_key="any") as client:
        print(f"threads {threads(client, sys.argv[2])}")
        print(f"responses {responses(client)}")
        print(f"vector stores {vector_stores(client)}")
        print(f"paging {paging(client)}")


if __name__ == "__main__":
    main()
