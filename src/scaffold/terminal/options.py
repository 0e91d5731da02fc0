"""The arguments and options of the commands, as Typer takes them.

There is no `from __future__ import annotations` here, nor in `cli`: Typer reads the annotations of
every command, which takes three times as long where they are texts.
"""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from scaffold.providers import provider_help
from scaffold.terminal import completion


class OnConflict(str, Enum):
    """What to do about files that are there already, and differ."""

    FAIL = "fail"
    KEEP = "keep"
    OVERWRITE = "overwrite"
    DIFF = "diff"


class Resolution(str, Enum):
    """What to do where you and the template changed the same lines."""

    FAIL = "fail"
    MARK = "mark"
    REJ = "rej"
    MINE = "mine"
    NEWEST = "newest"


class Style(str, Enum):
    """Which Markdown pages are written in."""

    MATERIAL = "material"
    GITHUB = "github"


# Of several commands.

Language = Annotated[
    str | None,
    typer.Option("--language", help="The language.", autocompletion=completion.languages),
]
Python = Annotated[bool, typer.Option("--python", help="Same as --language python.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]
MadeFolder = Annotated[Path, typer.Argument(metavar="DIR", help="New, empty, or made by this.")]
ServedFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="The folder that may be written to.")
]
ProjectFolder = Annotated[Path, typer.Argument(metavar="DIR", help="The project.")]
Script = Annotated[
    Path | None,
    typer.Option(
        "--script", "--fixtures", metavar="FILE", help="Scripted answers and faults, in JSON."
    ),
]

Documents = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH", help="Your own text files, a folder or one, for the endpoint to find."
    ),
]

# Of `new`.

TemplateToMake = Annotated[
    str | None,
    typer.Argument(
        metavar="TEMPLATE",
        help="See 'scaffold list', left out to pick one; or gh:org/repo, a URL, ./folder.",
        autocompletion=completion.templates,
    ),
]
Provider = Annotated[
    str | None,
    typer.Option(
        help=f"The service: {provider_help()}.",
        autocompletion=completion.providers,
    ),
]
Assignments = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Answer a question; repeatable.",
        autocompletion=completion.assignments,
    ),
]
AnswersFile = Annotated[
    Path | None, typer.Option("--answers", metavar="FILE", help="Answers in YAML or JSON.")
]
AsProjects = Annotated[
    bool, typer.Option("--project", help="As projects, as 'new --project' makes them.")
]
AsProject = Annotated[bool, typer.Option("--project", help="A package with tests and CI, to keep.")]
OutputDir = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Where to; default: TEMPLATE-py.")
]
Conflicts = Annotated[
    OnConflict | None,
    typer.Option(help="When files are there and differ: fail (default); diff shows and asks."),
]
Overwrite = Annotated[bool, typer.Option("--force", help="Same as --on-conflict overwrite.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Write nothing, tell what.")]
RunIt = Annotated[bool, typer.Option("--run", help="Go straight on to 'scaffold run'.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing.")]
ForTemplate = Annotated[
    str | None,
    typer.Option(
        "--for",
        metavar="TEMPLATE",
        help="With .env: whose variables.",
        autocompletion=completion.templates,
    ),
]
TrustedTree = Annotated[
    str | None,
    typer.Option(
        "--trust", metavar="TREE", help="Of a template from elsewhere: let this content run code."
    ),
]
SkipTasks = Annotated[bool, typer.Option("--skip-tasks", help="Run none of its tasks.")]
Defaults = Annotated[bool, typer.Option("--defaults", help="Ask none of its questions.")]

# Of `list` and `show`.

