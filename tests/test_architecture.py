"""The shape that `CONTRIBUTING.md` draws: who may import whom, and what stays cold."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import scaffold
from scaffold.languages import language_names

SOURCE = Path(scaffold.__file__).parent

# Each may import those after it, never those before: the files and folders at the top, and within
# a folder its files.
LAYERS = [
    "pytest_plugin",
    "__main__",
    "cli",
    "cli_mcp",
    "cli_new",
    "cli_source",
    "cli_new_from_source",
    "cli_trust",
    "cli_update",
    "mcp",
    "terminal",
    "commands",
    "walkthrough",
    "report",
    "doctor",
    "running",
    "sources",
    "update",
    "project",
    "catalogue",
    "languages",
    "running.process",
    "providers",
    "lock",
    "user_folders",
    "errors",
]
WITHIN = {
    "terminal": (
        "consent questions dialogue options parsing completion diffs progress screen picker output"
    ),
    "commands": (
        "trust new_from_source update_from_source update doctor dotenv new source list_show"
        " fixtures docs run serve"
    ),
    "mcp": "server sample_run workplace",
    "walkthrough": "llms make page wire cache github run folder commands align markdown",
    "report": (
        "new_from_source consent source update doctor fixtures folder dotenv new list_show serve"
        " document words"
    ),
    "doctor": "__init__ checks requests sign_in settings service asking",
    "running": "runner",
    "sources": (
        "fixtures replay answers rendering consent trust look layout registry snapshot fetch"
        " address records"
    ),
    "languages": f"__init__ {' '.join(language_names())} language",
    "update": (
        "newer plan reading undo formatting candidates current released changelog merge text diff3"
        " differences"
    ),
    "project": (
        "fixtures owned_folder diff details dotenv write staging paths variables render answers"
        " prepared answers_file provenance"
    ),
    "catalogue": "reader files fields names records plain_yaml",
}
# The floors inside the endpoint; what is on one floor does not know of each other.
ENDPOINT = [
    "server",
    "app serving variables",
    "certificates response_socket schemes",
    "listening",
    "exchange",
    "apis",
    "script state",
    "models replies",
    "http",
]
USE_THE_ENDPOINT = {"commands", "doctor", "walkthrough", "pytest_plugin"}


# A module that says all of a language, or the first of its folder.
ABOUT_A_LANGUAGE = {
    f"languages/{name}{end}" for name in language_names() for end in ("", "/__init__")
}


@cache
def tree_of(path: Path) -> ast.Module:
    """Gives what Python reads in a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported_modules(path: Path) -> set[str]:
    """Finds the modules of `scaffold` that a file imports, anywhere in it, as dotted names."""
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("scaffold"):
            for alias in node.names:
                dotted = f"{node.module}.{alias.name}"
                module = SOURCE.parent.joinpath(*dotted.split("."))
                known = module.is_dir() or module.with_suffix(".py").is_file()
                names.add((dotted if known else node.module).removeprefix("scaffold").lstrip("."))
    return names - {""}


def layer_of(module: str) -> str:
    """Names the layer that a module is in: itself, or the folder at the top."""
    return module if module in LAYERS else module.split(".")[0]


def name_of(path: Path) -> str:
    """Gives a file's path in the package, without its suffix."""
    return path.relative_to(SOURCE).as_posix().removesuffix(".py")


EVERY_FILE = sorted(SOURCE.rglob("*.py"))
OF_ENDPOINT = sorted((SOURCE / "endpoint").rglob("*.py"))
FILES = [path for path in EVERY_FILE if path not in OF_ENDPOINT]


def assert_none(paths: Iterable[Path], faults: Callable[[Path], Iterable[str]]) -> None:
    """Fails with all that is wrong with any of the files, a line each."""
    found = [f"{name_of(path)}: {fault}" for path in paths for fault in faults(path)]
    assert not found, "\n".join(found)


def test_data_moves_one_way() -> None:
    assert_none(FILES, imports_from_above)


