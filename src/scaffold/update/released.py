"""The files of every released revision, which the program carries along to update from.

`released/NAME.json.xz` has those of one template. `tests/pack_releases.py` makes it.
"""

from __future__ import annotations

import ast
import json
import lzma
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scaffold.catalogue.records import PROJECT
from scaffold.errors import ScaffoldError
from scaffold.project.prepared.texts import fill, literal, mark_of
from scaffold.project.provenance import Origin
from scaffold.project.render import File
from scaffold.update.differences import differences
from scaffold.update.text import read_text

SUFFIX = ".json.xz"
PACKAGE = "scaffold_released_package"  # what the package of a released project is called


class Snapshot(NamedTuple):
    """One project as one revision of a template makes it, whatever its texts.

    Attributes:
        origin: what it is made from.
        release: the version of the program that had this revision first.
        texts: the answers that are free text, by question: their defaults.
        marked: by path, the files; where a text stands as a literal there is a mark.
    """

    origin: Origin
    release: str
    texts: Mapping[str, str]
    marked: Mapping[str, bytes]

    def files(self, texts: Mapping[str, str]) -> dict[str, bytes]:
        """Fill the texts in; what isn't given has its default."""
        all_of_them = {name: texts.get(name, default) for name, default in self.texts.items()}
        return {path: fill(content, all_of_them) for path, content in self.marked.items()}

    def read_texts(self, yours: Mapping[str, object]) -> dict[str, str]:
        """Read from a project what its texts are now, each from where it stands.

        Returns:
            The texts that were found; one whose place was rewritten is left out.
        """
        found: dict[str, str] = {}
        for path, content in self.marked.items():
            mine = yours.get(path)
            names = [name for name in self.texts if mark_of(name) in content]
            if not isinstance(mine, bytes) or not names:
                continue
            marked, lines = read_text(content).lines, read_text(mine).lines
            for change in differences(marked, lines):
                for line in marked[change.start : change.end]:
                    for name in names:
                        if mark_of(name) in line and name not in found:
                            found |= _read(name, line, lines[change.to_start : change.to_end])
        return found


def released_dir() -> Path:
    """Find the released revisions that came with the program.

    Raises:
        ScaffoldError: they are neither in the package nor in the checkout around it.
    """
    package = Path(__file__).parents[1]
    for folder in (package / "released", package.parents[1] / "released"):
        if folder.is_dir():
            return folder
    raise ScaffoldError("the released revisions are missing: install scaffold again")


def released_names(folder: Path) -> list[str]:
    """List the templates of which revisions were released."""
    return sorted(path.name.removesuffix(SUFFIX) for path in folder.glob(f"*{SUFFIX}"))


def read_released(folder: Path, template: str, package: str | None = None) -> list[Snapshot]:
    """Read all that was released of a template, the oldest revision first; nothing if unknown.

    Args:
        folder: where released revisions are.
        template: the template's name.
        package: read it as projects whose package is called so; None for samples.
    """
    path = folder / f"{template}{SUFFIX}"
    if not path.is_file():
        return []
    document = json.loads(lzma.decompress(path.read_bytes()))
    contents = [_encoded(text) for text in document["files"]]
    return [
        _named(
            Snapshot(
                Origin(template, revision["revision"], variant["answers"]),
                revision["release"],
                revision["texts"],
                {name: contents[number] for name, number in variant["files"].items()},
            ),
            package,
        )
        for revision in document["revisions"]
        for variant in revision["variants"]
        if (variant["answers"].get("shape") == PROJECT) == (package is not None)
    ]


def _named(snapshot: Snapshot, package: str | None) -> Snapshot:
    """Give a released project's package its name; a sample stays as it is."""
    if package is None:
        return snapshot
    names = {
        PACKAGE: package,
        PACKAGE.replace("_", "-"): package.replace("_", "-"),
    }
    marked = {}
    for path, content in snapshot.marked.items():
        for mark, name in names.items():
            path, content = path.replace(mark, name), content.replace(mark.encode(), name.encode())
        marked[path] = content
    origin = snapshot.origin
    return snapshot._replace(
        origin=origin._replace(answers={**origin.answers, "package": package}), marked=marked
    )


def pack(template: str, snapshots: Iterable[Snapshot]) -> bytes:
    """Pack all that was released of a template, the oldest revision first."""
    contents: dict[bytes, int] = {}
    revisions: dict[int, dict[str, Any]] = {}
    for snapshot in snapshots:
        for content in snapshot.marked.values():
            contents.setdefault(content, len(contents))
        revision = revisions.setdefault(
            snapshot.origin.revision,
            {
                "revision": snapshot.origin.revision,
                "release": snapshot.release,
                "texts": dict(snapshot.texts),
                "variants": [],
            },
        )
        files = {path: contents[content] for path, content in snapshot.marked.items()}
        revision["variants"].append({"answers": dict(snapshot.origin.answers), "files": files})
    document = {
        "template": template,
        "files": [content.decode("utf-8", "surrogateescape") for content in contents],
        "revisions": list(revisions.values()),
    }
    return lzma.compress(json.dumps(document).encode(), preset=9 | lzma.PRESET_EXTREME)


def sentinels(names: Iterable[str]) -> dict[str, str]:
    """Give each text an answer by which its place is found."""
    return {name: f"scaffold-text-{name}" for name in names}


def mark_texts(files: Iterable[File], names: Iterable[str]) -> dict[str, bytes]:
    """Put marks in the place of texts, in files that were rendered with `sentinels`.

    Raises:
        ValueError: a text stands somewhere else than in a literal of its own.
    """
    marked = {file.path: file.content for file in files}
    for name, sentinel in sentinels(names).items():
        for path in marked:
            marked[path] = marked[path].replace(literal(sentinel), mark_of(name))
            if sentinel.encode() in marked[path]:
                raise ValueError(f"'{name}' is not a literal in '{path}'")
    return marked


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _read(name: str, marked: bytes, lines: Iterable[bytes]) -> dict[str, str]:
    """Read a text from the line that has it, if there is one."""
    before, after = marked.split(mark_of(name), 1)
    for line in lines:
        if line.startswith(before) and line.endswith(after):
            try:
                value = ast.literal_eval(line[len(before) : len(line) - len(after)].decode())
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                continue
            if isinstance(value, str):
                return {name: value}
    return {}
