"""`scaffold trust`, parsed and printed: a part of `cli`."""

import os
from typing import Annotated

import typer

from scaffold.terminal import options
from scaffold.terminal.output import say, show
from scaffold.terminal.parsing import Commands

trust_app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="See which templates from elsewhere may run code.",
    epilog="Example: scaffold trust list",
)

Name = Annotated[
    str | None, typer.Argument(metavar="TREE", help="The tree, or the address that it came from.")
]
Everything = Annotated[bool, typer.Option("--all", help="All that is trusted.")]


@trust_app.command("list", epilog="Example: scaffold trust list --json")
def list_them(json: options.Json = False) -> None:
    """List the versions of templates that you trust."""
    from scaffold.commands.trust import list_trusted
    from scaffold.report.consent import trusted_json, trusted_text

    trusted = list_trusted(os.environ)
    show(trusted_json(trusted) if json else trusted_text(trusted))
    say("" if json or trusted else "You trust no template from elsewhere.")


@trust_app.command("revoke", epilog="Example: scaffold trust revoke --all")
def revoke(name: Name = None, everything: Everything = False, json: options.Json = False) -> None:
    """Ask again before they run code."""
    from scaffold.commands.trust import revoke_trust
    from scaffold.report.consent import trusted_json, trusted_text

    revoked = revoke_trust([name] if name else [], os.environ, everything=everything)
    show(trusted_json(revoked, "revoked") if json else trusted_text(revoked))
    say("" if json else "Before these run code, you are asked again.")
