"""Python: `main.py`, `requirements.txt`, and a virtual environment in `.venv`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from scaffold.languages.language import Language, Step


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

        return is_ready(project)

    def prepare(
        self, project: Path, environ: Mapping[str, str], say: Callable[[str], None]
    ) -> list[str]:
        """Make `.venv`, and install what `requirements.txt` names."""
        from scaffold.languages.python.environment import ensure_environment

        return [str(ensure_environment(project, environ, say)), self.entry]

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


LANGUAGE = Python()
