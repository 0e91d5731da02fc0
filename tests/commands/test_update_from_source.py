"""`scaffold update` of what Copier made from a template elsewhere: every edit is kept."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Scaffold
from sources.repositories import Origin

pytestmark = pytest.mark.usefixtures("own_places")

ANSWERS = {"{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers|to_nice_yaml -}}\n"}
BODY = "".join(f"line_{number} = {number}\n" for number in range(30))
NOTES = "".join(f"Note {number} of {{{{ name }}}}.\n" for number in range(10))
# A migration that moves what the older version made, as no merge could know it.
MIGRATION = """\
_migrations:
- version: v3.0rc1
  when: "{{ _stage == 'after' }}"
  command: [python3, -c, "open('migrated.txt', 'w').write('by a migration')"]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Origin, Path]:
    """A template of three versions, and a project that stock Copier made of the first."""
    folder = tmp_path_factory.mktemp("made")
    origin = Origin(folder / "template.git")
    origin.commit(
        {
            "copier.yml": "name: {type: str, default: demo}\n",
            "main.py.jinja": f"# {{{{ name }}}}\n{BODY}",
            "notes.md.jinja": NOTES,
            "gone.txt": "gone\n",
            **ANSWERS,
        },
        "v1.0",
    )
    copier(origin, "v1.0", folder / "project")
    origin.git("mv", "notes.md.jinja", "NOTES.md.jinja")
    origin.git("rm", "-q", "gone.txt")
    (origin.folder / "run.sh").write_text("#!/bin/sh\n")
    (origin.folder / "run.sh").chmod(0o755)
    newest = BODY.replace("line_3 = 3", "line_3 = 'three'")
    origin.commit(
        {
            "copier.yml": "name: {type: str, default: demo}\ncolour: {type: str, default: red}\n",
            "main.py.jinja": f"# {{{{ name }}}}, {{{{ colour }}}}\n{newest}",
            "new.txt.jinja": "{{ name }}\n",
        },
        "v2.0",
    )
    origin.commit({"copier.yml": f"name: {{type: str}}\n{MIGRATION}"}, "v3.0rc1")
    return origin, folder / "project"


def copier(origin: Origin, version: str, project: Path) -> None:
    """Makes a project as people do: with stock Copier."""
    command = [sys.executable, "-m", "copier", "copy", "-q", "--defaults", "-r", version]
    command += ["-d", "name=mine", f"git+{origin.url}", str(project)]
    subprocess.run(command, check=True)


@pytest.fixture
def project(made: tuple[Origin, Path], tmp_path: Path) -> Path:
    """A copy of the project, with edits."""
    shutil.copytree(made[1], tmp_path / "project")
    add_to(tmp_path / "project" / "main.py", "mine = 1\n")
    return tmp_path / "project"


def add_to(place: Path, line: str) -> None:
    place.write_text(place.read_text() + line)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        each.relative_to(folder).as_posix(): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file()
    }


def test_the_newest_version_comes_and_every_edit_stays(
    scaffold_here: Scaffold, project: Path, made: tuple[Origin, Path]
) -> None:
    add_to(project / "notes.md", "My own note.\n")
    (project / "mine.txt").write_text("mine\n")
    before = contents(project)
    checked = scaffold_here("update", "project", "--check")
    assert checked.returncode == 5
    assert f"{made[0].url}@v1.0; there is git+{made[0].url}@v2.0" in checked.stderr

    done = scaffold_here("update", "project")
    assert done.returncode == 0, done.stderr
    assert "  updated   .copier-answers.yml\n" in done.stdout
    assert "  merged    main.py  (your edits and the template's)\n" in done.stdout
    assert "  removed   gone.txt" in done.stdout
    after = contents(project)
    assert b"_commit: v2.0\n" in after[".copier-answers.yml"]
    assert f"_src_path: git+{made[0].url}\n".encode() in after[".copier-answers.yml"]
    assert b"name: mine\n" in after[".copier-answers.yml"]
    assert b"colour: red\n" in after[".copier-answers.yml"]
    merged = "# mine, red\n" + BODY.replace("line_3 = 3", "line_3 = 'three'") + "mine = 1\n"
    assert after["main.py"].decode() == merged
    assert after["NOTES.md"] == before["notes.md"]
    assert after["new.txt"] == b"mine\n"
    assert after["mine.txt"] == b"mine\n"
    assert "gone.txt" not in after
    if os.name != "nt":
        assert os.access(project / "run.sh", os.X_OK)
    assert not (project / ".git").exists()

    assert scaffold_here("update", "project", "--check").returncode == 0
    assert scaffold_here("update", "project", "--undo").returncode == 0
    assert contents(project) == before


def test_conflicts_are_told_and_nothing_is_written(scaffold_here: Scaffold, project: Path) -> None:
    main = project / "main.py"
    main.write_text(main.read_text().replace("line_3 = 3", "line_3 = 'mine'"))
    before = contents(project)

    stopped = scaffold_here("update", "project", "--json")
    assert stopped.returncode == 4
    assert "main.py:5" in stopped.stderr
    found = json.loads(stopped.stdout)
    assert (found["from_version"], found["to_version"]) == ("v1.0", "v2.0")
    assert (found["from"], found["to"], found["done"]) == (0, 0, False)
    assert contents(project) == before


