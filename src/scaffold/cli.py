"""The command line: parse, call, print. The only module that knows Typer.

What is heavy (Jinja, the endpoint, the runner) is imported by the command that needs it. There is
no `from __future__ import annotations` here: Typer reads the annotations of every command, which
takes three times as long where they are texts.
"""

import gc
import os
import sys
from collections.abc import Sequence
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from scaffold import __version__
from scaffold.catalogue.names import not_found
from scaffold.catalogue.reader import Catalogue, templates_dir
from scaffold.catalogue.records import DOTENV, Template
from scaffold.errors import EXIT_CODES, DriftError, ScaffoldError, UsageError
from scaffold.terminal import completion

if TYPE_CHECKING:
    from scaffold.project.variables import Variable


class Commands(TyperGroup):
    """The one place where errors become a line on stderr and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command that was named.

        Here, and not around `app()`, so that `CliRunner` passes through it too.
        """
        try:
            return super().invoke(ctx)
        except ScaffoldError as error:
            _say(f"scaffold: {error.message}")
            for detail in error.details:
                _say(f"  {detail}")
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt:
            raise typer.Exit(130) from None

    def get_params(self, ctx: Any) -> Any:
        """Gives the parameters, each converting no more than it must."""
        return _converting_less(super().get_params(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Finds a command, whose parameters convert no more than they must."""
        command = super().get_command(ctx, cmd_name)
        if command:
            _converting_less(command.get_params(ctx))
        return command


def _converting_less(parameters: Any) -> Any:
    """Has values taken as they are where that will do; Typer would first import pydantic.

    That is half of what a command takes. Only what Click documents is used, so that another Typer
    is slower at worst.
    """
    for parameter in parameters:
        parameter.process_value = partial(_process, parameter, type(parameter).process_value)
    return parameters


def _process(parameter: Any, convert: Any, ctx: Any, value: Any) -> Any:
    missing = value is None and parameter.required
    if missing or not (value is None or parameter.name in TEXTS):
        return convert(parameter, ctx, value)
    return parameter.callback(ctx, parameter, value) if parameter.callback else value


# The arguments and options, of any command, that are taken as they are typed.
TEXTS = {"for_template", "language", "name", "provider", "tag", "text"}

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # Plain text: it reads the same in a log, a pipe and an ASCII terminal.
    rich_markup_mode=None,
    help="Write a small AI sample that runs offline at once, and build on it.",
    epilog="Exit codes: " + "; ".join(f"{code} {what}" for code, what in EXIT_CODES.items()) + ".",
    context_settings={"help_option_names": ["-h", "--help"]},
)

LanguageOption = Annotated[
    str | None,
    typer.Option("--language", help="The language.", autocompletion=completion.languages),
]
PythonOption = Annotated[bool, typer.Option("--python", help="Same as --language python.")]
MadeFolder = Annotated[Path, typer.Argument(metavar="DIR", help="New, empty, or made by this.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]
FixturesOption = Annotated[
    Path | None,
    typer.Option("--fixtures", metavar="FILE", help="Scripted answers and faults, in JSON."),
]


class OnConflict(str, Enum):
    """What to do about files that are there already, and differ."""

    FAIL = "fail"
    KEEP = "keep"
    OVERWRITE = "overwrite"
    DIFF = "diff"


@app.callback(invoke_without_command=True)
def version_or_command(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Takes the options that stand before a command."""
    if version:
        _print(f"scaffold {__version__}\n")
        raise typer.Exit


@app.command(epilog="Example: scaffold new openai-chat-streaming --python")
def new(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="TEMPLATE",
            help="See 'scaffold list'; on a terminal, left out to pick one.",
            autocompletion=completion.templates,
        ),
    ] = None,
    python: PythonOption = False,
    language: LanguageOption = None,
    provider: Annotated[
        str | None,
        typer.Option(
            help="The service: azure (default), azure-entra or openai.",
            autocompletion=completion.providers,
        ),
    ] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Answer a question; repeatable.",
            autocompletion=completion.assignments,
        ),
    ] = None,
    answers_file: Annotated[
        Path | None, typer.Option("--answers", metavar="FILE", help="Answers in YAML or JSON.")
    ] = None,
    output_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to; default: TEMPLATE-py.")
    ] = None,
    on_conflict: Annotated[
        OnConflict | None,
        typer.Option(help="When files are there and differ: fail (default); diff shows and asks."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Same as --on-conflict overwrite.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, tell what.")] = False,
    run_it: Annotated[
        bool, typer.Option("--run", help="Go straight on to 'scaffold run'.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing.")] = False,
    json: JsonOption = False,
    for_template: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="TEMPLATE",
            help="With .env: whose variables.",
            autocompletion=completion.templates,
        ),
    ] = None,
) -> None:
    """Write a sample into a new folder, or the file .env."""
    if name == DOTENV:
        for_samples = (assignments, answers_file, force, run_it, on_conflict)
        if any(for_samples):
            raise UsageError("'.env' takes --for, --provider, --output-dir and --dry-run alone")
        _new_dotenv(output_dir or Path(), for_template, provider, dry_run, quiet, json)
        return
    if for_template is not None:
        raise UsageError("--for goes with: scaffold new .env")
    from scaffold.project.answers import parse_assignments, read_answers, resolve_answers
    from scaffold.project.render import Renderer
    from scaffold.project.write import plan_writes, write_files
    from scaffold.report import new as report
    from scaffold.terminal.screen import may_ask

    action = OnConflict.OVERWRITE if force else on_conflict or OnConflict.FAIL
    asks = may_ask(os.environ) and not json
    if action is OnConflict.DIFF and not asks:
        raise UsageError("'--on-conflict diff' asks, and needs a terminal: use keep or overwrite")

    catalogue = Catalogue(templates_dir())
    given = {
        **(read_answers(answers_file) if answers_file else {}),
        **parse_assignments(assignments or ()),
    }
    flags = {"language": _language(python, language), "provider": provider}
    given.update((flag, value) for flag, value in flags.items() if value is not None)
    if name is None and not asks:
        raise UsageError("Missing argument 'TEMPLATE': 'scaffold list' shows them all")
    if name is None:
        from scaffold.terminal.dialogue import pick_sample

        name, given = pick_sample(catalogue, given, os.environ)
    template = catalogue.get(name)
    answers = resolve_answers(template, catalogue.questions, given)
    files = Renderer(catalogue).render(answers)

    target = output_dir or Path(f"{template.name}-py")
    plan = plan_writes(files, target, "keep" if action is OnConflict.DIFF else action.value)
    if action is OnConflict.DIFF:
        from scaffold.terminal.dialogue import ask_about_conflicts

        plan = ask_about_conflicts(plan, os.environ)
    if not dry_run:
        write_files(plan)

    if json:
        _print(report.generated_json(template, answers, plan, dry_run=dry_run))
    elif not quiet:
        _print(report.generated(template, plan))
        _say(report.left_alone(plan))
        if dry_run:
            _say("This was a dry run: nothing was written.")
        elif not run_it:
            from scaffold.project.variables import find_variables

            _print(report.next_steps(str(target), find_variables(files)))
    _say(report.lifecycle_note(template, answers))
    if run_it and not dry_run:
        raise typer.Exit(_run(target, live=False, arguments=()))


