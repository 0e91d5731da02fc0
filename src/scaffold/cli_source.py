"""`scaffold source`, parsed and printed: a part of `cli`."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from scaffold.errors import ScaffoldError, UsageError
from scaffold.terminal import completion, options
from scaffold.terminal.output import say, show
from scaffold.terminal.parsing import Commands

if TYPE_CHECKING:
    from scaffold.commands.fixtures import FixtureSource

source_app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Name repositories of templates, to make projects from.",
    epilog="Example: scaffold source list",
)

NewName = Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")]
Url = Annotated[
    str,
    typer.Argument(
        metavar="URL", help="gh:org/repo, gl:group/repo, a URL by https or ssh, or ./folder."
    ),
]
Ref = Annotated[
    str | None,
    typer.Option(metavar="REF", help="A tag, branch or commit; default: the newest version."),
]
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="The source.", autocompletion=completion.sources)
]
NameOrAll = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME", help="The source; default: all.", autocompletion=completion.sources
    ),
]


@source_app.command("add", epilog="Example: scaffold source add team gh:org/templates")
def add(name: NewName, address: Url, ref: Ref = None, json: options.Json = False) -> None:
    """Give a repository of templates a name."""
    from scaffold.commands.source import add_source
    from scaffold.report import source as report

    added = add_source(name, address, ref, os.environ, say)
    show(report.sources_json([added]) if json else report.added_text(added))
    _say_broken(added.broken)


@source_app.command("list", epilog="Example: scaffold source list")
def list_them(json: options.Json = False) -> None:
    """List the sources that were added."""
    from scaffold.commands.source import list_sources
    from scaffold.report import source as report

    sources = list_sources(os.environ)
    show(report.sources_json(sources) if json else report.source_table(sources))
    if not sources:
        say("there is no source yet: scaffold source add NAME URL")


@source_app.command("refresh", epilog="Example: scaffold source refresh")
def refresh(name: NameOrAll = None, json: options.Json = False) -> None:
    """Fetch what is new in one source, or all."""
    from scaffold.commands.source import refresh_sources
    from scaffold.report import source as report

    done = refresh_sources(name, os.environ, say)
    show(report.refreshed_json(done) if json else report.refreshed_text(done))
    for each in done:
        _say_broken(each.now.broken)
    failed = [each.error for each in done if each.error]
    for error in failed[:-1]:
        say(f"scaffold: {error.message}")
    if failed:
        raise ScaffoldError(failed[-1].message, failed[-1].details)


@source_app.command("remove", epilog="Example: scaffold source remove team")
def remove(name: Name, json: options.Json = False) -> None:
    """Forget a source. What was made from it stays."""
    from scaffold.commands.source import remove_source
    from scaffold.report import source as report

    removed = remove_source(name, os.environ)
    show(report.sources_json([removed]) if json else report.removed_text(removed))


def _say_broken(broken: tuple[str, ...]) -> None:
    for each in broken:
        say(f"scaffold: {each}")


def show_elsewhere(address: str, json: bool) -> None:
    """Tell all about a template from elsewhere: what it is, asks and runs."""
    from scaffold.commands.source import show_from_source
    from scaffold.report import source as report

    page = report.elsewhere_json if json else report.elsewhere_page
    show(page(*show_from_source(address, os.environ, say)))


def fixture_source(
    name: str | None,
    assignments: list[str] | None,
    tree: str | None,
    *,
    project: bool,
    asks: bool,
) -> "FixtureSource | None":
    """Say which source `scaffold fixtures` is about; None for the samples.

    Args:
        name: the source, as it was named on the command line.
        assignments: the values of `--set`.
        tree: the content that may run code.
        project: whether projects are wanted, which samples alone can be.
        asks: whether a person may be asked, if there is a terminal.

    Raises:
        UsageError: what was named doesn't go together.
    """
    if name is None:
        for flag, given in (("--trust", tree), ("--set", assignments)):
            if given:
                raise UsageError(f"{flag} goes with the templates of a source: --source NAME")
        return None
    if project:
        raise UsageError("--project goes with the samples of 'scaffold list', not with --source")
    from scaffold.commands.fixtures import FixtureSource
    from scaffold.project.answers import parse_assignments
    from scaffold.terminal.consent import ask_consent
    from scaffold.terminal.screen import may_ask

    ask = ask_consent if asks and may_ask(os.environ) else None
    return FixtureSource(name, os.environ, parse_assignments(assignments or ()), tree, ask, say)
