"""The steps of one file for several providers → one list, each difference beside the others.

Steps that say the same are the same step. Those between them are taken in their order: the client
is made in another way, and says so, but is the same step too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from scaffold.languages.language import Step


@dataclass(frozen=True)
class Aligned:
    """One step, as it is for each provider.

    Attributes:
        steps: by provider; one that has no such step is left out.
        complete: whether every provider has it.
    """

    steps: Mapping[str, Step]
    complete: bool

    @property
    def words(self) -> tuple[str, ...] | None:
        """What it does; None where that depends on the provider."""
        said = {step.words for step in self.steps.values()}
        return said.pop() if len(said) == 1 else None

    @property
    def code(self) -> str | None:
        """Its lines; None where they depend on the provider."""
        written = {step.code for step in self.steps.values()}
        return written.pop() if len(written) == 1 and self.complete else None


def align(files: Mapping[str, Sequence[Step]]) -> list[Aligned]:
    """Put the steps of one file together.

    Args:
        files: by provider, the file's steps; not empty.
    """
    providers = list(files)
    rows: list[dict[str, Step]] = []
    before = dict.fromkeys(providers, 0)
    for places in [*_common(files), {each: len(files[each]) for each in providers}]:
        between = [files[each][before[each] : places[each]] for each in providers]
        for steps in zip_longest(*between):
            pairs = zip(providers, steps, strict=True)
            rows.append({provider: step for provider, step in pairs if step is not None})
        if all(places[each] < len(files[each]) for each in providers):
            rows.append({each: files[each][places[each]] for each in providers})
        before = {each: places[each] + 1 for each in providers}
    return [Aligned(row, len(row) == len(providers)) for row in rows]


def _common(files: Mapping[str, Sequence[Step]]) -> list[dict[str, int]]:
    """Find the steps that say the same for all; each as its place in each file."""
    first, *others = files
    common = [{first: place} for place in range(len(files[first]))]
    for other in others:
        here = [files[first][places[first]].words for places in common]
        there = [step.words for step in files[other]]
        blocks = SequenceMatcher(None, here, there, autojunk=False).get_matching_blocks()
        common = [
            {**common[block.a + offset], other: block.b + offset}
            for block in blocks
            for offset in range(block.size)
        ]
    return common
