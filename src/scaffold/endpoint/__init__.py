"""The embedded endpoint: OpenAI, Azure OpenAI and Azure AI Search on 127.0.0.1, without a model.

Data moves one way:

    server ─→ app ─→ chat, responses, conversations, embeddings, search, assistants, threads, runs,
                       │        files, vector_stores, store_files, model_list, completions,
                       │        identity: thin routers
                       │        requests in: access, validation, forms; refusals out: service_errors
                       ├─→ answers ─→ functions, sources, json_answers, documents   what to answer
                       │        what uploads are searched by: stores, passages, file_filters
                       └─→ chat_reply, response_reply, response_events, run_life    how it is said
                 app ─→ sockets ─→ speech ─→ speech_messages         Azure Speech, on web sockets

Each request is written down in the journal, which `control` shows and clears.

To add an API, add a file with its `OPERATIONS` and name it in `app.APIS`.
"""

from __future__ import annotations

from scaffold.endpoint.fixtures import FixturesError
from scaffold.endpoint.server import Endpoint, EndpointError

__all__ = ["Endpoint", "EndpointError", "FixturesError"]
