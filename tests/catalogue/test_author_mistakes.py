"""Templates broken in each way that an author can: one line says which file, field and why."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import CATALOGUE, Scaffold
from hypothesis import given
from hypothesis import strategies as st

from scaffold import cli, cli_new
from scaffold.catalogue.reader import Catalogue

SAMPLE = "openai-chat"
GOOD = (CATALOGUE.root / SAMPLE / "template.yml").read_text(encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the templates, which the commands use, to be broken."""
    root = tmp_path / "templates"
    shutil.copytree(CATALOGUE.root, root)
    for module in (cli, cli_new):
        monkeypatch.setattr(module, "templates_dir", lambda: root)
    return root


def edit(path: Path, old: str, new: str) -> None:
    """Replaces a text that is there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# What is changed in template.yml, and what is said of it.
FIELDS = [
    ("lifecycle: active\n", "", "'lifecycle' is missing"),
    (
        "lifecycle: active\n",
        "lifecyle: active\n",
        "'lifecycle' is missing; 'lifecyle' may be meant as that",
    ),
    (
        "lifecycle: active",
        "lifecycle: actve",
        "'lifecycle' can't be 'actve'; allowed: active, legacy, retired; did you mean 'active'?",
    ),
    ("lifecycle: active", "lifecycle: legacy", "'since' must be a day, as YYYY-MM-DD"),
    (
        "lifecycle: active",
        "lifecycle: legacy\nsince: 2026-01-01",
        "'source' is missing",
    ),
    (
        "lifecycle: active",
        "lifecycle: active\nsuccessor: openai-chats",
        "'successor' can't be 'openai-chats'",
    ),
    (
        "providers: [azure, azure-entra, openai]",
        "providers: [azur]",
        "'providers' can't be 'azur'; allowed: azure, azure-entra, openai; did you mean 'azure'?",
    ),
    ("providers: [azure, azure-entra, openai]", "providers: []", "'providers' names none"),
    (
        "providers: [azure, azure-entra, openai]",
        "providers: azure",
        "'providers' is a text, and must be a list",
    ),
    (
        "answers: [system_prompt, ",
        "answers: [system_promt, ",
        "'answers' can't be 'system_promt'",
    ),
    ("    dated:", "    v3:", "'variants.azure_api.v3' can't be 'v3'; allowed: v1, dated"),
    (
        "    dated:\n",
        "    dated:\n      answers:\n        sytem_prompt: x\n",
        "'variants.azure_api.dated.answers.sytem_prompt' can't be 'sytem_prompt'; allowed: "
        "system_prompt, azure_api; did you mean 'system_prompt'?",
    ),
    ("title: ", "titel: ", "'title' is missing; 'titel' may be meant as that"),
    ("title: ", "title: 5 #", "'title' is a number, and must be a text: put it in quotes"),
    ("title: ", "title: #", "'title' is empty, and must be a text"),
    ("title: ", "colour: red\ntitle: ", "'colour' is no field that is known here"),
    ("tags: [", "tags: [2026-01-01, ", "'tags' has"),
    ("title: ", "title: [a, b\nx: ", "line"),
    ("example:", "exampel:", "'exampel' is no field that is known here; did you mean 'example'?"),
    ("example:\n", "example:\n  tpyed: [a]\n", "'example.tpyed' is no field"),
    ("title: ", "- title: ", "line"),
]


@pytest.mark.parametrize(("old", "new", "said"), FIELDS, ids=[each[2] for each in FIELDS])
def test_a_broken_field_is_one_line_and_the_other_samples_still_list(
    root: Path, scaffold_here: Scaffold, old: str, new: str, said: str
) -> None:
    edit(root / SAMPLE / "template.yml", old, new)

    listed = scaffold_here("list", "--all")
    shown = scaffold_here("show", SAMPLE)

    assert listed.returncode == shown.returncode == 1
    assert listed.stderr.count("\n") == shown.stderr.count("\n") == 1
    assert f"scaffold: {SAMPLE}/template.yml" in listed.stderr
    assert said in listed.stderr
    assert listed.stderr == shown.stderr
    assert SAMPLE not in [line.split()[-2] for line in listed.stdout.splitlines()[2:]]
    assert all(name in listed.stdout for name in CATALOGUE.names if name != SAMPLE)


def test_one_broken_template_keeps_nobody_from_the_others(
    root: Path, scaffold_here: Scaffold, tmp_path: Path
) -> None:
    edit(root / SAMPLE / "template.yml", "lifecycle: active\n", "")

    assert scaffold_here("new", "openai-chat-streaming").returncode == 0
    only = scaffold_here("fixtures", "some", "--only", "openai-chat-streaming")
    assert only.returncode == 0
    every = scaffold_here("fixtures", "all")
    # Else the broken one's files would be removed as left over.
    assert every.returncode == 1
    assert "'lifecycle' is missing" in every.stderr
    assert not (tmp_path / "all").exists()
    broken = scaffold_here("fixtures", "some", "--only", SAMPLE)
    assert (broken.returncode, broken.stderr) == (1, every.stderr)


def write(path: str, text: str) -> Callable[[Path], None]:
    """Says how to break the templates: by a file."""

    def change(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")

    return change


def replace(path: str, old: str, new: str) -> Callable[[Path], None]:
    """Says how to break the templates: by another text in a file."""

    def change(root: Path) -> None:
        text = (root / path).read_text(encoding="utf-8")
        assert old in text
        (root / path).write_text(text.replace(old, new), encoding="utf-8")

    return change


def link(path: str, target: str) -> Callable[[Path], None]:
    """Says how to break the templates: by a link."""

    def change(root: Path) -> None:
        (root / path).unlink(missing_ok=True)
        (root / path).symlink_to(target)

    return change


MAIN = f"{SAMPLE}/python/main.py.jinja"
FILES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a partial that is not there": (
        write(MAIN, '\n{% include "_shared/python/consol.jinja" %}\n'),
        f"{MAIN}, line 2: there is no '_shared/python/consol.jinja'; "
        "did you mean '_shared/python/console.jinja'?",
    ),
    "a variable that nobody set": (
        write(MAIN, "a\n{{ system_promt }}\n"),
        f"{MAIN}, line 2: 'system_promt' is undefined",
    ),
    "a circle of includes": (
        write(MAIN, f'{{% include "{MAIN}" %}}'),
        "it includes itself, perhaps by way of another",
    ),
    "no Jinja": (write(MAIN, "a\n{% if %}\n"), f"{MAIN}, line 2: Expected an expression"),
    "something that can't be computed": (
        write(MAIN, "{{ 1 / 0 }}"),
        f"{MAIN}, line 1: division by zero",
    ),
    "a link out of the folder": (
        link(f"{SAMPLE}/python/notes.txt", "/etc/hostname"),
        f"{SAMPLE}/python/notes.txt: it is a link that leads out of the templates",
    ),
    "a shared file that is a link out": (
        link("_shared/python/console.jinja", "/etc/hostname"),
        "_shared/python/console.jinja: it is a link that leads out of the templates",
    ),
    "copier.yml without a question": (
        write("copier.yml", "_envops: {}\n"),
        "copier.yml: 'language' must be a question with choices",
    ),
    "copier.yml with a default that is no choice": (
        write("copier.yml", "language: {default: perl, choices: [python]}\n"),
        "copier.yml: 'language.default' can't be 'perl'; allowed: python",
    ),
    "copier.yml with an earlier answer that is no choice": (
        replace("copier.yml", "  azure_api: dated", "  azure_api: v3"),
        "copier.yml: '_made_before.azure_api' can't be 'v3'; allowed: v1, dated",
    ),
    "copier.yml with an earlier answer to no question": (
        replace("copier.yml", "  azure_api: dated", "  azure_ap: dated"),
        "copier.yml: '_made_before.azure_ap' is no field that is known here; "
        "did you mean 'azure_api'?",
    ),
    "a language that nobody knows": (
        write(f"{SAMPLE}/perl/main.pl", ""),
        f"{SAMPLE}/perl: there is no language 'perl'",
    ),
}


@pytest.mark.parametrize(("change", "said"), FILES.values(), ids=FILES)
def test_a_broken_file_is_one_line(
    root: Path,
    scaffold_here: Scaffold,
    tmp_path: Path,
    change: Callable[[Path], None],
    said: str,
) -> None:
    change(root)

    result = scaffold_here("new", SAMPLE)

    assert result.returncode == 1
    assert result.stderr.startswith(f"scaffold: {said}") or said in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / f"{SAMPLE}-py").exists()


@pytest.mark.parametrize("field", ["title", "variables"])
def test_an_environment_file_that_lacks_a_field_is_one_line(
    root: Path, scaffold_here: Scaffold, field: str
) -> None:
    edit(root / "environment.yml", f"\n{field}:", f"\n{field}s:")

    result = scaffold_here("show", ".env")

    assert result.returncode == 1
    assert result.stderr.startswith(f"scaffold: environment.yml: '{field}' is missing")
    assert result.stderr.count("\n") == 1


def test_a_variable_that_nobody_described_is_one_line_where_it_is_needed(
    root: Path, scaffold_here: Scaffold
) -> None:
    edit(root / "environment.yml", "\n  OPENAI_MODEL_NAME:", "\n  OPENAI_MODEL_NAMES:")

    explained = scaffold_here("docs", "pages", "--only", SAMPLE)

    assert explained.returncode == 1
    assert explained.stderr == (
        "scaffold: environment.yml: 'variables.OPENAI_MODEL_NAME' is missing, "
        f"which '{SAMPLE}' reads: say what it is and where it is found\n"
    )
    assert scaffold_here("new", SAMPLE).returncode == 0


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_a_file_holds_is_one_line(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    root = tmp_path_factory.mktemp("templates")
    shutil.copy(CATALOGUE.root / "copier.yml", root)
    (root / "a" / "python").mkdir(parents=True)
    (root / "a" / "template.yml").write_bytes(content)

    templates, broken = Catalogue(root).usable()

    assert not templates
    assert broken[0].message.startswith("a/template.yml")
    assert "\n" not in broken[0].message


@given(st.integers(0, len(GOOD)), st.text(max_size=3))
def test_a_slip_of_the_pen_is_found_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, at: int, typed: str
) -> None:
    root = tmp_path_factory.mktemp("templates")
    shutil.copy(CATALOGUE.root / "copier.yml", root)
    (root / "a" / "python").mkdir(parents=True)
    (root / "a" / "template.yml").write_text(GOOD[:at] + typed + GOOD[at:], encoding="utf-8")

    templates, broken = Catalogue(root).usable()

    assert len(templates) + len(broken) == 1
    assert all(error.message.startswith("a/template.yml") for error in broken)
    assert all(template.title and template.providers for template in templates)
