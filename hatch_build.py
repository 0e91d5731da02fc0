"""Prepares the projects of every template when a wheel is built, so that `scaffold new` needs no
Jinja for them. An editable install has none: it renders the templates as they are.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = "src"


class Prepare(BuildHookInterface[Any]):
    """Adds `scaffold/templates/_prepared` to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Render every project, and name the files that go in."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root, SOURCE)))
        from scaffold.catalogue.reader import Catalogue
        from scaffold.project.prepared.pack import FOLDER, pack_prepared
        from scaffold.update.current import prepare

        # It is gone when the build has ended: the wheel has its files by then.
        self._folder = tempfile.TemporaryDirectory()
        catalogue = Catalogue(Path(self.root, "templates"))
        for name in catalogue.names:
            path = Path(self._folder.name, f"{name}.json")
            path.write_text(pack_prepared(prepare(catalogue, catalogue.get(name))), "utf-8")
        build_data["force_include"][self._folder.name] = f"scaffold/templates/{FOLDER}"
