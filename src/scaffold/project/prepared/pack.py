"""The prepared projects of a template, as the wheel carries them: `templates/_prepared/NAME.json`.

A file of that folder has every project that the template can make, whatever the texts. It is made
when the wheel is built (`hatch_build.py`), from the templates that are in the wheel too, and never
after. A checkout has none: there, each template is rendered as it is at the moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scaffold.project.prepared.texts import fill

FOLDER = "_prepared"
# Pictures are no text, and go through JSON all the same.
_ANY = "surrogateescape"


class Prepared(NamedTuple):
    """One project, whatever its texts.

    Attributes:
        answers: all answers that it is rendered with, but for the texts.
        texts: the questions whose answers are texts.
        files: by path, its files, with a mark where a text belongs.
    """

    answers: Mapping[str, str]
    texts: tuple[str, ...]
    files: Mapping[str, bytes]


def pack_prepared(projects: Iterable[Prepared]) -> str:
    """Write all projects of one template as JSON, what is in several of them once."""
    import json

    contents: dict[str, int] = {}
    packed: list[dict[str, Any]] = []
    for project in projects:
        files = {
            path: contents.setdefault(content.decode("utf-8", _ANY), len(contents))
            for path, content in sorted(project.files.items())
        }
        packed.append({"answers": project.answers, "texts": project.texts, "files": files})
    return json.dumps({"contents": list(contents), "projects": packed})


def find_prepared(root: Path, answers: Mapping[str, str]) -> dict[str, bytes] | None:
    """Find the files of a project among the prepared ones, by path, in order.

    Args:
        root: the folder of the templates.
        answers: an answer to every question, `template` among them.

    Returns:
        None if it isn't there: it has to be rendered.
    """
    try:
        packed = (root / FOLDER / f"{answers['template']}.json").read_bytes()
    except OSError:
        return None

    import json

    document = json.loads(packed)
    for project in document["projects"]:
        texts = {name: answers[name] for name in project["texts"] if name in answers}
        others = {name: answer for name, answer in answers.items() if name not in texts}
        if others == project["answers"] and len(texts) == len(project["texts"]):
            return {
                path: fill(document["contents"][number].encode("utf-8", _ANY), texts)
                for path, number in project["files"].items()
            }
    return None