@app.command("list", epilog="Example: scaffold list functions --python")
def list_templates(
    text: Annotated[str, typer.Argument(help="Only those that have this in their names.")] = "",
    python: PythonOption = False,
    language: LanguageOption = None,
    tag: Annotated[
        str | None, typer.Option(help="Only those with this tag.", autocompletion=completion.tags)
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="The retired ones too.")] = False,
    json: JsonOption = False,
) -> None:
    """List the samples."""
    from scaffold.report import list_show as report

    catalogue = Catalogue(templates_dir())
    templates = _filtered(
        [*catalogue.all(), catalogue.dotenv], text, _language(python, language), tag
    )
    shown = [each for each in templates if show_all or each.lifecycle.state != "retired"]
    _print(report.template_list_json(shown) if json else report.template_table(shown))
    hidden = len(templates) - len(shown)
    if hidden:
        _say(f"{hidden} retired, not shown: --all shows them too")
    elif not shown:
        _say("no template is like that: 'scaffold list --all' shows them all")


@app.command(epilog="Example: scaffold show openai-chat-streaming-with-data")
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="TEMPLATE", help="See 'scaffold list'.", autocompletion=completion.templates
        ),
    ],
    json: JsonOption = False,
) -> None:
    """Tell all about a sample: files, variables, answers."""
    from scaffold.project.answers import resolve_answers
    from scaffold.project.render import Renderer
    from scaffold.project.variables import find_variables
    from scaffold.report import list_show as report

    catalogue = Catalogue(templates_dir())
    if name == DOTENV:
        from scaffold.report import dotenv as report_dotenv

        page_of = report_dotenv.dotenv_template_json if json else report_dotenv.dotenv_page
        _print(page_of(catalogue.dotenv, catalogue.environment))
        return
    template = catalogue.get(name)
    questions = [catalogue.questions[question] for question in template.answers]
    renderer = Renderer(catalogue)
    files = {
        provider: renderer.render(
            resolve_answers(template, catalogue.questions, {"provider": provider})
        )
        for provider in template.providers
    }
    variables = {provider: find_variables(files[provider]) for provider in files}
    page = report.template_json if json else report.template_page
    last_run = catalogue.last_run(template.name)
    _print(page(template, questions, files[template.providers[0]], variables, last_run))


