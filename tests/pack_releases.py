"""Packs the files of released revisions into `released/`, which `scaffold update` updates from.

    python tests/pack_releases.py            # all anew, from the history
    python tests/pack_releases.py 0.2.0      # one more release: the templates as they are now

Every release that `released/releases.txt` names is rendered by stock Copier, from the commit or tag
named there. A template's revision counts on when its files change. Where its `template.yml` says
which revision it is, that has to agree; those of the first releases don't say it yet.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from scaffold.catalogue.records import PROJECT
from scaffold.project.provenance import Origin, find_origin, restate_origin
from scaffold.project.render import File
from scaffold.update.released import (
    PACKAGE,
    SUFFIX,
    Snapshot,
    mark_texts,
    pack,
    read_released,
    sentinels,
)

TOP = Path(__file__).parents[1]
RELEASED = TOP / "released"
RELEASES = RELEASED / "releases.txt"
# Where the history is: elsewhere if this is a copy of a checkout, as in `.ci/run`.
HISTORY = Path(os.environ.get("SCAFFOLD_HISTORY", TOP))
NO_HISTORY = (
    "NO HISTORY: this clone is shallow, or none at all, so released revisions are not compared "
    "with the commits that they are from (git fetch --unshallow)"
)


def releases() -> list[tuple[str, str]]:
    """Reads the versions that were released, each with its commit or tag, the oldest first."""
    lines = RELEASES.read_text(encoding="utf-8").splitlines()
    pairs = [line.split() for line in lines if line and not line.startswith("#")]
    return [(version, commit) for version, commit in pairs]


def is_there(commit: str) -> bool:
    """Says whether this clone has a commit; a shallow one hasn't."""
    command = ["git", "cat-file", "-e", f"{commit}^{{commit}}"]
    with contextlib.suppress(OSError):
        return subprocess.run(command, cwd=HISTORY, capture_output=True).returncode == 0
    return False  # there is no git


def has_history() -> bool:
    """Says whether every release can be compared with what it was made from."""
    return all(is_there(commit) for _, commit in releases())


def check_out(commit: str, folder: Path) -> Path:
    """Writes the templates of a commit into a folder, and returns where they are."""
    command = ["git", "archive", commit, "templates"]
    archive = subprocess.run(command, cwd=HISTORY, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder / "templates"


def render_all(root: Path, version: str, only: str = "*") -> Iterator[Snapshot]:
    """Renders all that the templates of one folder can make, with the revisions they say (or 0)."""
    questions = {
        name: question
        for name, question in read_yaml(root / "copier.yml").items()
        if not name.startswith("_") and "default" in question and "when" not in question
    }
    for described in sorted(root.glob(f"{only}/template.yml")):
        facts = read_yaml(described)
        free = {
            name: questions[name]["default"]
            for name in facts["answers"]
            if not questions[name].get("choices")
        }
        for answers in variants(described.parent, facts, questions):
            data = {"template": described.parent.name, **answers, **sentinels(free)}
            files = render(root, data)
            origin = Origin(described.parent.name, facts.get("revision", 0), answers)
            yield Snapshot(origin, version, free, mark_texts(files, free))


def variants(
    folder: Path, facts: Mapping[str, Any], questions: Mapping[str, Any]
) -> Iterator[dict[str, str]]:
    """Lists the answers that are not free text, in every combination that there is."""
    asked = [name for name in facts["answers"] if questions[name].get("choices")]
    languages = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
    choices = [questions[name]["choices"] for name in asked]
    for language, provider, *values in itertools.product(languages, facts["providers"], *choices):
        chosen = dict(zip(asked, values, strict=True))
        terms = [facts.get("variants", {}).get(name, {}).get(chosen[name], {}) for name in asked]
        only = {key: value for each in terms for key, value in each.get("answers", {}).items()}
        if all(provider in each.get("providers", facts["providers"]) for each in terms) and (
            chosen | only == chosen
        ):
            # Most are Python, which goes without saying.
            said = {} if language == "python" else {"language": language}
            made = {**said, "provider": provider, **chosen}
            yield made
            if "shape" in questions:  # there were no projects before 0.2.0
                yield {**made, "shape": PROJECT, "package": PACKAGE}


def render(root: Path, data: Mapping[str, str]) -> list[File]:
    """Renders one project by stock Copier."""
    import copier  # here, since every run of the tests imports this module

    with tempfile.TemporaryDirectory() as out:
        copier.run_copy(str(root), out, data=dict(data), defaults=True, quiet=True)
        return [
            File(path.relative_to(out).as_posix(), path.read_bytes())
            for path in sorted(Path(out).rglob("*"))
            if path.is_file()
        ]


def read_yaml(path: Path) -> dict[str, Any]:
    """Reads a file of YAML."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def without_revision(snapshots: list[Snapshot]) -> dict[tuple[tuple[str, str], ...], object]:
    """Gives the files by answers, but for the revision number in them: what has to differ."""
    return {
        tuple(each.origin.answers.items()): {
            path: unnumbered(path, content) for path, content in each.marked.items()
        }
        for each in snapshots
    }


def unnumbered(path: str, content: bytes) -> bytes:
    """Takes the number of the revision out of the line that says it, if there is one."""
    origin = find_origin({path: content})
    return restate_origin(path, content, origin._replace(revision=0)) if origin else content


def counted(known: list[Snapshot], found: list[Snapshot]) -> list[Snapshot]:
    """Gives a release its revision, and adds it to what was released of the template, if it is new.

    Raises:
        ValueError: the template's own revision doesn't agree with whether its files changed.
    """
    last = known[-1].origin.revision if known else 0
    said = found[0].origin.revision
    before = [each for each in known if each.origin.revision == last]
    if without_revision(before) == without_revision(found):
        if said not in (0, last):
            raise ValueError(f"{found[0].origin.name} is what revision {last} was: say {last}")
        return known
    if said and said <= last:
        raise ValueError(f"{found[0].origin.name} was released with other files: say {last + 1}")
    number = said or last + 1
    return known + [each._replace(origin=each.origin._replace(revision=number)) for each in found]


def add(version: str, root: Path, known: dict[str, list[Snapshot]]) -> None:
    """Adds a release to what is known by template."""
    found: dict[str, list[Snapshot]] = {}
    for snapshot in render_all(root, version):
        found.setdefault(snapshot.origin.template, []).append(snapshot)
    for template, snapshots in found.items():
        known[template] = counted(known.get(template, []), snapshots)


def main() -> None:
    """Packs all releases, or one more."""
    known: dict[str, list[Snapshot]] = {}
    if sys.argv[1:]:
        version = sys.argv[1]
        if not re.fullmatch(r"\d+\.\d+\.\d+", version) or version in dict(releases()):
            sys.exit(f"{version} is no version, or was released")
        for path in RELEASED.glob(f"*{SUFFIX}"):
            name = path.name.removesuffix(SUFFIX)
            known[name] = read_released(RELEASED, name) + read_released(RELEASED, name, PACKAGE)
        add(version, TOP / "templates", known)
        with RELEASES.open("a", encoding="utf-8") as file:
            file.write(f"{version} v{version}\n")
    else:
        for version, commit in releases():
            with tempfile.TemporaryDirectory() as folder:
                add(version, check_out(commit, Path(folder)), known)
    for template, snapshots in known.items():
        (RELEASED / f"{template}{SUFFIX}").write_bytes(pack(template, snapshots))


if __name__ == "__main__":
    main()