Text = Annotated[
    str, typer.Argument(metavar="TEXT", help="Only those that have this in their names.")
]
Tag = Annotated[
    str | None, typer.Option(help="Only those with this tag.", autocompletion=completion.tags)
]
ShowAll = Annotated[bool, typer.Option("--all", help="The retired ones too.")]
OfSource = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Those of a source; see 'scaffold source'.",
        autocompletion=completion.sources,
    ),
]
Template = Annotated[
    str,
    typer.Argument(
        metavar="TEMPLATE", help="See 'scaffold list'.", autocompletion=completion.templates
    ),
]

# Of `fixtures` and `docs`.

OnlyFixtures = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="NAME",
        help="Only this template, or this sub-folder; repeatable.",
        autocompletion=completion.fixtures,
    ),
]
OnlySamples = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="NAME",
        help="Only this template; repeatable.",
        autocompletion=completion.samples,
    ),
]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; exit with 5 if a file is not as made.")
]
OverwriteFiles = Annotated[
    bool, typer.Option("--force", help="Overwrite files that were changed since.")
]
PageStyle = Annotated[
    Style | None,
    typer.Option("--format", help="The Markdown of Material for MkDocs (default), or of GitHub."),
]
Llms = Annotated[
    bool, typer.Option("--llms", help="Write llms.txt and llms-full.txt instead, for agents.")
]
OverwritePages = Annotated[
    bool, typer.Option("--force", help="Overwrite pages that were changed since.")
]

# Of `run`, `serve` and `doctor`.

Arguments = Annotated[
    list[str] | None, typer.Argument(metavar="ARG", help="For the sample itself, after --.")
]
Live = Annotated[
    bool, typer.Option("--live", help="Talk to the real service, with your settings and .env.")
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes one that is free.")]
JournalFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Add each request to this file, a line of JSON each."),
]
Lenient = Annotated[
    bool, typer.Option("--lenient", help="Take unknown fields, api-versions and models.")
]
RequestLimit = Annotated[
    int | None, typer.Option("--rpm", min=1, help="Refuse more requests a minute, with a 429.")
]
TokenLimit = Annotated[
    int | None, typer.Option("--tpm", min=1, help="Refuse more tokens a minute, with a 429.")
]
Https = Annotated[bool, typer.Option("--https", help="Speak https, with a certificate of its own.")]
AllAddresses = Annotated[
    bool,
    typer.Option("--all-addresses", help="Listen on every address, as in a container."),
]
Deployments = Annotated[
    list[str] | None,
    typer.Option(
        "--deployment",
        metavar="NAME=MODEL",
        help="Add a deployment of Azure's; every model has one of its own name.",
    ),
]
ExaminedTemplate = Annotated[
    str | None,
    typer.Option(
        "--for",
        metavar="TEMPLATE",
        help="Look at this template's variables.",
        autocompletion=completion.templates,
    ),
]
ExaminedProvider = Annotated[
    str | None,
    typer.Option(
        help=f"With --for: {provider_help()}.",
        autocompletion=completion.providers,
    ),
]
Timeout = Annotated[
    float, typer.Option(min=0.1, max=60, help="How many seconds to wait for an answer.")
]

# Of `update`.

ToRevision = Annotated[
    str | None, typer.Option("--to", metavar="REVISION", help="Which one; default: the newest.")
]
MadeFrom = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="NAME@REVISION", help="What made it, where no line in it says so."
    ),
]
Diff = Annotated[bool, typer.Option("--diff", help="Write nothing, show what would change.")]
CheckNewer = Annotated[
    bool, typer.Option("--check", help="Write nothing; exit with 5 if there is a newer version.")
]
Resolutions = Annotated[
    Resolution | None,
    typer.Option(
        "--on-conflict",
        help="Where both changed the same lines: fail (default); mark and rej leave it to you.",
    ),
]
Undo = Annotated[bool, typer.Option("--undo", help="Bring back what was before the last update.")]


def one_language(python: bool, language: str | None) -> str | None:
    """Say which language `--python` and `--language` name together; None without either."""
    if python and language not in (None, "python"):
        raise typer.BadParameter("--python and --language name different languages")
    return "python" if python else language