@app.command(epilog="Example: scaffold fixtures fixtures --only openai-chat-streaming")
def fixtures(
    directory: MadeFolder,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Only this template, or this sub-folder; repeatable.",
            autocompletion=completion.fixtures,
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 5 if a file is not as made.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files that were changed since.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write every sample there is into a folder for CI, or check one."""
    from scaffold.project.fixtures import find_drift, make_fixtures, plan_fixtures, select
    from scaffold.project.write import write_files
    from scaffold.report import fixtures as report
    from scaffold.report import folder as report_folder
    from scaffold.terminal.diffs import for_people
    from scaffold.terminal.progress import Progress

    catalogue = Catalogue(templates_dir())
    combinations = select(catalogue, only or ())
    progress = Progress(len(combinations), os.environ, quiet=json)
    made = progress.collect(make_fixtures(catalogue, combinations))

    narrowed = bool(only)
    if check:
        drift = find_drift(made, directory, narrowed=narrowed)
        if json:
            _print(report.drift_json(directory, made, drift))
        else:
            _print(for_people(report.drift_diff(drift), sys.stdout, os.environ))
        if drift:
            message = report.drift_message(directory, drift)
            raise DriftError(message, report.drift_details(drift))
        _say("" if json else report.clean(made, directory).rstrip())
        return
    plan, theirs = plan_fixtures(made, directory, narrowed=narrowed, force=force)
    write_files(plan)
    names = [fixture.name for fixture in made]
    if json:
        _print(report_folder.made_json(names, "project", plan, left_alone=list(theirs)))
        return
    _print(report_folder.made(names, "project", plan))
    _say(report.left_alone(theirs))


@app.command(epilog="Example: scaffold docs pages --only openai-chat-streaming")
def docs(
    directory: MadeFolder,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Only this template; repeatable.",
            autocompletion=completion.samples,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite pages that were changed since.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write a page about every sample, in Markdown: its steps, and what a run of it shows."""
    from scaffold.project.write import write_files
    from scaffold.report import folder as report_folder
    from scaffold.terminal.progress import Progress
    from scaffold.walkthrough.folder import plan_pages
    from scaffold.walkthrough.make import make_pages, select

    catalogue = Catalogue(templates_dir())
    chosen = select(catalogue, only or ())
    # Told early: the samples take a while.
    plan_pages([], directory, narrowed=True, force=force)
    progress = Progress(len(chosen), os.environ, quiet=json)
    pages = progress.collect(make_pages(catalogue, chosen, os.environ, _say))
    plan = plan_pages(pages, directory, narrowed=bool(only), force=force)
    write_files(plan)
    names = [page.name for page in pages]
    tell = report_folder.made_json if json else report_folder.made
    _print(tell(names, "page", plan))


@app.command(epilog="Example: scaffold run openai-chat-streaming-py")
def run(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="The project.")] = Path(),
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[-- ARG...]", help="For the sample itself.")
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Talk to the real service, with your settings and .env.")
    ] = False,
    fixtures: FixturesOption = None,
) -> None:
    """Run a sample: offline, against the embedded endpoint, or live."""
    if live and fixtures is not None:
        raise UsageError("--fixtures is for the offline endpoint: leave out --live")
    raise typer.Exit(_run(directory, live=live, arguments=arguments or (), fixtures=fixtures))


@app.command(epilog="Example: scaffold serve --port 8080")
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes one that is free.")] = 0,
    fixtures: FixturesOption = None,
    journal: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Add each request to this file, a line of JSON each."),
    ] = None,
    lenient: Annotated[
        bool,
        typer.Option("--lenient", help="Take unknown fields, api-versions and models."),
    ] = False,
) -> None:
    """Serve the embedded endpoint, and tell what to export."""
    import threading

    from scaffold.endpoint import Endpoint, EndpointError, ScriptError
    from scaffold.report import serve as report

    gc.enable()  # it lasts
    try:
        with Endpoint(
            port, script=fixtures, say=_say_of_endpoint, journal=journal, lenient=lenient
        ) as endpoint:
            variables = {each: endpoint.variables(each) for each in ("azure", "openai")}
            _print(report.exports(endpoint.url, variables, powershell=os.name == "nt"))
            threading.Event().wait()
    except EndpointError as error:
        raise ScaffoldError(str(error)) from error
    except ScriptError as error:
        raise UsageError(str(error)) from error


