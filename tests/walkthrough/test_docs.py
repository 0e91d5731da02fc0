"""`scaffold docs`: a page about every sample, in which nothing is written twice."""

from __future__ import annotations

import functools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
import tokenize
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from conftest import CATALOGUE, COMMAND, PROJECTS, Project, Scaffold, every_project
from conversations import write_wav
from samples import HIGHEST, run_sample

from scaffold import cli
from scaffold.endpoint import Endpoint
from scaffold.errors import ConflictError, ScaffoldError
from scaffold.languages.language import Step
from scaffold.languages.python import requirements
from scaffold.languages.python.steps import split_steps
from scaffold.project.owned_folder import sha256
from scaffold.project.render import File
from scaffold.project.write import write_files
from scaffold.running.runner import offline_environ
from scaffold.walkthrough import make, run
from scaffold.walkthrough.align import align
from scaffold.walkthrough.folder import INDEX, Page, plan_pages
from scaffold.walkthrough.github import for_github
from scaffold.walkthrough.run import elide

ONE = ("--only", "openai-chat-streaming")
BLOCK = re.compile(r"^( *)(`{3,})(\w+)\n(.*?)^\1\2$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A code block of a page: its language, what is in it, and the heading that it is under."""

    language: str
    content: str
    heading: str


def blocks(page: str) -> list[Block]:
    """Finds the code blocks of a page, those on tabs too."""
    found = []
    for match in BLOCK.finditer(page):
        headings = re.findall(r"^## (.+)$", page[: match.start()], re.MULTILINE)
        content = textwrap.indent(match[4], "", lambda _: True).replace(f"\n{match[1]}", "\n")
        found.append(
            Block(match[3], content.removeprefix(match[1]), headings[-1] if headings else "")
        )
    return found


every_sample = pytest.mark.parametrize("name", CATALOGUE.names)


@functools.cache
def written(name: str) -> tuple[Project, ...]:
    """Lists what `new` can write of a sample, for each provider and with its default answers."""
    return tuple(
        project
        for project in PROJECTS
        if project.template == name
        and all(CATALOGUE.questions[key].default == value for key, value in project.answers)
    )


@every_sample
def test_every_block_of_code_is_what_new_writes(name: str, pages: Path) -> None:
    page = (pages / f"{name}-py.md").read_text(encoding="utf-8")
    sources: dict[str, list[str]] = {}
    for project in written(name):
        for file in project.files():
            sources.setdefault(file.path, []).append(file.content.decode())

    shown = [block for block in blocks(page) if block.language == "python"]

    assert {block.heading for block in shown} == {path for path in sources if path[-3:] == ".py"}
    for block in shown:
        assert any(block.content in source for source in sources[block.heading])
    requirements = [block.content for block in blocks(page) if block.heading == "Requirements"]
    assert {*requirements} == {*sources["requirements.txt"]}


@every_project
def test_each_line_of_code_is_in_exactly_one_step(project: Project) -> None:
    for file in project.files():
        if not file.path.endswith(".py"):
            continue
        source = file.content.decode()
        steps = split_steps(source, file.path)
        for number in lines_of_code(source):
            assert [number in step.lines for step in steps].count(True) == 1
        assert all(step.words and step.code in source for step in steps)


def lines_of_code(source: str) -> set[int]:
    """The numbers of the lines that have more than a comment."""
    lines = iter(source.splitlines(keepends=True))
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    return {
        number
        for token in tokenize.generate_tokens(lambda: next(lines, ""))
        if token.type not in {*skipped, tokenize.ENDMARKER}
        for number in range(token.start[0], token.end[0] + 1)
    }


@pytest.mark.parametrize(
    "name", ["openai-chat-streaming-with-functions", "speech-to-text-continuous-reco"]
)
def test_words_that_are_taken_away_are_missed_or_no_code_is_lost(name: str) -> None:
    for file in written(name)[0].files():
        if not file.path.endswith(".py"):
            continue
        lines = file.content.decode().split("\n")
        for number in [n for n, line in enumerate(lines) if line.strip().startswith(("#", '"""'))]:
            source = "\n".join(lines[:number] + lines[number + 1 :])
            try:
                steps = split_steps(source, file.path)
            except ScaffoldError:
                continue
            for code in lines_of_code(source):
                assert [code in step.lines for step in steps].count(True) == 1


@every_sample
def test_a_page_shows_every_step_of_every_file(name: str, pages: Path) -> None:
    page = (pages / f"{name}-py.md").read_text(encoding="utf-8")
    shown = {(block.heading, block.content) for block in blocks(page)}

    for project in written(name):
        for file in project.files():
            if file.path.endswith(".py"):
                for step in split_steps(file.content.decode(), file.path):
                    assert (file.path, step.code) in shown


@every_sample
def test_the_files_are_beside_the_page_and_linked(name: str, pages: Path) -> None:
    page = (pages / f"{name}-py.md").read_text(encoding="utf-8")

    for file in written(name)[0].files():
        assert f"[{file.path}]({name}-py/{file.path})" in page
        assert (pages / f"{name}-py" / file.path).read_bytes() == file.content


@every_sample
def test_the_tip_prints_what_the_page_says(name: str, pages: Path, scaffold_here: Scaffold) -> None:
    page = (pages / f"{name}-py.md").read_text(encoding="utf-8")
    command, printed = blocks(page)[:2]

    program, *arguments = shlex.split(command.content)
    result = scaffold_here(*arguments)

    assert program == "scaffold"
    assert result.stdout == printed.content
    assert result.returncode == 0


@every_sample
def test_the_transcript_is_what_the_command_prints(name: str, pages: Path, tmp_path: Path) -> None:
    page = (pages / f"{name}-py.md").read_text(encoding="utf-8")
    command, printed = [block for block in blocks(page) if block.heading == "Run it offline"]
    typed, _, started = command.content.rpartition(" | ")
    lines = shlex.split(typed)[2:]  # after `printf` and its format
    shown = printed.content.rstrip("\n")
    if CATALOGUE.get(name).kind == "web":
        lines = re.findall(r"^User: (.+)$", shown, re.MULTILINE)
        shown = re.sub(r"^User: .+\n$", "User: ", shown, flags=re.MULTILINE) + "\n\nUser: "
    directory, *arguments = shlex.split(started)[2:]  # after `scaffold run`
    folder = written(name)[0].write(tmp_path / directory)
    for audio in re.findall(r"put `(\S+\.wav)` into .* one of ([\d.]+) seconds", page):
        write_wav(folder / audio[0], float(audio[1]))

    with Endpoint() as endpoint:
        environ = offline_environ(os.environ, endpoint.variables())
        said = "".join(f"{line}\n" for line in lines)
        result = run_sample(HIGHEST, folder, environ, said, *arguments[1:], quickly=True)

    assert result.returncode == 0
    assert elide(result.stdout).rstrip("\n") == shown


@pytest.mark.skipif(os.name == "nt", reason="the command is for a POSIX shell")
def test_the_commands_of_a_page_pasted_into_a_shell(pages: Path, tmp_path: Path) -> None:
    page = (pages / "openai-chat-streaming-py.md").read_text(encoding="utf-8")
    new, written_down, started, printed = [
        block for block in blocks(page) if block.heading in ("", "Run it offline")
    ]
    path = f"{Path(COMMAND).parent}{os.pathsep}{os.environ['PATH']}"

    def shell(command: str) -> str:
        environ = {**os.environ, "PATH": path}
        return subprocess.check_output(command, shell=True, cwd=tmp_path, env=environ, text=True)

    assert shell(new.content) == written_down.content
    # Nothing is installed: an environment with the tests' own packages stands for it.
    folder = tmp_path / "openai-chat-streaming-py"
    (folder / "requirements.txt").write_text("")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    packages = next((folder / ".venv").rglob("site-packages"))
    (packages / "tests.pth").write_text("\n".join(each for each in sys.path if each))
    assert shell(started.content).rstrip("\n") == printed.content.rstrip("\n")


@every_sample
def test_the_wire_shows_two_events_at_each_end(name: str, pages: Path) -> None:
    page = (pages / f"{name}-py.md").read_text(encoding="utf-8")
    asked, *shown = [block for block in blocks(page) if block.heading == "What goes over the wire"]

    lines = asked.content.splitlines()
    assert all(re.fullmatch(r"(GET|POST) /\S+ → (200|101)", line) for line in lines)
    if "It was answered in" not in page:
        assert "streaming" not in name
        assert shown[-1].language == "json"
        return
    first, last = (
        re.split(r"\n\n(?=data:|event:|X-RequestId:)", block.content) for block in shown[-2:]
    )
    assert (len(first), len(last)) == (2, 2)
    ends = ("data: [DONE]", "event: done", "event: response.completed", "Path:turn.end")
    assert any(end in last[1] for end in ends)


@every_sample
def test_every_variable_is_in_the_table(name: str, pages: Path, scaffold_here: Scaffold) -> None:
    page = (pages / f"{name}-py.md").read_text(encoding="utf-8")

    facts = json.loads(scaffold_here("show", name, "--json").stdout)

    for variables in facts["variables"].values():
        for variable in variables:
            row = next(line for line in page.splitlines() if f"| `{variable['name']}` |" in line)
            assert CATALOGUE.environment[variable["name"]].what.split(",")[0] in row
            assert (variable["default"] or "") in row


def test_a_retired_one_says_so_at_the_top_and_links_to_what_follows(pages: Path) -> None:
    retired = [each for each in CATALOGUE.all() if each.lifecycle.state == "retired"]
    assert retired
    for template in retired:
        page = (pages / f"{template.name}-py.md").read_text(encoding="utf-8")
        head = page.partition("???")[0]
        assert f"Retired since {template.lifecycle.since}" in head
        link = re.findall(r"\]\((\S+\.md)\)", head)
        assert link == [f"{template.lifecycle.successor}-py.md"]
        assert (pages / link[0]).is_file()


def test_every_link_inside_leads_somewhere(pages: Path) -> None:
    for path in pages.glob("*.md"):
        words = BLOCK.sub("", path.read_text(encoding="utf-8"))
        for link in re.findall(r"\]\((?!https:)(\S+)\)", words):
            assert (pages / link).is_file()


def test_what_differs_by_provider_is_on_tabs_of_its_own(pages: Path) -> None:
    page = (pages / "openai-chat-streaming-async-py.md").read_text(encoding="utf-8")

    labels = re.findall(r'^=== "(.+)"$', page, re.MULTILINE)
    assert {*labels} == {"azure", "azure-entra", "openai"}
    step = page.partition("** The client awaits its token.")[2].partition("**Step")[0]
    assert re.findall(r'^=== "(.+)"$', step, re.MULTILINE) == ["azure", "azure-entra", "openai"]
    assert step.count("```python") == 1
    assert step.count("There is no such step.") == 2


@pytest.mark.nightly
def test_the_installed_command_writes_the_same_pages(pages: Path, tmp_path: Path) -> None:
    environ = {**os.environ, "SCAFFOLD_CACHE_DIR": str(tmp_path / "new")}
    subprocess.run([COMMAND, "docs", str(tmp_path / "out")], env=environ, check=True, timeout=600)

    def files(folder: Path) -> dict[str, bytes]:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }

    assert files(tmp_path / "out") == files(pages)


