"""All pages of `scaffold docs`, without waiting for each sample to import its SDK."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest
from samples import CATALOGUE, HIGHEST, run_sample

from scaffold.commands.docs import write_pages
from scaffold.walkthrough import make, run


def write_all_pages(folder: Path) -> None:
    """Writes them with samples that are forked from a process which has the SDKs already.

    The command starts an interpreter for each, which takes four times as long in all.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "_run_in_console", _run_forked)
        patch.setattr(make, "AT_ONCE", 1)  # what is forked from runs one sample after the other
        write_pages(CATALOGUE, folder, os.environ)


def _run_forked(
    command: Sequence[str],
    typed: Iterable[str],
    *,
    directory: Path,
    environ: Mapping[str, str],
    seconds: float,  # noqa: ARG001 (it has its own)
) -> tuple[int, str, str]:
    said = "".join(f"{line}\n" for line in typed)
    ended = run_sample(HIGHEST, directory, environ, said, *command[2:], quickly=True)
    return ended.returncode, ended.stdout, ended.stderr
