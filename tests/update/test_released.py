"""The released revisions: what their commits render, and what fills them in again."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from conftest import CATALOGUE, PROJECTS, RENDERER, Project, every_project
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pack_releases import (
    NO_HISTORY,
    add,
    check_out,
    counted,
    has_history,
    is_there,
    releases,
    render_all,
)

from scaffold.project.prepared.texts import literal
from scaffold.project.provenance import Origin, find_origin
from scaffold.project.render import File
from scaffold.update.changelog import lines_about, read_changelog
from scaffold.update.current import current_snapshots
from scaffold.update.released import (
    PACKAGE,
    SUFFIX,
    Snapshot,
    mark_texts,
    pack,
    read_released,
    released_dir,
    released_names,
    sentinels,
)

FOLDER = released_dir()
NAMES = released_names(FOLDER)
NASTY = ["", "it's", 'say "hi"', "both ' and \"", "a\nb", "grüße", "\udc80", "\0", "x" * 500]


@cache
def released(template: str) -> list[Snapshot]:
    """Reads what was released of a template, samples and projects."""
    return read_released(FOLDER, template) + read_released(FOLDER, template, PACKAGE)


@pytest.mark.skipif(not has_history(), reason=NO_HISTORY)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
@given(data=st.data())
def test_a_released_revision_is_what_its_commit_renders(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    version, commit = data.draw(st.sampled_from(releases()))
    root = check_out(commit, tmp_path_factory.mktemp("released"))
    names = sorted(path.parent.name for path in root.glob("*/template.yml"))
    template = data.draw(st.sampled_from(names))

    made = {str(each.origin.answers): each for each in render_all(root, version, template)}

    versions = [known for known, _ in releases()]
    upto = versions[: versions.index(version) + 1]
    last = max(each.origin.revision for each in released(template) if each.release in upto)
    packed = {
        str(each.origin.answers): each
        for each in released(template)
        if each.origin.revision == last
    }
    assert {key: each.marked for key, each in made.items()} == {
        key: each.marked for key, each in packed.items()
    }


def test_every_release_is_a_commit_of_this_history() -> None:
    if not has_history():
        pytest.skip(NO_HISTORY)
    assert all(is_there(commit) for _, commit in releases())
    assert not is_there("0" * 40)


@pytest.mark.parametrize("template", NAMES)
def test_revisions_count_from_one_and_come_back_as_they_were_packed(
    template: str, tmp_path: Path
) -> None:
    snapshots = released(template)

    numbers = list(dict.fromkeys(each.origin.revision for each in snapshots))
    assert numbers == list(range(1, len(numbers) + 1))
    packed = pack(template, snapshots)
    assert len(packed) < 20_000
    (tmp_path / f"{template}{SUFFIX}").write_bytes(packed)
    both = read_released(tmp_path, template) + read_released(tmp_path, template, PACKAGE)
    assert both == snapshots


def snapshot_of(*contents: bytes, revision: int = 0) -> list[Snapshot]:
    """Makes a release of a template with one file."""
    origin = Origin("x", revision, {"provider": "azure"})
    return [Snapshot(origin, "1.0", {}, {"f": content}) for content in contents]


def test_a_revision_moves_when_the_files_do_and_only_then() -> None:
    first = counted([], snapshot_of(b"a"))
    assert [each.origin.revision for each in first] == [1]
    assert counted(first, snapshot_of(b"a")) == first
    assert counted(first, snapshot_of(b"a", revision=1)) == first
    second = counted(first, snapshot_of(b"b", revision=2))
    assert [each.origin.revision for each in second] == [1, 2]
    with pytest.raises(ValueError, match="say 2"):
        counted(first, snapshot_of(b"b", revision=1))
    with pytest.raises(ValueError, match="say 1"):
        counted(first, snapshot_of(b"a", revision=2))


def current(project: Project) -> tuple[dict[str, bytes], list[str]]:
    """Renders a project of today's templates with marks in the place of its texts."""
    asked = CATALOGUE.get(project.template).answers
    free = [name for name in asked if not CATALOGUE.questions[name].choices]
    return mark_texts(RENDERER.render(project.resolve(**sentinels(free))), free), free


