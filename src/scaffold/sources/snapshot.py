"""An address → the files of one commit, in a folder that goes away with the run."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from scaffold.errors import TemplateError
from scaffold.project.write import readable_errors
from scaffold.sources.fetch.export import export_commit, export_folder
from scaffold.sources.fetch.git import Fetching
from scaffold.sources.fetch.mirror import LIMITS, Freshness, Mirror
from scaffold.sources.records import Address, SourceSnapshot


@contextlib.contextmanager
def open_snapshot(
    address: Address,
    environ: Mapping[str, str],
    *,
    into: Path | None = None,
    freshness: Freshness | None = None,
    limits: Fetching = LIMITS,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[SourceSnapshot]:
    """Fetch what an address leads to, if that is needed, and put its files into a folder.

    Args:
        address: where it is.
        environ: the user's environment.
        into: the folder for the files; None for one that goes away with the context.
        freshness: whether to ask the origin; as it stands, a source is asked when it is refreshed.
        limits: how far a fetch may go.
        say: is told what takes long, and what a person has to know.

    Yields:
        The snapshot.

    Raises:
        NotFoundError: there is no such tag, branch or commit.
        TemplateError: it holds what no template may: too much, links that lead out, `.git`.
        ScaffoldError: the origin can't be reached, is empty or too large, or a tag was moved.
    """
    with contextlib.ExitStack() as stack:
        if into is None:
            made = TemporaryDirectory(prefix="scaffold-", ignore_cleanup_errors=True)
            into = Path(stack.enter_context(made))
        folder = into / "template"
        freshness = freshness or ("cached" if address.source else "newest")
        with readable_errors(into):
            folder.mkdir()
        try:
            if address.local and not address.ref and not is_bare(address.local):
                snapshot = _of_folder(address, address.local, folder)
            else:
                snapshot = _of_mirror(
                    address,
                    folder,
                    Mirror(address.origin, environ, limits),
                    freshness,
                    environ,
                    say,
                )
        except TemplateError as error:
            raise TemplateError(f"'{address.text}': {error.message}", error.details) from error
        yield snapshot


def is_bare(folder: Path) -> bool:
    """Say whether a folder is a bare repository, which has no files of its own to look at."""
    return all((folder / each).exists() for each in ("HEAD", "objects", "refs"))


def _of_folder(address: Address, source: Path, folder: Path) -> SourceSnapshot:
    try:
        tree = export_folder(source, folder)
    except OSError as error:
        raise TemplateError(f"'{error.filename}' can't be read: {error.strerror}") from error
    return SourceSnapshot(address, address.origin, "", "", tree, tree, folder, None)


def _of_mirror(
    address: Address,
    folder: Path,
    mirror: Mirror,
    freshness: Freshness,
    environ: Mapping[str, str],
    say: Callable[[str], None],
) -> SourceSnapshot:
    found = mirror.find(address.ref, freshness, say)
    with readable_errors(folder):
        export_commit(mirror.repository, found.commit, folder, environ)
    return SourceSnapshot(
        address,
        address.origin,
        found.ref,
        found.version,
        found.commit,
        found.tree,
        folder,
        mirror.repository.folder,
    )
