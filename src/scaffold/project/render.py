"""A template and its answers → files in memory. The only module that knows Jinja.

Copier would write the same bytes, which a test holds, but importing it takes longer than all that
`scaffold new` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scaffold.catalogue.reader import Catalogue

if TYPE_CHECKING:
    from jinja2 import Environment

_SUFFIX = ".jinja"


class File(NamedTuple):
    """A file that is to be written.

    Attributes:
        path: where, relative to the project's folder, with `/` between the parts.
        content: its bytes.
    """

    path: str
    content: bytes


class Renderer:
    """Renders the templates of a catalogue.

    Args:
        catalogue: where the templates are.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def render(self, answers: Mapping[str, str]) -> list[File]:
        """Renders one project.

        Args:
            answers: an answer to every question, `template` and `language` among them.

        Returns:
            The project's files, sorted by path.
        """
        root = self._catalogue.root
        folder = root / answers["template"] / answers["language"]
        files = []
        for path in _files_below(folder):
            name = path.relative_to(folder).as_posix()
            if name.endswith(_SUFFIX):
                source = self._environment.get_template(path.relative_to(root).as_posix())
                files.append(File(name[: -len(_SUFFIX)], source.render(answers).encode()))
            else:
                files.append(File(name, path.read_bytes()))
        return sorted(files, key=lambda file: file.path)

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        # What Copier makes of the same settings. Its sandbox is left out: these are our own.
        options = {**self._catalogue.settings["_envops"], "undefined": StrictUndefined}
        # Neither looking for changes nor optimizing pays in a run that renders each template once.
        options.update(auto_reload=False, optimized=False)
        loader = FileSystemLoader(self._catalogue.root)
        return Environment(loader=loader, keep_trailing_newline=True, **options)  # noqa: S701


def _files_below(folder: Path) -> list[Path]:
    # `__pycache__` appears where somebody ran a file in place; `_exclude` keeps it from Copier.
    return [
        path for path in folder.rglob("*") if path.is_file() and path.parent.name != "__pycache__"
    ]
