"""Measures that every sample gathers an answer in linear time: 2 MB in pieces of four characters.

    python benchmarks/samples.py [NAME...]

Each sample is run as a process of its own against the embedded endpoint, with a quarter of the text
and with all of it; what counts is the sample's processor time. Four times the text may take at most
five times as long: where text is added to text, it takes up to sixteen. Prints a table in Markdown,
writes it to `benchmarks/results/samples.md` when all were measured, and ends with 1 if one is not
linear. Takes half an hour, most of it in the SDK; not for Windows.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from scaffold.catalogue.reader import Catalogue, templates_dir
from scaffold.endpoint import Endpoint
from scaffold.project.answers import resolve_answers
from scaffold.project.render import Renderer
from scaffold.running.runner import offline_environ
from scaffold.running.webpage import ANY_PORT, find_address, talk

RESULTS = Path(__file__).parent / "results" / "samples.md"
PIECE, PIECES = "word", 500_000
FACTOR, MOST = 4, 5.0


def main(names: list[str]) -> int:
    """Measure the samples of these names, or all that stream; return the exit code."""
    catalogue = Catalogue(templates_dir())
    chosen = names or [
        each.name
        for each in catalogue.all()
        if "streaming" in each.tags and "speech" not in each.tags
    ]
    lines = [
        "| sample | s of CPU, 0.5 MB | s of CPU, 2 MB | ratio |",
        "| --- | ---: | ---: | ---: |",
    ]
    slow = []
    for name in chosen:
        idle, part, whole = (measure(catalogue, name, n) for n in (1, PIECES // FACTOR, PIECES))
        ratio = (whole - idle) / (part - idle)
        lines.append(f"| {name} | {part:.1f} | {whole:.1f} | {ratio:.1f} |")
        print(lines[-1], flush=True)
        if ratio > MOST:
            slow.append(name)
    about = (
        f"{datetime.now(timezone.utc):%Y-%m-%d}; {platform.system()}, CPython "
        f"{platform.python_version()}; openai {version('openai')}. Pieces of {len(PIECE)} "
        f"characters; linear is {FACTOR}, the budget {MOST:g}. The ratio leaves out what "
        "the program takes to start."
    )
    if not names:
        text = "\n".join(["# A long answer in small pieces", "", *lines, "", about, ""])
        RESULTS.write_text(text, encoding="utf-8")
    if slow:
        print(f"not linear: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


def measure(catalogue: Catalogue, name: str, pieces: int) -> float:
    """Run a sample once, and return the seconds of processor time that it took."""
    template = catalogue.get(name)
    provider = "openai" if "openai" in template.providers else template.providers[0]
    answers = resolve_answers(template, catalogue.questions, {"provider": provider})
    script = {
        "match": {"userMessage": "Tell me all"},
        "response": {"content": PIECE},
        "chunkSize": len(PIECE),
        "scaffold": {"fault": "repeat", "times": pieces},
    }
    with tempfile.TemporaryDirectory() as temporary, Endpoint() as endpoint:
        folder = Path(temporary)
        for file in Renderer(catalogue).render(answers):
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
        endpoint.script({"fixtures": [script]})
        environ = offline_environ(os.environ, endpoint.variables(provider))
        with (folder / "said").open("wb") as said:
            web = template.kind == "web"
            sample = subprocess.Popen(
                [sys.executable, "main.py", *(ANY_PORT if web else ())],
                cwd=folder,
                env=environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if web else said,
            )
            assert sample.stdin is not None
            if sample.stdout is not None:
                address = find_address(sample.stdout.readline().decode())
                talk(
                    address or "",
                    ["Tell me all"],
                    lambda text: said.write(text.encode()),
                    seconds=60,
                )
                sample.terminate()
            else:
                sample.stdin.write(b"Tell me all\nexit\n")
            sample.stdin.close()
            _, status, used = os.wait4(sample.pid, 0)
            sample.returncode = os.waitstatus_to_exitcode(status)
        if (sample.returncode and not web) or (folder / "said").read_bytes().count(
            PIECE.encode()
        ) < pieces:
            raise SystemExit(f"{name} did not say all of it")
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", metavar="NAME")
    sys.exit(main(parser.parse_args().names))