def test_migrations_run_only_with_consent(
    scaffold_here: Scaffold, project: Path, made: tuple[Origin, Path]
) -> None:
    before = contents(project)
    tree = made[0].git("rev-parse", "v3.0rc1^{tree}")
    stopped = scaffold_here("update", "project", "--to", "v3.0rc1")
    assert stopped.returncode == 2
    assert f"--trust {tree}" in stopped.stderr
    assert "migration" in stopped.stderr
    wrong = scaffold_here("update", "project", "--to", "v3.0rc1", "--trust", "0" * 40)
    assert wrong.returncode == 2
    assert contents(project) == before

    done = scaffold_here("update", "project", "--to", "v3.0rc1", "--trust", tree)
    assert done.returncode == 0, done.stderr
    assert (project / "migrated.txt").read_text() == "by a migration"
    assert (project / "main.py").read_text().endswith("mine = 1\n")


def test_what_made_a_project_runs_code_only_with_consent_of_its_own(
    scaffold_here: Scaffold, project: Path, made: tuple[Origin, Path], tmp_path: Path
) -> None:
    # A commit that is on no version's way, as that of a fork on GitHub.
    shutil.copytree(made[0].folder, tmp_path / "copy" / "template.git")
    other = Origin.__new__(Origin)
    other.folder = tmp_path / "copy" / "template.git"
    other.git("checkout", "-q", "-b", "fork", "v1.0")
    ran = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    config = "name: {type: str}\n_jinja_extensions: [evil.py:Evil]\n"
    commit = other.commit({"copier.yml": config, "evil.py": ran})
    restate(project, "_src_path", f"_src_path: git+{other.url}")
    restate(project, "_commit", f"_commit: {commit}")
    before, tree = contents(project), other.git("rev-parse", "HEAD^{tree}")

    for more in ((), ("--trust", other.git("rev-parse", "v2.0^{tree}"))):
        stopped = scaffold_here("update", "project", *more)
        assert stopped.returncode == 2
        assert f"--trust {other.git('rev-parse', 'v2.0^{tree}')},{tree}" in stopped.stderr
        assert "extension: evil.py:Evil" in stopped.stderr
    assert not (tmp_path / "ran").exists()
    assert contents(project) == before


@pytest.mark.nightly
def test_what_a_folder_of_a_repository_made_is_updated_too(
    scaffold_here: Scaffold, tmp_path: Path
) -> None:
    origin = Origin(tmp_path / "templates.git")
    config = "name: {type: str, default: mine}\n"
    files = {"copier.yml": config, "main.py.jinja": f"# {{{{ name }}}}\n{BODY}", **ANSWERS}
    origin.commit({f"chat/{path}": content for path, content in files.items()}, "v1.0")
    made = scaffold_here("new", f"{origin.url}//chat", "--output-dir", "project", "--defaults")
    assert made.returncode == 0, made.stderr
    add_to(tmp_path / "project/main.py", "mine = 1\n")
    newest = BODY.replace("line_3 = 3", "line_3 = 'three'")
    origin.commit({"chat/main.py.jinja": f"# {{{{ name }}}}\n{newest}"}, "v2.0")

    done = scaffold_here("update", "project")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "project/main.py").read_text() == f"# mine\n{newest}mine = 1\n"
    answers = (tmp_path / "project/.copier-answers.yml").read_text()
    assert "_commit: v2.0\n" in answers
    assert f"_src_path: git+{origin.url}//chat\n" in answers


@pytest.mark.nightly
def test_without_migrations_the_files_come_all_the_same(
    scaffold_here: Scaffold, project: Path
) -> None:
    done = scaffold_here("update", "project", "--to", "v3.0rc1", "--skip-tasks")

    assert done.returncode == 0, done.stderr
    assert (project / "NOTES.md").is_file()
    assert not (project / "migrated.txt").exists()


def restate(project: Path, line: str, other: str) -> None:
    place = project / ".copier-answers.yml"
    lines = place.read_text().splitlines()
    place.write_text("\n".join(other if each.startswith(line) else each for each in lines) + "\n")


@pytest.mark.parametrize(
    ("line", "other", "code", "reason"),
    [
        ("_commit", "", 2, "was a folder without versions"),
        ("_src_path", "", 2, "no '_src_path'"),
        ("_src_path", "_src_path: 7", 2, "no '_src_path'"),
        ("_src_path", "_src_path: ext::touch% ran", 2, "'ext' is not allowed"),
        ("_src_path", "_src_path: /not/there", 2, "there is no folder"),
        ("_src_path", "_src_path: git+file:///not/there.git", 1, "no such repository"),
        ("_commit", "_commit: --upload-pack=x", 2, "can't be a tag"),
        ("_commit", "_commit: v0.9", 3, "no tag, branch or commit"),
        ("_commit", "_commit: [", 2, "it is no YAML"),
        ("name", "name: {day: 2026-01-01, deep: [", 2, "it is no YAML"),
    ],
)
def test_an_answers_file_that_cannot_be_used_is_one_line(
    scaffold_here: Scaffold, project: Path, line: str, other: str, code: int, reason: str
) -> None:
    restate(project, line, other)
    before = contents(project)
    ended = scaffold_here("update", "project")

    assert ended.returncode == code, ended.stderr
    [told] = [each for each in ended.stderr.splitlines() if each.startswith("scaffold: ")]
    assert reason in told
    assert contents(project) == before


