"""The table of models: who serves each, until when, and what it takes.

Each row names the source that says so, and the day on which it was looked up. None is an unknown,
which the endpoint lets pass; `note` says where the sources disagree. Left out are models for audio,
pictures and realtime, and those that need a permission of their own.

To add a model, add a row to `_ROWS`. A class of models that takes something else than those before
it gets a `Takes` in `classes.py`, and rows in `tests/endpoint/models/request_table.py`.
"""

from __future__ import annotations

from dataclasses import replace

from scaffold.endpoint.models.classes import (
    ALWAYS_REASONS,
    EMBEDDING,
    GPT_5,
    GPT_5_1,
    GPT_5_2,
    GPT_5_4,
    GPT_5_5,
    GPT_6,
    O3,
    PLAIN,
    PRO,
    UNKNOWN,
)
from scaffold.endpoint.models.model import Model

LOOKED_UP = "2026-11-21"

# Where the rows come from: an address, or a file of a package or repository.
_SDK = "openai 3.54.0 on PyPI: openai/types/shared/chat_model.py and all_models.py"
_SDK_EMBEDDINGS = "openai 3.54.0 on PyPI: openai/types/embedding_model.py"
_MODELS_DEV = "https://github.com/anomalyco/models.dev: providers/openai/models, 2026-07-02"
_DEPRECATIONS = "https://developers.openai.com/api/docs/deprecations"
_CHECKLIST = "https://developers.openai.com/api/docs/guides/deployment-checklist"
_MODEL_PAGE = "https://developers.openai.com/ja-JP/api/docs/models/gpt-6-luna"
_LITELLM_6 = "https://docs.litellm.ai/blog/gpt_6_sol_luna"
_LITELLM_5_6 = "https://github.com/BerriAI/litellm/pull/34569"
_EXPERIENTIAL = "https://github.com/experientiallabs/experiential/issues/764"
_OXEN_5_6 = "https://docs.oxen.ai/inference-api/reference/models/gpt-5-6-terra.md"
_APIDOG_6_1_TERRA = "https://apidog.com/blog/gpt-6-1-terra-api/"
_APIDOG_6_1_SOL = "https://dev.to/hassann/how-to-use-gpt-61-sol-apl--45cg"
_APIDOG_6_2 = "https://dev.to/hassann/how-to-use-gpt-62-astra-api-3j9l"
_LAOZHANG_6_2 = "https://docs.laozhang.ai/en/announcements/gpt-6-2-2026-11.md"
_GENKIT = "https://github.com/genkit-ai/genkit/pull/6303"
_RUNWARE_ASTRA = "https://runware.ai/docs/models/openai-gpt-6-astra"
_DRIFTLINE = "https://dev.to/aidriftline"
_DECEMBER = "OpenAI has named several: gpt-5.6 first, gpt-6.1 on the newest copy of its page."

_MILLION = 1_050_000
_LIVE = (_SDK, _MODELS_DEV)
_SOON = (_SDK, _MODELS_DEV, _DEPRECATIONS)

