"""What is left to the nightly run, `pytest -m nightly`, so that every other run is quick.

A test that is marked `nightly` looks again, and closer, at what every run has looked at: with the
other providers, the other end of an SDK's range, or more of what is drawn by chance. The last lines
of `pytest` say how many were left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby
from typing import Any, TypeVar

import pytest
from conftest import PROJECTS, Project

Case = TypeVar("Case", bound=tuple[Any, ...])


# Of the chat samples on Azure's dated route, which all make its client alike.
DATED = ("openai-chat-streaming", "openai-chat-streaming-with-data")


def _take_turns() -> Iterable[Project]:
    samples = groupby(PROJECTS, lambda each: (each.template, each.language))
    for turn, (_, projects) in enumerate(samples):
        variants: dict[object, list[Project]] = {}
        for project in projects:
            if ("azure_api", "dated") not in project.answers or project.template in DATED:
                variants.setdefault(project.answers, []).append(project)
        for late, same in enumerate(variants.values()):
            yield same[(turn + late) % len(same)]


# Each sample with one of its providers, which is another one from sample to sample.
IN_TURN = frozenset(_take_turns())


def mostly_nightly(cases: Iterable[Case], always: Callable[..., bool]) -> list[Any]:
    """Leaves most cases of a test to the nightly run.

    Args:
        cases: what the test is to be called with.
        always: says of a case whether it belongs to every run.

    Returns:
        The parameters for `pytest.mark.parametrize`.
    """
    return [
        pytest.param(*case, marks=[] if always(*case) else [pytest.mark.nightly]) for case in cases
    ]


def with_each(
    projects: Sequence[Project],
    always: Collection[Project] = IN_TURN,
    *,
    argument: str = "project",
) -> pytest.MarkDecorator:
    """Has a test run with each project, with most of them in the nightly run alone.

    Args:
        projects: what the test is to be called with.
        always: those that belong to every run.
        argument: the parameter of the test that takes one.
    """
    return pytest.mark.parametrize(
        argument,
        mostly_nightly([(each,) for each in projects], lambda project: project in always),
        ids=[each.name for each in projects],
    )
