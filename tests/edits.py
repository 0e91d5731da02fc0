"""Edits to a project, as people make them: for tests and benchmarks of `scaffold update`."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Callable

Files = dict[str, bytes]

OWN = ["", "    # mine: {0}", "    print('mine {0}')", "    if mine_{0}:", "mine_{0} = {0}"]


def edited(files: Files, seed: int, most: int = 6) -> Files:
    """Returns a project with up to so many edits; at least one, and none to what made it."""
    chance = random.Random(seed)
    files = dict(files)
    for _ in range(chance.randint(1, most)):
        EDITS[chance.randrange(len(EDITS))](files, chance)
    return files


def reformatted(files: Files) -> Files:
    """Returns a project as ruff formats it with other settings."""
    return {
        path: by_ruff(content) if path.endswith(".py") else content
        for path, content in files.items()
    }


def by_ruff(content: bytes) -> bytes:
    """Formats Python with single quotes and short lines."""
    settings = ["--config", "format.quote-style = 'single'", "--config", "line-length = 72"]
    command = [sys.executable, "-m", "ruff", "format", "--isolated", *settings, "-"]
    found = subprocess.run(command, input=content, capture_output=True)
    return content if found.returncode else found.stdout


def _source(files: Files, chance: random.Random) -> str:
    return chance.choice(sorted(path for path in files if path.endswith(".py")))


def _lines(files: Files, chance: random.Random) -> tuple[str, list[bytes]]:
    path = _source(files, chance)
    return path, files[path].splitlines(keepends=True)


def _own(chance: random.Random) -> list[bytes]:
    texts = chance.choices(OWN, k=chance.randint(1, 8))
    return [text.format(chance.randint(0, 999)).encode() + b"\n" for text in texts]


def _add(files: Files, chance: random.Random) -> None:
    path, lines = _lines(files, chance)
    place = chance.randint(0, len(lines))
    files[path] = b"".join(lines[:place] + _own(chance) + lines[place:])


def _change(files: Files, chance: random.Random) -> None:
    path, lines = _lines(files, chance)
    place = chance.randint(0, len(lines))
    files[path] = b"".join(lines[:place] + _own(chance) + lines[place + chance.randint(1, 6) :])


def _drop(files: Files, chance: random.Random) -> None:
    path, lines = _lines(files, chance)
    place = chance.randint(0, len(lines))
    files[path] = b"".join(lines[:place] + lines[place + chance.randint(1, 6) :])


def _move(files: Files, chance: random.Random) -> None:
    path, lines = _lines(files, chance)
    place, length = chance.randint(0, len(lines)), chance.randint(1, 8)
    moved, rest = lines[place : place + length], lines[:place] + lines[place + length :]
    place = chance.randint(0, len(rest))
    files[path] = b"".join(rest[:place] + moved + rest[place:])


def _rename_file(files: Files, chance: random.Random) -> None:
    path = _source(files, chance)
    name = path.removesuffix(".py")
    files[f"my_{path}"] = files.pop(path)
    for other in files:
        if other.endswith(".py"):
            files[other] = files[other].replace(
                f"from {name} ".encode(), f"from my_{name} ".encode()
            )


def _rename_class(files: Files, chance: random.Random) -> None:
    names = sorted(re.findall(rb"(?m)^class (\w+)", b"\n".join(files.values())))
    if names:
        name = chance.choice(names)
        for path in files:
            files[path] = re.sub(rb"\b%s\b" % name, b"My" + name, files[path])


def _delete_file(files: Files, chance: random.Random) -> None:
    if len(files) > 2:
        del files[_source(files, chance)]


def _require(files: Files, chance: random.Random) -> None:
    if "requirements.txt" in files:
        files["requirements.txt"] += b"mine>=%d\n" % chance.randint(1, 9)


def _format(files: Files, _: random.Random) -> None:
    files.update(reformatted(files))


EDITS: list[Callable[[Files, random.Random], None]] = [
    *(_add, _add, _change, _change, _drop, _move, _rename_file, _rename_class),
    *(_delete_file, _require, _format),
]
