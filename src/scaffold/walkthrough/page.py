"""What is known of a sample → its page, as Markdown. Every function returns a string."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scaffold.catalogue.records import Example, Lifecycle, Question, Run, Setting, Template
from scaffold.languages import find_language
from scaffold.languages.language import Step
from scaffold.project.render import File
from scaffold.project.variables import Variable
from scaffold.project.write import Plan
from scaffold.report.new import generated, next_steps
from scaffold.report.words import describe_run, since
from scaffold.walkthrough.align import Aligned
from scaffold.walkthrough.commands import new_command, page_name, run_command
from scaffold.walkthrough.markdown import (
    code,
    fence,
    join,
    note,
    prose,
    table,
    tabs,
    unfolding,
)
from scaffold.walkthrough.run import Transcript
from scaffold.walkthrough.wire import wire

_PLACES = {
    "retired": "The service that this calls is no more.",
    "legacy": "This works, but it is no longer where one begins.",
}


@dataclass(frozen=True)
class Facts:
    """All that a page says.

    Attributes:
        template: the sample.
        language: the language that the page is about.
        files: by provider, what `scaffold new` writes; the default provider's first.
        steps: by path, the steps of each Python file.
        variables: by provider, what the sample reads.
        known: what is known of environment variables.
        questions: what can be answered with `--set`.
        successor: the template that follows it; None where there is none.
        last_run: when it was last run as it should.
        transcript: what came of running its example.
    """

    template: Template
    language: str
    files: Mapping[str, Sequence[File]]
    steps: Mapping[str, Sequence[Aligned]]
    variables: Mapping[str, Sequence[Variable]]
    known: Mapping[str, Setting]
    questions: Sequence[Question]
    successor: Template | None
    last_run: Run | None
    transcript: Transcript

    @property
    def rendered(self) -> Sequence[File]:
        """The files for the default provider."""
        return next(iter(self.files.values()))


def page(facts: Facts) -> str:
    """Write the page of one sample in one language."""
    template = facts.template
    made = f"<!-- Made by 'scaffold docs' from templates/{template.name}: edit that. -->"
    blocks = [
        f"# {prose(template.title)}",
        prose(template.summary),
        _lifecycle(template.lifecycle, facts.successor, facts.language),
        _generate(facts),
        _links(facts),
        *(block for path in facts.steps for block in _file(path, facts.steps[path], facts)),
        *_requirements(facts),
        *_variables(facts),
        *_answers(facts),
        *_run(facts),
        *wire(facts.transcript.requests),
        made,
    ]
    return join(blocks) + "\n"


def _lifecycle(lifecycle: Lifecycle, successor: Template | None, language: str) -> str:
    if lifecycle.state == "active":
        return ""
    text = f"{_PLACES[lifecycle.state]} [Source]({lifecycle.source})."
    if successor is not None:
        name = page_name(successor, language)
        text += f" What follows it: [{prose(successor.title)}]({name}.md)."
    return note("warning", f"{lifecycle.state.capitalize()} since {lifecycle.since}", text)


def _generate(facts: Facts) -> str:
    template, name = facts.template, page_name(facts.template, facts.language)
    plan = Plan(Path(name), tuple(facts.rendered), (), ())
    default, *others = facts.files
    printed = generated(template, plan)
    printed += next_steps(name, facts.variables[default])
    more = []
    if others:
        options = " or ".join(code(f"--provider {each}") for each in others)
        more.append(f"That is for {code(default)}; for another service, add {options}.")
    if find_language(facts.language).has_projects:
        more.append(f"To keep it, as a package with tests and CI, add {code('--project')}.")
    blocks = [
        fence(new_command(template, facts.language), "sh"),
        "It prints:",
        fence(printed, "text"),
        " ".join(more),
    ]
    return unfolding("tip", "How to generate this sample", blocks)


def _links(facts: Facts) -> str:
    name, default = page_name(facts.template, facts.language), next(iter(facts.files))
    which = f", as they are for {code(default)}" if len(facts.files) > 1 else ""
    links = [f"- [{file.path}]({name}/{file.path})" for file in facts.rendered]
    return f"The files{which}:\n\n" + "\n".join(links)


def _file(path: str, steps: Sequence[Aligned], facts: Facts) -> Iterator[str]:
    yield f"## {path}"
    for number, step in enumerate(steps, start=1):
        yield from _step(number, step, [*facts.files], find_language(facts.language).fence)


def _step(number: int, step: Aligned, providers: Sequence[str], language: str) -> Iterator[str]:
    words, lines = step.words, step.code
    head = f"**Step {number}.**"
    if words is None:
        yield f"{head} Differs by provider:"
        yield tabs({each: join(_whole(step.steps[each], language)) for each in step.steps})
        return
    first, *more = words
    yield f"{head} {prose(first)}"
    yield from map(prose, more)
    if lines is not None:
        yield fence(lines, language)
    else:
        yield tabs(
            {
                provider: fence(step.steps[provider].code, language)
                if provider in step.steps
                else "There is no such step."
                for provider in providers
            }
        )


def _whole(step: Step, language: str) -> Iterator[str]:
    yield from map(prose, step.words)
    yield fence(step.code, language)


def _requirements(facts: Facts) -> Iterator[str]:
    contents = {
        provider: fence(file.content.decode(), "text")
        for provider, files in facts.files.items()
        for file in files
        if file.path == find_language(facts.language).manifest
    }
    yield "## Requirements"
    yield contents.popitem()[1] if len({*contents.values()}) == 1 else tabs(contents)
    if facts.last_run is not None:
        yield f"Last run: {describe_run(facts.last_run)}."


def _variables(facts: Facts) -> Iterator[str]:
    yield "## Environment variables"
    rows: dict[str, tuple[Variable, list[str]]] = {}
    for provider, variables in facts.variables.items():
        for variable in variables:
            rows.setdefault(variable.name, (variable, []))[1].append(provider)
    several = len(facts.files) > 1
    yield table(
        ["Name", "What it is", "Where to find it", "Default", *(["Provider"] if several else [])],
        [
            [
                code(name),
                prose(facts.known[name].what),
                prose(facts.known[name].where),
                _default(variable),
                *([", ".join(providers)] if several else []),
            ]
            for name, (variable, providers) in sorted(rows.items())
        ],
    )


def _default(variable: Variable) -> str:
    if variable.required:
        return f"required, in place of {code(variable.default or '')}"
    if variable.default is None:
        return "optional, read by the SDK"
    return code(variable.default) or "optional, none"


def _answers(facts: Facts) -> Iterator[str]:
    if not facts.questions:
        return
    yield "## Answers"
    yield "What can be answered with `--set NAME=VALUE` when the sample is generated:"
    rows = []
    for question in facts.questions:
        lifecycles = facts.template.lifecycles(question.name)
        choices = [
            code(choice) + (f" ({since(lifecycles[choice])})" if choice in lifecycles else "")
            for choice in question.choices
        ]
        rows.append(
            [
                code(question.name),
                prose(question.help),
                code(question.default),
                " or ".join(choices) or "any text",
            ]
        )
    yield table(["Name", "Question", "Default", "Values"], rows)


def _run(facts: Facts) -> Iterator[str]:
    example = facts.template.example or Example()
    name = page_name(facts.template, facts.language)
    yield "## Run it offline"
    yield (
        "No key and no network is needed: the sample talks to the endpoint that comes with "
        "`scaffold`, which has no model in it."
    )
    for audio, seconds in example.audio.items():
        yield (
            f"It listens to a WAV file: put {code(audio)} into {code(name)} first. This is one of "
            f"{seconds} seconds."
        )
    kind = facts.template.kind
    yield fence(run_command(name, example, kind), "sh")
    yield "It prints:" if kind == "console" else "What is said on the page that it names:"
    yield fence(facts.transcript.printed, "text")
