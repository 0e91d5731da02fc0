"""Python: `main.py`, `requirements.txt`, and a virtual environment in `.venv`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from scaffold.languages.language import Language, Step

PYPROJECT = "pyproject.toml"


class Python(Language):
    """Python, as `Language` has it."""

    name = "python"
    title = "Python"
    suffix = "py"
    source = ".py"
    entry = "main.py"
    manifest = "requirements.txt"
    packages = ".venv"
    fence = "python"
    has_projects = True

    def package(self, project: Path) -> Path | None:
        """Find the one folder below `src` that can be run with `python -m`."""
        if not (project / PYPROJECT).is_file() or (project / self.entry).is_file():
            return None
        found = [
            entry.parent
            for entry in (project / "src").glob(f"*/{self.entry}")
            if (entry.parent / "__main__.py").is_file()
        ]
        return found[0] if len(found) == 1 else None

    def check_package(self, name: str) -> None:
        """Refuse what is no plain identifier in lower case, or is the name of another module."""
        from scaffold.languages.python.package_name import check_package

        check_package(name)

    def manifest_of(self, project: Path) -> str:
        """Name `pyproject.toml` for a project, `requirements.txt` for a sample."""
        return self.manifest if self.package(project) is None else PYPROJECT

    def settings(self, text: str) -> Mapping[str, str]:
        """Read the mapping `SETTINGS` at the top of a file."""
        import ast

        for statement in ast.parse(text).body:
            if not isinstance(statement, ast.Assign):
                continue
            name = statement.targets[0]
            if isinstance(name, ast.Name) and name.id == "SETTINGS":
                settings = ast.literal_eval(statement.value)
                if not isinstance(settings, dict):
                    raise ValueError("SETTINGS is no mapping")
                return {name: value for name, value in settings.items() if isinstance(value, str)}
        return {}

    def steps(self, text: str, name: str) -> list[Step]:
        """Cut a file into the steps that its comments and docstrings head."""
        from scaffold.languages.python.steps import split_steps

        return split_steps(text, name)

    def is_ready(self, project: Path) -> bool:
        """Look at the stamp in `.venv`."""
        from scaffold.languages.python.environment import is_ready

        return is_ready(project, self.manifest_of(project))

    def prepare(
        self, project: Path, environ: Mapping[str, str], say: Callable[[str], None]
    ) -> list[str]:
        """Make `.venv`, and install what the project requires, and the project itself if it can be.

        A project that is installed here already, as in its own virtual environment, runs with this
        Python: a second one would have other packages than its tests.
        """
        from scaffold.languages.python.environment import ensure_environment

        package = self.package(project)
        if package is not None and _is_installed(package):
            return [sys.executable, "-m", package.name]
        python = ensure_environment(project, environ, say, self.manifest_of(project))
        return [str(python), *(("-m", package.name) if package else (self.entry,))]

    def prepare_together(
        self,
        manifests: Iterable[str],
        folder: Path,
        environ: Mapping[str, str],
        say: Callable[[str], None],
    ) -> list[str]:
        """Take this Python where it has all that is required, else make an environment."""
        from scaffold.languages.python.requirements import find_python

        return [str(find_python(manifests, folder, environ, say)), self.entry]


def _is_installed(package: Path) -> bool:
    """Say whether this Python imports a package from this very folder."""
    from importlib.util import find_spec

    try:
        found = find_spec(package.name)
    except (ImportError, ValueError):
        return False
    places = found.submodule_search_locations if found is not None else None
    return any(Path(place).resolve() == package.resolve() for place in places or ())


LANGUAGE = Python()
