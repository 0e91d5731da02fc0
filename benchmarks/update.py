"""What `scaffold update` costs beside `new` and `copier update`, and how surely a base is known.

    python benchmarks/update.py [--rounds N] [--projects N]

Needs git, copier and ruff. Prints the figures and writes `results/update.md`.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from scaffold.catalogue.reader import Catalogue, templates_dir
from scaffold.commands.update import find_base
from scaffold.update.candidates import find_candidates
from scaffold.update.current import current_snapshots
from scaffold.update.released import Snapshot, read_released, released_dir, released_names

TOP = Path(__file__).parents[1]
sys.path.insert(0, str(TOP / "tests"))

from edits import Files, edited  # noqa: E402

RESULTS = TOP / "benchmarks" / "results" / "update.md"
SAMPLE = "openai-chat-streaming-with-functions"  # it has the most files: five
RELEASED = "1cd005f"  # of version 0.1.0
OWN = b"\n\ndef mine() -> None:\n    print('mine')\n"


def cpu(command: Sequence[str], folder: Path, environ: dict[str, str]) -> float:
    """Runs a command, and returns the milliseconds of CPU that it and its children took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command, cwd=folder, env=environ, check=True, capture_output=True, stdin=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used * 1000


def write(folder: Path, files: Files) -> Path:
    """Writes a project, which is returned."""
    folder.mkdir(parents=True)
    for path, content in files.items():
        (folder / path).write_bytes(content)
    return folder


def with_edits(files: Files) -> Files:
    """Edits every file at its end, where the template has changed nothing."""
    return {
        path: content + (OWN if path.endswith(".py") else b"mine>=1\n")
        for path, content in files.items()
    }


def git(folder: Path, *arguments: str) -> None:
    """Runs git."""
    settings = ["-c", "user.name=x", "-c", "user.email=x@y", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True)


def copier_template(folder: Path) -> Path:
    """Makes a repository of the templates: those of the first release, and those of today."""
    archive = subprocess.run(
        ["git", "archive", RELEASED, "templates"], cwd=TOP, check=True, capture_output=True
    )
    folder.mkdir()
    git(folder, "init", "-q")
    for tag in ("v1.0.0", "v2.0.0"):
        for path in folder.iterdir():
            if path.name != ".git":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        if tag == "v1.0.0":
            subprocess.run(
                ["tar", "-x", "--strip-components=1"], cwd=folder, input=archive.stdout, check=True
            )
        else:
            shutil.copytree(templates_dir(), folder, dirs_exist_ok=True)
        answers = folder / SAMPLE / "python" / "{{ _copier_conf.answers_file }}.jinja"
        answers.write_text("{{ _copier_answers | to_nice_yaml }}")
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", tag)
        git(folder, "tag", tag)
    return folder


