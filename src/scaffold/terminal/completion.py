"""What a shell offers when Tab is pressed, read from the templates that are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scaffold.catalogue.reader import Catalogue, templates_dir
from scaffold.catalogue.records import DOTENV
from scaffold.errors import ScaffoldError


def templates(ctx: Any, incomplete: str) -> list[str]:
    """Offer the names of templates, those of sources too."""
    known = _sources(ctx.obj)
    elsewhere = [f"{name}/{each.name}" for name in known for each in known[name].entries]
    return _beginning(incomplete, [*Catalogue(templates_dir()).names, DOTENV, *elsewhere])


def sources(ctx: Any, incomplete: str) -> list[str]:
    """Offer the names of sources."""
    return _beginning(incomplete, _sources(ctx.obj))


def samples(incomplete: str) -> list[str]:
    """Offer the names of samples: templates with code in them."""
    return _beginning(incomplete, Catalogue(templates_dir()).names)


def languages(incomplete: str) -> list[str]:
    """Offer the languages."""
    return _beginning(incomplete, Catalogue(templates_dir()).questions["language"].choices)


def providers(incomplete: str) -> list[str]:
    """Offer the providers."""
    return _beginning(incomplete, Catalogue(templates_dir()).questions["provider"].choices)


def tags(incomplete: str) -> list[str]:
    """Offer the tags."""
    return _beginning(
        incomplete, {tag for each in Catalogue(templates_dir()).usable()[0] for tag in each.tags}
    )


def fixtures(ctx: Any, incomplete: str) -> list[str]:
    """Offer what `--only` takes: templates and sub-folders, or the templates of a `--source`."""
    if source := ctx.params.get("source"):
        registered = _sources(ctx.obj).get(source)
        if registered is None:
            return []
        return _beginning(incomplete, [each.name for each in registered.entries])
    catalogue = Catalogue(templates_dir())
    every = list(catalogue.combinations(catalogue.usable()[0]))
    return _beginning(incomplete, {each.template for each in every} | {each.name for each in every})


def assignments(ctx: Any, incomplete: str) -> list[str]:
    """Offer what `--set` takes: the questions of the template that was named, or all."""
    # Half a command line parses halfway: the template may still be among what is left of it.
    return _answers([ctx.params.get("name") or "", *ctx.args], incomplete)


def values_in_bash(words: Sequence[str], at: int) -> list[str]:
    """Offer what `--set NAME=` takes where bash has broken the word in two, at the `=`.

    Args:
        words: the words of the line as bash parts them: `--set`, `azure_api`, `=`, `v`.
        at: the place among them of the one that is being typed.

    Returns:
        The values alone, for bash puts them after the `=`; nothing where it is another word.
    """
    *before, last = words[: at + 1]
    if last == "=":
        before, last = [*before, "="], ""
    if len(before) < 3 or before[-3] != "--set" or before[-1] != "=":
        return []
    start = f"{before[-2]}="
    return [each.removeprefix(start) for each in _answers(before, start + last)]


def _answers(said: Sequence[str], incomplete: str) -> list[str]:
    """Offer NAME=VALUE for the questions of the template that is among the words, or for all."""
    catalogue = Catalogue(templates_dir())
    template = next((name for name in said if name in catalogue.names), None)
    names = catalogue.get(template).answers if template else list(catalogue.questions)
    return _beginning(
        incomplete,
        (
            f"{question}={choice}"
            for question in names
            for choice in catalogue.questions[question].choices or ("",)
        ),
    )


def _sources(environ: Mapping[str, str]) -> dict[str, Any]:
    from scaffold.sources.registry import read_registry

    try:
        return {**read_registry(environ)}
    except ScaffoldError:  # nobody wants to read of it in the middle of a line
        return {}


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if name.startswith(incomplete))
