"""The catalogue → pages."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scaffold.catalogue.names import not_found
from scaffold.catalogue.reader import Catalogue
from scaffold.catalogue.records import DOTENV, Combination, Template
from scaffold.errors import NotFoundError, ScaffoldError, TemplateError
from scaffold.languages import find_language
from scaffold.languages.language import Step
from scaffold.project.answers import resolve_answers
from scaffold.project.render import File, Renderer
from scaffold.project.variables import find_variables
from scaffold.user_folders import cache_dir
from scaffold.walkthrough.align import Aligned, align
from scaffold.walkthrough.cache import Transcripts, environment_folder
from scaffold.walkthrough.commands import page_name
from scaffold.walkthrough.folder import Page
from scaffold.walkthrough.page import Facts, page
from scaffold.walkthrough.run import Transcript, run_example

# A sample waits for its imports most of the time; more at once would only be in each other's way.
AT_ONCE = 4


@dataclass(frozen=True)
class _Sample:
    """A sample in one language: what its files are, and what they say, for each provider."""

    template: Template
    language: str
    files: Mapping[str, Sequence[File]]
    steps: Mapping[str, Sequence[Aligned]]

    @property
    def rendered(self) -> Sequence[File]:
        return next(iter(self.files.values()))


def select(catalogue: Catalogue, only: Sequence[str]) -> list[tuple[Template, str]]:
    """Pick the samples, each in each of its languages, by their names; all without a name.

    Raises:
        NotFoundError: there is no sample of that name.
    """
    for name in only:
        if name == DOTENV:
            raise NotFoundError(f"'{DOTENV}' has no page: it has no code; see 'scaffold show .env'")
        if name not in catalogue.names:
            raise not_found("template", name, catalogue.names, "'scaffold list --all' shows them")
    # Each by itself: what is wrong with another is of no interest here.
    wanted = {name: catalogue.get(name) for name in only}
    templates = [each for each in catalogue.usable()[0] if each.name in wanted]
    if not only:
        templates = catalogue.all()
    return [(template, language) for template in templates for language in template.languages]


def make_pages(
    catalogue: Catalogue,
    chosen: Sequence[tuple[Template, str]],
    environ: Mapping[str, str],
    say: Callable[[str], None],
) -> Iterator[Page]:
    """Make the pages, one after the other; the samples that they are about are run.

    Args:
        catalogue: where they are from.
        chosen: which ones.
        environ: the user's environment.
        say: is told what is being installed, where this Python lacks what the samples require.

    Raises:
        ScaffoldError: a sample has no steps, code that no step covers, a step out of place, no
            example, or an example that fails.
    """
    renderer = Renderer(catalogue)
    # Before anything is run: a comment that is missing needs no minute to be found.
    samples = [_read(catalogue, renderer, *each) for each in chosen]
    cache = cache_dir(environ)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        commands = _prepare(samples, Path(folder), environ, say)
        known = {name: Transcripts(cache, Path(each[0])) for name, each in commands.items()}
        runs = [
            pool.submit(_run, each, commands[each.language], environ, known[each.language])
            for each in samples
        ]
        try:
            for sample, run in zip(samples, runs, strict=True):
                yield _page(catalogue, sample, run.result())
        finally:
            for run in runs:
                run.cancel()


def _prepare(
    samples: Sequence[_Sample],
    folder: Path,
    environ: Mapping[str, str],
    say: Callable[[str], None],
) -> dict[str, list[str]]:
    """Install what the samples need; give by language the command that starts one."""
    commands = {}
    for name in sorted({sample.language for sample in samples}):
        language = find_language(name)
        manifests = [
            file.content.decode()
            for sample in samples
            if sample.language == name
            for file in sample.rendered
            if file.path == language.manifest
        ]
        # Kept until something else is required, where that can be.
        place = environment_folder(cache_dir(environ), manifests)
        if place is None:
            place = folder / name
            place.mkdir()
        commands[name] = language.prepare_together(manifests, place, environ, say)
    return commands


def _read(catalogue: Catalogue, renderer: Renderer, template: Template, language: str) -> _Sample:
    if template.example is None:
        raise ScaffoldError(
            f"'{template.name}' has no example: its template.yml says what is typed"
        )
    files: dict[str, Sequence[File]] = {}
    steps: dict[str, dict[str, list[Step]]] = {}
    for each in catalogue.combinations([template]):
        if each.language != language:
            continue
        answers = resolve_answers(template, catalogue.questions, each.given)
        rendered = renderer.render(answers)
        # Every variant has steps, and the page shows those of the default answers.
        read = _steps_of(rendered, each)
        for variable in find_variables(rendered):
            if variable.name not in catalogue.environment:
                raise TemplateError(
                    f"environment.yml: 'variables.{variable.name}' is missing, which "
                    f"'{template.name}' reads: say what it is and where it is found"
                )
        defaults = (catalogue.questions[name].default == value for name, value in each.answers)
        if all(defaults):
            files[each.provider] = rendered
            for path, found in read.items():
                steps.setdefault(path, {})[each.provider] = found
    if not steps:
        raise ScaffoldError(f"'{template.name}' has no steps: none of its files can have any")
    # Where the program begins, the page begins.
    order = sorted(steps, key=lambda path: (path != find_language(language).entry, path))
    return _Sample(template, language, files, {path: align(steps[path]) for path in order})


def _steps_of(files: Sequence[File], made: Combination) -> dict[str, list[Step]]:
    language = find_language(made.language)
    return {
        file.path: language.steps(file.content.decode(), f"{made.name}/{file.path}")
        for file in files
        if file.path.endswith(language.source)
    }


def _run(
    sample: _Sample, command: Sequence[str], environ: Mapping[str, str], known: Transcripts
) -> Transcript:
    example = sample.template.example
    if example is None:
        raise ValueError("no example")
    transcript = known.find(sample.rendered, example)
    if transcript is None:
        try:
            transcript = run_example(
                command, sample.rendered, example, environ, sample.template.kind
            )
        except ScaffoldError as error:
            what = f"the example of '{sample.template.name}': {error.message}"
            raise ScaffoldError(what) from error
        known.keep(sample.rendered, example, transcript)
    return transcript


def _page(catalogue: Catalogue, sample: _Sample, transcript: Transcript) -> Page:
    template = sample.template
    successor = template.lifecycle.successor
    facts = Facts(
        template=template,
        language=sample.language,
        files=sample.files,
        steps=sample.steps,
        variables={each: find_variables(sample.files[each]) for each in sample.files},
        known=catalogue.environment,
        questions=[catalogue.questions[name] for name in template.answers],
        successor=catalogue.get(successor) if successor else None,
        last_run=catalogue.last_run(template.name),
        transcript=transcript,
    )
    name = page_name(template, sample.language)
    linked = (File(f"{name}/{file.path}", file.content) for file in sample.rendered)
    return Page(name, (File(f"{name}.md", page(facts).encode()), *linked))