@app.command(epilog="Example: scaffold doctor openai-chat-streaming-py")
def doctor(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="The project.")] = Path(),
    for_template: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="TEMPLATE",
            help="Look at this template's variables.",
            autocompletion=completion.templates,
        ),
    ] = None,
    provider: Annotated[
        str | None,
        typer.Option(
            help="With --for: azure (default), azure-entra or openai.",
            autocompletion=completion.providers,
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, max=60, help="How many seconds to wait for an answer.")
    ] = 5,
    json: JsonOption = False,
) -> None:
    """Find out why a sample doesn't talk to its service."""
    from datetime import datetime, timezone

    from scaffold.doctor import check_template, examine, make_ask
    from scaffold.report import doctor as page

    catalogue = Catalogue(templates_dir())
    variables, _ = _variables(catalogue, directory, for_template, provider)
    today = datetime.now(timezone.utc).date()
    findings = check_template(catalogue, directory, for_template)
    ask = make_ask(os.environ, timeout)
    findings += examine(directory, variables, catalogue.environment, os.environ, ask, today)
    _print(page.document(findings) if json else page.text(findings))
    raise typer.Exit(int(any(finding.level == "error" for finding in findings)))


def _new_dotenv(
    directory: Path,
    for_template: str | None,
    provider: str | None,
    dry_run: bool,
    quiet: bool,
    json: bool,
) -> None:
    from scaffold.project.dotenv import plan_dotenv, write_dotenv
    from scaffold.report import dotenv as report

    catalogue = Catalogue(templates_dir())
    variables, needed_by = _variables(catalogue, directory, for_template, provider)
    plan = plan_dotenv(directory, variables, catalogue.environment, needed_by)
    if not dry_run:
        write_dotenv(plan)
    if json:
        _print(report.dotenv_json(plan, dry_run=dry_run))
    elif not quiet:
        _print(report.generated_dotenv(catalogue.dotenv, plan))
        _say(report.dotenv_note(plan))
        if dry_run:
            _say("This was a dry run: nothing was written.")


def _variables(
    catalogue: Catalogue, directory: Path, for_template: str | None, provider: str | None
) -> tuple[list["Variable"], str]:
    """The variables that a template or else the project in a folder reads, and what that is."""
    from scaffold.project.answers import resolve_answers
    from scaffold.project.render import Renderer
    from scaffold.project.variables import find_variables, project_variables

    if for_template is None:
        if provider is not None:
            raise UsageError("--provider goes with --for: a project's own files tell what it reads")
        return project_variables(directory), "this project"
    template = catalogue.get(for_template)
    given = {} if provider is None else {"provider": provider}
    answers = resolve_answers(template, catalogue.questions, given)
    files = Renderer(catalogue).render(answers)
    return find_variables(files), f"{template.name} ({answers['provider']})"


def _run(
    directory: Path, *, live: bool, arguments: Sequence[str], fixtures: Path | None = None
) -> int:
    from scaffold.endpoint import Endpoint, ScriptError
    from scaffold.running import runner

    gc.enable()  # it lasts
    runner.check_project(directory)
    try:
        # Before packages are installed: a typo needs no minute to be found.
        offline = Endpoint(pace=0.02, script=fixtures, say=_say_of_endpoint)
    except ScriptError as error:
        raise UsageError(str(error)) from error
    python = runner.ensure_environment(directory, os.environ, _say)
    if live:
        environ = runner.live_environ(os.environ, directory)
        _say(f"This talks to {runner.service_of(directory, environ)}.")
        return runner.run_sample(python, directory, arguments, environ)

    with offline as endpoint:
        _say(f"This talks to the offline endpoint at {endpoint.url}: no key, no network.")
        environ = runner.offline_environ(os.environ, endpoint.variables())
        return runner.run_sample(python, directory, arguments, environ)


def _language(python: bool, language: str | None) -> str | None:
    if python and language not in (None, "python"):
        raise typer.BadParameter("--python and --language name different languages")
    return "python" if python else language


def _filtered(
    templates: list[Template], text: str, language: str | None, tag: str | None
) -> list[Template]:
    languages = {each for template in templates for each in template.languages}
    tags = {each for template in templates for each in template.tags}
    if language is not None and language not in languages:
        raise not_found("language", language, languages, f"there is: {', '.join(languages)}")
    if tag is not None and tag not in tags:
        raise not_found("tag", tag, tags, f"there is: {', '.join(sorted(tags))}")
    return [
        template
        for template in templates
        if text.lower() in f"{template.name}\n{template.title}".lower()
        # A template without a language, `.env`, is there for each.
        and (language is None or language in template.languages or not template.languages)
        and (tag is None or tag in template.tags)
    ]


def _say_of_endpoint(line: str) -> None:
    _say(f"scaffold: {line}")


def _print(text: str) -> None:
    """Prints a result to stdout, at once, so that a closed pipe or a full disk is noticed here."""
    try:
        print(text, end="", flush=True)
    except BrokenPipeError:
        raise  # Typer ends the program as one that nobody listens to any more
    except OSError as error:
        # What is still buffered would fail once more when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise ScaffoldError(f"can't print the result: {error.strerror}") from error


def _say(line: str) -> None:
    """Prints a message for people: to stderr, so that stdout is the result alone."""
    if line:
        print(line, file=sys.stderr, flush=True)
