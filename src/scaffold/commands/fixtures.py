"""`scaffold fixtures`: every sample there is in a folder for CI, or a check of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from scaffold.catalogue.reader import Catalogue
from scaffold.catalogue.records import SAMPLE
from scaffold.project.fixtures import (
    Drift,
    Fixture,
    find_drift,
    make_fixtures,
    plan_fixtures,
    select,
)
from scaffold.project.write import Plan, write_files

# Takes them one by one, and how many there will be; gives them all.
Collect = Callable[[Iterator[Fixture], int], list[Fixture]]


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
    force: bool = False,
    collect: Collect = lambda made, _: list(made),
) -> FixturesWritten:
    """Write every sample that the catalogue can make into a folder, or every project.

    Args:
        catalogue: the templates.
        directory: the folder: new, empty, or made by this.
        only: the names of templates or sub-folders; all without one.
        shape: whether samples or projects.
        force: whether to overwrite files that were changed since.
        collect: shows how far it is.

    Raises:
        NotFoundError: there is nothing of such a name.
        ConflictError: the folder holds other things, or files of it were edited.
        ScaffoldError: the folder can't be written to, or the like.
    """
    combinations = select(catalogue, only, shape)
    made = collect(make_fixtures(catalogue, combinations), len(combinations))
    plan, theirs = plan_fixtures(made, directory, narrowed=bool(only), force=force)
    write_files(plan)
    return FixturesWritten(made, plan, theirs)


def check_fixtures(
    catalogue: Catalogue,
    directory: Path,
    *,
    only: Sequence[str] = (),
    shape: str = SAMPLE,
    collect: Collect = lambda made, _: list(made),
) -> FixturesChecked:
    """Compare a folder with what the catalogue makes. Write nothing.

    Args:
        catalogue: the templates.
        directory: the folder.
        only: the names of templates or sub-folders; all without one.
        shape: whether samples or projects.
        collect: shows how far it is.

    Raises:
        NotFoundError: there is nothing of such a name.
        UsageError: the folder isn't one that `scaffold fixtures` made.
        ScaffoldError: it can't be read.
    """
    combinations = select(catalogue, only, shape)
    made = collect(make_fixtures(catalogue, combinations), len(combinations))
    return FixturesChecked(made, find_drift(made, directory, narrowed=bool(only)))
