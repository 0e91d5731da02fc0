"""The look at a template: what it would run is seen, and nothing of it is evaluated."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from elsewhere import write_template
from hypothesis import given
from hypothesis import strategies as st

from scaffold.errors import TemplateError
from scaffold.sources.look.look import Command, Look, acts, look_at


def look(folder: Path, config: str, **files: str) -> Look:
    """Looks at a template with this `copier.yml`."""
    return look_at(write_template(folder, {"copier.yml": config, **files}))


def test_all_that_would_run_is_seen(tmp_path: Path) -> None:
    seen = look(
        tmp_path,
        """
_tasks:
- echo {{ name }}
- [git, init, "a b"]
- {command: make, when: "{{ big }}", working_directory: sub}
_migrations:
- invoke migrate
- {version: v2, before: [old], after: [[new, er]]}
_jinja_extensions: [jinja2.ext.do, jinja2_time.TimeExtension, extensions.py:Mine]
_secret_questions: [token]
name: Ada
token: {type: str, default: x}
key: {type: str, default: x, secret: true}
""",
    )

    assert seen.tasks == (
        Command("echo {{ name }}"),
        Command('["git", "init", "a b"]'),
        Command("make", "{{ big }}", "sub"),
    )
    assert [each.text for each in seen.migrations] == ["invoke migrate", "old", '["new", "er"]']
    assert seen.extensions == ("jinja2_time.TimeExtension", "extensions.py:Mine")
    assert seen.questions == ("name", "token", "key")
    assert seen.secrets == ("token", "key")
    assert seen.runs
    assert not look(tmp_path, "_jinja_extensions: [jinja2.ext.loopcontrols]\n").runs


def test_what_is_included_is_seen_too(tmp_path: Path) -> None:
    seen = look(
        tmp_path,
        "name: Ada\n_tasks: [one]\n---\n!include more/*.yml\n",
        **{"more/a.yml": "age: 1\n_jinja_extensions: [a.A]\n", "more/b.yml": "_tasks: [two]\n"},
    )

    assert seen.questions == ("name", "age")
    assert [each.text for each in seen.tasks] == ["two"]  # the last one counts, as in Copier
    assert seen.extensions == ("a.A",)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("!include ../*.yml", "from outside"),
        ("a: !include /etc/passwd", "from outside"),
        ("!include ~/x.yml", "from outside"),
        ("!include c:x.yml", "from outside"),
        ("!include leads-out.yml", "a link that leads out"),
        ("!include copier.yml", "more files are included"),
        ("_external_data: {a: ../x.yml}", "is outside"),
        ("_external_data: {a: /etc/passwd}", "is outside"),
        ("_external_data: {a: 'b/../../x'}", "is outside"),
        ("_external_data: ['/etc/passwd']", "takes a mapping"),
        ("_subdirectory: ../..", "is outside"),
        ("_answers_file: ~/.bashrc", "is outside"),
        ("a: {type: strange}", "unknown type"),
        ("_tasks: rm -rf /", "take a list"),
        ("_exclude: x", "takes a list"),
        ("[1, 2", "no YAML"),
        ("a: b\nc: [d\n", "line 3"),
        ("- 1\n- 2\n", "no mapping"),
        ("1: 2\n", "no text"),
        ("a: !!python/object/apply:os.system [id]", "no YAML"),
        ("a: &a [*a]\n", "stand for more"),
        ("a: &a {b: *a}\n", "stand for more"),
        pytest.param("a: " + "[" * 5000 + "]" * 5000, "nested", id="deep"),
    ],
)
def test_a_copier_yml_that_is_broken_or_hostile_is_refused_in_a_line(
    tmp_path: Path, config: str, said: str
) -> None:
    outside = tmp_path / "outside.yml"
    outside.write_text("secret: 1\n")
    (tmp_path / "template").mkdir()
    (tmp_path / "template" / "leads-out.yml").symlink_to(outside)

    with pytest.raises(TemplateError, match=said) as caught:
        look(tmp_path / "template", config)
    assert "\n" not in caught.value.message


def test_aliases_of_aliases_are_counted_before_they_are_followed(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    with pytest.raises(TemplateError, match="stand for more than memory holds"):
        look(tmp_path, "\n".join(lines))


def test_a_few_aliases_are_no_bomb(tmp_path: Path) -> None:
    assert look(tmp_path, "a: &a {type: str}\nb: *a\nc: {<<: *a, help: C}\n").questions


def test_no_copier_yml_or_two(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"there is no copier\.yml"):
        look_at(tmp_path)
    with pytest.raises(TemplateError, match="there are two"):
        look(tmp_path, "", **{"copier.yaml": ""})


@pytest.mark.parametrize(
    "path",
    [
        ".vscode/tasks.json",
        "sub/.vscode/tasks.json.jinja",
        "{% if ide %}.vscode{% endif %}/{% if x %}tasks.json{% endif %}.jinja",
        ".envrc",
        ".devcontainer/devcontainer.json",
        ".pre-commit-config.yaml.j2",
        ".github/workflows/ci.yml",
        ".HUSKY/pre-push",
    ],
)
def test_files_that_programs_act_on_are_known_however_they_are_written(path: str) -> None:
    assert acts(path)
    assert not acts("docs/tasks.json")
    assert not acts("main.py")


def test_files_of_the_repository_that_no_project_gets_are_not_named(tmp_path: Path) -> None:
    seen = look(
        tmp_path, "_subdirectory: project\n", **{".envrc": "", "project/.vscode/tasks.json": ""}
    )

    assert [*seen.acting] == [".vscode/tasks.json"]


@given(st.text() | st.binary().map(lambda each: each.decode("latin-1")))
def test_whatever_stands_in_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, config: str
) -> None:
    folder = tmp_path_factory.mktemp("fuzzed")
    (folder / "copier.yml").write_bytes(config.encode("utf-8", "surrogatepass"))
    with suppress(TemplateError):
        look_at(folder)
