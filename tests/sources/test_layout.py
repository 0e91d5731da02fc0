"""Which templates a repository has, and how one of them is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from scaffold.catalogue.reader import templates_dir
from scaffold.catalogue.records import Lifecycle
from scaffold.errors import NotFoundError, TemplateError, UsageError
from scaffold.sources.address import parse_address
from scaffold.sources.layout import Entries, find_entries, find_entry
from scaffold.sources.records import Address, SourceSnapshot, TemplateEntry

QUESTION = "name:\n  type: str\n"


def snapshot_of(
    folder: Path, files: Mapping[str, str], text: str = "gh:org/repo"
) -> SourceSnapshot:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")
    address = parse_address(text, {})
    return SourceSnapshot(address, address.origin, "v1", "v1", "c" * 40, "t" * 40, folder, None)


def names(entries: Entries) -> list[str]:
    return [each.name for each in entries.found]


@pytest.mark.parametrize("config", ["copier.yml", "copier.yaml"])
def test_a_repository_is_a_template(tmp_path: Path, config: str) -> None:
    inside = {f"examples/{config}": QUESTION, "project/a.txt": ""}
    snapshot = snapshot_of(tmp_path, {config: QUESTION, **inside})

    entry = TemplateEntry("repo", "repo")
    assert find_entries(snapshot) == Entries((entry,), {})
    assert find_entry(snapshot, "") == find_entry(snapshot, "repo") == entry
    # What is inside can be asked for, if somebody knows of it.
    assert find_entry(snapshot, "examples").folder == "examples"


def test_what_people_should_know_stands_in_a_template_yml(tmp_path: Path) -> None:
    about = (
        "title: A service\nsummary: With tests.\ntags: [web, python]\nlifecycle: legacy\n"
        "since: 2026-01-31\nsuccessor: other\nrevision: 3\nanything: else\n"
    )
    [entry] = find_entries(
        snapshot_of(tmp_path, {"copier.yml": QUESTION, "template.yml": about})
    ).found

    assert entry[:5] == (
        "repo",
        "A service",
        "With tests.",
        ("web", "python"),
        Lifecycle("legacy", "2026-01-31", "", "other"),
    )


def test_several_are_folders_with_a_copier_yml_each(tmp_path: Path) -> None:
    found = find_entries(
        snapshot_of(
            tmp_path,
            {
                "chat/copier.yml": QUESTION,
                "chat/nested/copier.yml": QUESTION,
                "python/cli/copier.yaml": QUESTION,
                "python/cli/template.yml": "title: A command line\n",
                ".github/copier.yml": QUESTION,
                "a/b/c/d/e/copier.yml": QUESTION,
                "docs/readme.md": "",
            },
        )
    )

    assert names(found) == ["chat", "python/cli"]
    assert not found.broken
    assert found.found[1] == TemplateEntry(
        "python/cli", "A command line", layout="folder", folder="python/cli"
    )


def test_several_laid_out_as_ours_are(tmp_path: Path) -> None:
    question = "template:\n  type: str\n  choices: [chat, agent]\n"
    found = find_entries(
        snapshot_of(
            tmp_path,
            {
                "copier.yml": question,
                "chat/template.yml": "title: Chat\n",
                "agent/template.yml": "title: Agent\n",
                "_shared/a.jinja": "",
            },
        )
    )

    assert names(found) == ["agent", "chat"]
    assert found.found[1] == TemplateEntry(
        "chat", "Chat", layout="shared", data={"template": "chat"}
    )


def test_our_own_templates_are_found() -> None:
    address = Address("x", "/x/templates", templates_dir())
    snapshot = SourceSnapshot(address, "/x/templates", "", "", "", "", templates_dir(), None)
    found = find_entries(snapshot)

    assert not found.broken
    assert {"openai-chat", "openai-asst"} <= {*names(found)}
    states = {each.name: each.lifecycle.state for each in found.found}
    assert states["openai-asst"] == "retired"


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        ("b/copier.yml", "a: [\n", r"b/copier.yml, line \d: it is no YAML"),
        ("b/copier.yml", "- a\n", "it is no mapping"),
        ("b/copier.yml", "text", "it is no mapping"),
        ("b/copier.yml", "a: &a [*a, *b]", "it is no YAML"),
        ("b/copier.yml", "[" * 5000, "it is no YAML"),
        ("b/copier.yml", "# " + "x" * 1_000_000, "larger than 1 MB"),
        ("b/template.yml", "title: [a]\n", "'title' is a list"),
        ("b/template.yml", "lifecycle: old\n", "'lifecycle' can't be 'old'"),
        ("b/template.yml", "title: a\ntags: web\n", "'tags' is a text"),
        ("b/template.yml", "# " + "x" * 1_000_000, "larger than 1 MB"),
        ("b/template.yml", "title: !include x\n", "it is no YAML"),
    ],
)
def test_a_broken_one_is_one_line_and_the_rest_still_lists(
    tmp_path: Path, path: str, content: str, reason: str
) -> None:
    files = {"a/copier.yml": QUESTION, "b/copier.yml": QUESTION, "c/copier.yml": QUESTION}
    snapshot = snapshot_of(tmp_path, {**files, path: content})
    found = find_entries(snapshot)

    assert names(found) == ["a", "c"]
    assert [*found.broken] == ["b"]
    assert "\n" not in found.broken["b"].message
    with pytest.raises(TemplateError, match=reason):
        find_entry(snapshot, "b")


def test_nothing_in_a_template_is_evaluated(tmp_path: Path) -> None:
    config = (
        'name:\n  default: "{% for a in range(10 ** 9) %}{% endfor %}"\n'
        "_tasks: ['touch ran']\n---\n!include ../../etc/passwd\n---\n"
        "other: !!python/object/apply:os.system ['touch ran']\n"
    )

    assert names(find_entries(snapshot_of(tmp_path, {"copier.yml": config}))) == ["repo"]
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gh:org/repo", "gh:org/repo/a"),
        ("gh:org/repo@v1", "gh:org/repo/a@v1"),
        ("https://host/repo.git", "https://host/repo.git//a"),
        (".", ".//a"),
        ("git@host:repo.git@v1", "git@host:repo.git//a@v1"),
    ],
)
def test_of_several_one_has_to_be_named(tmp_path: Path, text: str, told: str) -> None:
    files = {"a/copier.yml": QUESTION, "b/copier.yml": QUESTION}
    snapshot = snapshot_of(tmp_path, files, text)

    with pytest.raises(UsageError, match="has 2 templates") as refused:
        find_entry(snapshot, "")
    assert refused.value.details[0] == told
    assert find_entry(snapshot, parse_address(told, {}).path).name == "a"
    with pytest.raises(NotFoundError, match=r"no template in .* named 'aa'") as missing:
        find_entry(snapshot, "aa")
    assert missing.value.details == ("a",)


def test_the_only_one_need_not_be_named(tmp_path: Path) -> None:
    assert find_entry(snapshot_of(tmp_path, {"a/copier.yml": QUESTION}), "").name == "a"


@pytest.mark.parametrize("name", ["", "a"])
def test_a_repository_without_a_template_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(TemplateError, match=r"has no template: there is no copier\.yml"):
        find_entry(snapshot_of(tmp_path, {"a/readme.md": ""}), name)
