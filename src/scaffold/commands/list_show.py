"""`scaffold list` and `scaffold show`: which templates there are, and all about one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from scaffold.catalogue.names import not_found
from scaffold.catalogue.reader import Catalogue
from scaffold.catalogue.records import Template
from scaffold.errors import TemplateError

if TYPE_CHECKING:
    from scaffold.project.details import TemplateDetails


class Listing(NamedTuple):
    """The templates that were asked for.

    Attributes:
        shown: those to show.
        hidden: how many more there are, which are retired.
        broken: what is wrong with templates that can't be used.
    broken: what is wrong with templates that can't be used.
    """

    shown: Sequence[Template]
    hidden: int
    broken: Sequence[TemplateError] = ()


def list_templates(
    catalogue: Catalogue,
    text: str = "",
    *,
    language: str | None = None,
    tag: str | None = None,
    retired: bool = False,
) -> Listing:
    """List the templates, `.env` among them, that fit all that is asked for.

    Args:
        catalogue: where they are.
        text: is in the name or the title, in whatever case.
        language: is one of the template's; a template without a language is there for each.
        tag: is one of the template's.
        retired: whether to show the retired ones too.

    Raises:
        NotFoundError: no template has that language, or that tag.
    """
    usable, broken = catalogue.usable()
    templates = [*usable, catalogue.dotenv]
    languages = {each for template in templates for each in template.languages}
    if language is not None and language not in languages:
        raise not_found("language", language, languages, f"there is: {', '.join(languages)}")
    return choose_listed(templates, broken, text, language=language, tag=tag, retired=retired)


def choose_listed(
    templates: Sequence[Template],
    broken: Sequence[TemplateError],
    text: str,
    *,
    language: str | None = None,
    tag: str | None,
    retired: bool,
) -> Listing:
    """Leave out of a list what doesn't fit.

    Args:
        templates: all that could be listed.
        broken: what is wrong with those that can't.
        text: is in the name or the title, in whatever case.
        language: is one of the template's, or the template has none; None for any.
        tag: is one of the template's; None for any.
        retired: whether to show the retired ones too.

    Raises:
        NotFoundError: no template has that tag.
    """
    tags = {each for template in templates for each in template.tags}
    if tag is not None and tag not in tags:
        raise not_found("tag", tag, tags, f"there is: {', '.join(sorted(tags)) or 'none'}")
    found = [
        each
        for each in templates
        if text.lower() in f"{each.name}\n{each.title}".lower()
        and (language is None or language in each.languages or not each.languages)
        and (tag is None or tag in each.tags)
    ]
    shown = [each for each in found if retired or each.lifecycle.state != "retired"]
    return Listing(shown, len(found) - len(shown), broken)


def show_template(catalogue: Catalogue, name: str) -> TemplateDetails:
    """Tell all about a template: its files, variables and answers.

    Raises:
        NotFoundError: there is no template of that name.
    """
    from scaffold.project.details import find_details
    from scaffold.project.render import Renderer

    return find_details(catalogue, Renderer(catalogue), name)
