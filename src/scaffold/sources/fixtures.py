"""The templates of a source → fixtures: each rendered with its defaults, and no task of it run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple

from scaffold.catalogue.names import not_found
from scaffold.errors import TemplateError
from scaffold.project.fixtures import Collect, Fixture
from scaffold.project.owned_folder import sha256
from scaffold.project.paths import check_paths
from scaffold.sources.address import parse_address
from scaffold.sources.consent import Allowed, ConsentRequest, Verdict, obtain_consent
from scaffold.sources.layout import find_entries
from scaffold.sources.look.look import look_at_entry
from scaffold.sources.records import SourceSnapshot, TemplateEntry
from scaffold.sources.registry import find_registered, known_sources
from scaffold.sources.rendering.child import throwaway
from scaffold.sources.rendering.copier import check_copier
from scaffold.sources.rendering.render import render
from scaffold.sources.snapshot import open_snapshot
from scaffold.sources.trust import TrustFile, trust_path


class _Chosen(NamedTuple):
    snapshot: SourceSnapshot
    entry: TemplateEntry
    allowed: Allowed
    given: Mapping[str, Any]


def make_source_fixtures(
    name: str,
    environ: Mapping[str, str],
    *,
    only: Sequence[str] = (),
    given: Mapping[str, Any] = MappingProxyType({}),
    tree: str | None = None,
    ask: Callable[[ConsentRequest], Verdict] | None = None,
    say: Callable[[str], None] = lambda _: None,
    collect: Collect = lambda made, _: list(made),
) -> list[Fixture]:
    """Render the templates of a source, as it was fetched last. Nothing is rendered before all of
    them may be.

    Args:
        name: the source.
        environ: the user's environment.
        only: the names of templates; all without one.
        given: answers, by question: each goes to the templates that ask it.
        tree: the content that may run code, as it was named on the command line.
        ask: asks a person whether the extensions of a template may run; None for nobody.
        say: is told what takes long.
        collect: shows how far it is.

    Raises:
        NotFoundError: there is no such source, no such template in it, or none asks that.
        TemplateError: a template can't be used, or makes what none may.
        UsageError: consent is missing, or the answer to a question without a default.
        ScaffoldError: Copier or git is missing, the person said no, or the like.
    """
    find_registered(name, environ)
    address = parse_address(f"{name}/", known_sources(environ))._replace(text=name)
    check_copier()
    with (
        throwaway() as place,
        open_snapshot(address, environ, into=place.folder, say=say) as snapshot,
    ):
        trusted = TrustFile(trust_path(environ))
        chosen: list[_Chosen] = []
        asked: set[str] = set()
        for entry in _find_wanted(snapshot, only):
            text = f"{name}/{entry.name}"
            named = snapshot._replace(address=address._replace(text=text))
            look = look_at_entry(named, entry)
            allowed = obtain_consent(
                named, entry, look, trusted, environ, tree=tree, files_only=True, ask=ask
            )
            answers = {each: given[each] for each in look.questions if each in given}
            asked |= {*look.questions}
            chosen.append(_Chosen(named, entry, allowed, answers))
        for each in given:
            if each not in asked:
                raise not_found("variable", each, asked, f"no template in '{name}' asks it")
        made = collect((_make(each, environ) for each in chosen), len(chosen))
    check_paths(file.path for fixture in made for file in fixture.files)
    return made


def _find_wanted(snapshot: SourceSnapshot, only: Sequence[str]) -> list[TemplateEntry]:
    source = snapshot.address.source
    found, broken = find_entries(snapshot)
    known = {entry.name: entry for entry in found}
    names = dict.fromkeys(each.removeprefix(f"{source}/") for each in only)
    for name in names or [*broken, *known]:
        if name in broken:
            raise TemplateError(f"'{source}': {broken[name].message}", broken[name].details)
        if name not in known:
            hint = f"'scaffold list --source {source} --all' shows them all"
            raise not_found("template", name, known, hint)
    if not known:
        raise TemplateError(f"'{source}' has no template that could be used")
    return [known[name] for name in names] or [*known.values()]


def _make(chosen: _Chosen, environ: Mapping[str, str]) -> Fixture:
    snapshot, entry, allowed, given = chosen
    with throwaway() as place:
        # Some templates use the name of the project's folder, which is the same wherever they go.
        target = Path(PurePosixPath(entry.name).name)
        files = render(
            snapshot, entry, given, environ, place, target=target, code=allowed.code
        ).files
    about = {
        "directory": entry.name,
        "template": snapshot.address.text,
        "origin": snapshot.origin,
        "version": snapshot.version,
        "commit": snapshot.commit,
        "files": [{"path": file.path, "sha256": sha256(file.content)} for file in files],
    }
    placed = tuple(file._replace(path=f"{entry.name}/{file.path}") for file in files)
    return Fixture(entry.name, about, placed)
