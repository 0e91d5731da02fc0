"""A language of the tests' own: one module, files in `templates/`, and every command knows it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from conftest import CATALOGUE, Scaffold

from scaffold import cli, cli_new, languages

SAMPLE = "openai-chat"

# A project is one file of settings, and one that Python happens to understand.
MODULE = """
import sys

from scaffold.languages.language import Language, Step


class Tiny(Language):
    name = "tiny"
    title = "Tiny"
    suffix = "tiny"
    source = ".tiny"
    entry = "start.tiny"
    manifest = "needs.txt"
    packages = "things"
    fence = "text"

    def settings(self, text):
        lines = (line.removeprefix("#: ") for line in text.splitlines() if line.startswith("#: "))
        return dict(line.split("=", 1) for line in lines)

    def steps(self, text, name):
        return [Step(("All of it.",), text, range(1, len(text.splitlines()) + 1))]

    def is_ready(self, project):
        return True

    def prepare(self, project, environ, say):
        say("Nothing to install.")
        return [sys.executable, self.entry]

    def prepare_together(self, manifests, folder, environ, say):
        assert list(manifests) == ["nothing\\n"]
        return [sys.executable, self.entry]


LANGUAGE = Tiny()
"""
SOURCE = """#: OPENAI_API_KEY=<insert your key>
#: OPENAI_MODEL_NAME=gpt
import os
print(input("User: "), "{{ provider }}", os.environ["OPENAI_MODEL_NAME"])
open("ran", "w").close()
"""


@pytest.fixture(autouse=True)
def _tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "templates"
    shutil.copytree(CATALOGUE.root, root)
    copier = root / "copier.yml"
    text = copier.read_text(encoding="utf-8")
    copier.write_text(text.replace("choices: [python", "choices: [python, tiny"), "utf-8")
    folder = root / SAMPLE / "tiny"
    folder.mkdir()
    (folder / "start.tiny.jinja").write_text(SOURCE, encoding="utf-8")
    (folder / "needs.txt").write_text("nothing\n", encoding="utf-8")
    for module in (cli, cli_new):
        monkeypatch.setattr(module, "templates_dir", lambda: root)

    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "tiny.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.setattr(languages, "__path__", [*languages.__path__, str(modules)])
    monkeypatch.delitem(sys.modules, "scaffold.languages.tiny", raising=False)


@pytest.fixture(autouse=True)
def _forget_tiny() -> object:
    yield
    sys.modules.pop("scaffold.languages.tiny", None)


def test_list_and_show(scaffold_here: Scaffold) -> None:
    listed = scaffold_here("list", "--language", "tiny", "--json")
    shown = scaffold_here("show", SAMPLE)

    samples = [each for each in json.loads(listed.stdout)["templates"] if each["languages"]]
    assert [each["name"] for each in samples] == [SAMPLE]
    assert samples[0]["languages"] == ["python", "tiny"]
    assert "Python, Tiny" in scaffold_here("list").stdout
    # The default language is the one that is said, whatever comes first in the alphabet.
    assert "main.py" in shown.stdout


def test_new_and_dotenv_and_doctor(scaffold_here: Scaffold, tmp_path: Path) -> None:
    made = scaffold_here("new", SAMPLE, "--language", "tiny", "--provider", "openai")
    project = tmp_path / f"{SAMPLE}-tiny"

    assert made.returncode == 0
    assert sorted(path.name for path in project.iterdir()) == ["needs.txt", "start.tiny"]
    assert "set OPENAI_API_KEY" in made.stdout
    assert scaffold_here("new", ".env", "--output-dir", str(project)).returncode == 0
    assert "OPENAI_API_KEY=<insert your key>" in (project / ".env").read_text(encoding="utf-8")
    examined = scaffold_here("doctor", str(project), env={"OPENAI_API_KEY": ""})
    assert "things has what needs.txt names" in examined.stdout


def test_fixtures(scaffold_here: Scaffold, tmp_path: Path) -> None:
    made = scaffold_here("fixtures", "out", "--only", SAMPLE)

    assert made.returncode == 0
    names = {path.name for path in (tmp_path / "out").iterdir() if path.is_dir()}
    ours = {each.name for each in CATALOGUE.combinations() if each.template == SAMPLE}
    assert names == ours | {name.replace(SAMPLE, f"{SAMPLE}-tiny") for name in ours}
    assert scaffold_here("fixtures", "out", "--only", SAMPLE, "--check").returncode == 0


def test_docs(scaffold_here: Scaffold, tmp_path: Path) -> None:
    made = scaffold_here("docs", "out", "--only", SAMPLE)

    assert made.returncode == 0, made.stderr
    page = (tmp_path / "out" / f"{SAMPLE}-tiny.md").read_text(encoding="utf-8")
    assert f"scaffold new {SAMPLE} --language tiny" in page
    assert "All of it." in page
    assert "User: " in page
    assert (tmp_path / "out" / f"{SAMPLE}-py.md").is_file()


def test_run(scaffold_here: Scaffold, tmp_path: Path) -> None:
    scaffold_here("new", SAMPLE, "--language", "tiny")
    project = tmp_path / f"{SAMPLE}-tiny"
    (project / "start.tiny").write_text("open('ran', 'w').close()", encoding="utf-8")

    ran = scaffold_here("run", project.name)

    assert ran.returncode == 0
    assert "Nothing to install." in ran.stderr
    assert (project / "ran").is_file()


def test_a_language_without_its_module_is_one_line(scaffold_here: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "modules" / "tiny.py").unlink()

    result = scaffold_here("list", "--all")

    assert result.returncode == 1
    assert result.stderr.startswith(
        f"scaffold: {SAMPLE}/tiny: there is no module for the language 'tiny' (there is: python)"
    )
    assert "openai-chat-streaming" in result.stdout
