"""Templates that mean harm: each ends in a line, with nothing written outside and nothing run.

Each has a task too, and consent for it: no consent lets any of this through.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import Scaffold
from elsewhere import ANSWERS, write_template

TASK = '_tasks: ["touch ../ran ran"]\n'
# What a template can write into a name, where a look at its files alone doesn't see it.
NAMES = {
    "git": ("{{ '.g' ~ 'it' }}/config", "git's own folder"),
    "hook": ("{{ '.GI' ~ 'T' }}/hooks/post-checkout", "git's own folder"),
    "without width": ("{{ '.g\\u200cit' }}/config", "refused"),
    "short name": ("{{ 'git~' ~ 1 }}/config", "git's own folder"),
    "up": ("{{ '..' }}/secret", "forbidden"),
    "up and down": ("{{ 'a' }}/{{ '..' }}/{{ '..' }}/secret", "forbidden"),
    "absolute": ("{{ outside }}", "secret"),
    "device": ("{{ 'co' ~ 'n' }}.txt", "a device on Windows"),
    "stream": ("{{ 'file:st' }}ream", "that Windows doesn't allow"),
    "twin": ("{{ 'COPIER' ~ '-me' }}", "where case doesn't count"),
    "staging": ("{{ '.scaffold-' ~ 'staging' }}/x", "needs that name for itself"),
}
LOOP = "{% for x in range(9**5) %}{% for y in range(9**5) %}X{% endfor %}{% endfor %}"
MANY = "{% yield n from range(10001) %}{{ n }}{% endyield %}.txt"
FULL = "{{ '0123456789' * 1000000 }}"
WORDS: dict[str, tuple[dict[str, str], str]] = {
    "endless default": (
        {"copier.yml": f"a: {{type: str, default: '{LOOP}'}}\n"},
        "computes for more",
    ),
    "endless file": ({"copier.yml": "", "x.jinja": LOOP}, "computes for more"),
    "endless pattern": (
        {"copier.yml": "", "x.jinja": "{{ ('a' * 40) | regex_search('(a+)+b') }}"},
        "computes for more",
    ),
    "10 GB": ({"copier.yml": "", "x.jinja": "{{ 'x' * 10**10 }}"}, "memory"),
    "many files": ({"copier.yml": "", MANY: "x"}, "it was stopped"),
    "much in all": (
        {"copier.yml": "", f"{MANY.replace('10001', '12')}.jinja": FULL},
        "more than 100 MB",
    ),
    "one large file": ({"copier.yml": "", "x.jinja": "{{ 'x' * 10**8 }}xxx"}, "more than 100 MB"),
    "out of the sandbox": (
        {"copier.yml": "", "x.jinja": "{{ ''.__class__.__mro__[1].__subclasses__() }}"},
        "can't be rendered",
    ),
    "data from outside": (
        {
            "copier.yml": "_external_data: {a: \"{{ '/etc' ~ '/passwd' }}\"}\n",
            "x.jinja": "{{ _external_data.a }}",
        },
        "can't be rendered",
    ),
    "another file": (
        {"copier.yml": "", "x.jinja": "{% include '../../secret' %}"},
        "can't be rendered",
    ),
    "templates elsewhere": ({"copier.yml": "_subdirectory: \"{{ '..' }}\"\n"}, "can't be rendered"),
    "answers elsewhere": (
        {"copier.yml": "_answers_file: \"{{ '../' }}secret\"\n", **ANSWERS},
        "can't be rendered",
    ),
    "a bomb": (
        {
            "copier.yml": "a: &a [x, x]\n"
            + "".join(
                f"b{n}: &b{n} [*a, *a]\n" if not n else f"b{n}: &b{n} [*b{n - 1}, *b{n - 1}]\n"
                for n in range(40)
            )
        },
        "more than memory holds",
    ),
    "a file included": ({"copier.yml": "!include ../../secret\n"}, "from outside"),
}
EVERY_TIME = {"git", "endless default", "10 GB", "data from outside"}


def cases() -> list[object]:
    """Gives every attack, most of them left to the nightly run: `read_output` has its own tests."""
    named = {
        name: (
            {
                "copier.yml": "outside: {type: str, default: ''}\n_exclude: []\n",
                path: "x",
                "copier-me": "x",
            },
            said,
        )
        for name, (path, said) in NAMES.items()
    }
    return [
        pytest.param(
            files, said, id=name, marks=[] if name in EVERY_TIME else [pytest.mark.nightly]
        )
        for name, (files, said) in {**named, **WORDS}.items()
    ]


def everything(folder: Path) -> set[str]:
    """Names all that is in a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.mark.parametrize(("files", "said"), cases())
def test_an_attack_ends_in_a_line(
    scaffold: Scaffold, tmp_path: Path, files: dict[str, str], said: str
) -> None:
    work = tmp_path / "home" / "work"
    work.mkdir(parents=True)
    (work.parent / "secret").write_text("secret")
    config = files["copier.yml"]
    write_template(
        work / "bad", {**files, "copier.yml": config + (TASK if "!" not in config else "")}
    )
    for name in ("temporary", "state", "cache"):
        (tmp_path / name).mkdir()
    env = {
        "TMPDIR": str(tmp_path / "temporary"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "SCAFFOLD_CACHE_DIR": str(tmp_path / "cache"),
        **({"SCAFFOLD_TEMPLATE_SECONDS": "2"} if "computes" in said else {}),
    }
    new = ["new", "./bad", "--output-dir", "made"]
    if "outside" in config:
        new += ["--set", f"outside={work.parent / 'secret'}"]
    before = everything(tmp_path)
    refused = scaffold(*new, cwd=work, env=env)
    tree = re.findall(r"--trust (\w+)", refused.stderr)

    consented = scaffold(*new, *(["--trust", *tree] if tree else []), cwd=work, env=env)

    assert tree or refused.stderr == consented.stderr
    for done in (refused, consented):
        assert done.returncode in (1, 2)
        assert done.stdout == ""
        assert len([each for each in done.stderr.splitlines() if "scaffold: " in each]) == 1
        assert "Traceback" not in done.stderr
    assert said in consented.stderr
    assert everything(tmp_path) == before
    assert (work.parent / "secret").read_text() == "secret"
