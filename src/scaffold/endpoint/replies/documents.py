"""The built-in documents, the product guide of a shop that does not exist, and how they are ranked.

They stand for a search index, the files of a vector store and a retired data source, so that every
sample that retrieves has something to find.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from scaffold.endpoint.replies.words import embed, keywords, similarity

INDEX_NAME = "product-guide"
ASSISTANT_ID = "asst_offlineproductguide00001"
VECTOR_STORE_ID = "vs_offlineproductguide00001"

# A vector takes longer to make than all else; the words choose whose are compared.
_MOST_VECTORS = 50

Ranking = list[tuple["Document", float]]


@dataclass(frozen=True)
class Document:
    """One page of the product guide."""

    id: str
    title: str
    content: str

    @property
    def url(self) -> str:
        """Where the page would be."""
        return f"https://www.northlight-outfitters.example/guide/{self.id}"

    @property
    def filename(self) -> str:
        """The name of the page as a file."""
        return f"{self.id}.md"

    @property
    def file_id(self) -> str:
        """The id of the page as an uploaded file, 24 characters after the dash as usual."""
        return "file-" + self.id.replace("-", "").ljust(24, "0")

    @property
    def text(self) -> str:
        """The page as a file has it."""
        return f"# {self.title}\n\n{self.content}\n"

    @property
    def shelf(self) -> str:
        """Where a reply says that it is from."""
        return "the product guide"


DOCUMENTS = (
    Document(
        "fjord-2-tent",
        "Fjord 2 tent",
        "The Fjord 2 is a three-season tent for two people. The Fjord 2 weighs 1.9 kg with its"
        " poles and pegs. The fly of the Fjord 2 is waterproof to 3000 mm. Pitching the Fjord 2"
        " takes about six minutes. The Fjord 2 costs 289 euros and comes in moss green or amber.",
    ),
    Document(
        "tarn-45-backpack",
        "Tarn 45 backpack",
        "The Tarn 45 holds 45 litres and weighs 1.3 kg. The back length of the Tarn 45 adjusts from"
        " 42 to 54 cm. A rain cover is in the bottom pocket. The hip belt carries loads of up to"
        " 15 kg in comfort. The Tarn 45 costs 159 euros.",
    ),
    Document(
        "ember-stove",
        "Ember gas stove",
        "The Ember stove boils one litre of water in three and a half minutes. The Ember burns"
        " screw-on gas canisters and weighs 92 grams. Never use the Ember inside a closed tent: it"
        " gives off carbon monoxide. The Ember costs 49 euros.",
    ),
    Document(
        "hollow-sleeping-bag",
        "Hollow sleeping bag",
        "The Hollow keeps you comfortable down to minus 5 degrees Celsius. The Hollow is filled"
        " with 600 grams of recycled synthetic fibre that stays warm when damp. Wash the Hollow at"
        " 30 degrees without softener. The Hollow costs 179 euros.",
    ),
    Document(
        "scree-boots",
        "Scree hiking boots",
        "Scree boots have a waterproof membrane and a sole that a cobbler can replace. Scree boots"
        " come in sizes from 36 to 48, in half steps; order half a size up for thick socks. Break"
        " Scree boots in on three short walks before a long one. A pair of Scree boots costs 199"
        " euros.",
    ),
    Document(
        "brook-water-filter",
        "Brook water filter",
        "The Brook filters 1.5 litres of water a minute. The Brook removes bacteria and protozoa,"
        " but not viruses. A cartridge of the Brook lasts for 1000 litres. Do not let the Brook"
        " freeze: ice breaks its fibres unseen. The Brook costs 39 euros.",
    ),
    Document(
        "returns-and-warranty",
        "Returns and warranty",
        "You may return anything within 60 days, used or not, with the receipt. Your money reaches"
        " your account within seven days of a return. Every product has a warranty of five years"
        " against faults in material and making.",
    ),
    Document(
        "shipping-and-repairs",
        "Shipping and repairs",
        "Orders leave our store in Bergen the next working day. Shipping is free above 75 euros and"
        " costs 6 euros below. Our workshop repairs tents, bags and stoves of any age. A repair"
        " usually takes two weeks.",
    ),
)


def rank_by_words(
    query: str,
    fields: Sequence[str] = ("title", "content"),
    every: bool = False,
    documents: Sequence[Document] = DOCUMENTS,
) -> Ranking:
    """Return the documents that have words of the query, best first (BM25).

    Args:
        query: the text to look for.
        fields: which fields of a document to look in.
        every: whether a document must have all words of the query, not just one.
        documents: where to look.
    """
    wanted = set(keywords(query))
    counts = [
        _counts(" ".join(getattr(document, field) for field in fields)) for document in documents
    ]
    average = sum(count.total() for count in counts) / (len(counts) or 1)
    rarity = {}
    for word in wanted:
        holders = sum(1 for count in counts if word in count)
        rarity[word] = math.log(1 + (len(counts) - holders + 0.5) / (holders + 0.5))
    ranking: Ranking = []
    for document, count in zip(documents, counts, strict=True):
        score = 0.0
        for word in wanted & set(count):
            length = 0.25 + 0.75 * count.total() / average
            score += rarity[word] * count[word] * 2.2 / (count[word] + 1.2 * length)
        if score and not (every and wanted - set(count)):
            ranking.append((document, score))
    return sorted(ranking, key=lambda pair: -pair[1])


def rank_by_vector(
    vector: tuple[float, ...], nearest: int, documents: Sequence[Document] = DOCUMENTS
) -> Ranking:
    """Return the documents nearest to a vector of any length, best first, scored 1/(1 +
    distance).

    Args:
        vector: the vector.
        nearest: how many documents at most.
        documents: where to look.
    """
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    unit = tuple(value / length for value in vector)
    scored = [(document, similarity(unit, _vector(document, len(unit)))) for document in documents]
    scored.sort(key=lambda pair: -pair[1])
    return [(document, 1 / (2 - cosine)) for document, cosine in scored[:nearest]]


def fuse(rankings: Sequence[Ranking]) -> Ranking:
    """Return several rankings as one, by reciprocal rank fusion with the constant 60, as Azure
    does it.

    Source: https://learn.microsoft.com/azure/search/hybrid-search-ranking
    """
    scores: dict[str, float] = {}
    found: dict[str, Document] = {}
    for ranking in rankings:
        for place, (document, _) in enumerate(ranking, start=1):
            found[document.id] = document
            scores[document.id] = scores.get(document.id, 0.0) + 1 / (60 + place)
    return sorted(
        ((found[name], score) for name, score in scores.items()), key=lambda pair: -pair[1]
    )


def search(question: str, most: int = 5, documents: Sequence[Document] = DOCUMENTS) -> Ranking:
    """Return the documents that share words with a question, best first; none if none does.

    The score of one that is first by its words and by its vector is 1.

    Args:
        question: the question.
        most: how many documents at most.
        documents: where to look.
    """
    by_words = rank_by_words(question, documents=documents)
    if not by_words:
        return []
    near = documents
    if len(documents) > _MOST_VECTORS:
        near = [document for document, _ in by_words[:_MOST_VECTORS]]
    best = fuse([by_words, rank_by_vector(embed(question, 256), most, near)])
    return [(document, round(score * 61 / 2, 4)) for document, score in best[:most]]


def find(
    question: str, most: int = 5, documents: Sequence[Document] = DOCUMENTS
) -> tuple[Document, ...]:
    """Return the documents that share words with a question, best first, without scores.

    Args:
        question: the question.
        most: how many documents at most.
        documents: where to look.
    """
    return tuple(document for document, _ in search(question, most, documents))


@lru_cache(maxsize=4096)
def _counts(text: str) -> Counter[str]:
    return Counter(keywords(text))


def _vector(document: Document, dimensions: int) -> tuple[float, ...]:
    return embed(f"{document.title} {document.content}", dimensions)
