"""Copier, in a child process of its own: what it renders is a throwaway folder, under limits.

    throwaway → render or run_tasks → whatever happens, no process and no folder is left

The child sees no settings of the user's: it has a home of its own, and a git that gets all it asks
for from the mirror in the cache.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.sources.rendering.limits import RenderLimits, beyond, failure, over_limit

_GUARDED = (sys.executable, "-IS", str(Path(__file__).with_name("guard.py")))
_PROGRAM = Path(__file__).with_name("program.py")
_LOOK_EVERY = 0.1  # seconds between two looks at what is being written
_GONE = 8.0  # seconds for the guard to end all that was started


class Job(NamedTuple):
    """What Copier is to do.

    Attributes:
        source: where the template is said to come from, as the answers file will record it.
        ref: the commit; None for a plain folder.
        target: where the project goes.
        data: the answers that are known.
        code: whether the template's Jinja extensions may run.
        asks: whether there is somebody to answer its questions.
        environ: the environment of its tasks, which alone are run then; None to render.
        updates: whether the target is a project under git that is to be brought to the commit.
        answers_file: where the project's answers are, if not where the template says.
    """

    source: str
    ref: str | None
    target: str
    data: Mapping[str, Any]
    code: bool = False
    asks: bool = False
    environ: Mapping[str, str] | None = None
    updates: bool = False
    answers_file: str = ""


class TemplateQuestion(NamedTuple):
    """A question of a template, when it is to be asked: what it says has been rendered.

    Attributes:
        name: the name of its answer.
        kind: `input`, `confirm`, `select`, `checkbox`, `password` or `path`.
        message: the question, for people.
        default: what is taken when nothing is typed; None for nothing.
        choices: what there is to choose from.
        problem: why the answer before this one was refused; empty the first time.
    """

    name: str
    kind: str
    message: str
    default: Any
    choices: tuple[Option, ...]
    problem: str


class Option(NamedTuple):
    """One of the answers that a question has.

    Attributes:
        title: what it is called.
        value: the answer.
        disabled: why it can't be chosen now; empty when it can.
        checked: whether it is among those that are chosen by default.
    """

    title: str
    value: Any
    disabled: str
    checked: bool


Ask = Callable[[TemplateQuestion], Any]


class Throwaway(NamedTuple):
    """A folder that goes away with this program, and with it what runs in there.

    Attributes:
        folder: where it is.
        home: the home of what runs there.
        output: where Copier renders to.
    """

    folder: Path
    home: Path
    output: Path


@contextmanager
def throwaway() -> Iterator[Throwaway]:
    """Make a folder for one use, readable by the user alone."""
    folder = Path(tempfile.mkdtemp(prefix="scaffold-"))
    try:
        guard = subprocess.Popen(  # noqa: S603 (no shell; our own program)
            [*_GUARDED, "remove", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            place = Throwaway(folder, folder / "home", folder / "output")
            for each in (place.home, place.output, folder / "tmp"):
                each.mkdir()
            yield place
        finally:
            guard.communicate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def work(
    job: Job,
    place: Throwaway,
    environ: Mapping[str, str],
    *,
    limits: RenderLimits | None,
    ask: Ask | None = None,
    hear: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Have a child process do a job.

    Args:
        job: what to do.
        place: the folder that it works in.
        environ: the environment of the child.
        limits: what it may take; None for tasks, which may take what they need.
        ask: answers a question.
        hear: is told each line that the template or a task prints.

    Returns:
        The answers that were given to questions, by name. The child has ended, and all that it
        started.

    Raises:
        TemplateError: the template can't be rendered, or not within the limits.
        UsageError: an answer isn't allowed, or is missing.
        ScaffoldError: a task failed, or the child was ended by somebody else.
        KeyboardInterrupt: somebody pressed Ctrl-C.
    """
    command = [sys.executable, "-W", "ignore", str(_PROGRAM)]
    process = subprocess.Popen(  # noqa: S603 (no shell; our own programs)
        [*_GUARDED, "end", *command],
        cwd=place.output,
        env=dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # Ctrl-C comes to this program alone, which ends the other
    )
    told = _Told()
    try:
        _listen_to(process, told)
        _send(process, {**job._asdict(), "limits": limits.of_child if limits else {}})
        return _follow(_Talk(process, told, job, place, limits, ask, hear))
    finally:
        _end(process, told)


