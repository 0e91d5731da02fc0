"""The page of the site that shows all samples, and says where the page of each one is."""

from __future__ import annotations

import html
from collections.abc import Iterable

from scaffold.catalogue.reader import Catalogue
from scaffold.catalogue.records import Run, Template


def catalogue_page(catalogue: Catalogue, samples: list[Template]) -> str:
    """Shows all samples, with what site.js needs to filter them; without it, they all show."""
    filters: dict[str, Iterable[str]] = {
        "Tag": sorted({tag for each in samples for tag in each.tags}),
        "Provider": sorted({provider for each in samples for provider in each.providers}),
        "Lifecycle": sorted({each.lifecycle.state for each in samples}),
    }
    selects = "\n".join(
        f'<p><label for="by-{name.lower()}">{name}</label>\n'
        f'<select id="by-{name.lower()}" name="{name.lower()}"><option value="">any</option>'
        + "".join(f"<option>{html.escape(value)}</option>" for value in values)
        + "</select></p>"
        for name, values in filters.items()
    )
    items = "\n".join(catalogue_item(each, catalogue.last_run(each.name)) for each in samples)
    return f"""---
title: Samples
hide: [toc]
---

# Samples

Each page walks through one sample: how to make it, what each line is for, what it says when it
runs, and what goes over the wire.

<form class="catalogue-filters" hidden>
<p><label for="by-text">Text</label>
<input id="by-text" name="text" type="search" autocomplete="off"></p>
{selects}
<button type="reset">Clear</button>
</form>

<p class="catalogue-count" role="status" aria-live="polite"></p>

<ul class="catalogue">
{items}
</ul>
"""


def catalogue_item(template: Template, last_run: Run | None) -> str:
    """One sample of the catalogue, as HTML; its data attributes are what is filtered by."""
    state, since = template.lifecycle.state, template.lifecycle.since
    facts = {
        "Providers": ", ".join(template.providers),
        "Tags": ", ".join(template.tags),
        "Lifecycle": f"{state} since {since}" if since else state,
        "Last run": run_line(last_run),
    }
    if template.lifecycle.successor:
        facts["Successor"] = template.lifecycle.successor
    filtered_by = {
        "tag": " ".join(template.tags),
        "provider": " ".join(template.providers),
        "lifecycle": state,
    }
    attributes = "".join(f' data-{name}="{value}"' for name, value in filtered_by.items())
    terms = "".join(
        f"<div><dt>{name}</dt><dd>{html.escape(text)}</dd></div>" for name, text in facts.items()
    )
    return (
        f"<li{attributes}>"
        f'<h2><a href="{page_name(template)}">{html.escape(template.title)}</a></h2>'
        f"<p><code>{template.name}</code></p>"
        f"<p>{html.escape(template.summary)}</p>"
        f"<dl>{terms}</dl></li>"
    )


def run_line(last_run: Run | None) -> str:
    """Tells when a sample was last run, and with the oldest and newest of which packages."""
    if last_run is None:
        return "never"
    packages = "; ".join(
        f"{name} {' and '.join(versions)}" for name, versions in last_run.packages.items()
    )
    return f"{last_run.date}, {packages}"


def page_name(template: Template) -> str:
    """Where the walkthrough of a sample is among the pages."""
    return f"samples/{template.name}-py.md"
