"""A folder of a repository as a repository of its own: Copier knows no other way to render it."""

from __future__ import annotations

from collections.abc import Mapping

from scaffold.sources.fetch.git import find_git
from scaffold.sources.fetch.repository import Repository
from scaffold.sources.records import SourceSnapshot, TemplateEntry
from scaffold.sources.rendering.child import Throwaway

_NOBODY = "scaffold <scaffold@localhost> 0 +0000"


def part_of(
    snapshot: SourceSnapshot, entry: TemplateEntry, place: Throwaway, environ: Mapping[str, str]
) -> SourceSnapshot:
    """Make a repository of one commit that has but the template's folder.

    The answers then say `_src_path: git+URL//FOLDER` and, as `_commit`, the version of the whole,
    or its commit's id: the one tag that there is has that name.

    Args:
        snapshot: the whole; one of a plain folder, or that is a template itself, stays as it is.
        entry: which template of it.
        place: where the repository is made.
        environ: the user's environment.

    Raises:
        ScaffoldError: git can't do it.
    """
    if snapshot.mirror is None or not entry.folder:
        return snapshot
    git = find_git(environ)
    part = Repository(place.folder / "part.git", git, environ)
    if not part.folder.exists():
        part.make()
        shared = part.folder / "objects" / "info" / "alternates"
        shared.parent.mkdir(exist_ok=True)
        shared.write_text(f"{(snapshot.mirror / 'objects').absolute()}\n", encoding="utf-8")
    name = f"{snapshot.commit}:{entry.folder}"
    tree = part.run("rev-parse", "--verify", name).decode().strip()
    # Always the same, so that what is rendered is, too.
    text = f"tree {tree}\nauthor {_NOBODY}\ncommitter {_NOBODY}\n\n{entry.folder}\n"
    said = part.run("hash-object", "-t", "commit", "-w", "--stdin", given=text.encode())
    commit = said.decode().strip()
    part.run("update-ref", "refs/heads/main", commit)
    part.run("update-ref", f"refs/tags/{snapshot.version or snapshot.commit}", commit)
    url = f"{snapshot.origin}//{entry.folder}"
    return snapshot._replace(
        address=snapshot.address._replace(origin=url),
        origin=url if url.startswith("git+") else f"git+{url}",
        commit=commit,
        mirror=part.folder,
    )
