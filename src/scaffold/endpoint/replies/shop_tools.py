"""The tools of the small MCP server: they ask the built-in shop, and answer alike every day."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scaffold.endpoint.replies.documents import Document, search
from scaffold.endpoint.replies.schemas.check import fits

JsonObject = dict[str, Any]

# What there is to buy, and for how many euros.
_PRICES = {"Fjord 2": 289, "Tarn 45": 159, "Ember": 49, "Hollow": 179, "Scree": 199, "Brook": 39}
_PRODUCT = {"type": "string", "enum": [*_PRICES], "description": "Which product."}
_MOST_PASSAGES = 1


@dataclass(frozen=True)
class ShopTool:
    """A tool: what it is called and for, what it takes, and whether it only looks."""

    name: str
    description: str
    properties: JsonObject
    read_only: bool
    say: Callable[[JsonObject, Sequence[Document]], str]

    @property
    def schema(self) -> JsonObject:
        """The JSON Schema of its arguments."""
        required = [*self.properties]
        return {
            "type": "object",
            "properties": self.properties,
            "required": required,
            "additionalProperties": False,
        }


def _search(arguments: JsonObject, documents: Sequence[Document]) -> str:
    found = [page for page, _ in search(arguments["query"], _MOST_PASSAGES, documents)]
    texts = (f"{page.title}: {page.content}" for page in found)
    return "\n".join(texts) or "The guide has nothing about that."


def _stock(arguments: JsonObject, _: Sequence[Document]) -> str:
    product = arguments["product"]
    left = zlib.crc32(product.encode()) % 20
    return f"{product}: {left} in stock." if left else f"{product}: sold out."


def _order(arguments: JsonObject, _: Sequence[Document]) -> str:
    product, quantity = arguments["product"], arguments["quantity"]
    number = zlib.crc32(f"{product} {quantity}".encode()) % 90_000 + 10_000
    return (
        f"Order {number}: {quantity} x {product} for {_PRICES[product] * quantity} euros. Nothing"
        " was bought: this shop does not exist."
    )


SHOP_TOOLS = (
    ShopTool(
        "search_guide",
        "Search the product guide of the shop: what things weigh, cost and can do.",
        {"query": {"type": "string", "description": "What to look for."}},
        read_only=True,
        say=_search,
    ),
    ShopTool(
        "check_stock",
        "Tell how many of a product are in stock.",
        {"product": _PRODUCT},
        read_only=True,
        say=_stock,
    ),
    ShopTool(
        "place_order",
        "Order a product: buy so many of it.",
        {
            "product": _PRODUCT,
            "quantity": {"type": "integer", "minimum": 1, "maximum": 20},
        },
        read_only=False,
        say=_order,
    ),
)


class UnfitArguments(ValueError):  # noqa: N818 - it says what they are
    """A tool was called with what does not fit its schema."""


def call(tool: ShopTool, arguments: Any, documents: Sequence[Document]) -> str:
    """Return what a tool says.

    Args:
        tool: it.
        arguments: what it is called with.
        documents: what there is to find.

    Raises:
        UnfitArguments: they don't fit.
    """
    if not fits(arguments, tool.schema, tool.schema):
        raise UnfitArguments(f"Invalid arguments for tool '{tool.name}': see its inputSchema.")
    return tool.say(arguments, documents)
