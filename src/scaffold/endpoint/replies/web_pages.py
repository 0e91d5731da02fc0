"""What a web search finds: pages of the built-in shop, or one that is made up and says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus, urlsplit

from scaffold.endpoint.replies.documents import Document, find
from scaffold.endpoint.replies.words import keywords, stem

_MOST = 3
# What people say to one another, and nobody looks up.
_POLITE = frozenset("again bye goodbye hello hey hi ok thank thanks".split())


@dataclass(frozen=True)
class WebPage(Document):
    """A page at an address; an answer says where it is from."""

    address: str = ""

    @property
    def url(self) -> str:
        return self.address

    @property
    def shelf(self) -> str:
        return "the web, which this endpoint only plays"


def search_web(query: str, domains: Sequence[str] = ()) -> tuple[WebPage, ...]:
    """Return the pages that are found: those of the shop that have most of the words, or else one
    that is made up. Nothing is found for a greeting or a word of thanks.

    Args:
        query: what is looked for.
        domains: where pages may be, subdomains included; anywhere if there are none.
    """
    wanted = set(keywords(query))
    pages = [
        WebPage(page.id, page.title, page.content, page.url)
        for page in find(query, _MOST)
        if 2 * len(wanted & set(keywords(f"{page.title} {page.content}"))) > len(wanted)
        and (not domains or _is_in(page.url, domains))
    ]
    asked = wanted.difference(map(stem, _POLITE))
    if pages or not (len(asked) > 1 or (asked and "?" in query)):
        return tuple(pages)
    where = next(iter(domains), "www.example.com")
    content = f'Offline, nothing was looked up for "{query.strip()[:500]}": this page is made up.'
    address = f"https://{where}/search?q={quote_plus(query.strip()[:200])}"
    return (WebPage("made-up", "A page that is made up", content, address),)


def link(page: Document) -> str:
    """Return a page as an answer cites it, as the services write it."""
    return f"([{urlsplit(page.url).hostname}]({page.url}))"


def _is_in(url: str, domains: Sequence[str]) -> bool:
    host = urlsplit(url).hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
