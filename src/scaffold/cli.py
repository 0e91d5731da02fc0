"""The command line: parse, call one function of `commands/`, print. What is heavy comes in late."""

import os
import sys
from pathlib import Path

import typer

from scaffold.catalogue.names import is_address
from scaffold.catalogue.reader import Catalogue, templates_dir
from scaffold.catalogue.records import DOTENV, PROJECT, SAMPLE
from scaffold.cli_mcp import mcp
from scaffold.cli_new import new
from scaffold.cli_source import source_app
from scaffold.cli_trust import trust_app
from scaffold.cli_update import update
from scaffold.errors import TemplateError, UsageError
from scaffold.terminal import options
from scaffold.terminal.options import one_language
from scaffold.terminal.output import say, show
from scaffold.terminal.parsing import helps_of, make_app

app = make_app(os.environ)
app.command(epilog="Example: scaffold update openai-chat-streaming-py --diff")(update)
app.command(epilog="Example: scaffold new openai-chat-streaming --python")(new)
app.add_typer(source_app, name="source")
app.command(epilog="Example: scaffold mcp projects")(mcp)
app.add_typer(trust_app, name="trust")


@app.command("list", epilog="Example: scaffold list functions --python")
def list_templates(
    text: options.Text = "",
    python: options.Python = False,
    language: options.Language = None,
    tag: options.Tag = None,
    show_all: options.ShowAll = False,
    source: options.OfSource = None,
    json: options.Json = False,
) -> None:
    """List the samples, or the templates of a source."""
    from scaffold.commands.list_show import list_templates
    from scaffold.report import list_show as report

    language = one_language(python, language)
    if source is not None:
        if language:
            raise UsageError("--source goes without --language: nothing says it of its templates")
        from scaffold.commands.source import list_of_source

        listing = list_of_source(source, os.environ, text, tag=tag, retired=show_all)
    else:
        listing = list_templates(
            Catalogue(templates_dir()), text, language=language, tag=tag, retired=show_all
        )
    show(report.template_list_json(listing.shown) if json else report.template_table(listing.shown))
    say(report.listing_notes(listing.shown, listing.hidden, listing.broken))
    if listing.broken:
        raise typer.Exit(TemplateError.exit_code)


@app.command("show", epilog="Example: scaffold show openai-chat-streaming-with-data")
def show_template(name: options.Template, json: options.Json = False) -> None:
    """Tell all about a sample, or a template from elsewhere."""
    if is_address(name):
        from scaffold.cli_source import show_elsewhere

        show_elsewhere(name, json)
        return
    catalogue = Catalogue(templates_dir())
    if name == DOTENV:
        from scaffold.report import dotenv

        page_of = dotenv.dotenv_template_json if json else dotenv.dotenv_page
        show(page_of(catalogue.dotenv, catalogue.environment))
        return
    from scaffold.commands.list_show import show_template
    from scaffold.report import list_show as report

    details = show_template(catalogue, name)
    show(report.template_json(details) if json else report.template_page(details))


@app.command(epilog="Example: scaffold fixtures fixtures --only openai-chat-streaming")
def fixtures(
    directory: options.MadeFolder,
    only: options.OnlyFixtures = None,
    project: options.AsProjects = False,
    source: options.OfSource = None,
    assignments: options.Assignments = None,
    tree: options.TrustedTree = None,
    check: options.Check = False,
    force: options.OverwriteFiles = False,
    json: options.Json = False,
) -> None:
    """Write every sample there is into a folder for CI, or check one."""
    from scaffold.cli_source import fixture_source
    from scaffold.commands.fixtures import check_fixtures, write_fixtures
    from scaffold.report import fixtures as report
    from scaffold.report.folder import made_json, made_text
    from scaffold.terminal.diffs import for_people
    from scaffold.terminal.progress import Progress

    catalogue = Catalogue(templates_dir())
    progress = Progress(os.environ, quiet=json)
    shape = PROJECT if project else SAMPLE
    elsewhere = fixture_source(source, assignments, tree, project=project, asks=not json)
    if check:
        found = check_fixtures(
            catalogue,
            directory,
            only=only or (),
            shape=shape,
            source=elsewhere,
            collect=progress.collect,
        )
        if json:
            show(report.drift_json(directory, found.fixtures, found.drift))
        else:
            diff = for_people(report.drift_diff(found.drift), sys.stdout, os.environ)
            show(diff, as_it_is=True)
        if found.drift:
            maker = f"the source '{source}'" if source else "the catalogue"
            raise report.drift_error(directory, found.drift, maker)
        say("" if json else report.clean(found.fixtures, directory).rstrip())
        return
    made = write_fixtures(
        catalogue,
        directory,
        only=only or (),
        shape=shape,
        source=elsewhere,
        force=force,
        collect=progress.collect,
    )
    if json:
        show(made_json(made.fixtures, "project", made.plan, left_alone=list(made.left_alone)))
        return
    show(made_text(made.fixtures, "project", made.plan))
    say(report.left_alone(made.left_alone))


