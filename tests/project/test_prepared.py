"""Projects that were prepared are, byte for byte, those that Jinja would render."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CATALOGUE, PROJECTS, RENDERER
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaffold.project.prepared.pack import FOLDER, find_prepared, pack_prepared
from scaffold.project.render import Renderer
from scaffold.update.current import prepare

SAMPLE = "openai-chat-streaming-with-data"  # it has the most answers, and four texts


def prepared(root: Path, template: str) -> Path:
    """Prepares the projects of a template, as the wheel has them."""
    (root / FOLDER).mkdir(exist_ok=True)
    path = root / FOLDER / f"{template}.json"
    path.write_text(pack_prepared(prepare(CATALOGUE, CATALOGUE.get(template))), encoding="utf-8")
    return path


def rendered(answers: dict[str, str]) -> list[tuple[str, bytes]]:
    return [(file.path, file.content) for file in RENDERER.render(answers)]


def test_every_project_of_the_catalogue_is_prepared(tmp_path: Path) -> None:
    for template in CATALOGUE.names:
        prepared(tmp_path, template)
    for project in PROJECTS:
        answers = project.resolve()
        found = find_prepared(tmp_path, answers)
        assert found is not None
        assert [*found.items()] == rendered(answers)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    prepared(folder, SAMPLE)
    return folder


ODD = ["'", '"', "\\", "\0", "\0search_title_field\0", "{{ x }}", "\n", ""]
TEXT = st.text(max_size=60) | st.sampled_from(ODD)


@given(prompt=TEXT, title=TEXT, number=st.integers(0, 99))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_texts_are(root: Path, prompt: str, title: str, number: int) -> None:
    projects = [each for each in PROJECTS if each.template == SAMPLE]
    project = projects[number % len(projects)]
    answers = project.resolve(system_prompt=prompt, search_title_field=title)
    found = find_prepared(root, answers)
    assert found is not None
    assert [*found.items()] == rendered(answers)


def test_what_is_not_prepared_is_rendered(root: Path) -> None:
    answers = next(each for each in PROJECTS if each.template == SAMPLE).resolve()
    assert find_prepared(root, {**answers, "revision": "1000"}) is None
    assert find_prepared(root, {**answers, "provider": "another"}) is None
    assert find_prepared(root, {**answers, "one": "more"}) is None
    assert find_prepared(root, {**answers, "template": "openai-chat"}) is None
    assert find_prepared(CATALOGUE.root, answers) is None, "a checkout has none"
    assert Renderer(CATALOGUE).render(answers) == RENDERER.render(answers)
