"""What keeps `list` and `new` fast: counted, not timed, since a count is the same everywhere.

What it comes to in milliseconds, `benchmarks/cli.py` measures.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import pytest
from conftest import CATALOGUE, PROJECTS
from jinja2 import Environment

from scaffold import cli, cli_new
from scaffold.catalogue import fields, files
from scaffold.catalogue.fields import Fields
from scaffold.project.render import Renderer
from scaffold.terminal import parsing
from scaffold.terminal.options import OnConflict

TOP = Path(__file__).parents[1]
SAMPLE = "openai-chat-streaming-with-functions"

# Runs a program, and writes down what it imported and opened.
WATCH = """
import json, sys
opened = []
sys.addaudithook(lambda event, args: event == "open" and opened.append(str(args[0])))
found, program, sys.argv = sys.argv[1], sys.argv[2], sys.argv[2:]
try:
    exec(program)
finally:
    seen = {"modules": sorted(sys.modules), "opened": opened}
    with open(found, "w") as file:
        json.dump(seen, file)
"""
TYPER = "import typer"
SCAFFOLD = "from scaffold.__main__ import main; main()"

# Of the standard library, what takes long to import; on every system and version of Python.
HEAVY = {
    "asyncio",
    "email.parser",
    "http.client",
    "importlib.metadata",
    "logging",
    "multiprocessing",
    "ssl",
    "subprocess",
    "unittest",
    "urllib.request",
    "xml.etree",
}
OF_ALL = [
    "__main__",
    "cli",
    "cli_mcp",
    "cli_new",
    "cli_source",
    "cli_trust",
    "cli_update",
    "errors",
    "catalogue",
    "commands",
    "report",
    "terminal",
]
OF_ALL += [f"terminal.{name}" for name in ("completion", "options", "output", "parsing")]
OF_ALL += [
    f"catalogue.{name}" for name in ("fields", "files", "names", "plain_yaml", "reader", "records")
]
OF_ALL += ["languages", "languages.language", "languages.python", "providers"]
OF_ALL += ["report.document", "report.words"]
OF_LIST = [*OF_ALL, "commands.list_show", "report.list_show"]
OF_NEW = [*OF_ALL, "commands.new", "report.new", "terminal.screen", "project"]
OF_NEW += ["lock", "project.answers", "project.paths"]
OF_NEW += [f"project.prepared{name}" for name in ("", ".pack", ".texts")]
OF_NEW += ["project.render", "project.staging", "project.variables", "project.write"]


class Seen(NamedTuple):
    """What a process did.

    Attributes:
        modules: the modules that it imported.
        opened: the files under `templates/` that it opened, each as often as it did.
    """

    modules: set[str]
    opened: list[str]

    @property
    def packages(self) -> set[str]:
        """The packages that are neither ours nor Python's own."""
        return {name.split(".")[0] for name in self.modules} - sys.stdlib_module_names

    @property
    def ours(self) -> set[str]:
        """Our own modules."""
        return {name for name in self.modules if name.startswith("scaffold.")}


