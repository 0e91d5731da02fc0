"""What somebody types for a template from elsewhere → where that is.

gh:org/repo[/path][@ref]      on GitHub; gl:group/repo[//path][@ref] on GitLab
URL.git[//path][@ref]         https, ssh (or git@host:org/repo) and file
./dir[@ref]                   a folder of this machine: as it is, or the commit that is named
SOURCE/NAME[@ref]             a template of a source, which `scaffold source add` gave a name
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from scaffold.catalogue.names import not_found
from scaffold.errors import UsageError
from scaffold.project.paths import is_git
from scaffold.sources.records import Address, NamedSource

FORMS = "gh:org/repo, a URL such as https://host/org/repo.git, ./folder, or SOURCE/NAME"

_HOSTS = {"gh": "https://github.com", "gl": "https://gitlab.com"}
_LONGEST = 2_000
_SCHEME = re.compile(r"(?i)([a-z][a-z0-9+.-]*)::?")
# host names and addresses, `[::1]` among them; a `-` in front would be an option of ssh
_PLACE = re.compile(r"(?i)([\w][\w.-]*|\[[0-9a-f:.]+\])(:\d{1,5})?", re.ASCII)
_USER = re.compile(r"[\w][\w.-]*", re.ASCII)
_SCP = re.compile(r"([\w][\w.-]*)@([\w][\w.-]*):(?!//)([^/-].*)", re.ASCII)
# By git-check-ref-format, and nothing that could be taken for an option.
_NO_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/.]|[/.]$|\.lock(/|$)")
_PART = re.compile(r"[\w.-]+", re.ASCII)


def parse_address(text: str, sources: Mapping[str, NamedSource]) -> Address:
    """Read an address.

    Args:
        text: what was typed.
        sources: the sources that were added, by name.

    Raises:
        UsageError: it is none, or one that isn't allowed: another transport than https, ssh and
            file, a name or a password in it, something that git would take for an option.
        NotFoundError: there is no source of that name; the details are the near names.
    """
    if not text.isprintable() or len(text) > _LONGEST or text.startswith("-") or not text.strip():
        raise UsageError(f"{_quoted(text)} is no address of a template: name {FORMS}")
    if _is_folder(text):
        return _folder(text)
    if scp := _SCP.fullmatch(text):
        where, path, ref = _cut(scp[3], text)
        return Address(text, f"{scp[1]}@{scp[2]}:{where}", path=path, ref=ref)
    if scheme := _SCHEME.match(text.removeprefix("git+")):
        return _url(text, scheme[1].lower())
    return _of_source(text, sources)


def check_ref(ref: str) -> str:
    """Make sure that a text can be a tag, a branch or a commit, and return it.

    Raises:
        UsageError: it can't.
    """
    if _NO_REF.search(ref) or not ref.isprintable() or not ref:
        raise UsageError(f"{_quoted(ref)} can't be a tag, a branch or a commit")
    return ref


def _is_folder(text: str) -> bool:
    # `c:\dir` and `c:/dir` are folders of Windows.
    return text.startswith((".", "/", "~", "\\")) or re.match(r"[A-Za-z]:[\\/]", text) is not None


def _folder(text: str) -> Address:
    where, ref = text, ""
    if "@" in text and not _is_there(text):
        where, _, ref = text.rpartition("@")
        check_ref(ref)
    start = len(where) - len(where.lstrip("/\\"))
    where, _, path = where[start:].partition("//")
    where = text[:start] + where
    if not _is_there(where):
        raise UsageError(f"there is no folder {_quoted(where)}: name {FORMS}")
    folder = Path(where).expanduser().absolute()
    return Address(text, str(folder), folder, path=_inside(path, text), ref=ref)


def _is_there(folder: str) -> bool:
    try:
        return Path(folder).expanduser().is_dir()
    except (OSError, RuntimeError):  # a name that is too long, a user whose home isn't known
        return False


def _url(text: str, scheme: str) -> Address:
    if scheme in _HOSTS:
        return _short(text, scheme)
    rest = text.removeprefix("git+")[len(scheme) :]
    if scheme not in ("https", "ssh", "file") or not rest.startswith("://"):
        raise UsageError(
            f"{_quoted(text)}: '{scheme}' is not allowed to fetch templates: use https or ssh"
        )
    place, slash, body = rest.removeprefix("://").partition("/")
    user, at, host = place.rpartition("@")
    if at and (scheme != "ssh" or not _USER.fullmatch(user)):
        # What was typed isn't shown again: it may be a password.
        raise UsageError(
            "the address holds a name or a password: leave it out; for what is private use ssh"
        )
    if not slash or (scheme != "file" and not _PLACE.fullmatch(host)):
        raise UsageError(f"{_quoted(text)} is no URL of a repository: name {FORMS}")
    if scheme == "file" and place:
        raise UsageError(f"{_quoted(text)}: a file has no host: write file:///path/to/repo.git")
    if page := re.fullmatch(r"([^/]+/[^/]+)/(?:-/)?tree/([^/]+)(/.*)?", body):
        short = {"github.com": "gh:", "gitlab.com": "gl:"}.get(host, f"{scheme}://{place}/")
        inside = (page[3] or "").strip("/")
        inside = f"{'/' if short == 'gh:' else '//'}{inside}" if inside else ""
        raise UsageError(
            f"{_quoted(text)} is a page about a repository; its address is "
            f"{short}{page[1]}{inside}@{page[2]}"
        )
    where, path, ref = _cut(body, text)
    return Address(text, f"{scheme}://{place}/{where}", path=path, ref=ref)


def _short(text: str, scheme: str) -> Address:
    body, _, ref = text.partition(":")[2].partition("@")
    whole, _, path = body.partition("//")
    parts = whole.split("/")
    if scheme == "gh" and not path:
        parts, inside = parts[:2], parts[2:]
        path = "/".join(inside)
    if len(parts) < 2 or not all(_PART.fullmatch(each) for each in parts):
        raise UsageError(f"{_quoted(text)} is no repository: write {scheme}:org/repo")
    if "@" in text:
        check_ref(ref)
    name = "/".join(parts).removesuffix(".git")
    return Address(text, f"{_HOSTS[scheme]}/{name}.git", path=_inside(path, text), ref=ref)


def _cut(body: str, text: str) -> tuple[str, str, str]:
    """Cut what follows the host into the repository, a path inside of it, and a ref."""
    where, at, ref = body.partition("@")
    where, _, path = where.partition("//")
    if at:
        check_ref(ref)
    where = where.rstrip("/")
    if not where or any(each in where for each in "?#\\") or ".." in where.split("/"):
        raise UsageError(f"{_quoted(text)} is no URL of a repository: name {FORMS}")
    return where, _inside(path, text), ref


def _of_source(text: str, sources: Mapping[str, NamedSource]) -> Address:
    where, at, ref = text.partition("@")
    name, slash, path = where.partition("/")
    if not slash:
        raise UsageError(f"{_quoted(text)} is no address of a template: name {FORMS}")
    source = sources.get(name)
    if source is None:
        hint = "'scaffold source list' shows them all; 'scaffold source add' adds one"
        raise not_found("source", name, sources, hint)
    if at:
        check_ref(ref)
    origin = parse_address(source.address, {})
    return origin._replace(
        text=text, path=_inside(path, text), ref=ref or source.ref or origin.ref, source=name
    )


def _inside(path: str, text: str) -> str:
    """Make sure that a path inside of a repository stays there, and return it without an end."""
    path = path.rstrip("/")
    parts = path.split("/") if path else []
    if any(part in ("", ".", "..") or "\\" in part or is_git(part) for part in parts):
        raise UsageError(f"{_quoted(text)}: '{path}' is no path inside of a repository")
    return path


def _quoted(text: str) -> str:
    return ascii(text if len(text) <= 100 else f"{text[:100]}...")
