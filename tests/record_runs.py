"""Runs every sample with the oldest and the newest packages that it allows, and records it.

    python tests/record_runs.py

A sample whose conversation comes out as `conversations.py` has it, for every provider and in both
environments, is recorded in `templates/runs.json` with today's date and the versions; `scaffold
show` tells them. One that does not keeps its old record, and the command exits with 1.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from conftest import CATALOGUE, PROJECTS, Project
from conversations import conversation_of
from samples import HIGHEST, run_sample
from sdks import lowest_python

from scaffold.endpoint import Endpoint
from scaffold.running.runner import offline_environ


def talks(project: Project, python: Path, folder: Path) -> bool:
    """Says whether a project's conversation comes out as it should."""
    conversation = conversation_of(project)
    with Endpoint() as endpoint:
        environ = offline_environ(os.environ, endpoint.variables(project.provider))
        conversation.prepare(project.write(folder))
        result = run_sample(python, folder, environ, conversation.typed, *conversation.arguments)
    told = conversation.told(result.stdout)
    stderr = conversation.complaints(result.stderr)
    return (result.returncode, stderr, told) == (0, "", conversation.printed)


def versions(python: Path, packages: list[str]) -> dict[str, str]:
    """Reads which versions of packages an environment has."""
    code = (
        "import sys, json, importlib.metadata as m;"
        "print(json.dumps({p: m.version(p) for p in sys.argv[1:]}))"
    )
    command = [str(python), "-c", code, *packages]
    read: dict[str, str] = json.loads(subprocess.check_output(command))
    return read


def packages_of(project: Project) -> list[str]:
    """Lists the packages that a project requires."""
    content = next(file.content for file in project.files() if file.path == "requirements.txt")
    return re.findall(r"^[\w-]+", content.decode(), flags=re.MULTILINE)


def main() -> int:
    """Runs all, records those that came out right, and returns the exit code."""
    record = CATALOGUE.root / "runs.json"
    runs = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    failed = []
    with tempfile.TemporaryDirectory() as temporary:
        for name in CATALOGUE.names:
            pythons = [lowest_python(Path(temporary), name), HIGHEST]
            projects = [project for project in PROJECTS if project.template == name]
            packages = sorted({package for each in projects for package in packages_of(each)})
            ok = [
                talks(project, python, Path(temporary, f"{project.name}-{number}"))
                for project in projects
                for number, python in enumerate(pythons)
            ]
            if not all(ok):
                failed.append(name)
                continue
            found = [versions(python, packages) for python in pythons]
            runs[name] = {
                "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
                "packages": {each: [version[each] for version in found] for each in packages},
            }
    record.write_text(json.dumps(runs, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    if failed:
        print(f"Not recorded, since they did not talk as they should: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