def imports_from_above(path: Path) -> Iterator[str]:
    """Finds what a file imports of its own layer or others, though it is not below it."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    if parts == ("__init__",):
        return
    layer, *rest = layer_of(".".join(parts)), *parts[1:]
    if layer not in LAYERS:
        yield "is in no layer"
        return
    below = {*LAYERS[LAYERS.index(layer) + 1 :]}
    if layer == "pytest_plugin":
        below = set()
    if layer in USE_THE_ENDPOINT:
        below.add("endpoint")
    imported = imported_modules(path)
    yield from sorted({layer_of(name) for name in imported} - below - {layer})
    within = [name.split(".")[1:] for name in imported if layer_of(name) == layer]
    own = {(*name, "__init__")[0] for name in within} - {*rest[:1]}
    order = WITHIN.get(layer, "").split()
    if own and rest[0] not in order:
        yield "has no place within its folder"
    elif own:
        yield from sorted(own - {*order[order.index(rest[0]) + 1 :]})


def test_the_endpoint_imports_nothing_else_of_scaffold() -> None:
    assert_none(
        OF_ENDPOINT,
        lambda path: {name.split(".")[0] for name in imported_modules(path)} - {"endpoint"},
    )


def test_inside_the_endpoint_too_data_moves_one_way() -> None:
    assert_none(OF_ENDPOINT, imports_from_above_in_the_endpoint)


def imports_from_above_in_the_endpoint(path: Path) -> set[str]:
    """Finds the floors that a file of the endpoint imports, though they are not below it."""
    layer = path.relative_to(SOURCE / "endpoint").with_suffix("").parts[0]
    if layer == "__init__":
        return set()
    floors = [index for index, layers in enumerate(ENDPOINT) if layer in layers.split()]
    if not floors:
        return {"is on no floor"}
    below = " ".join(ENDPOINT[floors[0] + 1 :]).split()
    imported = {[*name.split("."), "__init__"][1] for name in imported_modules(path)}
    return imported - {*below, layer}


def test_no_file_imports_itself_by_way_of_others() -> None:
    imports = {}
    for path in EVERY_FILE:
        known = {SOURCE.joinpath(*name.split(".")) for name in imported_modules(path)}
        files = {at / "__init__.py" if at.is_dir() else at.with_suffix(".py") for at in known}
        imports[path] = files - {path}

    # A file that imports none of those that are left is in no circle.
    while done := [path for path, files in imports.items() if not files & imports.keys()]:
        for path in done:
            del imports[path]
    assert not imports


def test_a_file_is_short_enough_to_be_read() -> None:
    assert_none(EVERY_FILE, lines_too_many)


def lines_too_many(path: Path) -> Iterator[str]:
    """Counts the lines of a file that has too many."""
    if (lines := len(path.read_text(encoding="utf-8").splitlines())) >= 300:
        yield f"{lines} lines"


def test_a_folder_has_few_enough_files_to_be_looked_over() -> None:
    files = Counter(path.parent for path in EVERY_FILE)
    assert {folder: count for folder, count in files.items() if count > 14} == {}


def test_no_two_classes_share_a_name() -> None:
    names = Counter(
        node.name
        for path in EVERY_FILE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_only_the_command_line_prints_exits_and_reads_the_environment() -> None:
    assert_none(FILES, uses_of_the_console)


def uses_of_the_console(path: Path) -> Iterator[str]:
    """Finds what only a program may do: print, ask, exit, read the environment, change folder."""
    if path.stem in {
        "cli",
        "cli_mcp",
        "cli_new",
        "cli_source",
        "cli_new_from_source",
        "cli_trust",
        "cli_update",
        "__main__",
        "end_with_parent",
    } or name_of(path) in {"sources/rendering/program"}:  # these are programs, too
        return
    calls = {
        ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)
    }
    yield from sorted(calls & {"print", "input", "sys.exit", "exit", "os.getenv", "os.chdir"})
    if "os.environ" in path.read_text(encoding="utf-8"):
        yield "os.environ"


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    code = "import sys, scaffold.cli; print('\\n'.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    heavy = {
        "jinja2",
        "copier",
        "yaml",
        "dotenv",
        "starlette",
        "uvicorn",
        "asyncio",
        "scaffold.endpoint",
        "scaffold.running",
        "scaffold.project",
        "scaffold.doctor",
        "scaffold.walkthrough",
        "urllib.request",
    }
    assert "scaffold.cli" in loaded
    assert heavy.isdisjoint(loaded)


def test_a_public_function_names_its_arguments_where_there_are_three() -> None:
    assert_none(EVERY_FILE, arguments_that_are_not_named)


def arguments_that_are_not_named(path: Path) -> Iterator[str]:
    """Finds the arguments that no docstring names, by function."""
    # Options say in their help what they are, and `Language` what each language is handed.
    if path.stem.startswith("cli") or name_of(path) in ABOUT_A_LANGUAGE:
        return
    tree = tree_of(path)
    functions = [*tree.body]
    functions += [
        each for node in tree.body if isinstance(node, ast.ClassDef) for each in node.body
    ]
    for function in functions:
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        taken = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        names = [each.arg for each in taken if not each.arg.startswith(("self", "cls", "_"))]
        if function.name.startswith("_") or len(names) < 3:
            continue
        told = (ast.get_docstring(function) or "").partition("Args:\n")[2]
        missing = [name for name in names if f"    {name}: " not in told]
        if missing:
            yield f"{function.name}: {', '.join(missing)}"
