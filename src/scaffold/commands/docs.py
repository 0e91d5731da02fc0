"""`scaffold docs`: a page about every sample, or all that an agent needs in one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from scaffold.catalogue.reader import Catalogue
from scaffold.errors import ConflictError
from scaffold.project.render import File
from scaffold.project.write import Plan, plan_writes, write_files
from scaffold.walkthrough.commands import page_name
from scaffold.walkthrough.folder import Page, plan_pages
from scaffold.walkthrough.github import for_github
from scaffold.walkthrough.llms import make_llms
from scaffold.walkthrough.make import make_pages, select
from scaffold.walkthrough.markdown import prose

Style = Literal["material", "github"]
# Takes them one by one, and how many there will be; gives them all.
Collect = Callable[[Iterator[Page], int], list[Page]]


class PagesWritten(NamedTuple):
    """A folder of pages that was written.

    Attributes:
        pages: the pages in it.
        plan: what became of their files.
    """

    pages: Sequence[Page]
    plan: Plan


def write_pages(
    catalogue: Catalogue,
    directory: Path,
    environ: Mapping[str, str],
    *,
    only: Sequence[str] = (),
    force: bool = False,
    style: Style = "material",
    collect: Collect = lambda made, _: list(made),
    say: Callable[[str], None] = lambda _: None,
) -> PagesWritten:
    """Write a page about every sample into a folder; the samples are run for it.

    Args:
        catalogue: the templates.
        directory: the folder: new, empty, or made by this.
        environ: the environment that the samples run in, without what is said of services.
        only: the names of templates; all without one.
        force: whether to overwrite pages that were changed since.
        style: the Markdown of the pages: that of Material for MkDocs, or GitHub's.
        collect: shows how far it is.
        say: is told what is being installed.

    Raises:
        NotFoundError: there is no sample of such a name.
        ConflictError: the folder holds other things, or pages of it were edited.
        ScaffoldError: a sample can't be explained or run, or the folder can't be written to.
    """
    chosen = select(catalogue, only)
    # Told early: the samples take a while.
    plan_pages([], directory, narrowed=True, force=force)
    pages = collect(make_pages(catalogue, chosen, environ, say), len(chosen))
    if style == "github":
        pages = [_rewritten(page) for page in pages]
    plan = plan_pages(
        pages,
        directory,
        narrowed=bool(only),
        force=force,
        contents=lambda names: _contents(catalogue, names, style),
    )
    write_files(plan)
    return PagesWritten(pages, plan)


def write_llms(
    catalogue: Catalogue, directory: Path, helps: Mapping[str, str], *, force: bool = False
) -> Plan:
    """Write `llms.txt` and `llms-full.txt` into a folder, which may hold other things.

    Args:
        catalogue: the templates.
        directory: the folder.
        helps: the help of each command, by what is typed.
        force: whether to overwrite such files that are there and differ.

    Raises:
        ConflictError: such files are there and differ; nothing was written.
        ScaffoldError: the folder can't be written to, or the like.
    """
    files = make_llms(catalogue, helps)
    try:
        plan = plan_writes(files, directory, "overwrite" if force else "fail")
    except ConflictError as error:
        names = ", ".join(error.details)
        raise ConflictError(
            f"in '{directory}' there is something else already, nothing was written: {names}"
            f"{'' if force else '; --force overwrites'}"
        ) from error
    write_files(plan)
    return plan


def _rewritten(page: Page) -> Page:
    name = f"{page.name}.md"
    return Page(
        page.name,
        tuple(
            File(file.path, for_github(file.content.decode()).encode())
            if file.path == name
            else file
            for file in page.files
        ),
    )


def _contents(catalogue: Catalogue, names: Sequence[str], style: Style) -> File:
    """Make the page that lists the others: the one that GitHub, or a site, shows for a folder."""
    lines = ["# Samples", ""]
    for template in catalogue.all():
        for language in template.languages:
            name = page_name(template, language)
            if name in names:
                ended = template.lifecycle.state
                note = "" if ended == "active" else f" *({ended})*"
                title = prose(template.title)
                lines.append(f"- [{title}]({name}.md){note}: {prose(template.summary)}")
    path = "README.md" if style == "github" else "index.md"
    return File(path, ("\n".join(lines) + "\n").encode())
