"""The program that a child process runs: Copier, told what to do by one line of JSON.

It reads the job from its input, and writes lines of JSON: a question, whose answer is the next line
of the input; and in the end `done`, or an `error`. What a template prints goes to stderr.

Nothing of `scaffold` is imported here: whatever a template does, it does to this process alone.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

Wire = tuple[TextIO, TextIO]


def main() -> None:
    """Do the job, and tell how it went."""
    # Beside this file are modules whose names are none of a template's business.
    sys.path[:] = [path for path in sys.path if Path(path) != Path(__file__).parent]
    wire = open_wire()
    job = json.loads(wire[0].readline())
    limit(job["limits"], Path(job["target"]))
    try:
        done = run(job, wire)
    except BaseException as error:  # noqa: BLE001 - whatever a template raises is told in one line
        tell(wire, {"error": explained(error)})
    else:
        tell(wire, {"done": done})


def open_wire() -> Wire:
    """Take input and output for the job alone; a template gets no input, and prints to stderr."""
    wire = (
        os.fdopen(os.dup(0), encoding="utf-8"),
        os.fdopen(os.dup(1), "w", encoding="utf-8"),
    )
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    return wire


def limit(limits: Mapping[str, float], folder: Path) -> None:
    """Bound what this process may take, where the system can do that."""
    if sys.platform == "win32" or not limits:
        return
    import resource

    for name in ("RLIMIT_AS", "RLIMIT_FSIZE"):
        if name in limits:
            _, most = resource.getrlimit(getattr(resource, name))
            wanted = int(limits[name])
            wanted = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
            resource.setrlimit(getattr(resource, name), (wanted, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Of this process alone: the git that brings the template takes as long as a repository needs.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, limits["seconds"])
    threading.Thread(target=watch, args=(limits["seconds"], folder), daemon=True).start()


def watch(seconds: float, folder: Path) -> None:
    """In a thread: end this process when it and what it starts take too long, once it writes files.

    Copier runs git for each file that it writes, which takes more than all else.
    """
    start = os.times()
    before = None
    while True:
        time.sleep(0.2)
        used = os.times()
        children = used.children_user + used.children_system
        if before is None and folder.exists():
            before = children
        own = used.user + used.system - start.user - start.system
        if before is not None and own + children - before > seconds:
            os.kill(os.getpid(), signal.SIGPROF)


def run(job: Mapping[str, Any], wire: Wire) -> dict[str, Any]:
    """Do a job with Copier's public functions.

    Args:
        job: `source`, `ref`, `target`, `data`, `code` (whether Jinja extensions may run), `asks`
            (whether there is somebody to answer), and `environ` where tasks are to be run.
        wire: where a question goes, and its answer comes from.
    """
    asked: dict[str, Any] = {}
    # Before Copier takes it from there.
    import questionary

    questionary.unsafe_prompt = asking(wire, asked)
    import copier

    tasks = job.get("environ") is not None
    if tasks:
        subprocess.run = in_environment(job["environ"])
    # Not `unsafe`, which would let the template read YAML files from anywhere, too.
    settings = copier.Settings(trust=[job["source"]] if job["code"] or tasks else [])
    if job["updates"]:
        copier.run_update(
            job["target"],
            job["data"],
            answers_file=job["answers_file"] or None,
            vcs_ref=job["ref"],
            settings=settings,
            defaults=True,
            overwrite=True,
            conflict="inline",
            quiet=True,
            # They are for where the project is.
            skip_tasks=True,
        )
        return {"asked": asked}
    copier.run_copy(
        job["source"],
        job["target"],
        job["data"],
        answers_file=job["answers_file"] or None,
        vcs_ref=job["ref"],
        settings=settings,
        defaults=not job["asks"],
        overwrite=True,
        cleanup_on_error=False,
        quiet=True,
        skip_tasks=not tasks,
        exclude=["**"] if tasks else [],
    )
    return {"asked": asked}


def asking(wire: Wire, asked: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Make what stands in for the prompt of questionary: it asks whoever gave the job."""

    def unsafe_prompt(questions: Any, answers: Any = None, **_: Any) -> dict[str, Any]:
        [question] = questions
        name, problem = question["name"], ""
        known = dict(answers or {})
        if not question["when"](known):  # it is computed: what it comes to is known
            return known
        while True:
            tell(wire, {"question": described(question, problem)})
            answer = json.loads(wire[0].readline())
            checked = question["validate"](answer) if "validate" in question else True
            if checked is not True:
                problem = str(checked)
                continue
            try:
                value = question["filter"](answer)
            except Exception as error:  # noqa: BLE001 - a choice that the template refuses
                problem = str(error) or "Invalid input"
                continue
            asked[name] = answer
            return {name: value}

    return unsafe_prompt


def described(question: Mapping[str, Any], problem: str) -> dict[str, Any]:
    """Say what a question is, in what JSON can say."""
    default = question.get("default")
    return {
        "name": question["name"],
        "kind": question["type"],
        "message": str(question["message"]),
        "default": getattr(default, "value", default),
        "choices": [
            {
                "title": str(choice.title),
                "value": choice.value,
                "disabled": str(choice.disabled or ""),
                "checked": bool(choice.checked),
            }
            for choice in question.get("choices", ())
        ],
        "problem": problem,
    }


def in_environment(environ: Mapping[str, str]) -> Callable[..., Any]:
    """Make a `subprocess.run` that gives what it starts the user's own environment.

    Copier's git has one that leads to the cache alone, and a task has nothing to do with that.
    """
    own, start = dict(os.environ), subprocess.run

    def run_it(*arguments: Any, **options: Any) -> Any:
        given = options.get("env") or {}
        more = {name: value for name, value in given.items() if own.get(name) != value}
        return start(*arguments, **{**options, "env": {**environ, **more}})

    return run_it


def tell(wire: Wire, message: Mapping[str, Any]) -> None:
    """Write a line to whoever gave the job."""
    wire[1].write(f"{json.dumps(message, default=str)}\n")
    wire[1].flush()


def explained(error: BaseException) -> dict[str, Any]:
    """Say what went wrong: the kind of error, its text, and the question that it was about."""
    question = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        # Where Copier asks; without it, the error is just not told to be about an answer.
        if frame.f_code.co_name == "_ask":
            question = str(frame.f_locals.get("var_name", ""))
    return {
        "kind": type(error).__name__,
        "text": str(error)[:2000],
        "line": getattr(error, "lineno", None),
        "file": str(getattr(error, "name", None) or getattr(error, "filename", None) or ""),
        "question": question,
    }


if __name__ == "__main__":
    main()