_ROWS = (
    Model("gpt-6.2-astra", ALWAYS_REASONS, context=_MILLION, source=(_SDK, _APIDOG_6_2)),
    Model(
        "gpt-6.2-sol",
        replace(ALWAYS_REASONS, efforts=None, sampling=None, chat_tools=None),
        context=_MILLION,
        source=(_SDK, _LAOZHANG_6_2),
        note="Nothing was found on its efforts.",
    ),
    Model("gpt-6.1-sol", ALWAYS_REASONS, context=_MILLION, source=(_CHECKLIST, _APIDOG_6_1_SOL)),
    Model("gpt-6.1-terra", GPT_6, context=_MILLION, source=(_SDK, _APIDOG_6_1_TERRA)),
    Model(
        "gpt-6-astra",
        ALWAYS_REASONS,
        context=_MILLION,
        source=(_CHECKLIST, _GENKIT, _RUNWARE_ASTRA),
    ),
    Model("gpt-6-sol", GPT_6, context=_MILLION, source=(_CHECKLIST, _LITELLM_6)),
    Model("gpt-6-luna", GPT_6, context=_MILLION, source=(_MODEL_PAGE, _CHECKLIST)),
    Model(
        "gpt-5.6",
        GPT_6,
        context=_MILLION,
        source=(_LITELLM_5_6,),
        note="Another name, it seems, of gpt-5.6-sol: the SDK does not list it, users call it.",
    ),
    *(
        Model(name, GPT_6, context=_MILLION, source=(_SDK, _EXPERIENTIAL, _OXEN_5_6))
        for name in ("gpt-5.6-sol", "gpt-5.6-terra", "gpt-5.6-luna")
    ),
    Model("gpt-5.5", GPT_5_5, context=_MILLION, source=_LIVE, snapshots=("gpt-5.5-2026-04-23",)),
    Model(
        "gpt-5.4",
        GPT_5_4,
        context=_MILLION,
        source=_LIVE,
        note="github.com/johny-b/llmcomp/issues/69 saw temperature 0 refused; it passes here.",
        snapshots=("gpt-5.4-2026-03-05",),
    ),
    Model(
        "gpt-5.4-mini",
        GPT_5_4,
        context=400_000,
        source=_LIVE,
        snapshots=("gpt-5.4-mini-2026-03-17",),
    ),
    Model(
        "gpt-5.4-nano",
        GPT_5_4,
        context=400_000,
        ends="2027-04-01",
        source=_SOON,
        snapshots=("gpt-5.4-nano-2026-03-17",),
    ),
    Model("gpt-5.2", GPT_5_2, context=400_000, source=_LIVE, snapshots=("gpt-5.2-2025-12-11",)),
    Model(
        "gpt-5.1",
        GPT_5_1,
        context=400_000,
        ends="2027-04-01",
        source=_SOON,
        snapshots=("gpt-5.1-2025-11-13",),
    ),
    *(
        Model(
            name,
            GPT_5,
            context=400_000,
            ends="2026-12-11",
            successor=successor,
            source=_SOON,
            note=_DECEMBER,
            snapshots=(f"{name}-2025-08-07",),
        )
        for name, successor in (
            ("gpt-5", "gpt-6.1-sol"),
            ("gpt-5-mini", "gpt-6.1-terra"),
            ("gpt-5-nano", "gpt-6-luna"),
        )
    ),
    Model(
        "o3",
        O3,
        context=200_000,
        ends="2026-12-11",
        successor="gpt-5.6-sol",
        source=_SOON,
        snapshots=("o3-2025-04-16",),
    ),
    *(
        Model(
            name,
            PLAIN,
            context=context,
            ends="2027-01-14",
            successor="gpt-6-luna",
            source=_SOON,
            snapshots=snapshots,
        )
        for name, context, snapshots in (
            ("gpt-4.1", 1_047_576, ("gpt-4.1-2025-04-14",)),
            ("gpt-4.1-mini", 1_047_576, ("gpt-4.1-mini-2025-04-14",)),
            ("gpt-4o", 128_000, ("gpt-4o-2024-08-06", "gpt-4o-2024-11-20")),
            ("gpt-4o-mini", 128_000, ("gpt-4o-mini-2024-07-18",)),
        )
    ),
    Model(
        "gpt-5.5-pro",
        replace(PRO, structured_output=True),
        apis=("responses",),
        context=_MILLION,
        source=_LIVE,
        snapshots=("gpt-5.5-pro-2026-04-23",),
    ),
    Model(
        "gpt-5.4-pro",
        replace(PRO, structured_output=False),
        apis=("responses",),
        context=_MILLION,
        source=(_MODELS_DEV,),
        snapshots=("gpt-5.4-pro-2026-03-05",),
    ),
    Model(
        "gpt-5.3-codex",
        replace(PRO, efforts=None, structured_output=True),
        apis=("responses",),
        context=400_000,
        ends="2027-04-01",
        source=(_MODELS_DEV, _DRIFTLINE),
        note="Its day is from https://dev.to/aidriftline alone.",
    ),
    Model(
        "gpt-5.2-pro",
        replace(PRO, structured_output=False),
        apis=("responses",),
        context=400_000,
        source=_LIVE,
        snapshots=("gpt-5.2-pro-2025-12-11",),
    ),
    Model(
        "gpt-5-pro",
        replace(PRO, efforts=("high",), structured_output=True),
        apis=("responses",),
        context=400_000,
        ends="2026-12-11",
        successor="gpt-5.6-sol",
        source=_SOON,
        snapshots=("gpt-5-pro-2025-10-06",),
    ),
    Model(
        "o3-pro",
        replace(PRO, efforts=O3.efforts, structured_output=True),
        apis=("responses",),
        context=200_000,
        ends="2026-12-11",
        successor="gpt-5.6-sol",
        source=_SOON,
        snapshots=("o3-pro-2025-06-10",),
    ),
    *(
        Model(
            name,
            EMBEDDING,
            apis=("embeddings",),
            context=8192,
            dimensions=dimensions,
            source=(_SDK_EMBEDDINGS, _MODELS_DEV),
            note=note,
        )
        for name, dimensions, note in (
            (
                "text-embedding-3-small",
                1536,
                "github.com/dimagi/open-chat-studio/issues/3209 alone says it ended in 2026.",
            ),
            ("text-embedding-3-large", 3072, ""),
            ("text-embedding-ada-002", 1536, ""),
        )
    ),
    # Stands for the models of `/completions`, all of which are gone.
    Model("offline-instruct", UNKNOWN, apis=("completions",), source=("scaffold",)),
)

