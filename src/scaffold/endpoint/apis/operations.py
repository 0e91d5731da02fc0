"""Every operation of every API."""

from __future__ import annotations

from scaffold.endpoint.apis import (
    completions,
    control,
    embeddings,
    identity,
    mcp_server,
    model_list,
)
from scaffold.endpoint.apis.assistants import assistants, runs, threads
from scaffold.endpoint.apis.batches import routes as batches
from scaffold.endpoint.apis.chat import routes as chat
from scaffold.endpoint.apis.chat import stored as stored_chat
from scaffold.endpoint.apis.media import audio, images, moderations
from scaffold.endpoint.apis.responses import conversations
from scaffold.endpoint.apis.responses import routes as responses
from scaffold.endpoint.apis.responses.context import compaction, counting
from scaffold.endpoint.apis.search import routes as search
from scaffold.endpoint.apis.storage import files, store_files, uploads, vector_stores

APIS = (
    chat,
    embeddings,
    search,
    threads,
    runs,
    assistants,
    files,
    responses,
    conversations,
    identity,
    vector_stores,
    store_files,
    model_list,
    completions,
    control,
    mcp_server,
    stored_chat,
    compaction,
    batches,
    uploads,
    counting,
    moderations,
    images,
    audio,
)
OPERATIONS = tuple(operation for api in APIS for operation in api.OPERATIONS)
