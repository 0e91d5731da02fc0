"""Measures the command line beside a Typer hello-world and other generators.

    python benchmarks/cli.py [--rounds N]

Writes `benchmarks/results/cli.md`, the plot `docs/images/cli-speed.svg` and the table in
`README.md`. Processes run one after the other in each round, so that all of them meet the same
machine. What counts is the CPU time that the system reports, of a process and of those it started:
on a machine that does other work too, the time on the clock says little. The program is the wheel
that is built of this checkout, as people install it. Peers that are not installed beside this
Python (copier, cookiecutter, hatch, uv) or can't be had from npm (create-vite) are named, and left
out. A budget that is not met makes it exit 1.
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import gc
import io
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import scaffold
from scaffold.catalogue.reader import Catalogue, templates_dir
from scaffold.project.answers import resolve_answers
from scaffold.project.render import Renderer
from scaffold.project.write import plan_writes, write_files

TOP = Path(__file__).parents[1]
RESULTS = TOP / "benchmarks" / "results" / "cli.md"
PLOT = TOP / "docs" / "images" / "cli-speed.svg"
README = TOP / "README.md"
BEGIN, END = "<!-- speed: made by benchmarks/cli.py -->", "<!-- /speed -->"

SAMPLE = "openai-chat-streaming-with-functions"  # five files
MANY = 200
FLOOR, NEW, LIST = "Typer hello-world", "scaffold new", "scaffold list"
IN_A_CHECKOUT = "scaffold new, in a checkout"
FASTEST = ("create-vite", "uv init")
WITH_OPTIONS = "scaffold new, with options"
AFRESH = "scaffold, in memory afresh"
HELLO = """
import typer

def hello(name: str) -> None:
    print("Hello", name)

