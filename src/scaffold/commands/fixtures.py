"""`scaffold fixtures`: every sample, or template of a source, in a folder for CI, or a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scaffold.catalogue.reader import Catalogue
from scaffold.catalogue.records import SAMPLE
from scaffold.project.fixtures import (
    Collect,
    Drift,
    Fixture,
    find_drift,
    make_fixtures,
    plan_fixtures,
    select,
)
from scaffold.project.write import Plan, write_files

if TYPE_CHECKING:
    from scaffold.sources.consent import ConsentRequest, Verdict


class FixtureSource(NamedTuple):
    """The source whose templates are wanted in place of the samples, and who may say yes to them.

    Attributes:
        name: the source.
        environ: the user's environment.
        given: answers, by question, where a default won't do.
        tree: the content that may run code, as it was named on the command line.
        ask: asks a person whether a template may; None for nobody.
        say: is told what takes long.
    """

    name: str
    environ: Mapping[str, str]
    given: Mapping[str, str]
    tree: str | None = None
    ask: Callable[[ConsentRequest], Verdict] | None = None
    say: Callable[[str], None] = lambda _: None


class FixturesWritten(NamedTuple):
    """A folder of fixtures that was written.

    Attributes:
        fixtures: the projects in it.
        plan: what became of their files.
        left_alone: the paths of files in it that are not ours.
    """

    fixtures: Sequence[Fixture]
    plan: Plan
    left_alone: Sequence[str]


class FixturesChecked(NamedTuple):
    """A folder of fixtures that was checked.

    Attributes:
        fixtures: the projects as they should be.
        drift: the files that are not so.
    """

    fixtures: Sequence[Fixture]
    drift: Sequence[Drift]


def write_fixtures(
    catalogue: Catalogue,
    directory: Path,
    *,
    only: Sequence[str] = (),
    shape: str = SAMPLE,
    source: FixtureSource | None = None,
    force: bool = False,
    collect: Collect = lambda made, _: list(made),
) -> FixturesWritten:
    """Write every sample that the catalogue can make into a folder, or every project.

    Args:
        catalogue: the templates.
        directory: the folder: new, empty, or made by this.
        only: the names of templates or sub-folders; all without one.
        shape: whether samples or projects.
        source: the source whose templates are wanted instead.
        force: whether to overwrite files that were changed since.
        collect: shows how far it is.

    Raises:
        NotFoundError: there is nothing of such a name.
        TemplateError: a template can't be used.
        UsageError: a template of the source runs code, and consent is missing.
        ConflictError: the folder holds other things, or files of it were edited.
        ScaffoldError: the folder can't be written to, or the like.
    """
    made = _make(catalogue, only, shape, source, collect)
    plan, theirs = plan_fixtures(made, directory, narrowed=bool(only), force=force)
    write_files(plan)
    return FixturesWritten(made, plan, theirs)


def check_fixtures(
    catalogue: Catalogue,
    directory: Path,
    *,
    only: Sequence[str] = (),
    shape: str = SAMPLE,
    source: FixtureSource | None = None,
    collect: Collect = lambda made, _: list(made),
) -> FixturesChecked:
    """Compare a folder with what the catalogue makes. Write nothing.

    Args:
        catalogue: the templates.
        directory: the folder.
        only: the names of templates or sub-folders; all without one.
        shape: whether samples or projects.
        source: the source whose templates are wanted instead.
        collect: shows how far it is.

    Raises:
        NotFoundError: there is nothing of such a name.
        TemplateError: a template can't be used.
        UsageError: the folder isn't one that `scaffold fixtures` made, or consent is missing.
        ScaffoldError: it can't be read.
    """
    made = _make(catalogue, only, shape, source, collect)
    return FixturesChecked(made, find_drift(made, directory, narrowed=bool(only)))


def _make(
    catalogue: Catalogue,
    only: Sequence[str],
    shape: str,
    source: FixtureSource | None,
    collect: Collect,
) -> list[Fixture]:
    if source is None:
        combinations = select(catalogue, only, shape)
        return collect(make_fixtures(catalogue, combinations), len(combinations))
    from scaffold.sources.fixtures import make_source_fixtures

    return make_source_fixtures(
        source.name,
        source.environ,
        only=only,
        given=source.given,
        tree=source.tree,
        ask=source.ask,
        say=source.say,
        collect=collect,
    )