# The models that are gone, after the day from which they are. Sources: the SDK's list, and OpenAI's
# page of deprecations.
_GONE = """
2024-01-04 text-davinci-003 text-davinci-002 davinci curie babbage ada
2024-09-13 gpt-3.5-turbo-16k gpt-3.5-turbo-16k-0613 gpt-3.5-turbo-0301 gpt-3.5-turbo-0613
2024-12-06 gpt-4-vision-preview
2025-06-06 gpt-4-32k gpt-4-32k-0314 gpt-4-32k-0613
2025-07-14 gpt-4.5-preview gpt-4.5-preview-2025-02-27
2025-07-28 o1-preview o1-preview-2024-09-12
2025-10-27 o1-mini o1-mini-2024-09-12
2026-02-12 codex-mini-latest
2026-02-17 chatgpt-4o-latest
2026-03-26 gpt-4-0314 gpt-4-0125-preview gpt-4-turbo-preview
2026-07-23 gpt-4o-search-preview gpt-4o-search-preview-2025-03-11 gpt-4o-mini-search-preview
2026-07-23 gpt-4o-mini-search-preview-2025-03-11 gpt-5-chat-latest gpt-5-codex gpt-5.1-chat-latest
2026-07-23 gpt-5.1-codex gpt-5.1-codex-max gpt-5.1-codex-mini gpt-5.2-codex o3-deep-research
2026-07-23 o3-deep-research-2025-06-26 o4-mini-deep-research o4-mini-deep-research-2025-06-26
2026-07-23 computer-use-preview computer-use-preview-2025-03-11
2026-08-10 gpt-5.2-chat-latest gpt-5.3-chat-latest
2026-09-28 gpt-3.5-turbo-1106 gpt-3.5-turbo-instruct davinci-002 babbage-002
2026-10-23 gpt-3.5-turbo gpt-3.5-turbo-0125 gpt-4 gpt-4-0613 gpt-4-1106-preview gpt-4-turbo
2026-10-23 gpt-4-turbo-2024-04-09 gpt-4o-2024-05-13 gpt-4.1-nano gpt-4.1-nano-2025-04-14
2026-10-23 o1 o1-2024-12-17 o1-pro o1-pro-2025-03-19 o3-mini o3-mini-2025-01-31
2026-10-23 o4-mini o4-mini-2025-04-16
"""


def _table() -> dict[str, Model]:
    rows = [replace(row, looked_up=LOOKED_UP) for row in _ROWS]
    for day, *names in map(str.split, _GONE.split("\n")[1:-1]):
        gone = Model("", UNKNOWN, ends=day, source=(_SDK, _DEPRECATIONS), looked_up=LOOKED_UP)
        rows += [replace(gone, name=name) for name in names]
    table: dict[str, Model] = {}
    for row in rows:
        for name in (row.name, *row.snapshots):
            table[name] = replace(row, name=name)
    return table


# Every model by its name, dated names and those that are gone included.
MODELS = _table()
