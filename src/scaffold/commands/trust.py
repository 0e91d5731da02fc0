"""`scaffold trust`: which templates from elsewhere may run code, and not any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scaffold.catalogue.names import is_address
from scaffold.errors import UsageError
from scaffold.sources.address import parse_address
from scaffold.sources.registry import known_sources
from scaffold.sources.trust import Trusted, TrustFile, trust_path


def list_trusted(environ: Mapping[str, str]) -> tuple[Trusted, ...]:
    """List the versions of templates that are trusted, the oldest first.

    Raises:
        ScaffoldError: the file that says so can't be read, or is damaged.
    """
    return TrustFile(trust_path(environ)).read()


def revoke_trust(
    names: Sequence[str], environ: Mapping[str, str], *, everything: bool = False
) -> tuple[Trusted, ...]:
    """Trust some versions no longer, and return them.

    Args:
        names: trees, or the addresses that they came from.
        environ: the user's environment.
        everything: whether to trust nothing at all any more, even if the file is damaged.

    Raises:
        UsageError: nothing is named, or all and some at once.
        NotFoundError: one of the names is not trusted; nothing is changed.
        ScaffoldError: the file can't be written, or is damaged.
    """
    if bool(names) == everything:
        raise UsageError("name a tree or an address as 'scaffold trust list' shows them, or --all")
    sources = known_sources(environ)
    named = [parse_address(each, sources).origin if is_address(each) else each for each in names]
    return TrustFile(trust_path(environ)).revoke(named)
