"""The embedded endpoint: OpenAI, Azure OpenAI and Azure AI Search on 127.0.0.1, without a model.

Data moves one way:

    server.py    starts and closes it, on a thread of its own
    app.py       which operation a request is for
    apis/        what the services offer: an API a folder or a file
    script/      what it was told to say, and how to misbehave
    state/       what lasts as long as the server does; the journal among it
    models/      the models: a table of all that are known, and what each one takes
    replies/     what to say: a conversation, tools and documents in, a reply out
    http/        the ground that all APIs share

To add an API, add a file with its `OPERATIONS` to `apis/` and name it in `apis/operations.py`.
"""

from __future__ import annotations

from scaffold.endpoint.listening import EndpointError
from scaffold.endpoint.models.find import DeploymentsError
from scaffold.endpoint.script.reading import ScriptError
from scaffold.endpoint.server import Endpoint
from scaffold.endpoint.state.own_documents import DocumentsError

__all__ = ["DeploymentsError", "DocumentsError", "Endpoint", "EndpointError", "ScriptError"]
