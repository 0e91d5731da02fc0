"""A template and its answers → files in memory. The only module that knows Jinja.

Copier would write the same bytes, which a test holds, but importing it takes longer than all that
`scaffold new` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scaffold.catalogue.names import near_names
from scaffold.catalogue.reader import Catalogue
from scaffold.catalogue.records import PROJECT
from scaffold.errors import TemplateError
from scaffold.project.prepared.pack import find_prepared

if TYPE_CHECKING:
    from jinja2 import Environment

_SUFFIX = ".jinja"
# What Copier has for one file of a template that becomes several.
_EACH = re.compile(
    r"\{% yield (?P<value>\w+) from (?P<values>\w+) %\}(?P<part>.*?)\{% endyield %\}"
)


class File(NamedTuple):
    """A file that is to be written.

    Attributes:
        path: where, relative to the project's folder, with `/` between the parts.
        content: its bytes.
        executable: whether it is a program.
        link: what it leads to, relative to where it is, if it is a link; empty for a file.
    """

    path: str
    content: bytes
    executable: bool = False
    link: str = ""


class Renderer:
    """Render the templates of a catalogue.

    Args:
        catalogue: where the templates are.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def render(self, answers: Mapping[str, str]) -> list[File]:
        """Render one project.

        Args:
            answers: an answer to every question, `template` and `language` among them.

        Returns:
            The project's files, sorted by path.

        Raises:
            TemplateError: a file of the template can't be rendered.
        """
        prepared = find_prepared(self._catalogue.root, answers)
        if prepared is not None:
            return [File(path, content) for path, content in prepared.items()]
        context: dict[str, Any] = {**answers}
        name = answers["template"]
        if answers.get("shape") == PROJECT:
            template = self._catalogue.get(name)
            context.update(files=template.files, title=template.title, summary=template.summary)
            name = f"_{PROJECT}"
        folder = self._catalogue.root / name / answers["language"]
        files = [
            self._render_file(path, to, known)
            for path in self._files_below(folder)
            for to, known in self._places(path.relative_to(folder).as_posix(), context)
        ]
        return sorted(files, key=lambda file: file.path)

    def _places(
        self, name: str, context: Mapping[str, Any]
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Fill in a file's name, and say with what the file is rendered.

        Copier's `yield` makes several files of one: it stands in `name`, at most once.
        """
        match = _EACH.search(name)
        if match is not None:
            for value in context[match["values"]]:
                one = name[: match.start()] + match["part"] + name[match.end() :]
                yield from self._places(one, {**context, match["value"]: value})
        elif "{" in name:
            yield self._environment.from_string(name).render(context), context
        else:
            yield name, context

    def _render_file(self, path: Path, name: str, context: Mapping[str, Any]) -> File:
        if not name.endswith(_SUFFIX):
            return File(name, path.read_bytes())
        source = path.relative_to(self._catalogue.root).as_posix()
        try:
            text = self._environment.get_template(source).render(context)
            return File(name[: -len(_SUFFIX)], text.encode())
        except TemplateError:
            raise
        except Exception as error:
            raise self._explain(error, source) from error

    def _explain(self, error: Exception, source: str) -> TemplateError:
        """Say in one line what is wrong with a template, and where."""
        import traceback

        from jinja2 import TemplateNotFound, TemplateSyntaxError

        root = str(self._catalogue.root)
        file, line = source, 0
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename.startswith(root):
                file, line = Path(frame.filename).relative_to(root).as_posix(), frame.lineno or 0
        what = str(error) or type(error).__name__
        if isinstance(error, TemplateSyntaxError):
            file, line = error.name or file, error.lineno
        elif isinstance(error, TemplateNotFound):
            names = [path.relative_to(root).as_posix() for path in Path(root).glob("_shared/**/*")]
            near = near_names(str(error.name), names)
            what = f"there is no '{error.name}'"
            what += f"; did you mean '{near[0]}'?" if near else ""
        elif isinstance(error, RecursionError):
            what = "it includes itself, perhaps by way of another"
        elif isinstance(error, UnicodeDecodeError):
            what = "it is not UTF-8 text"
        where = f"{file}, line {line}" if line else file
        return TemplateError(f"{where}: {' '.join(what.split())}")

    def _files_below(self, folder: Path) -> Iterator[Path]:
        _check_link(folder, self._catalogue.root)
        for path in folder.rglob("*"):
            _check_link(path, self._catalogue.root)
            # `__pycache__` appears where somebody ran a file in place; `_exclude` keeps it from
            # Copier.
            if path.is_file() and path.parent.name != "__pycache__":
                yield path

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        # What Copier makes of the same settings. Its sandbox is left out: these are our own.
        options = {**self._catalogue.settings.get("_envops", {}), "undefined": StrictUndefined}
        # Neither looking for changes nor optimizing pays in a run that renders each template once.
        options.update(auto_reload=False, optimized=False)
        root = self._catalogue.root

        class Loader(FileSystemLoader):
            def get_source(
                self, environment: Environment, template: str
            ) -> tuple[str, str, Callable[[], bool]]:
                _check_link(root / template, root)
                return super().get_source(environment, template)

        loader = Loader(root)
        return Environment(loader=loader, keep_trailing_newline=True, **options)  # noqa: S701


def _check_link(path: Path, root: Path) -> None:
    """Make sure that a path is no link out of the templates."""
    if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
        name = path.relative_to(root).as_posix()
        raise TemplateError(f"{name}: it is a link that leads out of the templates")