class _Told:
    """What has come from a child so far."""

    def __init__(self) -> None:
        self.lines: SimpleQueue[tuple[str, str]] = SimpleQueue()
        self.started = 0
        self.readers: list[Thread] = []
        self.last_words: list[str] = []


def _listen_to(process: subprocess.Popen[str], told: _Told) -> None:
    def read(name: str, stream: Any) -> None:
        for line in stream:
            told.lines.put((name, line))
        told.lines.put((name, ""))

    for name, stream in (("message", process.stdout), ("print", process.stderr)):
        told.readers.append(Thread(target=read, args=(name, stream), daemon=True))
        told.readers[-1].start()


class _Talk(NamedTuple):
    process: subprocess.Popen[str]
    told: _Told
    job: Job
    place: Throwaway
    limits: RenderLimits | None
    ask: Ask | None
    hear: Callable[[str], None]


def _follow(talk: _Talk) -> dict[str, Any]:
    """Do what the child asks for, until it has ended."""
    began, looked = time.monotonic(), 0.0
    result: dict[str, Any] = {}
    while True:
        now = time.monotonic()
        if talk.limits and now - looked >= _LOOK_EVERY:
            looked = now
            if passed := over_limit(talk.limits, talk.place.output, now - began):
                raise beyond(passed)
        try:
            name, line = talk.told.lines.get(timeout=_LOOK_EVERY)
        except Empty:
            continue
        if name == "print":
            talk.told.last_words = [*talk.told.last_words[-20:], line]
            talk.hear(line)
            continue
        message: dict[str, Any] = json.loads(line) if line else {"ended": None}
        if "question" in message and talk.ask:
            asking = time.monotonic()
            _send(talk.process, talk.ask(_question(message["question"])))
            began += time.monotonic() - asking
        elif "ended" in message:
            return _result(talk, result, message["ended"])
        elif "started" in message:
            talk.told.started = message["started"]
        else:
            result = message


def _result(talk: _Talk, result: Mapping[str, Any], code: int | None) -> dict[str, Any]:
    if code is None:
        raise ScaffoldError("what renders the template was ended by somebody else: try again")
    if passed := talk.limits and over_limit(talk.limits, talk.place.output, 0):
        raise beyond(passed)
    if "done" not in result:
        error = result.get("error")
        raise failure(error, code, talk.job.data, talk.told.last_words, talk.limits)
    return dict(result["done"]["asked"])


def _question(told: Mapping[str, Any]) -> TemplateQuestion:
    options = tuple(Option(**each) for each in told["choices"])
    return TemplateQuestion(**{**told, "choices": options})


def _send(process: subprocess.Popen[str], message: Any) -> None:
    # If it has ended, that is what is read next.
    with suppress(OSError):
        if process.stdin:
            process.stdin.write(f"{json.dumps(message)}\n")
            process.stdin.flush()


def _end(process: subprocess.Popen[str], told: _Told) -> None:
    """Have the guard end the child; do it here if the guard can't."""
    with suppress(OSError):
        if process.stdin:
            process.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GONE)
    if process.returncode != 0:
        process.kill()
        process.wait()
        with suppress(OSError):
            if told.started and sys.platform != "win32":
                os.killpg(told.started, signal.SIGKILL)
    for reader, stream in zip(told.readers, (process.stdout, process.stderr), strict=True):
        reader.join(1)  # not for ever: what left the child's session may hold it open
        if stream and not reader.is_alive():
            stream.close()