def test_two_runs_give_the_same_bytes(
    pages: Path, scaffold_here: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCAFFOLD_CACHE_DIR", str(tmp_path / "new"))  # really two
    names = ["openai-asst-streaming", "speech-to-text-continuous-reco"]
    result = scaffold_here("docs", "out", *(word for name in names for word in ("--only", name)))

    assert result.stdout == "2 pages in 'out': 9 files written, 0 unchanged, 0 removed\n"
    for name in names:
        again = (tmp_path / "out" / f"{name}-py.md").read_bytes()
        assert again == (pages / f"{name}-py.md").read_bytes()


def test_what_the_catalogue_no_longer_has_goes_unless_it_was_edited(tmp_path: Path) -> None:
    pages = [
        Page(name, (File(f"{name}.md", name.encode()), File(f"{name}/main.py", b"pass\n")))
        for name in ("one", "two")
    ]
    write_files(plan_pages(pages, tmp_path, narrowed=False, force=False))
    narrowed = plan_pages(pages[:1], tmp_path, narrowed=True, force=False)
    plan = plan_pages(pages[:1], tmp_path, narrowed=False, force=False)
    (tmp_path / "two.md").write_text("edited")

    assert narrowed.remove == ()
    assert plan.remove == ("two.md", "two/main.py")
    with pytest.raises(ConflictError) as caught:
        plan_pages(pages[:1], tmp_path, narrowed=False, force=False)
    assert caught.value.details == ("two.md",)


@pytest.mark.parametrize("path", ["../mine.txt", "link/mine.txt"])
def test_an_index_that_names_what_is_elsewhere_removes_nothing(tmp_path: Path, path: str) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    if path.startswith("link"):
        (out / "link").symlink_to(tmp_path, target_is_directory=True)
    index = {"pages": {"gone": {path: sha256(b"mine")}}}
    (out / INDEX).write_text(json.dumps(index))

    plan = plan_pages([], out, narrowed=False, force=True)

    assert plan.remove == ()


def test_a_folder_that_holds_other_things(scaffold_here: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.md").write_text("mine")

    result = scaffold_here("docs", "out", *ONE)

    assert result.returncode == 4
    assert result.stderr.startswith(
        "scaffold: 'out' holds other things (it has no scaffold-docs.json)"
    )
    assert os.listdir(tmp_path / "out") == ["mine.md"]


def test_a_name_that_is_not_there(scaffold_here: Scaffold, tmp_path: Path) -> None:
    result = scaffold_here("docs", "out", "--only", "openai-chat-streamin")
    dotenv = scaffold_here("docs", "out", "--only", ".env")

    assert (result.returncode, dotenv.returncode) == (3, 3)
    assert "  openai-chat-streaming\n" in result.stderr
    assert "has no code" in dotenv.stderr
    assert os.listdir(tmp_path) == []


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The catalogue with a sample of one's own in it, which does nothing yet."""
    root = tmp_path / "templates"
    root.mkdir()
    for name in ("copier.yml", "environment.yml"):
        shutil.copy(CATALOGUE.root / name, root)
    folder = root / "own" / "python"
    folder.mkdir(parents=True)
    (root / "own" / "template.yml").write_text(
        "title: Own\nsummary: One.\ntags: []\nproviders: [azure]\nanswers: []\n"
        "lifecycle: active\nexample: {typed: [Hello]}\n"
    )
    (folder / "requirements.txt").write_text("")
    (folder / "main.py").write_text('"""Do nothing."""\n\nprint()\n')
    monkeypatch.setattr(cli, "templates_dir", lambda: root)
    return folder


@pytest.mark.usefixtures("own")
def test_again_it_writes_nothing_and_an_edited_page_is_kept(
    scaffold_here: Scaffold, tmp_path: Path
) -> None:
    page = tmp_path / "out" / "own-py.md"

    first = scaffold_here("docs", "out")
    made = page.read_bytes()
    same = scaffold_here("docs", "out")
    page.write_text("mine")
    kept = scaffold_here("docs", "out")
    (tmp_path / "out" / "notes.txt").write_text("mine too")
    forced = scaffold_here("docs", "out", "--force", "--json")

    assert first.stdout == "1 page in 'out': 5 files written, 0 unchanged, 0 removed\n"
    assert same.stdout == "1 page in 'out': 0 files written, 5 unchanged, 0 removed\n"
    assert kept.returncode == 4
    assert kept.stderr.endswith("with --force:\n  own-py.md\n")
    document = json.loads(forced.stdout)
    assert document["pages"] == ["own-py"]
    assert document["written"] == ["own-py.md"]
    assert page.read_bytes() == made
    assert b"Nothing, in that run." in made
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine too"


@pytest.mark.usefixtures("own")
def test_what_was_run_once_is_not_run_again_until_something_changes(
    scaffold_here: Scaffold, tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCAFFOLD_CACHE_DIR", str(tmp_path / "cache"))
    runs: list[str] = []
    real = run.run_example

    def counted(command: list[str], files: list[File], *more: Any) -> Any:
        runs.append(files[0].path)
        return real(command, files, *more)

    monkeypatch.setattr(make, "run_example", counted)

    first = scaffold_here("docs", "out")
    again = scaffold_here("docs", "elsewhere")
    same = (tmp_path / "out" / "own-py.md").read_bytes()
    for kept in (tmp_path / "cache").rglob("*.json"):
        kept.write_text("broken")
    broken = scaffold_here("docs", "third")
    (own / "main.py").write_text('"""Do more."""\n\nprint("more")\n')
    changed = scaffold_here("docs", "out")

    assert [each.returncode for each in (first, again, broken, changed)] == [0] * 4
    assert len(runs) == 3
    assert (tmp_path / "elsewhere" / "own-py.md").read_bytes() == same
    assert "more" in (tmp_path / "out" / "own-py.md").read_text()


@pytest.mark.usefixtures("own")
def test_nothing_is_kept_where_nothing_can_be(
    scaffold_here: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("mine")  # a home that is a file
    monkeypatch.setenv("SCAFFOLD_CACHE_DIR", str(tmp_path / "home" / "cache"))

    assert scaffold_here("docs", "out").returncode == 0
    assert scaffold_here("docs", "out").returncode == 0
    assert (tmp_path / "home").read_text() == "mine"


@pytest.mark.usefixtures("own")
def test_an_index_page_lists_the_pages(scaffold_here: Scaffold, tmp_path: Path) -> None:
    material = scaffold_here("docs", "out")
    github = scaffold_here("docs", "hub", "--format", "github")
    wrong = scaffold_here("docs", "out", "--format", "word")

    assert material.returncode == github.returncode == 0
    line = "- [Own](own-py.md): One.\n"
    assert (tmp_path / "out" / "index.md").read_text() == f"# Samples\n\n{line}"
    assert (tmp_path / "hub" / "README.md").read_text() == f"# Samples\n\n{line}"
    assert not (tmp_path / "hub" / "index.md").exists()
    assert wrong.returncode == 2
    assert "'word'" in wrong.stderr


@every_sample
def test_for_github_it_is_plain_markdown(name: str, pages: Path) -> None:
    page = (pages / f"{name}-py.md").read_text()
    plain = for_github(page)
    outside = re.sub(r"^ *(`{3,}).*?^ *\1$", "", plain, flags=re.DOTALL | re.MULTILINE)

    assert not re.search(r"^ *(!!!|\?\?\?|===) ", outside, re.MULTILINE)
    assert outside.count("<details>") == outside.count("</details>")
    assert [each.content for each in blocks(plain)] == [each.content for each in blocks(page)]
    prose = re.sub(r"^ *(`{3,}).*?^ *\1$", "", page, flags=re.DOTALL | re.MULTILINE)
    headings = re.compile(r"^#+ .*$", re.MULTILINE)
    assert headings.findall(outside) == headings.findall(prose)


def test_notes_tabs_and_what_unfolds_for_github() -> None:
    page = (
        '!!! warning "Retired"\n    It is no more.\n\n??? tip "See"\n\n    === "azure"\n\n'
        '        ```py\n        === "no tab"\n        ```\n\n    After.\n\nThe end.\n'
    )
    assert for_github(page) == (
        "> **Retired**\n> \n> It is no more.\n\n<details>\n<summary>See</summary>\n\n**azure**\n\n"
        '```py\n=== "no tab"\n```\n\nAfter.\n\n</details>\n\nThe end.\n'
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("print()\n", "own-azure/main.py has no steps"),
        ("", "own-azure/main.py has no steps"),
        (
            "import os\n\n# Print.\nprint()\n\n\ndef go():\n    pass\n",
            "own-azure/main.py, lines 1, 7-8: no step covers this code",
        ),
        (
            '"""Go."""\n\nprint()\n\n\ndef go():\n    """Go."""\n    pass\n\n    # Gone.\n',
            "own-azure/main.py, line 10: a step out of place, there is no code under it",
        ),
        (
            '"""Go."""\n\nnames = [\n    1,\n\n    # Two.\n    2,\n]\n',
            "own-azure/main.py, line 6: a step out of place, in the middle of a statement",
        ),
        (
            '"""Go."""\n\n\nclass A:\n    """A."""\n\n    def b(self):\n        pass\n\n'
            '    def c(self):\n        """Does."""\n        match 1:\n'
            "            case 1:\n                pass\n\n            # Else.\n"
            "            case _:\n                pass\n",
            "own-azure/main.py, lines 7-8: no step covers this code",
        ),
        (
            '"""Go."""\n\n# One.\n\n\ndef go(): pass\n',
            "own-azure/main.py, line 3: a step out of place",
        ),
        ("# Print.\nprint(\n", "own-azure/main.py is no Python"),
    ],
)
def test_a_sample_that_is_not_a_walkthrough(
    scaffold_here: Scaffold, tmp_path: Path, own: Path, source: str, said: str
) -> None:
    (own / "main.py").write_text(source)

    result = scaffold_here("docs", "out")

    assert result.returncode == 1
    assert result.stderr.startswith(f"scaffold: {said}")
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("facts", "source", "said"),
    [
        ("", "", "'own' has no example"),
        ("example:\n", "", "own/template.yml: 'example' is empty, and must be a mapping"),
        ("example: {typed: [yes]}\n", "", "own/template.yml: 'example.typed' has True"),
        ("example: {arguments: name.wav}\n", "", "'example.arguments' is a text, and must be"),
        ("example: {audio: {a.wav: long}}\n", "", "'example.audio.a.wav' is a text, and must"),
        (
            "example: {}\n",
            "raise SystemExit('no')",
            "the example of 'own': it ended with exit code 1: no",
        ),
    ],
)
def test_an_example_that_does_not_run(
    scaffold_here: Scaffold, tmp_path: Path, own: Path, facts: str, source: str, said: str
) -> None:
    path = own.parent / "template.yml"
    path.write_text(path.read_text().partition("example")[0] + facts)
    (own / "main.py").write_text(f'"""Do nothing."""\n\nprint()\n{source}\n')

    result = scaffold_here("docs", "out")

    assert result.returncode == 1
    assert said in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("requirement", "installed", "here"),
    [
        ("openai>=1.106,<4", "1.106.0", True),
        ("openai>=1.106,<4", "3.9", True),
        ("openai>=1.106,<4", "1.99.9", False),
        ("openai>=1.106,<4", "4.0.0", False),
        ("openai>=1.106,<4", None, False),
        ("openai~=3.0", "3.0.0", True),
        ("openai~=3.1", "3.0.0", False),
        ("openai @ https://example.com/openai.zip", "3.0.0", False),
    ],
)
def test_this_python_is_used_only_if_it_has_what_is_required(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    requirement: str,
    installed: str | None,
    here: bool,
) -> None:
    def version(name: str) -> str:
        if installed is None:
            raise metadata.PackageNotFoundError(name)
        return installed

    def install(folder: Path, *_: object) -> Path:
        assert (folder / "requirements.txt").read_text() == f"{requirement}\n"
        return Path("another")

    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setattr(requirements, "ensure_environment", install)
    manifest = f"{requirement}\n"

    python = requirements.find_python([manifest, manifest], tmp_path, {}, print)

    assert python == (HIGHEST if here else Path("another"))


def test_words_before_words_are_one_step() -> None:
    source = '''"""The file."""

# The table.
TABLE = {}


@decorated
class Thing:
    """A thing."""

    def __init__(self):
        # Begin.
        self.begun = True

        # Go on.
        self.more = True  # and on

    def end(self):
        """Ends."""
        # There is nothing
        # to do.
        if self.begun:
            # Now, at the latest.
            self.begun = False


# Whatever it is for.
def function():
    pass
'''
    steps = split_steps(source, "main.py")

    assert [step.words for step in steps] == [
        ("The file.", "The table."),
        ("`Thing`: A thing.",),
        ("Begin.",),
        ("Go on.",),
        ("`end`: Ends.", "There is nothing to do."),
        ("Whatever it is for.",),
    ]
    assert steps[0].code == "TABLE = {}\n"
    assert steps[1].code.startswith("@decorated\nclass Thing:\n")
    assert steps[3].code == "        self.more = True  # and on\n"
    assert steps[4].code.endswith("            self.begun = False\n")


def test_steps_of_several_providers_are_put_together() -> None:
    def steps(text: str) -> list[Step]:
        return [Step((word,), word, range(1)) for word in text.split()]

    aligned = align({"a": steps("x client-a y extra z"), "b": steps("x client-b y z")})

    assert [[*each.steps] for each in aligned] == [["a", "b"]] * 3 + [["a"], ["a", "b"]]
    assert [each.words for each in aligned] == [("x",), None, ("y",), ("extra",), ("z",)]
    assert [each.code for each in aligned] == ["x", None, "y", None, "z"]