typer.run(hello)
"""


class Cost(NamedTuple):
    """What a process took, in milliseconds.

    Attributes:
        cpu: of the processor, by it and by the processes that it started.
        wall: on the clock.
    """

    cpu: float
    wall: float


class Bench:
    """Commands to measure, in a folder of their own.

    Args:
        folder: an empty folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commands: dict[str, list[str]] = {}
        self.missing: list[str] = []
        self._environs: dict[str, dict[str, str]] = {}
        self._runs = 0

    def add(self, name: str, command: list[str], environ: Mapping[str, str] | None = None) -> None:
        """Adds a command, once it has run. `OUT` in it stands for a folder that isn't there."""
        self.commands[name] = command
        home = {"HOME": str(self.folder / "home"), "CI": "1", "PYTHONDONTWRITEBYTECODE": ""}
        self._environs[name] = {**os.environ, **home, **(environ or {})}
        try:
            self.run(name)
        except (OSError, subprocess.SubprocessError) as error:
            del self.commands[name]
            self.missing.append(name)
            print(f"NOT MEASURED: {name}: {error}", file=sys.stderr)

    def run(self, name: str) -> Cost:
        """Runs a command once."""
        self._runs += 1
        out = self.folder / f"out-{self._runs}"
        made = self.folder / f"{SAMPLE}-py"
        command = [part.replace("OUT", str(out)) for part in self.commands[name]]
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(
            command,
            cwd=self.folder,
            env=self._environs[name],
            check=True,
            timeout=180,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        for folder in (out, made):
            shutil.rmtree(folder, ignore_errors=True)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Cost(cpu * 1000, wall * 1000)


def prepare(bench: Bench) -> None:
    """Adds all that is measured, each with what it needs."""
    folder, scripts = bench.folder, Path(sys.executable).parent
    (folder / "home").mkdir()
    (folder / "hello.py").write_text(HELLO, encoding="utf-8")
    shutil.copytree(templates_dir(), folder / "templates")
    make_cookiecutter(folder / "cookiecutter")

    bench.add("python -c pass", [sys.executable, "-c", "pass"])
    bench.add(FLOOR, [sys.executable, "hello.py", "you"])
    program = str(scripts / "scaffold")
    installed = {"PYTHONPATH": str(install_wheel(folder / "wheel"))}
    bench.add("scaffold --help", [program, "--help"], installed)
    bench.add(LIST, [program, "list"], installed)
    bench.add("scaffold show", [program, "show", SAMPLE], installed)
    bench.add(NEW, [program, "new", SAMPLE], installed)
    bench.add(IN_A_CHECKOUT, [program, "new", SAMPLE])
    options = ["--python", "--provider", "openai", "--set", "system_prompt=Be brief."]
    options += ["--on-conflict", "keep", "--output-dir", "OUT"]
    bench.add(WITH_OPTIONS, [program, "new", SAMPLE, *options], installed)
    answer = ["--defaults", "-d", f"template={SAMPLE}"]
    bench.add("copier copy", [str(scripts / "copier"), "copy", "-q", *answer, "templates", "OUT"])
    cookiecutter = [str(scripts / "cookiecutter"), "--no-input", "-o", "OUT", "cookiecutter"]
    bench.add("cookiecutter", cookiecutter)
    bench.add("hatch new", [str(scripts / "hatch"), "new", "demo", "OUT"])
    bench.add("uv init", [str(scripts / "uv"), "init", "OUT", "--name", "demo"])
    npm = ["npm", "install", "--silent", "--prefix", str(folder / "npm"), "create-vite"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        subprocess.run(npm, check=True, timeout=180, capture_output=True)
    vite = str(folder / "npm" / "node_modules" / ".bin" / "create-vite")
    bench.add("create-vite", [vite, "OUT", "--template", "vanilla", "--no-interactive"])

    for number in (len(Catalogue(templates_dir()).names), MANY):
        # The program as a wheel has it, with the templates inside.
        library = folder / f"library-{number}"
        source = Path(scaffold.__file__).parent
        shutil.copytree(source, library / "scaffold", dirs_exist_ok=True)
        make_catalogue(library / "scaffold" / "templates", number)
        ours = [sys.executable, "-m", "scaffold"]
        environ = {"PYTHONPATH": str(library)}
        bench.add(f"list of {number}", [*ours, "list", "--all"], environ)
        bench.add(f"new of {number}", [*ours, "new", SAMPLE], environ)


def install_wheel(folder: Path) -> Path:
    """Builds the wheel, and gives a folder that has it in it as an installer leaves it."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=TOP, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    compileall.compile_dir(folder / "installed", quiet=1)
    return folder / "installed"


def make_catalogue(folder: Path, number: int) -> None:
    """Makes a catalogue of so many templates: ours, and copies of them under other names."""
    shutil.copytree(templates_dir(), folder, dirs_exist_ok=True)
    names = Catalogue(folder).names
    for copy in range(number - len(names)):
        name = names[copy % len(names)]
        shutil.copytree(folder / name, folder / f"{name}-copy-{copy}")


def make_cookiecutter(folder: Path) -> None:
    """Makes a template for Cookiecutter of the same five files, one with a text filled in."""
    catalogue = Catalogue(templates_dir())
    answers = resolve_answers(catalogue.get(SAMPLE), catalogue.questions, {})
    project = folder / "{{cookiecutter.name}}"
    project.mkdir(parents=True)
    prompt = answers["system_prompt"]
    for file in Renderer(catalogue).render(answers):
        parts = file.content.decode().split(prompt)
        filled = "{{cookiecutter.system_prompt}}".join(
            f"{{% raw %}}{part}{{% endraw %}}" for part in parts
        )
        (project / file.path).write_text(filled, encoding="utf-8")
    asked = {"name": "sample", "system_prompt": prompt}
    (folder / "cookiecutter.json").write_text(json.dumps(asked), encoding="utf-8")


def measure(bench: Bench, rounds: int) -> dict[str, list[Cost]]:
    """Runs each command once a round."""
    costs: dict[str, list[Cost]] = {name: [] for name in bench.commands}
    for turn in range(rounds):
        print(f"\rround {turn + 1} of {rounds}", end="", file=sys.stderr)
        for name, found in costs.items():
            found.append(bench.run(name))
    print(file=sys.stderr)
    return costs


def measure_inside(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Makes the whole catalogue in this process: milliseconds of CPU a project, by round."""
    catalogue = Catalogue(templates_dir())
    projects = [
        resolve_answers(catalogue.get(each.template), catalogue.questions, each.given)
        for each in catalogue.combinations()
    ]

    warm = Renderer(catalogue)

    def rendered(_: Path) -> None:
        for answers in projects:
            warm.render(answers)

    def rendered_afresh(_: Path) -> None:
        renderer = Renderer(catalogue)
        for answers in projects:
            renderer.render(answers)

    def written_afresh(out: Path) -> None:
        renderer = Renderer(catalogue)
        for number, answers in enumerate(projects):
            write_files(plan_writes(renderer.render(answers), out / str(number), "fail"))

    def by_copier(out: Path) -> None:
        import copier

        for number, answers in enumerate(projects):
            copier.run_copy(
                str(folder / "templates"),
                out / str(number),
                data=answers,
                defaults=True,
                quiet=True,
            )

    def by_cookiecutter(out: Path) -> None:
        from cookiecutter.main import cookiecutter  # type: ignore[import-untyped]

        for number in range(len(projects)):
            cookiecutter(
                str(folder / "cookiecutter"), no_input=True, output_dir=str(out / str(number))
            )

    ways: dict[str, Callable[[Path], None]] = {
        "scaffold, in memory": rendered,
        AFRESH: rendered_afresh,
        "scaffold, written afresh": written_afresh,
        "copier.run_copy": by_copier,
        "cookiecutter": by_cookiecutter,
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    gc.disable()  # as the program does, and to the good of all
    for turn in range(rounds + 1):
        for name, way in ways.items():
            out = folder / "inside"
            out.mkdir()
            with contextlib.redirect_stderr(io.StringIO()):
                began = time.process_time()
                way(out)
                elapsed = time.process_time() - began
            shutil.rmtree(out)
            if turn:
                found[name].append(elapsed * 1000 / len(projects))
    return found


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> str:
    """The middle half of the values."""
    low, _, high = statistics.quantiles(values, n=4)
    return f"{low:,.1f} to {high:,.1f}" if high < 10 else f"{low:,.0f} to {high:,.0f}"


def against(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios, round by round: what the machine did in a round cancels out."""
    return middle([one / other for one, other in zip(ours, theirs, strict=True)])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lays a table out in Markdown."""
    rule = "| --- |" + " ---: |" * (len(head) - 1)
    lines = [f"| {' | '.join(row)} |" for row in (head, *rows)]
    return "\n".join([lines[0], rule, *lines[1:]]) + "\n"


def report(
    costs: Mapping[str, Sequence[Cost]],
    inside: Mapping[str, Sequence[float]],
    missing: Sequence[str],
) -> str:
    """Says all that was found, as the text of the results file."""
    cpu = {name: [cost.cpu for cost in found] for name, found in costs.items()}
    grown = {name: found for name, found in cpu.items() if " of " in name}
    processes = [
        (
            name,
            f"{middle(found):,.0f}",
            spread(found),
            f"{middle([cost.wall for cost in costs[name]]):,.0f}",
            f"{against(found, cpu[FLOOR]):.2f}",
        )
        for name, found in sorted(cpu.items(), key=lambda item: middle(item[1]))
        if name not in grown
    ]
    growth = [
        (
            f"`scaffold {command}`",
            *(f"{middle(grown[f'{command} of {number}']):,.0f}" for number in sizes(grown)),
            f"{growth_of(grown, command):.2f}",
        )
        for command in ("list", "new")
    ]
    sections = [
        f"# The command line\n\n{conditions(costs)}\n",
        "## Whole processes\n\n"
        + table(("", "ms of CPU", "middle half", "ms on the clock", f"× {FLOOR}"), processes),
        *(f"Not measured, since it was not there: {name}.\n" for name in missing),
        "## In one process\n\nThe whole catalogue; afresh: Jinja compiles each template once.\n\n"
        + table(
            ("", "ms of CPU a project", "middle half"),
            [(name, f"{middle(found):,.2f}", spread(found)) for name, found in inside.items()],
        ),
        "## Growth\n\nms of CPU with so many templates there; `list` prints them all.\n\n"
        + table(("", *(str(number) for number in sizes(grown)), "×"), growth),
        "## Budgets\n\n" + table(("", "budget", "measured", "met"), budgets(cpu, inside)),
    ]
    return "\n".join(sections)


def conditions(costs: Mapping[str, Sequence[Cost]]) -> str:
    """Says when this was measured, where, how, and with which versions."""
    machine = f"{os.cpu_count()} cores, {platform.system()}, CPython {platform.python_version()}"
    today = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    names = ("scaffold-ai", "typer", "pydantic", "jinja2", "copier", "cookiecutter", "hatch", "uv")
    versions = []
    for name in names:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions.append(f"{name} {metadata.version(name)}")
    rounds = len(costs[FLOOR])
    return (
        f"{today}; {machine}; {', '.join(versions)}.\n"
        f"Medians of {rounds} rounds after a warm-up; a ratio is the median of those of each round."
    )


def sizes(grown: Mapping[str, object]) -> list[int]:
    """The numbers of templates, the smaller first."""
    return sorted({int(name.rsplit(" ", 1)[1]) for name in grown})


def growth_of(grown: Mapping[str, Sequence[float]], command: str) -> float:
    """How many times as long a command takes with many templates."""
    few, many = (grown[f"{command} of {number}"] for number in sizes(grown))
    return against(many, few)


def budgets(
    cpu: Mapping[str, Sequence[float]], inside: Mapping[str, Sequence[float]]
) -> list[tuple[str, str, str, str]]:
    """Holds what was measured against what was promised."""
    rows = []

    def hold(what: str, measured: float, most: float, unit: str) -> None:
        met = "yes" if measured <= most else "NO"
        rows.append((what, f"≤ {most:.2f}{unit}", f"{measured:.2f}{unit}", met))

    hold(f"`{LIST}` / {FLOOR}", against(cpu[LIST], cpu[FLOOR]), 0.5, "")
    for name in (NEW, WITH_OPTIONS):
        hold(f"`{name}` / {FLOOR}", against(cpu[name], cpu[FLOOR]), 0.8, "")
    for peer, most in (
        *((each, 1) for each in FASTEST),
        ("copier copy", 0.40),
        ("cookiecutter", 0.70),
    ):
        if peer in cpu:
            hold(f"`{NEW}` / `{peer}`", against(cpu[NEW], cpu[peer]), most, "")
    hold("the catalogue, in memory", middle(inside["scaffold, in memory"]), 2, " ms a project")
    copier = inside["copier.run_copy"]
    hold("the catalogue / `copier.run_copy`", against(inside[AFRESH], copier), 1 / 9, "")
    hold(f"`new` with {MANY} templates / with ours", growth_of(cpu_grown(cpu), "new"), 1.05, "")
    return rows


def cpu_grown(cpu: Mapping[str, Sequence[float]]) -> dict[str, Sequence[float]]:
    """Those that were measured in catalogues of two sizes."""
    return {name: found for name, found in cpu.items() if " of " in name}


def readme_table(results: str) -> str:
    """Takes what the README shows out of the results: the conditions, and the whole processes."""
    said = results.split("\n\n")[1]
    processes = results.split("## Whole processes\n\n")[1].split("\n## ")[0].rstrip()
    return f"{BEGIN}\n{processes}\n\n{said}\n{END}"


def plot(results: str) -> str:
    """Draws the whole processes as bars, from the results. Readable on light and on dark."""
    section = results.split("## Whole processes")[1].split("\n## ")[0]
    found = re.findall(r"^\| (\S[^|]*?) \| ([\d,]+) \|", section, re.MULTILINE)
    bars = [(name, int(number.replace(",", ""))) for name, number in found]
    most = max(number for _, number in bars)
    height = 24 * len(bars) + 48
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" width="720" '
        f'height="{height}" role="img" aria-label="Milliseconds of CPU of each command">',
        "<style>",
        "  text { font: 13px system-ui, sans-serif; fill: #1f2328 }",
        "  .bar { fill: #afb8c1 } .floor { fill: #6e7781 } .ours { fill: #0969da }",
        "  @media (prefers-color-scheme: dark) {",
        "    text { fill: #e6edf3 }",
        "    .bar { fill: #484f58 } .floor { fill: #8b949e } .ours { fill: #4493f8 }",
        "  }",
        "</style>",
        '<text x="170" y="20">milliseconds of CPU, a whole process; less is better</text>',
    ]
    for row, (name, number) in enumerate(bars):
        kind = "ours" if name.startswith("scaffold") else "floor" if name == FLOOR else "bar"
        top, width = 34 + 24 * row, max(2, round(480 * number / most))
        lines += [
            f'<text x="160" y="{top + 13}" text-anchor="end">{name}</text>',
            f'<rect class="{kind}" x="170" y="{top}" width="{width}" height="17" rx="2"/>',
            f'<text x="{176 + width}" y="{top + 13}">{number}</text>',
        ]
    return "\n".join([*lines, "</svg>"]) + "\n"


def main() -> None:
    """Measures, prints and writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(Path(temporary))
        prepare(bench)
        costs = measure(bench, rounds)
        inside = measure_inside(bench.folder, max(3, rounds // 2))
        text = report(costs, inside, bench.missing)
    print(text)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    PLOT.parent.mkdir(parents=True, exist_ok=True)
    PLOT.write_text(plot(text), encoding="utf-8")
    readme = README.read_text(encoding="utf-8")
    before, after = readme.split(BEGIN)[0], readme.split(END)[1]
    README.write_text(before + readme_table(text) + after, encoding="utf-8")
    cpu = {name: [cost.cpu for cost in found] for name, found in costs.items()}
    if any(met == "NO" for *_, met in budgets(cpu, inside)):
        sys.exit(1)


if __name__ == "__main__":
    main()