@app.command(epilog="Example: scaffold docs pages --only openai-chat-streaming")
def docs(
    context: typer.Context,
    directory: options.MadeFolder,
    only: options.OnlySamples = None,
    force: options.OverwritePages = False,
    style: options.PageStyle = None,
    llms: options.Llms = False,
    json: options.Json = False,
) -> None:
    """Write a page about every sample: its steps, and what a run shows."""
    from scaffold.commands.docs import write_llms, write_pages
    from scaffold.report.folder import llms_text, made_json, made_text
    from scaffold.terminal.progress import Progress

    if llms:
        if only or style:
            raise UsageError("--llms goes with --force and --json alone")
        plan = write_llms(
            Catalogue(templates_dir()), directory, helps_of(context.find_root()), force=force
        )
        show(made_json([], "page", plan) if json else llms_text(plan))
        return

    made = write_pages(
        Catalogue(templates_dir()),
        directory,
        os.environ,
        only=only or (),
        force=force,
        style="github" if style == "github" else "material",
        collect=Progress(os.environ, quiet=json).collect,
        say=say,
    )
    tell = made_json if json else made_text
    show(tell(made.pages, "page", made.plan))


@app.command(epilog="Example: scaffold run openai-chat-streaming-py")
def run(
    directory: options.ProjectFolder = Path(),
    arguments: options.Arguments = None,
    live: options.Live = False,
    script: options.Script = None,
    documents: options.Documents = None,
) -> None:
    """Run a sample: offline, against the embedded endpoint, or live."""
    from scaffold.commands.run import run_project

    raise typer.Exit(
        run_project(
            directory,
            os.environ,
            arguments=arguments or (),
            live=live,
            script=script,
            documents=documents,
            say=say,
        )
    )


@app.command(epilog="Example: scaffold serve --port 8080")
def serve(
    port: options.Port = 0,
    script: options.Script = None,
    documents: options.Documents = None,
    journal: options.JournalFile = None,
    lenient: options.Lenient = False,
    deployments: options.Deployments = None,
    rpm: options.RequestLimit = None,
    tpm: options.TokenLimit = None,
    https: options.Https = False,
    all_addresses: options.AllAddresses = False,
) -> None:
    """Serve the embedded endpoint, and tell what to export."""
    from scaffold.commands.serve import serve_endpoint
    from scaffold.report.serve import exports
    from scaffold.user_folders import state_dir

    with serve_endpoint(
        port,
        script=script,
        documents=documents,
        journal=journal,
        lenient=lenient,
        deployments=deployments or (),
        rpm=rpm,
        tpm=tpm,
        certificates=state_dir(os.environ) / "https" if https else None,
        all_addresses=all_addresses,
        say=say,
    ) as serving:
        url, variables, authority = serving
        show(exports(url, variables, authority=authority, powershell=os.name == "nt"))
        serving.wait()


@app.command(epilog="Example: scaffold doctor openai-chat-streaming-py")
def doctor(
    directory: options.ProjectFolder = Path(),
    for_template: options.ExaminedTemplate = None,
    provider: options.ExaminedProvider = None,
    timeout: options.Timeout = 5,
    json: options.Json = False,
) -> None:
    """Find out why a sample doesn't talk to its service."""
    from scaffold.commands.doctor import examine_project
    from scaffold.report import doctor as report

    findings = examine_project(
        Catalogue(templates_dir()),
        directory,
        os.environ,
        for_template=for_template,
        provider=provider,
        timeout=timeout,
    )
    show(report.findings_json(findings) if json else report.findings_text(findings))
    raise typer.Exit(int(any(finding.level == "error" for finding in findings)))
