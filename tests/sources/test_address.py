"""Which addresses of templates there are, and which are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.catalogue.names import is_address
from scaffold.errors import NotFoundError, ScaffoldError, UsageError
from scaffold.sources.address import parse_address
from scaffold.sources.records import NamedSource

SOURCES = {
    "team": NamedSource("team", "https://git.example.com/ai/templates.git"),
    "pinned": NamedSource("pinned", "gh:org/templates", "v1"),
}


@pytest.mark.parametrize(
    ("text", "origin", "path", "ref"),
    [
        ("gh:org/repo", "https://github.com/org/repo.git", "", ""),
        ("gh:org/repo.git", "https://github.com/org/repo.git", "", ""),
        ("gh:org/repo@v1.0", "https://github.com/org/repo.git", "", "v1.0"),
        ("gh:org/repo/a/b@feature/x", "https://github.com/org/repo.git", "a/b", "feature/x"),
        ("gh:org/repo//a/b", "https://github.com/org/repo.git", "a/b", ""),
        ("gl:group/repo", "https://gitlab.com/group/repo.git", "", ""),
        ("gl:group/sub/repo//a@v1", "https://gitlab.com/group/sub/repo.git", "a", "v1"),
        ("https://host/org/repo.git", "https://host/org/repo.git", "", ""),
        ("https://host:8443/repo.git//a/b@main", "https://host:8443/repo.git", "a/b", "main"),
        ("https://host/org/repo/@1.2", "https://host/org/repo", "", "1.2"),
        ("git+https://host/repo.git//a@1.2", "https://host/repo.git", "a", "1.2"),
        ("HTTPS://host/repo.git", "https://host/repo.git", "", ""),
        ("ssh://git@host/org/repo.git@v1", "ssh://git@host/org/repo.git", "", "v1"),
        ("git@host:org/repo.git", "git@host:org/repo.git", "", ""),
        ("git@host:org/repo.git//a@v1", "git@host:org/repo.git", "a", "v1"),
        ("file:///srv/repo.git//a@v1", "file:///srv/repo.git", "a", "v1"),
        ("team/chat", "https://git.example.com/ai/templates.git", "chat", ""),
        ("team/chat@v2", "https://git.example.com/ai/templates.git", "chat", "v2"),
        ("pinned/a/b", "https://github.com/org/templates.git", "a/b", "v1"),
        ("pinned/a@v2", "https://github.com/org/templates.git", "a", "v2"),
    ],
)
def test_an_address_says_where_the_template_is(text: str, origin: str, path: str, ref: str) -> None:
    address = parse_address(text, SOURCES)

    assert is_address(text)
    assert (address.text, address.origin, address.path, address.ref) == (text, origin, path, ref)
    assert address.local is None
    assert address.source == (text.split("/")[0] if text.split("/")[0] in SOURCES else "")


def test_a_folder_is_one_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("dir", "at@home"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)

    for text in ("./dir", str(tmp_path / "dir"), "../" + tmp_path.name + "/dir/"):
        address = parse_address(text, {})
        assert address.local is not None
        assert address.local.samefile(tmp_path / "dir")
        assert Path(address.origin).is_absolute()
    assert parse_address("./dir@v1", {}).ref == "v1"
    assert parse_address("./at@home", {}).ref == ""
    inside = parse_address("./dir//a/b@v1", {})
    assert (inside.local, inside.path, inside.ref) == (tmp_path / "dir", "a/b", "v1")
    assert parse_address("./at@home@v1", {}).local == tmp_path / "at@home"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ext::sh -c touch% /tmp/x", "'ext' is not allowed"),
        ("ext::sh", "'ext' is not allowed"),
        ("fd::17", "'fd' is not allowed"),
        ("http://host/repo.git", "'http' is not allowed"),
        ("git://host/repo.git", "'git' is not allowed"),
        ("ftp://host/repo.git", "'ftp' is not allowed"),
        ("https::host/repo", "'https' is not allowed"),
        ("git+ext::sh", "'ext' is not allowed"),
        ("https://me:secret@host/repo.git", "a name or a password"),
        ("https://token@host/repo.git", "a name or a password"),
        ("ssh://git:secret@host/repo.git", "a name or a password"),
        ("file://me@host/repo.git", "a name or a password"),
        ("file://host/repo.git", "has no host"),
        ("ssh://-oProxyCommand=x/repo", "no URL"),
        ("https://-x/repo", "no URL"),
        ("https://host", "no URL"),
        ("https:///repo", "no URL"),
        ("https://host/repo.git?x=1", "no URL"),
        ("https://host/a/../b.git", "no URL"),
        ("git@-host:repo", "no address"),
        ("https://github.com/org/repo/tree/main/a", "gh:org/repo/a@main"),
        ("https://gitlab.com/org/repo/-/tree/v1", "gl:org/repo@v1"),
        ("-oProxyCommand=x", "no address"),
        ("--upload-pack=x", "no address"),
        ("", "no address"),
        (" ", "no address"),
        ("gh:a/b\n", "no address"),
        ("gh:a/\u202eb", "no address"),
        ("gh:" + "a/b" * 1000, "no address"),
        ("gh:org", "no repository"),
        ("gh:", "no repository"),
        ("gh:/x", "no repository"),
        ("gh:org/re po", "no repository"),
        ("gh:org/repo/../x", "no path inside"),
        ("gh:org/repo//../x", "no path inside"),
        ("gh:org/repo/.git", "no path inside"),
        ("gh:org/repo//a//b", "no path inside"),
        ("https://host/repo.git//..", "no path inside"),
        ("team/../x", "no path inside"),
        ("gh:org/repo@", "can't be a tag"),
        ("gh:org/repo@-x", "can't be a tag"),
        ("gh:org/repo@a..b", "can't be a tag"),
        ("gh:org/repo@v1^{/x}", "can't be a tag"),
        ("gh:org/repo@a b", "can't be a tag"),
        ("https://host/repo.git@--upload-pack=x", "can't be a tag"),
        ("./not-there", "there is no folder"),
        (".//../..", "no path inside"),
        ("./" + "a" * 300, "there is no folder"),
        ("~nobody-of-that-name/x", "there is no folder"),
    ],
)
def test_what_is_refused_is_said_in_one_line(text: str, reason: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_address(text, SOURCES)

    assert reason in refused.value.message
    assert "secret" not in refused.value.message
    assert "token" not in refused.value.message
    assert refused.value.message.isascii()
    assert "\n" not in refused.value.message


def test_an_unknown_source_is_told_with_the_near_names() -> None:
    with pytest.raises(NotFoundError, match="there is no source 'taem'") as refused:
        parse_address("taem/chat", SOURCES)

    assert refused.value.details == ("team",)


@pytest.mark.parametrize("name", ["openai-chat", ".env", "openai", ""])
def test_the_name_of_a_sample_is_no_address(name: str) -> None:
    assert not is_address(name)


@given(st.text(st.sampled_from("gh:/@.-a~\\ st\n\u200bp"), max_size=20))
def test_whatever_is_typed_is_an_address_or_refused(text: str) -> None:
    try:
        address = parse_address(text, SOURCES)
    except ScaffoldError:
        return
    assert not address.origin.startswith("-")
    assert not address.ref.startswith("-")
    assert ".." not in address.path.split("/")
