"""What a person is asked at a terminal: which sample, and what to do about files in the way."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scaffold.catalogue.names import is_address
from scaffold.catalogue.reader import Catalogue
from scaffold.errors import ConflictError
from scaffold.project.diff import unified_diff
from scaffold.project.write import Plan, overwriting, readable_errors
from scaffold.report.words import visible
from scaffold.terminal.diffs import for_people
from scaffold.terminal.picker import Choice, Picker
from scaffold.terminal.screen import ask_line, messages, pick
from scaffold.update.candidates import Candidate


def pick_sample(
    catalogue: Catalogue, given: Mapping[str, Any], environ: Mapping[str, str]
) -> tuple[str, dict[str, Any]]:
    """Let a person pick a template, and the provider too unless it was given.

    All else has a default that suits everybody. Which service a person has an account with can't
    be guessed, and who names no template has not yet been told of it.

    Args:
        catalogue: where the templates are.
        given: the answers that were given.
        environ: the environment, which says how to draw.

    Returns:
        The template's name, and the answers with what was picked.

    Raises:
        KeyboardInterrupt: the person left.
    """
    templates = [each for each in catalogue.usable()[0] if each.lifecycle.state != "retired"]
    samples = [Choice(each.name, each.summary) for each in templates]
    name = pick(Picker("Which sample?", (*samples, *_of_sources(environ))), environ).name
    if is_address(name):
        messages().write(visible(f"scaffold new {name}") + "\n")
        return name, dict(given)
    providers = catalogue.get(name).variant(given).providers
    answers = dict(given)
    if "provider" not in given and len(providers) > 1:
        question = catalogue.questions["provider"].help
        services = tuple(Choice(provider) for provider in providers)
        answers["provider"] = pick(Picker(question, services), environ).name
    # The same in one line, for a script or the next time.
    flag = f" --provider {answers['provider']}" if "provider" in answers else ""
    messages().write(visible(f"scaffold new {name}{flag}") + "\n")
    return name, answers


def _of_sources(environ: Mapping[str, str]) -> list[Choice]:
    from scaffold.sources.registry import read_registry

    return [
        Choice(f"{name}/{entry.name}", entry.summary or entry.title)
        for name, source in read_registry(environ).items()
        for entry in source.entries
        if entry.lifecycle.state != "retired"
    ]


def choose_candidate(
    directory: Path, candidates: Sequence[Candidate], environ: Mapping[str, str]
) -> Candidate:
    """Ask what a project was made from.

    Args:
        directory: the project.
        candidates: what it may be, the most alike first.
        environ: the user's environment.

    Raises:
        KeyboardInterrupt: the person left.
    """
    choices = tuple(
        Choice(each.origin.full_name, f"{each.likeness:.0%} of it is there") for each in candidates
    )
    chosen = pick(Picker("What was this project made from?", choices), environ).name
    # The same in one line, for a script or the next time.
    where = "" if directory == Path() else f" {shlex.quote(str(directory))}"
    messages().write(visible(f"scaffold update{where} --from {chosen}") + "\n")
    return next(each for each in candidates if each.origin.full_name == chosen)


def ask_about_conflicts(plan: Plan, environ: Mapping[str, str]) -> Plan:
    """Show how each file that is in the way differs, and asks what is to become of it.

    Raises:
        ConflictError: the person chose to leave all as it is.
        KeyboardInterrupt: the person left.
    """
    out = messages()
    chosen = []
    for file in plan.kept:
        with readable_errors(plan.target):
            before = (plan.target / file.path).read_bytes()
        out.write(for_people(unified_diff(file.path, before, file.content), out, environ))
        reply = ""
        while reply not in ("k", "keep", "o", "overwrite", "q", "quit"):
            reply = ask_line(f"{visible(file.path)}: [k]eep, [o]verwrite or [q]uit? ").lower()
        if reply.startswith("q"):
            raise ConflictError(f"files are in the way in '{plan.target}', nothing was written")
        if reply.startswith("o"):
            chosen.append(file)
    return overwriting(plan, chosen)
