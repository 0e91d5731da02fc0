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
    tags = {each for template in templates for each in template.tags}
    if language is not None and language not in languages:
        raise not_found("language", language, languages, f"there is: {', '.join(languages)}")
    if tag is not None and tag not in tags:
        raise not_found("tag", tag, tags, f"there is: {', '.join(sorted(tags))}")
    found = [
        template
        for template in templates
        if text.lower() in f"{template.name}\n{template.title}".lower()
        and (language is None or language in template.languages or not template.languages)
        and (tag is None or tag in template.tags)
    ]
    shown = [each for each in found if retired or each.lifecycle.state != "retired"]
    return Listing(shown, len(found) - len(shown), broken)


def show_template(catalogue: Catalogue, name: str) -> TemplateDetails:
    """Tell all about a template: its files, variables and answers.

    Raises:
        NotFoundError: there is no template of that name.
    """
    from scaffold.project.details import find_details

    return find_details(catalogue, name)