@settings(deadline=None)
@given(data=st.data())
def test_texts_are_filled_in_as_templates_do_and_read_back(data: st.DataObject) -> None:
    project = data.draw(st.sampled_from(PROJECTS))
    marked, free = current(project)
    value = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=()))
    texts = {name: data.draw(value) for name in free}
    snapshot = Snapshot(Origin("x", 1, {}), "", dict.fromkeys(free, "default"), marked)

    files = {file.path: file.content for file in project.files(**texts)}
    assert snapshot.files(texts) == files
    # An edit above and one below don't hide where a text stands.
    edited = {path: b"# mine\n" + content + b"\n# mine\n" for path, content in files.items()}
    assert snapshot.read_texts(edited) == texts
    crlf = {path: content.replace(b"\n", b"\r\n") for path, content in files.items()}
    assert snapshot.read_texts(crlf) == texts


@every_project
def test_every_text_of_every_project_has_its_place(project: Project) -> None:
    marked, free = current(project)
    everything = b"".join(marked.values())
    assert all(b"\0" + name.encode() + b"\0" in everything for name in free)


@every_project
def test_every_project_says_what_made_it(project: Project) -> None:
    template = CATALOGUE.get(project.template)
    answers = project.resolve()
    said = {"provider": project.provider} | {
        name: answers[name] for name in template.answers if CATALOGUE.questions[name].choices
    }
    files = {file.path: file.content for file in project.files()}

    assert find_origin(files) == Origin(template.name, template.revision, said)


@pytest.mark.parametrize("name", CATALOGUE.names)
def test_a_template_s_revision_moves_with_its_files_and_its_changelog_says_why(name: str) -> None:
    """A released revision never changes: with other files, `template.yml` has to say the next."""
    template = CATALOGUE.get(name)
    known = released(name)
    found = [
        each._replace(release="unreleased")
        for package in (None, PACKAGE)
        for each in current_snapshots(CATALOGUE, template, package)
    ]

    counted_too = counted(known, found)

    assert {each.origin.revision for each in counted_too} >= {template.revision}
    if counted_too != known and known:
        assert lines_about(read_changelog(), name, known[-1].release)


def test_a_text_whose_place_was_rewritten_is_not_guessed() -> None:
    snapshot = Snapshot(Origin("x", 1, {}), "", {"a": "d"}, {"f": b"x = \0a\0\ny = 1\n"})

    assert snapshot.read_texts({"f": b'x = "mine"\ny = 1\n'}) == {"a": "mine"}
    assert snapshot.read_texts({"f": b"x = open('p').read()\ny = 1\n"}) == {}
    assert snapshot.read_texts({"f": b'x = "a" + name\ny = 1\n'}) == {}
    assert snapshot.read_texts({"f": b'x = ("' + b"(" * 5000 + b"\ny = 1\n"}) == {}
    assert snapshot.read_texts({}) == {}


def test_a_text_outside_of_a_literal_is_refused() -> None:
    sentinel = sentinels(["a"])["a"].encode()
    assert mark_texts([File("f", b"x = " + literal(sentinel.decode()))], ["a"]) == {
        "f": b"x = \0a\0"
    }
    with pytest.raises(ValueError, match="'a' is not a literal in 'f'"):
        mark_texts([File("f", b"# " + sentinel)], ["a"])


def test_a_release_more_is_added_to_those_that_there_are(tmp_path: Path) -> None:
    if not has_history():
        pytest.skip(NO_HISTORY)
    # Two of the first, of which each changed all four templates that there were.
    known: dict[str, list[Snapshot]] = {}
    for number, (version, commit) in enumerate(releases()[:2]):
        add(version, check_out(commit, tmp_path / str(number)), known)

    assert len(known) == 4
    for template, snapshots in known.items():
        assert snapshots == released(template)[: len(snapshots)]
        assert {each.origin.revision for each in snapshots} == {1, 2}
