"""`scaffold source`, and what `list`, completion and the picker know of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CATALOGUE, COMMAND, Scaffold
from sources.repositories import Origin
from waiting import PATIENCE, is_alive, wait_for

from scaffold.terminal import dialogue
from scaffold.terminal.picker import Choice, Picker

pytestmark = pytest.mark.usefixtures("own_places")

QUESTION = "name: {type: str}\n"


@pytest.fixture
def team(tmp_path: Path) -> Origin:
    """A repository of two templates, and one that is broken."""
    made = Origin(tmp_path / "templates")
    about = "title: An agent\nsummary: Calls tools.\ntags: [agents]\n"
    old = "title: Old\nlifecycle: retired\nsince: 2026-01-31\nsuccessor: agent\n"
    made.commit(
        {
            "agent/copier.yml": QUESTION,
            "agent/template.yml": about,
            "old/copier.yml": QUESTION,
            "old/template.yml": old,
            "broken/copier.yml": "a: [\n",
        },
        "v1.0",
    )
    return made


def test_a_source_is_added_listed_refreshed_and_removed(
    scaffold_here: Scaffold, team: Origin
) -> None:
    added = scaffold_here("source", "add", "team", team.url)
    assert added.returncode == 0, added.stderr
    commit = team.git("rev-parse", "HEAD")[:12]
    assert f"Added 'team', v1.0 ({commit}), with 2 templates:" in added.stdout
    assert "  team/agent: Calls tools.\n" in added.stdout
    assert "scaffold new team/agent" in added.stdout
    assert "scaffold: team: broken/copier.yml, line 2: it is no YAML" in added.stderr
    listed = scaffold_here("source", "list").stdout.splitlines()
    assert listed[2].split() == ["team", "v1.0", "2", listed[2].split()[3], team.url]
    # The same once more changes nothing.
    assert scaffold_here("source", "add", "team", team.url).returncode == 0

    team.commit({"chat/copier.yml": QUESTION}, "v1.1")
    assert "team/chat" not in scaffold_here("list", "--source", "team").stdout
    done = scaffold_here("source", "refresh", "team")
    assert f"'team' was v1.0 ({commit}), now v1.1 (" in done.stdout
    assert "  new   team/chat\n" in done.stdout
    assert "'team' is up to date, v1.1" in scaffold_here("source", "refresh").stdout

    removed = scaffold_here("source", "remove", "team")
    assert removed.stdout == f"Removed 'team', {team.url}\n"
    assert scaffold_here("source", "list").stdout == ""
    assert not [*Path(os.environ["SCAFFOLD_CACHE_DIR"]).glob("templates/*/*")]
    assert scaffold_here("source", "remove", "team").returncode == 3


def test_the_templates_of_a_source_are_listed_as_ours_are(
    scaffold_here: Scaffold, team: Origin
) -> None:
    scaffold_here("source", "add", "team", team.url)
    team.folder.rename(team.folder.with_name("gone"))  # no network is needed

    listed = scaffold_here("list", "--source", "team")
    assert listed.stdout.splitlines()[2].split("  ") == ["An agent", "team/agent"]
    assert "1 retired, not shown" in listed.stderr
    assert "broken/copier.yml, line 2" in listed.stderr
    assert listed.returncode == 1
    everything = scaffold_here("list", "--source", "team", "--all", "--json").stdout
    found = {each["name"]: each for each in json.loads(everything)["templates"]}
    assert [*found] == ["team/agent", "team/old"]
    assert found["team/old"]["lifecycle"]["successor"] == "team/agent"
    assert "team/agent" in scaffold_here("list", "AGENT", "--source", "team").stdout
    assert scaffold_here("list", "nope", "--source", "team").stdout == ""
    assert "team/agent" in scaffold_here("list", "--source", "team", "--tag", "agents").stdout
    assert scaffold_here("list", "--source", "team", "--tag", "agent").returncode == 3
    refused = scaffold_here("list", "--source", "team", "--python")
    assert (refused.returncode, refused.stdout) == (2, "")
    missing = scaffold_here("list", "--source", "taem")
    assert missing.returncode == 3
    assert "  team\n" in missing.stderr


def test_a_folder_is_a_source_that_is_read_anew(scaffold_here: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "copier.yml").write_text(QUESTION)
    assert scaffold_here("source", "add", "mine", "./mine").returncode == 0

    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "mine" / "template.yml").write_text("title: Mine\n")
    listed = scaffold_here("list", "--source", "mine", cwd=tmp_path / "elsewhere")
    assert "Mine  mine/mine" in listed.stdout


def test_the_picker_offers_templates_of_sources_too(
    scaffold_here: Scaffold, team: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    scaffold_here("source", "add", "team", team.url)
    offered: list[str] = []

    def pick(picker: Picker, _: object) -> Choice:
        offered.extend(choice.name for choice in picker.choices)
        return next(choice for choice in picker.choices if choice.name == "team/agent")

    monkeypatch.setattr(dialogue, "pick", pick)
    picked = dialogue.pick_sample(CATALOGUE, {}, os.environ)

    assert picked == ("team/agent", {})
    assert "openai-chat" in offered
    assert "team/old" not in offered


def test_a_template_of_a_source_is_shown(scaffold_here: Scaffold, team: Origin) -> None:
    team.commit(
        {
            "agent/copier.yml": f"{QUESTION}key: {{type: str, secret: true}}\n"
            "_tasks: ['touch ran']\n_jinja_extensions: [ext.py:Mine]\n",
            "agent/.envrc": "export X=1\n",
        },
        "v1.1",
    )
    scaffold_here("source", "add", "team", team.url)

    shown = scaffold_here("show", "team/agent")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("An agent\nCalls tools.\n\nAddress:    team/agent\n")
    assert f"Commit:     {team.git('rev-parse', 'HEAD')}\n" in shown.stdout
    assert f"Tree:       {team.git('rev-parse', 'HEAD^{tree}')}\n" in shown.stdout
    assert "  name\n  key  a secret\n" in shown.stdout
    assert "  extension: ext.py:Mine\n  task: touch ran\n" in shown.stdout
    assert "  .envrc: direnv runs it" in shown.stdout
    found = json.loads(scaffold_here("show", f"{team.url}//agent@v1.0", "--json").stdout)
    assert (found["version"], found["runs"], found["questions"]) == ("v1.0", [], ["name"])
    several = scaffold_here("show", team.url)
    assert several.returncode == 2
    assert f"  {team.url}//old\n" in several.stderr
    missing = scaffold_here("show", "team/agnt")
    assert missing.returncode == 3
    assert "  agent\n" in missing.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["Team", "gh:a/b"], 2, "can't be called 'Team'"),
        (["gh", "gh:a/b"], 2, "can't be called 'gh'"),
        (["../x", "gh:a/b"], 2, "can't be called"),
        (["x", "ext::sh"], 2, "'ext' is not allowed"),
        (["x", "https://me:secret@host/x.git"], 2, "a name or a password"),
        (["x", "gh:a/b/c"], 2, "is a whole repository, without 'c'"),
        (["x", "gh:a/b@v1", "--ref", "v2"], 2, "leave --ref out"),
        (["x", "gh:a/b", "--ref=-x"], 2, "can't be a tag"),
        (["x", "team/a"], 3, "there is no source 'team'"),
        (["x", "./empty"], 1, "has no template that could be used"),
        (["x", "./templates", "--ref", "v9"], 3, "no tag, branch or commit"),
        (["x", "file:///not/there.git"], 1, "there is no such repository"),
    ],
)
def test_what_cannot_be_a_source_is_said_in_one_line(
    scaffold_here: Scaffold, team: Origin, arguments: list[str], code: int, reason: str
) -> None:
    (team.folder.parent / "empty").mkdir()
    refused = scaffold_here("source", "add", *arguments)

    assert refused.returncode == code, refused.stderr
    [line] = [each for each in refused.stderr.splitlines() if each.startswith("scaffold: ")]
    assert reason in line
    assert "secret" not in refused.stderr
    assert scaffold_here("source", "list").stdout == ""


def test_another_repository_takes_no_name_away(scaffold_here: Scaffold, team: Origin) -> None:
    scaffold_here("source", "add", "team", team.url)
    refused = scaffold_here("source", "add", "team", team.url, "--ref", "main")

    assert refused.returncode == 2
    assert "scaffold source remove team" in refused.stderr


def test_what_can_be_refreshed_is(scaffold_here: Scaffold, team: Origin, tmp_path: Path) -> None:
    other = Origin(tmp_path / "other")
    other.commit({"copier.yml": QUESTION}, "v1")
    scaffold_here("source", "add", "a-gone", other.url)
    scaffold_here("source", "add", "team", team.url)
    other.folder.rename(tmp_path / "gone")
    team.commit({}, "v2.0")

    done = scaffold_here("source", "refresh", "--json")
    assert done.returncode == 1
    assert "there is no such repository" in done.stderr
    [gone, here] = json.loads(done.stdout)["sources"]
    assert (gone["changed"], gone["version"]) == (False, "v1")
    assert "there is no such repository" in gone["error"]
    assert (here["changed"], here["version"], here["error"]) == (True, "v2.0", None)


def test_a_list_of_sources_that_is_damaged_is_one_line(
    scaffold_here: Scaffold, tmp_path: Path
) -> None:
    (tmp_path / "state" / "scaffold").mkdir(parents=True)
    for content in ("{", "[]", '{"version": 2}', '{"version": 1, "sources": {"a": {}}}'):
        (tmp_path / "state" / "scaffold" / "sources.json").write_text(content)
        for command in (["source", "list"], ["list", "--source", "a"], ["source", "add", "b", "."]):
            ended = scaffold_here(*command)
            assert ended.returncode == 1
            assert "the list of sources can't be read: delete" in ended.stderr


def test_sources_and_their_templates_are_completed(scaffold: Scaffold, team: Origin) -> None:
    scaffold("source", "add", "team", team.url)
    for typed, offered in (
        ("new te", {"team/agent", "team/old", "text-to-speech", "text-to-speech-with-file"}),
        ("show team/a", {"team/agent"}),
        ("list --source ", {"team"}),
        ("source remove t", {"team"}),
        ("source refresh t", {"team"}),
        ("fixtures out --source team --only a", {"agent"}),
    ):
        words = f"scaffold {typed}".rsplit(" ", 1)
        env = {
            "_SCAFFOLD_COMPLETE": "complete_bash",
            "COMP_WORDS": "\n".join([*words[0].split(), words[1]]),
            "COMP_CWORD": str(len(words[0].split())),
        }
        assert set(scaffold(env=env).stdout.split()) == offered


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for ssh is a shell script")
def test_ctrl_c_while_fetching_leaves_nothing(tmp_path: Path) -> None:
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(
        f"#!/bin/sh\necho $$ > {tmp_path}/new && mv {tmp_path}/new {tmp_path}/pid\nexec sleep 600\n"
    )
    ssh.chmod(0o755)
    environ = {**os.environ, "PATH": f"{ssh.parent}{os.pathsep}{os.environ['PATH']}"}
    command = [COMMAND, "source", "add", "x", "ssh://git@host/org/repo.git"]
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process:
        wait_for((tmp_path / "pid").exists)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)

    assert process.returncode == 130
    assert "Traceback" not in said
    number = int((tmp_path / "pid").read_text())
    wait_for(lambda: not is_alive(number))
    assert not [*(tmp_path / "cache").glob("templates/*/*")]
    assert not (tmp_path / "state" / "scaffold" / "sources.json").exists()
