"""What a template is, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from scaffold.languages import DEFAULT

State = Literal["active", "legacy", "retired"]
Kind = Literal["console", "web"]

STATES: tuple[State, ...] = ("active", "legacy", "retired")
KINDS: tuple[Kind, ...] = ("console", "web")

DOTENV = ".env"

# The questions of every template. `package` is one of projects alone.
ALWAYS_ASKED = ("language", "provider", "shape", "package")
SAMPLE, PROJECT = "sample", "project"  # the shapes


class Lifecycle(NamedTuple):
    """Where a sample stands in time.

    Attributes:
        state: `active`; `legacy` (works, but something newer took its place); or `retired` (the
            service that it calls has been shut down).
        since: the date of that, as YYYY-MM-DD; empty for an active one.
        source: the address that says so; empty for an active one.
        successor: the template to use in its place; empty where there is none.
    """

    state: State = "active"
    since: str = ""
    source: str = ""
    successor: str = ""


class Variant(NamedTuple):
    """What one value of an answer changes about a template.

    Attributes:
        name: the answer, such as `retrieval=on-your-data`; empty for the template's own terms.
        lifecycle: where that variant stands in time.
        providers: the providers that it exists for.
        answers: by question, the only answer that goes with it.
    """

    name: str
    lifecycle: Lifecycle
    providers: tuple[str, ...]
    answers: Mapping[str, str] = MappingProxyType({})


class Example(NamedTuple):
    """What is typed to a sample, to show what it does.

    Attributes:
        typed: the lines.
        arguments: what is said on the command line.
        audio: by name, the WAV files that must be there, and how many seconds they have.
    """

    typed: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    audio: Mapping[str, float] = MappingProxyType({})


class Template(NamedTuple):
    """A sample, as its `template.yml` and its folders tell of it.

    Attributes:
        name: the short name, which is the folder's.
        title: the name for people.
        summary: one sentence.
        tags: what it is about.
        languages: the languages it is written in.
        providers: the services it can be made for; the first is the default.
        answers: the names of its further questions.
        lifecycle: where it stands in time.
        variants: by question and value, where a value changes the lifecycle or the providers, or
            is to be named in a fixture's folder.
        example: what is typed to it to show what it does; None where there is nothing to run.
        revision: counts on when what it renders is another than in the last release.
        kind: how one talks with it: in the terminal, or on a web page that it hands out.
        files: what it has in every language's folder besides the entry file and the manifest: the
            modules of a project's package.
    """

    name: str
    title: str
    summary: str
    tags: tuple[str, ...]
    languages: tuple[str, ...]
    providers: tuple[str, ...]
    answers: tuple[str, ...]
    lifecycle: Lifecycle
    variants: Mapping[str, Mapping[str, Variant]]
    example: Example | None = None
    revision: int = 0
    kind: Kind = "console"
    files: tuple[str, ...] = ()

    def variant(self, answers: Mapping[str, str]) -> Variant:
        """Return what holds for these answers: the template's terms, narrowed by each variant.

        The name and the lifecycle are those of the variant that changes the lifecycle, if one does.
        """
        terms = Variant("", self.lifecycle, self.providers)
        for question, values in self.variants.items():
            if answers.get(question) in values:
                variant = values[answers[question]]
                changed = variant if variant.lifecycle != self.lifecycle else terms
                terms = Variant(
                    name=changed.name,
                    lifecycle=changed.lifecycle,
                    providers=tuple(each for each in terms.providers if each in variant.providers),
                    answers={**terms.answers, **variant.answers},
                )
        return terms

    def lifecycles(self, question: str) -> dict[str, Lifecycle]:
        """Return where the sample stands in time, by the values of a question that change it."""
        return {
            value: variant.lifecycle
            for value, variant in self.variants.get(question, {}).items()
            if variant.lifecycle != self.lifecycle
        }


class Question(NamedTuple):
    """One thing that can be asked before a template is rendered.

    Attributes:
        name: the name of its answer.
        help: the question, for people.
        default: the answer when none is given.
        choices: the answers allowed; empty where any text is.
        before: the answer of projects that were made before it was asked.
    """

    name: str
    help: str
    default: str
    choices: tuple[str, ...]
    before: str


class Combination(NamedTuple):
    """One project that the catalogue can make: a template and the answers that matter.

    Attributes:
        template: the template's name.
        provider: the service that it is for.
        answers: further answers, those that change more than a text.
        language: the language that it is written in.
    """

    template: str
    provider: str
    answers: tuple[tuple[str, str], ...] = ()
    language: str = DEFAULT

    @property
    def name(self) -> str:
        """A name of its own, which is also that of a folder."""
        values = [value for _, value in self.answers]
        # Most samples are in the default language, which is why that goes without saying.
        language = [] if self.language == DEFAULT else [self.language]
        return "-".join([self.template, *language, self.provider, *values])

    def shaped(self, shape: str) -> Combination:
        """The same in that shape; a sample's goes without saying."""
        said = () if shape == SAMPLE else (("shape", shape),)
        return self._replace(answers=(*self.answers, *said))

    @property
    def given(self) -> dict[str, str]:
        """The answers as a mapping, to be resolved."""
        return {"language": self.language, "provider": self.provider, **dict(self.answers)}


class Setting(NamedTuple):
    """What is known of an environment variable, whichever sample reads it.

    Attributes:
        what: what it is.
        where: where its value is found.
        secret: whether its value must never be shown.
    """

    what: str
    where: str
    secret: bool


class Run(NamedTuple):
    """When a template was last run as it should, and with what; `tests/record_runs.py` writes it.

    Attributes:
        date: the day, as YYYY-MM-DD.
        packages: by package, the oldest and the newest version that it was run with.
    """

    date: str
    packages: Mapping[str, tuple[str, ...]]
