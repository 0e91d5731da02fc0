"""What a template from elsewhere would run → the screen on which a person decides.

Plain text from top to bottom, in at most 80 columns and without any drawing: it reads the same
aloud. Nothing is left out, however long it is.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from scaffold.report.document import document
from scaffold.report.words import count, visible
from scaffold.sources.consent import ConsentRequest, NewSince, Verdict
from scaffold.sources.look.look import Command, Look
from scaffold.sources.records import SourceSnapshot, TemplateEntry
from scaffold.sources.trust import Trusted

_WIDTH = 79
_FEW = 10  # changed files that are named

WORDS: dict[Verdict, tuple[str, str]] = {
    "no": ("[n]o", "run nothing, write nothing. Enter alone says this"),
    "files": ("[f]iles only", "write its files, run nothing"),
    "once": ("[o]nce", "write its files and run all this, now"),
    "trust": ("[t]rust this version", "the same, and don't ask again until it changes"),
}


def consent_screen(request: ConsentRequest) -> str:
    """Tell all that a person has to know to decide."""
    look = request.look
    parts = [
        _heading(request.snapshot, request.entry),
        _runs(look, updates=request.updates),
        _since(request.since),
        _acting(look),
        _secrets(look),
        _choices(request),
    ]
    return "\n" + "\n".join(part for part in parts if part)


def prompt(request: ConsentRequest) -> str:
    """Return the question itself, with its answers."""
    words = " / ".join(WORDS[each][0] for each in request.choices)
    return f"May it? {words}: "


def look_line(snapshot: SourceSnapshot, look: Look) -> str:
    """Tell in one line what a template would do that needs no consent."""
    version = snapshot.version or snapshot.ref or snapshot.commit[:12]
    said = [f"it asks {count(len(look.questions), 'question')}", "runs nothing"]
    if look.runs:
        said[1] = f"runs {count(len(look.tasks) + len(look.extensions), 'thing')}"
    if look.secrets:
        said.append(f"asks for secrets ({', '.join(look.secrets)})")
    if look.acting:
        said.append(f"has {count(len(look.acting), 'file')} that other programs act on")
    return f"{snapshot.origin} {version}: {', '.join(said)}"


def acting_note(acting: dict[str, str]) -> str:
    """Name the files of a project that other programs act on; empty where there are none."""
    if not acting:
        return ""
    lines = [f"{path}: {how}" for path, how in acting.items()]
    return "Look at these before you open the folder:\n" + _listed(lines, "  ")


def _heading(snapshot: SourceSnapshot, entry: TemplateEntry) -> str:
    version = snapshot.version or snapshot.ref or "as it is now"
    fields = [
        ("Template", entry.name if entry.title == entry.name else f"{entry.name}: {entry.title}"),
        ("From", snapshot.origin),
        ("Version", version),
        ("Commit", snapshot.commit),
        ("Tree", snapshot.tree),
    ]
    return "".join(_wrapped(f"{name:<10}", value, " " * 10) for name, value in fields)


def _runs(look: Look, *, updates: bool) -> str:
    number = len(look.extensions) + len(look.migrations if updates else look.tasks)
    text = _wrapped(
        "", f"It wants to run {count(number, 'thing')} on this computer, with all your rights.", ""
    )
    if look.extensions:
        text += "\nTo make its files (Jinja extensions; without them it makes none):\n"
        text += _numbered([(name, ()) for name in look.extensions], 1)
    if updates:
        if look.migrations:
            text += "\nOn a copy of what it made, before that is merged with yours (migrations):\n"
            text += _numbered([_told(each) for each in look.migrations], 1 + len(look.extensions))
        return text
    if look.tasks:
        text += "\nIn the new project, when its files are there (tasks):\n"
        text += _numbered([_told(each) for each in look.tasks], 1 + len(look.extensions))
    if look.migrations:
        text += "\nLater, when 'scaffold update' brings a newer version (migrations):\n"
        text += _listed([_told(each)[0] for each in look.migrations], "  - ")
    return text


def _told(command: Command) -> tuple[str, Sequence[str]]:
    more = [f"only if {command.when}"] if command.when else []
    more += [f"in the folder {command.folder}"] if command.folder else []
    return command.text, more


def _numbered(commands: Sequence[tuple[str, Sequence[str]]], first: int) -> str:
    text = ""
    for number, (command, more) in enumerate(commands, first):
        text += _wrapped(f"{number:>4}. ", command, " " * 6)
        text += _listed(more, " " * 6)
    return text


def _since(since: NewSince | None) -> str:
    if since is None:
        return "You have not trusted any version of it so far.\n"
    last = since.last.version or since.last.commit[:12]
    text = f"Since {visible(last)}, which you trusted on {visible(since.last.date)}:\n"
    lines = [f"NEW {line}" for line in since.added] + [f"GONE {line}" for line in since.removed]
    if not lines:
        lines = ["what it runs is called the same as then"]
    if since.files is None:
        lines.append("which files changed can't be told any more")
    else:
        names = ", ".join(since.files[:_FEW]) + (", ..." if len(since.files) > _FEW else "")
        lines.append(f"{count(len(since.files), 'file')} changed: {names}")
    return text + _listed(lines, "  - ")


def _acting(look: Look) -> str:
    if not look.acting:
        return ""
    lines = [f"{path}: {how}" for path, how in look.acting.items()]
    return "Files that other programs act on without asking:\n" + _listed(lines, "  - ")


def _secrets(look: Look) -> str:
    return f"It asks for secrets: {visible(', '.join(look.secrets))}\n" if look.secrets else ""


def _choices(request: ConsentRequest) -> str:
    width = max(len(WORDS[each][0]) for each in request.choices) + 2
    return "".join(
        _wrapped(f"{word:<{width}}", means, " " * width)
        for word, means in (WORDS[each] for each in request.choices)
    )


def _listed(lines: Sequence[str], mark: str) -> str:
    return "".join(_wrapped(mark, line, " " * len(mark)) for line in lines)


def _wrapped(first: str, text: str, rest: str) -> str:
    """Wrap a text, line by line, with what can't be seen in it made visible."""
    wrapped = ""
    for line in text.split("\n"):
        lines = textwrap.wrap(
            visible(line),
            _WIDTH,
            initial_indent=first,
            subsequent_indent=rest,
            break_on_hyphens=False,
            replace_whitespace=False,
        )
        wrapped += "".join(f"{each.rstrip()}\n" for each in lines) or f"{first.rstrip()}\n"
        first = rest
    return wrapped


def trusted_text(trusted: Sequence[Trusted]) -> str:
    """List the versions that are trusted, each with its tree; empty for none."""
    blocks = [
        _wrapped("", f"{each.origin} {each.folder}".rstrip(), "  ")
        + _wrapped("  ", f"{each.version or each.commit[:12]}, trusted since {each.date}", "  ")
        + f"  tree {visible(each.tree)}\n"
        for each in trusted
    ]
    return "\n".join(blocks)


def trusted_json(trusted: Sequence[Trusted], name: str = "trusted") -> str:
    """Give versions of templates as a JSON document."""
    return document(
        {
            name: [
                {
                    "origin": each.origin,
                    "folder": each.folder or None,
                    "version": each.version or None,
                    "commit": each.commit,
                    "tree": each.tree,
                    "since": each.date,
                    "runs": list(each.lines),
                }
                for each in trusted
            ]
        }
    )
