"""`scaffold run`: a project, offline against the embedded endpoint, or live."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path

from scaffold.catalogue.reader import Catalogue, templates_dir
from scaffold.endpoint import DocumentsError, Endpoint, ScriptError
from scaffold.errors import UsageError
from scaffold.running import runner
from scaffold.update.newer import find_newer, is_told_today
from scaffold.user_folders import state_dir

PACE = 0.02  # seconds between two pieces of an answer, so that one sees it stream


def run_project(
    directory: Path,
    environ: Mapping[str, str],
    *,
    arguments: Sequence[str] = (),
    live: bool = False,
    script: Path | None = None,
    documents: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> int:
    """Run a project in the terminal of this program, and return its exit code.

    Args:
        directory: the project.
        environ: the user's environment.
        arguments: those of the sample itself.
        live: whether it talks to the real service rather than to the embedded endpoint.
        script: a file that tells the embedded endpoint what to say.
        documents: a text file, or a folder of them, for the embedded endpoint to find.
        say: is told what is going on.

    Raises:
        UsageError: the folder is no project, or the script or the documents can't be used, as
            when it is live.
        ScaffoldError: what it requires can't be installed, or it can't be started.
    """
    for name, given in (("--script", script), ("--documents", documents)):
        if live and given is not None:
            raise UsageError(f"{name} is for the offline endpoint: leave out --live")
    language = runner.check_project(directory)
    say(newer_note(directory, environ))
    try:
        # Before packages are installed: a typo needs no minute to be found.
        endpoint = Endpoint(
            pace=PACE,
            script=script,
            say=lambda line: say(f"scaffold: {line}"),
            documents=documents,
        )
    except (DocumentsError, ScriptError) as error:
        raise UsageError(str(error)) from error
    command = language.prepare(directory, environ, say)
    if live:
        sample_environ = runner.live_environ(environ, directory)
        say(f"This talks to {runner.service_of(directory, sample_environ)}.")
        code = runner.run_sample(command, directory, arguments, sample_environ)
        if code == 1:
            say("It failed. What keeps it from its service? In the project: scaffold doctor")
        return code

    with endpoint:
        say(f"This talks to the offline endpoint at {endpoint.url}: no key, no network.")
        if script is None:
            say("To tell it what to say: scaffold run --script FILE")
        sample_environ = runner.offline_environ(environ, endpoint.variables())
        return runner.run_sample(command, directory, arguments, sample_environ)


def newer_note(directory: Path, environ: Mapping[str, str]) -> str:
    """Say that there is a newer version of a project's sample; at most once a day, never in CI."""
    if environ.get("CI", "").lower() not in ("", "0", "false"):
        return ""
    newer = find_newer(Catalogue(templates_dir()), directory)
    today = datetime.now(timezone.utc).date()
    if newer is None or not newer.exists or is_told_today(directory, state_dir(environ), today):
        return ""
    return (
        f"There is a newer version of this sample, {newer.newest.name}: "
        "'scaffold update' brings it here and keeps your edits."
    )
