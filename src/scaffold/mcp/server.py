"""The tools of the server, each of which is one function of `commands/`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from scaffold import __version__
from scaffold.catalogue.reader import Catalogue
from scaffold.catalogue.records import DOTENV
from scaffold.commands.doctor import examine_project
from scaffold.commands.list_show import list_templates, show_template
from scaffold.commands.new import new_project
from scaffold.commands.update import undo_update, update_project
from scaffold.errors import ScaffoldError
from scaffold.languages import DEFAULT, project_folder
from scaffold.mcp.sample_run import run_offline
from scaffold.mcp.workplace import Workplace
from scaffold.providers import PROVIDERS
from scaffold.report import doctor as doctor_report
from scaffold.report import dotenv as dotenv_report
from scaffold.report import list_show as list_report
from scaffold.report import new as new_report
from scaffold.report import update as update_report
from scaffold.running.runner import check_project

INSTRUCTIONS = """\
Writes small AI samples for OpenAI and Azure OpenAI, and runs them offline without a key. Choose
one with `list` and `show`, write it with `new`, run it with `run`, and bring it up to date with
`update`. Every path is below the folder that this server was started for."""

Document = dict[str, Any]
Name = Annotated[str, Field(description="The short name of a sample, as `list` has it.")]
Directory = Annotated[
    str, Field(description="The project's folder, below the one that is served; or that one.")
]
ServiceName = Annotated[
    str | None,
    Field(
        description="The service: Azure with a key (the default) or signed in, or OpenAI.",
        json_schema_extra={"enum": [*(each.name for each in PROVIDERS), None]},
    ),
]


class _Tools:
    """What clients can call. Each answers with the JSON document that the command prints."""

    def __init__(
        self, catalogue: Catalogue, workplace: Workplace, environ: Mapping[str, str]
    ) -> None:
        self.catalogue = catalogue
        self.workplace = workplace
        self.environ = environ

    def by_name(self) -> dict[str, Callable[..., Any]]:
        """Return the tools. A client is told their docstrings, and what their parameters are."""
        return {
            "list": self._list_samples,
            "show": self._show_sample,
            "new": self._new_project,
            "run": self._run_project,
            "doctor": self._examine_project,
            "update": self._update_project,
        }

    def _list_samples(
        self,
        text: Annotated[str, Field(description="Is in the name or the title.")] = "",
        tag: Annotated[str | None, Field(description="Such as functions or rag.")] = None,
        retired: Annotated[bool, Field(description="Whether to list retired ones too.")] = False,
    ) -> Document:
        """List the samples."""
        with _in_plain_words():
            listing = list_templates(self.catalogue, text, tag=tag, retired=retired)
            return _read(list_report.template_list_json(listing.shown))

    def _show_sample(self, name: Name) -> Document:
        """Tell all about a sample: its files, environment variables and answers."""
        with _in_plain_words():
            if name == DOTENV:
                known = self.catalogue.environment
                return _read(dotenv_report.dotenv_template_json(self.catalogue.dotenv, known))
            return _read(list_report.template_json(show_template(self.catalogue, name)))

    def _new_project(
        self,
        name: Name,
        directory: Annotated[
            str | None, Field(description="A folder below the one that is served; or by its name.")
        ] = None,
        provider: ServiceName = None,
        answers: Annotated[
            dict[str, str] | None, Field(description="Answers, by name, as `show` has them.")
        ] = None,
        on_conflict: Annotated[
            Literal["fail", "keep", "overwrite"],
            Field(description="What to do about files that are there and differ."),
        ] = "fail",
        dry_run: Annotated[
            bool, Field(description="Write nothing; `contents` has the text of each file.")
        ] = False,
    ) -> Document:
        """Write a sample into a folder."""
        with _in_plain_words():
            template = self.catalogue.get(name)
            given = {**(answers or {}), **({"provider": provider} if provider else {})}
            folder = directory or project_folder(template.name, given.get("language", DEFAULT))
            made = new_project(
                self.catalogue,
                name,
                given,
                directory=self.workplace.find(folder),
                on_conflict=on_conflict,
                dry_run=dry_run,
            )
            return _read(
                new_report.generated_json(made.template, made.answers, made.plan, dry_run=dry_run)
            )

    async def _run_project(
        self,
        directory: Directory = ".",
        typed: Annotated[
            list[str] | None, Field(description="Lines to type; the end of input follows.")
        ] = None,
        arguments: Annotated[
            list[str] | None, Field(description="Arguments of the sample itself.")
        ] = None,
        seconds: Annotated[
            float,
            Field(gt=0, le=600, description="How long it may take, with packages to install."),
        ] = 300,
    ) -> Document:
        """Run a sample offline, against an endpoint that needs no key, and tell what it said."""
        with _in_plain_words():
            folder = self.workplace.find(directory)
            check_project(folder)
            return await run_offline(
                folder,
                self.environ,
                typed=typed or (),
                arguments=arguments or (),
                seconds=seconds,
            )

    def _examine_project(
        self,
        directory: Directory = ".",
        for_template: Annotated[
            str | None, Field(description="A sample whose variables to look at instead.")
        ] = None,
        provider: ServiceName = None,
    ) -> Document:
        """Find out why a sample doesn't talk to its service. Keys are never shown."""
        with _in_plain_words():
            findings = examine_project(
                self.catalogue,
                self.workplace.find(directory),
                self.environ,
                for_template=for_template,
                provider=provider,
            )
            return _read(doctor_report.findings_json(findings))

    def _update_project(
        self,
        directory: Directory = ".",
        made_from: Annotated[
            str | None, Field(description="NAME@REVISION, where nothing says what made it.")
        ] = None,
        on_conflict: Annotated[
            Literal["fail", "mark", "rej", "mine", "newest"],
            Field(description="With `fail`, nothing is written where both changed a line."),
        ] = "fail",
        dry_run: Annotated[bool, Field(description="Write nothing; `diff` shows it.")] = False,
        undo: Annotated[bool, Field(description="Take the last update back instead.")] = False,
    ) -> Document:
        """Bring a project to the newest version of its sample, with every edit kept."""
        with _in_plain_words():
            folder = self.workplace.find(directory)
            if undo:
                undone = undo_update(folder, self.environ, dry_run=dry_run)
                return _read(update_report.undone_json(undone, dry_run=dry_run))
            updated = update_project(
                self.catalogue,
                folder,
                self.environ,
                made_from=made_from,
                resolution=on_conflict,
                dry_run=dry_run,
            )
            return _read(update_report.updated_json(folder, updated, dry_run=dry_run))


def make_server(
    catalogue: Catalogue, workplace: Workplace, environ: Mapping[str, str]
) -> MCPServer[Any]:
    """Make a server of all tools.

    Args:
        catalogue: where the templates are.
        workplace: the folder that it may write to.
        environ: the user's environment.
    """
    server: MCPServer[Any] = MCPServer(
        "scaffold", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING"
    )
    for name, function in _Tools(catalogue, workplace, environ).by_name().items():
        server.add_tool(function, name=name)
    return server


def _read(document: str) -> Document:
    read: Document = json.loads(document)
    return read


@contextmanager
def _in_plain_words() -> Iterator[None]:
    """Have an error reach the client as the line that the command line would print."""
    try:
        yield
    except ScaffoldError as error:
        raise ToolError("\n".join([error.message, *error.details])) from error
    except OSError as error:
        raise ToolError(str(error)) from error
