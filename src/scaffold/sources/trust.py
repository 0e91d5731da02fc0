"""Which templates a person trusts to run code: by their whole content, in a file of their own.

One that changes in any byte is another one. Nothing else is trusted by it: no address, no author.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

from scaffold.errors import NotFoundError, ScaffoldError
from scaffold.lock import locked
from scaffold.project.write import readable_errors
from scaffold.sources.look.look import Look
from scaffold.sources.records import SourceSnapshot, TemplateEntry
from scaffold.user_folders import state_dir

_PATIENCE = 5.0  # seconds for another run, which takes some milliseconds


class Trusted(NamedTuple):
    """One version of a template that may run what it wants.

    Attributes:
        tree: the id of the whole content.
        folder: which template of it, where there are several; empty for the one at its top.
        origin: where it came from.
        version: what it was called.
        commit: its commit.
        date: since when it is trusted, as YYYY-MM-DD.
        lines: what it would run, see `Look.lines`.
    """

    tree: str
    folder: str
    origin: str
    version: str
    commit: str
    date: str
    lines: tuple[str, ...]


class TrustFile:
    """The file that says what is trusted.

    Args:
        path: where it is, or is to be.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> tuple[Trusted, ...]:
        """Read what is trusted, the oldest first.

        Raises:
            ScaffoldError: the file is damaged, or others than its owner may have written it.
        """
        try:
            with self.path.open("rb") as file:
                facts = os.fstat(file.fileno())
                content = file.read(10_000_000)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise ScaffoldError(f"can't read '{self.path}': {error.strerror}") from error
        if sys.platform != "win32" and (facts.st_uid != os.getuid() or facts.st_mode & 0o022):
            raise ScaffoldError(
                f"'{self.path}', which says what you trust, can be written by others: "
                "look at it, then make it yours alone (chmod 600)"
            )
        try:
            document = json.loads(content)
            return tuple(_trusted(each) for each in document["trusted"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ScaffoldError(
                f"'{self.path}', which says what you trust, is damaged: "
                "'scaffold trust revoke --all' begins a new one"
            ) from error

    def find(self, snapshot: SourceSnapshot, entry: TemplateEntry) -> Trusted | None:
        """Find what says that precisely this content is trusted."""
        wanted = (snapshot.tree, entry.folder)
        found = (each for each in self.read() if (each.tree, each.folder) == wanted)
        return next(found, None)

    def last(self, snapshot: SourceSnapshot, entry: TemplateEntry) -> Trusted | None:
        """Find which version of this template was trusted last; None for none."""
        wanted = (snapshot.origin, entry.folder)
        found = (each for each in reversed(self.read()) if (each.origin, each.folder) == wanted)
        return next(found, None)

    def add(self, snapshot: SourceSnapshot, entry: TemplateEntry, look: Look) -> None:
        """Trust this content from now on.

        Args:
            snapshot: where it comes from.
            entry: which template of it.
            look: what it would run, to be compared with that of a later version.

        Raises:
            ScaffoldError: the file can't be written, or is damaged.
        """
        new = Trusted(
            snapshot.tree,
            entry.folder,
            snapshot.origin,
            snapshot.version,
            snapshot.commit,
            datetime.now(timezone.utc).date().isoformat(),
            look.lines,
        )
        key = (new.tree, new.folder)
        self._change(lambda old: [*(each for each in old if each[:2] != key), new])

    def revoke(self, names: Sequence[str]) -> tuple[Trusted, ...]:
        """Trust some no longer, and return which they were.

        Args:
            names: trees, or origins; none for all, even where the file is damaged.

        Raises:
            NotFoundError: one of the names is not trusted; nothing is changed.
            ScaffoldError: the file can't be written, or is damaged.
        """
        if not names:
            revoked: tuple[Trusted, ...] = ()
            with contextlib.suppress(ScaffoldError):
                revoked = self.read()
            with readable_errors(self.path):
                self.path.unlink(missing_ok=True)
            return revoked
        gone: list[Trusted] = []

        def without(old: Sequence[Trusted]) -> list[Trusted]:
            for name in names:
                found = [each for each in old if name in (each.tree, each.origin)]
                if not found:
                    raise NotFoundError(
                        f"'{name}' is not trusted: 'scaffold trust list' shows what is"
                    )
                gone.extend(each for each in found if each not in gone)
            return [each for each in old if each not in gone]

        self._change(without)
        return tuple(gone)

    def _change(self, change: Callable[[Sequence[Trusted]], Sequence[Trusted]]) -> None:
        folder = self.path.parent
        with readable_errors(self.path):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with locked(folder, patience=_PATIENCE):
                kept = [each._asdict() for each in change(self.read())]
                text = json.dumps({"schema_version": 1, "trusted": kept}, indent=1)
                _replace(self.path, text.encode())


def _replace(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".trust-")  # of mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _trusted(told: dict[str, Any]) -> Trusted:
    lines = told["lines"]
    texts = {name: told[name] for name in Trusted._fields if name != "lines"}
    if not all(isinstance(each, str) for each in (*texts.values(), *lines)):
        raise TypeError
    return Trusted(**texts, lines=tuple(lines))


def trust_path(environ: Mapping[str, str]) -> Path:
    """Say where the file is that says what is trusted.

    Args:
        environ: the user's environment.
    """
    return state_dir(environ) / "trusted-templates.json"