def test_of_several_answers_files_one_has_to_be_named(
    scaffold_here: Scaffold, project: Path
) -> None:
    shutil.copy(project / ".copier-answers.yml", project / ".copier-answers.docs.yml")
    ended = scaffold_here("update", "project")

    assert ended.returncode == 2
    assert "  --from .copier-answers.docs.yml\n" in ended.stderr
    named = scaffold_here("update", "project", "--check", "--from", ".copier-answers.yml")
    assert named.returncode == 5


def test_a_commit_after_the_newest_version_is_the_newest(
    scaffold_here: Scaffold, project: Path, made: tuple[Origin, Path]
) -> None:
    last = made[0].git("rev-parse", "HEAD")
    restate(project, "_commit", f"_commit: v2.0-1-g{last[:7]}")

    assert scaffold_here("update", "project", "--check").returncode == 0


def test_a_tag_that_was_moved_is_an_error(
    scaffold_here: Scaffold, project: Path, made: tuple[Origin, Path], tmp_path: Path
) -> None:
    shutil.copytree(made[0].folder, tmp_path / "other.git")
    url = (tmp_path / "other.git").as_uri()
    restate(project, "_src_path", f"_src_path: git+{url}")
    assert scaffold_here("update", "project", "--check").returncode == 5
    subprocess.run(["git", "tag", "-f", "v2.0", "v1.0"], cwd=tmp_path / "other.git", check=True)

    ended = scaffold_here("update", "project", "--check")
    assert ended.returncode == 1
    assert "the tag 'v2.0'" in ended.stderr
    assert "was moved" in ended.stderr


def test_trust_is_for_what_copier_made(scaffold_here: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    ended = scaffold_here("update", "project", "--trust", "0" * 40)

    assert ended.returncode == 2
    assert "made from elsewhere by Copier" in ended.stderr


@pytest.mark.nightly
def test_an_update_of_a_well_known_template_keeps_every_line(
    scaffold_here: Scaffold, tmp_path: Path
) -> None:
    """From 1.10 to 1.13 of copier-uv, with 76 lines added here and there.

    `SCAFFOLD_COPIER_UV` names a clone of https://github.com/pawamoy/copier-uv, and its extensions
    need `pip install copier-template-extensions`.
    """
    clone = os.environ.get("SCAFFOLD_COPIER_UV")
    if not clone:
        pytest.skip("SCAFFOLD_COPIER_UV names no clone of copier-uv")
    url = f"git+{Path(clone).as_uri()}"
    command = [
        sys.executable,
        "-m",
        "copier",
        "copy",
        "-q",
        "--trust",
        "--defaults",
        "-r",
        "1.10.0",
    ]
    command += ["-d", "project_name=demo", "-d", "project_description=x", url, "project"]
    settings = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory"}
    environ = {**os.environ, **settings, "GIT_CONFIG_VALUE_0": "*"}
    subprocess.run(command, cwd=tmp_path, env=environ, check=True)
    files = [each for each in sorted((tmp_path / "project").rglob("*")) if is_edited(each)]
    chance = random.Random(7)
    added = [f"# added by hand: {number} #" for number in range(76)]
    for number, line in enumerate(added):
        place = files[number % len(files)]
        lines = place.read_text(encoding="utf-8").split("\n")
        lines.insert(chance.randrange(len(lines)), line)
        place.write_text("\n".join(lines), encoding="utf-8")
    asked = ["git", "rev-parse", "1.13.0^{tree}", "1.10.0^{tree}"]
    trees = subprocess.check_output(asked, cwd=clone, env=environ, text=True).split()

    said = ("--to", "1.13.0", "--trust", ",".join(trees), "--on-conflict", "mark")
    done = scaffold_here("update", "project", *said)
    assert done.returncode == 1, done.stderr  # some lines are beside lines that changed
    assert "is left to resolve by hand" in done.stderr
    now = b"".join(contents(tmp_path / "project").values()).decode(errors="replace")
    assert [line for line in added if line not in now] == []
    assert b"_commit: 1.13.0" in (tmp_path / "project/.copier-answers.yml").read_bytes()


def is_edited(place: Path) -> bool:
    """Says whether somebody would write into a file of a project."""
    kinds = (".py", ".md", ".toml", ".yml", ".css", ".html", "")
    return place.is_file() and place.suffix in kinds and place.name != ".copier-answers.yml"