def measure(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Runs each command once a round, on a fresh copy of its project."""
    scripts = Path(sys.executable).parent
    # Compiled sources are kept, as they are for people, or most of the time goes into compiling.
    state = str(folder / "state")
    environ = {**os.environ, "XDG_STATE_HOME": state, "CI": "1", "PYTHONDONTWRITEBYTECODE": ""}
    program, copier = str(scripts / "scaffold"), str(scripts / "copier")
    old = next(each for each in read_released(released_dir(), SAMPLE) if each.release == "0.1.0")
    files = old.files({})
    files["requirements.txt"] = (
        f"{old.origin.line(old.origin.file)}\n".encode() + files["requirements.txt"]
    )
    write(folder / "untouched", files)
    write(folder / "edited", with_edits(files))
    source = copier_template(folder / "template")
    made = folder / "copier"
    answers = ["-d", f"template={SAMPLE}", "--defaults", "-q", "--vcs-ref", "v1.0.0"]
    cpu([copier, "copy", *answers, str(source), str(made)], folder, environ)
    for path, content in with_edits(old.files({})).items():
        (made / path).write_bytes(content)
    git(made, "init", "-q")
    git(made, "add", "-A")
    git(made, "commit", "-qm", "mine")

    mine = [program, "update", "OUT", "--on-conflict", "mine"]
    commands = {
        "scaffold new": ([program, "new", SAMPLE, "--output-dir", "OUT", "-q"], None),
        "update, untouched": ([program, "update", "OUT"], folder / "untouched"),
        "update, five files edited": (mine, folder / "edited"),
        "copier update": ([copier, "update", "--defaults", "-q", "OUT"], made),
    }
    found: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, (command, project) in commands.items():
            out = folder / "out"
            if project:
                shutil.copytree(project, out, symlinks=True)
            used = cpu([part.replace("OUT", str(out)) for part in command], folder, environ)
            shutil.rmtree(out)
            if turn:  # the first is a warm-up
                found[name].append(used)
    return found


def recognize(number: int, place: Path) -> tuple[int, int]:
    """Edits projects, and counts how many are known by their line, and listed first without it."""
    catalogue = Catalogue(templates_dir())
    folder = released_dir()
    every: list[Snapshot] = []
    for name in released_names(folder):
        every += read_released(folder, name)
        every += current_snapshots(catalogue, catalogue.get(name))
    known, first = 0, 0
    for seed in range(number):
        snapshot = random.Random(seed).choice(every)
        files = edited(snapshot.files({}), seed)
        file = snapshot.origin.file
        line = f"{snapshot.origin.line(file)}\n".encode()
        without = b"\n".join(
            each for each in files.get(file, b"").split(b"\n") if not each.startswith(b"# Made by")
        )
        project = write(place / str(seed), {**files, file: line + without})
        known += find_base(catalogue, project, None, None).origin == snapshot.origin
        shutil.rmtree(project)
        candidates = find_candidates({**files, file: without}, every)
        best = candidates[0].snapshot if candidates else None
        # Two revisions may have made the same project: either serves.
        first += best is not None and bare(best) == bare(snapshot)
    return known, first


def bare(snapshot: Snapshot) -> Files:
    """Gives the files of a snapshot without the line that tells it from others."""
    return {
        path: b"\n".join(line for line in each.split(b"\n") if not line.startswith(b"# Made by"))
        for path, each in snapshot.marked.items()
    }


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios, round by round."""
    return statistics.median([one / other for one, other in zip(ours, theirs, strict=True)])


def main() -> None:
    """Measures, prints and writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--projects", type=int, default=500)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), arguments.rounds)
        known, first = recognize(arguments.projects, Path(folder) / "recognized")
    new, copier = found["scaffold new"], found["copier update"]
    untouched = ratio(found["update, untouched"], new)
    five = ratio(found["update, five files edited"], copier)
    share = first / arguments.projects
    machine = f"{os.cpu_count()} cores, {platform.system()}, CPython {platform.python_version()}"
    versions = ", ".join(f"{name} {version(name)}" for name in ("scaffold-ai", "copier"))
    lines = [
        "# scaffold update\n",
        f"{datetime.now(timezone.utc).date()}; {machine}; {versions}.",
        f"Medians of {arguments.rounds} rounds, of whole processes; a ratio is the median of those "
        f"of each round. {arguments.projects} edited projects.\n",
    ]
    lines += ["| | ms of CPU |", "| --- | ---: |"]
    lines += [f"| {name} | {statistics.median(each):.0f} |" for name, each in found.items()]
    lines += ["\n| | budget | measured | met |", "| --- | ---: | ---: | ---: |"]
    for what, budget, measured, met in (
        ("an untouched project / `new`", "≤ 1.50", f"{untouched:.2f}", untouched <= 1.5),
        ("five files edited / `copier update`", "≤ 0.15", f"{five:.2f}", five <= 0.15),
        (
            "known by its line",
            "all",
            f"{known} of {arguments.projects}",
            known >= arguments.projects,
        ),
        ("listed first without it", "≥ 95 %", f"{share:.1%}", share >= 0.95),
    ):
        lines.append(f"| {what} | {budget} | {measured} | {'yes' if met else 'NO'} |")
    text = "\n".join(lines) + "\n"
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
