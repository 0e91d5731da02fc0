"""What several test modules need: the installed command, and every project there is to make."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import settings

from scaffold.answers import resolve_answers
from scaffold.catalogue import Catalogue, templates_dir
from scaffold.endpoint import Endpoint
from scaffold.render import File, Renderer

# `pytest --hypothesis-profile=nightly` looks longer.
settings.register_profile("default", max_examples=100)
settings.register_profile("nightly", max_examples=10_000)

COMMAND = str(Path(sys.executable).with_name("scaffold"))
CATALOGUE = Catalogue(templates_dir())
RENDERER = Renderer(CATALOGUE)


@dataclass(frozen=True)
class Project:
    """One project that the catalogue can make: a template and the answers that matter."""

    template: str
    provider: str
    answers: tuple[tuple[str, str], ...] = ()
    language: str = "python"

    @property
    def name(self) -> str:
        """Names it in the test's id, and as a folder."""
        return "-".join([self.template, self.provider, *(value for _, value in self.answers)])

    def resolve(self, **more: str) -> dict[str, str]:
        """Gives all its answers."""
        given = {
            "provider": self.provider,
            "language": self.language,
            **dict(self.answers),
            **more,
        }
        return resolve_answers(CATALOGUE.get(self.template), CATALOGUE.questions, given)

    def files(self, **more: str) -> list[File]:
        """Renders it."""
        return RENDERER.render(self.resolve(**more))

    def write(self, folder: Path, **more: str) -> Path:
        """Renders it into a folder, which is returned."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in self.files(**more):
            (folder / file.path).write_bytes(file.content)
        return folder


def _projects() -> Iterator[Project]:
    for template in CATALOGUE.all():
        for language in template.languages:
            # The answers with variants, one at a time: each of its values.
            variants: list[tuple[tuple[str, str], ...]] = [
                ((question, value),)
                for question in template.variants
                for value in CATALOGUE.questions[question].choices
            ] or [()]
            for answers in variants:
                for provider in template.variant(dict(answers)).providers:
                    yield Project(template.name, provider, answers, language)


PROJECTS = list(_projects())

every_project = pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)


class Scaffold(Protocol):
    """Runs the installed `scaffold` with arguments, and returns how it ended."""

    def __call__(
        self,
        *arguments: str,
        typed: str = "",
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def scaffold(tmp_path: Path) -> Scaffold:
    """The installed command, in an empty folder unless another is named."""

    def run(
        *arguments: str,
        typed: str = "",
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *arguments],
            input=typed,
            cwd=cwd or tmp_path,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def endpoint() -> Iterator[Endpoint]:
    """An endpoint for tests that don't mind what others leave in it."""
    with Endpoint() as endpoint:
        yield endpoint
