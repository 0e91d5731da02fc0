"""The command line: parse, call one function of `commands/`, print. What is heavy comes in late."""

import os
import sys
from functools import partial
from pathlib import Path

import typer

from scaffold.catalogue.reader import Catalogue, templates_dir
from scaffold.catalogue.records import DOTENV
from scaffold.cli_update import DRY_RUN, update
from scaffold.errors import TemplateError, UsageError
from scaffold.terminal import options
from scaffold.terminal.options import OnConflict, one_language
from scaffold.terminal.output import say, show
from scaffold.terminal.parsing import make_app

app = make_app()
app.command(epilog="Example: scaffold update openai-chat-streaming-py --diff")(update)


@app.command(epilog="Example: scaffold new openai-chat-streaming --python")
def new(
    name: options.TemplateToMake = None,
    python: options.Python = False,
    language: options.Language = None,
    provider: options.Provider = None,
    assignments: options.Assignments = None,
    answers_file: options.AnswersFile = None,
    output_dir: options.OutputDir = None,
    on_conflict: options.Conflicts = None,
    force: options.Overwrite = False,
    dry_run: options.DryRun = False,
    run_it: options.RunIt = False,
    quiet: options.Quiet = False,
    json: options.Json = False,
    for_template: options.ForTemplate = None,
) -> None:
    """Write a sample into a new folder, or the file .env."""
    if name == DOTENV:
        if any((assignments, answers_file, force, run_it, on_conflict)):
            raise UsageError("'.env' takes --for, --provider, --output-dir and --dry-run alone")
        _new_dotenv(output_dir or Path(), for_template, provider, dry_run, quiet, json)
        return
    if for_template is not None:
        raise UsageError("--for goes with: scaffold new .env")
    from scaffold.commands.new import new_project
    from scaffold.project.answers import gather_answers
    from scaffold.report import new as report
    from scaffold.terminal.screen import may_ask

    asks = may_ask(os.environ) and not json
    action = OnConflict.OVERWRITE if force else OnConflict(on_conflict or "fail")
    if action is OnConflict.DIFF and not asks:
        raise UsageError("'--on-conflict diff' asks, and needs a terminal: use keep or overwrite")
    decide = None
    if action is OnConflict.DIFF:
        from scaffold.terminal.dialogue import ask_about_conflicts

        decide = partial(ask_about_conflicts, environ=os.environ)
    catalogue = Catalogue(templates_dir())
    given = gather_answers(
        answers_file, assignments or (), language=one_language(python, language), provider=provider
    )
    if name is None:
        if not asks:
            raise UsageError("Missing argument 'TEMPLATE': 'scaffold list' shows them all")
        from scaffold.terminal.dialogue import pick_sample

        name, given = pick_sample(catalogue, given, os.environ)
    made = new_project(
        catalogue,
        name,
        given,
        directory=output_dir,
        on_conflict="keep" if action is OnConflict.DIFF else action.value,
        decide=decide,
        dry_run=dry_run,
    )

    if json:
        show(report.generated_json(made.template, made.answers, made.plan, dry_run=dry_run))
    elif not quiet:
        show(report.generated(made.template, made.plan))
        say(report.left_alone(made.plan))
        if dry_run:
            say(DRY_RUN)
        elif not run_it:
            from scaffold.project.variables import find_variables

            show(report.next_steps(str(made.plan.target), find_variables(made.files)))
    say(report.lifecycle_note(made.template, made.answers))
    if run_it and not dry_run:
        run(made.plan.target)


@app.command("list", epilog="Example: scaffold list functions --python")
def list_templates(
    text: options.Text = "",
    python: options.Python = False,
    language: options.Language = None,
    tag: options.Tag = None,
    show_all: options.ShowAll = False,
    json: options.Json = False,
) -> None:
    """List the samples."""
    from scaffold.commands.list_show import list_templates
    from scaffold.report import list_show as report

    listing = list_templates(
        Catalogue(templates_dir()),
        text,
        language=one_language(python, language),
        tag=tag,
        retired=show_all,
    )
    show(report.template_list_json(listing.shown) if json else report.template_table(listing.shown))
    say(report.listing_notes(listing.shown, listing.hidden, listing.broken))
    if listing.broken:
        raise typer.Exit(TemplateError.exit_code)


@app.command("show", epilog="Example: scaffold show openai-chat-streaming-with-data")
def show_template(name: options.Template, json: options.Json = False) -> None:
    """Tell all about a sample: files, variables, answers."""
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
    check: options.Check = False,
    force: options.OverwriteFiles = False,
    json: options.Json = False,
) -> None:
    """Write every sample there is into a folder for CI, or check one."""
    from scaffold.commands.fixtures import check_fixtures, write_fixtures
    from scaffold.report import fixtures as report
    from scaffold.report.folder import made_json, made_text
    from scaffold.terminal.diffs import for_people
    from scaffold.terminal.progress import Progress

    catalogue = Catalogue(templates_dir())
    progress = Progress(os.environ, quiet=json)
    if check:
        found = check_fixtures(catalogue, directory, only=only or (), collect=progress.collect)
        if json:
            show(report.drift_json(directory, found.fixtures, found.drift))
        else:
            diff = for_people(report.drift_diff(found.drift), sys.stdout, os.environ)
            show(diff, as_it_is=True)
        if found.drift:
            raise report.drift_error(directory, found.drift)
        say("" if json else report.clean(found.fixtures, directory).rstrip())
        return
    made = write_fixtures(
        catalogue, directory, only=only or (), force=force, collect=progress.collect
    )
    if json:
        show(made_json(made.fixtures, "project", made.plan, left_alone=list(made.left_alone)))
        return
    show(made_text(made.fixtures, "project", made.plan))
    say(report.left_alone(made.left_alone))


@app.command(epilog="Example: scaffold docs pages --only openai-chat-streaming")
def docs(
    directory: options.MadeFolder,
    only: options.OnlySamples = None,
    force: options.OverwritePages = False,
    style: options.PageStyle = None,
    json: options.Json = False,
) -> None:
    """Write a page about every sample: its steps, and what a run shows."""
    from scaffold.commands.docs import write_pages
    from scaffold.report.folder import made_json, made_text
    from scaffold.terminal.progress import Progress

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
) -> None:
    """Serve the embedded endpoint, and tell what to export."""
    from scaffold.commands.serve import serve_endpoint
    from scaffold.report.serve import exports

    with serve_endpoint(
        port,
        script=script,
        documents=documents,
        journal=journal,
        lenient=lenient,
        deployments=deployments or (),
        rpm=rpm,
        tpm=tpm,
        say=say,
    ) as serving:
        show(exports(serving.url, serving.variables, powershell=os.name == "nt"))
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


def _new_dotenv(
    folder: Path, template: str | None, provider: str | None, dry_run: bool, quiet: bool, json: bool
) -> None:
    from scaffold.commands.dotenv import new_dotenv
    from scaffold.report import dotenv as report

    catalogue = Catalogue(templates_dir())
    plan = new_dotenv(catalogue, folder, for_template=template, provider=provider, dry_run=dry_run)
    if json:
        show(report.dotenv_json(plan, dry_run=dry_run))
    elif not quiet:
        show(report.generated_dotenv(catalogue.dotenv, plan))
        say(report.dotenv_note(plan))
        if dry_run:
            say(DRY_RUN)