def watch(folder: Path, program: str, *arguments: str) -> Seen:
    """Runs a program in a process of its own."""
    found = folder / "found.json"
    subprocess.run(
        [sys.executable, "-c", WATCH, str(found), program, *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    seen = json.loads(found.read_text(encoding="utf-8"))
    root = str(CATALOGUE.root)
    opened = [path for path in seen["opened"] if path.startswith(root)]
    names = [Path(path).relative_to(root).as_posix() for path in opened]
    return Seen(set(seen["modules"]), names)


def test_list_imports_typer_and_no_more(tmp_path: Path) -> None:
    typer = watch(tmp_path, TYPER)
    seen = watch(tmp_path, SCAFFOLD, "list")

    assert seen.packages - typer.packages == {"scaffold"}
    assert not HEAVY & (seen.modules - typer.modules)
    assert seen.ours == {f"scaffold.{name}" for name in OF_LIST}


def test_new_imports_typer_and_jinja_and_no_more(tmp_path: Path) -> None:
    typer = watch(tmp_path, TYPER)
    seen = watch(tmp_path, SCAFFOLD, "new", SAMPLE)

    assert seen.packages - typer.packages == {"scaffold", "jinja2", "markupsafe"}
    assert not HEAVY & (seen.modules - typer.modules)
    assert seen.ours == {f"scaffold.{name}" for name in OF_NEW}


def test_what_is_taken_as_it_is_typed_has_that_type_in_every_command() -> None:
    types: dict[tuple[str, ...], tuple[Any, ...]] = {
        parsing.TEXTS: (str, str | None),
        parsing.PATHS: (Path, Path | None),
        parsing.LISTS: (list[str] | None,),
    }
    found = set()
    groups = [each.typer_instance for each in cli.app.registered_groups]
    for command in [each for app in (cli.app, *groups) if app for each in app.registered_commands]:
        assert command.callback is not None
        for name, annotation in get_type_hints(command.callback).items():
            for names, allowed in types.items():
                if name in names:
                    found.add(name)
                    assert annotation in allowed
    assert found == {name for names in types for name in names}
    assert {each.value for each in OnConflict} == {*parsing.ON_CONFLICT}


def test_list_opens_what_describes_a_template_and_nothing_else(tmp_path: Path) -> None:
    seen = watch(tmp_path, SCAFFOLD, "list")

    described = [f"{name}/template.yml" for name in CATALOGUE.names]
    assert sorted(seen.opened) == sorted([*described, "copier.yml", "environment.yml"])


def test_new_opens_what_its_project_is_made_of_and_each_once(tmp_path: Path) -> None:
    seen = watch(tmp_path, SCAFFOLD, "new", SAMPLE)

    parts = [path for path in seen.opened if path.startswith("_shared/")]
    rest = sorted({*seen.opened} - {*parts})
    folder = CATALOGUE.root / SAMPLE / "python"
    files = [path.relative_to(CATALOGUE.root).as_posix() for path in folder.rglob("*.*")]
    # Only a wheel has that of `_prepared`.
    wanted = [*files, f"{SAMPLE}/template.yml", "copier.yml", f"_prepared/{SAMPLE}.json"]
    assert rest == sorted(wanted)
    assert len(seen.opened) == len(set(seen.opened))
    assert len(parts) <= 20


@pytest.mark.parametrize("command", ["new", "show"])
def test_one_template_is_read_to_make_one_project_however_many_there_are(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "templates"
    shutil.copytree(CATALOGUE.root, root)
    for number in range(200 - len(CATALOGUE.names)):
        shutil.copytree(root / "openai-chat", root / f"another-{number}")
    read: list[str] = []
    read_fields = fields.read_fields

    def counted(path: Path, root: Path) -> Fields:
        read.append(path.relative_to(root).as_posix())
        return read_fields(path, root)

    monkeypatch.setattr(files, "read_fields", counted)
    for module in (cli, cli_new):
        monkeypatch.setattr(module, "templates_dir", lambda: root)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit) as ended:
        cli.app([command, SAMPLE])

    assert ended.value.code == 0
    assert sorted(read) == ["copier.yml", f"{SAMPLE}/template.yml"]


def test_the_whole_catalogue_compiles_each_template_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_it = Environment.compile

    def counted(self: Environment, source: str, name: str, *rest: Any, **more: Any) -> Any:
        compiled.append(name)
        return compile_it(self, source, name, *rest, **more)

    monkeypatch.setattr(Environment, "compile", counted)
    renderer = Renderer(CATALOGUE)
    for project in PROJECTS:
        renderer.render(project.resolve())

    assert len(compiled) == len(set(compiled))
    assert len(compiled) <= sum(path.is_file() for path in CATALOGUE.root.rglob("python/**/*"))


def test_the_readme_and_the_plot_show_what_was_measured() -> None:
    pytest.importorskip("resource", reason="the benchmark runs where that module is")
    spec = importlib.util.spec_from_file_location("benchmark", TOP / "benchmarks" / "cli.py")
    assert spec is not None
    assert spec.loader is not None
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    results = benchmark.RESULTS.read_text(encoding="utf-8")

    assert benchmark.readme_table(results) in benchmark.README.read_text(encoding="utf-8")
    assert benchmark.PLOT.read_text(encoding="utf-8") == benchmark.plot(results)


@pytest.mark.parametrize("script", sorted(TOP.glob("benchmarks/*.py")), ids=lambda path: path.name)
def test_what_measures_it_starts(script: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(script), "--help"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: ")
