"""What is rendered is what stock Copier renders, and each value reads back as it was given."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import CATALOGUE, PROJECTS, Project
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nightly import with_each

if TYPE_CHECKING:
    from pytest_copie.plugin import Copie

# Values that people and machines have broken generators with.
NASTY = [
    "",
    "it's",
    'say "hi"',
    "both ' and \"",
    '"""',
    "'''",
    "back\\slash \\n \\",
    "two\nlines\r\nthree",
    "{{ provider }} {% raw %} {# no #}",
    "${HOME} $(id) `id`",
    "grüße 你好 🎉",
    "a lone surrogate \udc80",
    "\x00\x1b[31m\u2028\u202e",
]


def tree(folder: Path) -> dict[str, bytes]:
    """Reads all files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@with_each(PROJECTS)
def test_copier_writes_the_same_bytes(project: Project, copie: Copie) -> None:
    result = copie.copy(extra_answers=project.resolve())

    assert result.exception is None
    assert result.project_dir is not None
    assert tree(result.project_dir) == {file.path: file.content for file in project.files()}


def test_on_your_data_takes_the_dated_route_from_copier_too(copie: Copie) -> None:
    sample = "openai-chat-streaming-with-data"
    chosen = {"template": sample, "retrieval": "on-your-data"}

    result = copie.copy(extra_answers=chosen)

    project = Project(sample, "azure", (("retrieval", "on-your-data"),))
    assert project.resolve()["azure_api"] == "dated"
    assert result.project_dir is not None
    assert tree(result.project_dir) == {file.path: file.content for file in project.files()}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
@given(data=st.data())
def test_copier_writes_the_same_bytes_for_any_answers(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project = data.draw(st.sampled_from(PROJECTS))
    asked = CATALOGUE.get(project.template).answers
    free = [name for name in asked if not CATALOGUE.questions[name].choices]
    # Copier can't take a lone surrogate: it would have to go through YAML.
    text = st.sampled_from(NASTY[:-2]) | st.text(
        st.characters(codec="utf-8", exclude_characters="\0")
    )
    more = {name: data.draw(text) for name in free}
    folder = tmp_path_factory.mktemp("copier")

    from copier import run_copy

    run_copy(str(CATALOGUE.root), folder, data=project.resolve(**more), quiet=True, overwrite=True)

    assert tree(folder) == {file.path: file.content for file in project.files(**more)}


def literals(project: Project, **more: str) -> list[str]:
    """Reads every text literal of the rendered Python."""
    return [
        node.value
        for file in project.files(**more)
        if file.path.endswith(".py")
        for node in ast.walk(ast.parse(file.content))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_value_reads_back_equal_and_is_never_code(data: st.DataObject) -> None:
    project = data.draw(st.sampled_from(PROJECTS))
    asked = CATALOGUE.get(project.template).answers
    free = [name for name in asked if not CATALOGUE.questions[name].choices]
    value = data.draw(st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=())))

    plain = literals(project, **dict.fromkeys(free, "PLAIN"))
    rendered = literals(project, **dict.fromkeys(free, value))

    # The same program, but for the value in each place where the answer stands.
    assert rendered == [value if text == "PLAIN" else text for text in plain]
    assert plain.count("PLAIN") >= len(free)


@pytest.mark.parametrize("value", NASTY)
def test_a_value_is_written_as_ruff_would(value: str) -> None:
    source = next(
        file.content.decode()
        for file in Project("openai-chat-streaming", "azure").files(system_prompt=value)
        if file.path == "main.py"
    )
    line = next(line for line in source.splitlines() if "SYSTEM_PROMPT" in line)
    assert line.startswith('    "AZURE_OPENAI_SYSTEM_PROMPT": ' + ("'" if '"' in value else '"'))
