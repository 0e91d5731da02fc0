"""How the command line is parsed: errors become exit codes, and values are taken cheaply."""

import errno
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from scaffold import __version__
from scaffold.errors import EXIT_CODES, ScaffoldError, UsageError
from scaffold.report.words import visible
from scaffold.terminal.output import say, show, unprintable

# To convert a value, Typer imports pydantic, which is half of what a command takes. These, of any
# command, are taken as they are typed.
TEXTS = (
    *("address", "for_template", "language", "made_from", "name", "provider", "ref", "source"),
    *("tag", "text", "to", "tree"),
)
PATHS = ("answers_file", "directory", "documents", "journal", "output_dir", "script")
LISTS = ("arguments", "assignments", "only")
ON_CONFLICT = ("fail", "keep", "overwrite", "diff")
RESOLUTIONS = ("fail", "mark", "rej", "mine", "newest")

_TAKEN: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        **dict.fromkeys(TEXTS, str),
        **dict.fromkeys(PATHS, Path),
        **dict.fromkeys(LISTS, list),
    }
)


def make_app(environ: Mapping[str, str]) -> typer.Typer:
    """Make the program, without its commands.

    Args:
        environ: the user's environment, which completion finds in its context.
    """
    codes = "; ".join(f"{code} {what}" for code, what in EXIT_CODES.items())
    app = typer.Typer(
        cls=Commands,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        # Plain text: it reads the same in a log, a pipe and an ASCII terminal.
        rich_markup_mode=None,
        help="Write a small AI sample that runs offline at once, and build on it.",
        epilog=f"Exit codes: {codes}.",
        context_settings={"help_option_names": ["-h", "--help"], "obj": environ},
    )
    app.callback(invoke_without_command=True)(_version_or_command)
    return app


def _version_or_command(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Take the options that stand before a command."""
    if version:
        show(f"scaffold {__version__}\n")
        raise typer.Exit


def helps_of(context: Any) -> dict[str, str]:
    """Return the help of each command by what is typed, of those in a group too.

    Args:
        context: that of the program.
    """
    found: dict[str, str] = {}
    group = context.command
    for name in getattr(group, "commands", ()):
        command: Any = group.get_command(context, name)
        inner = typer.Context(command, context, info_name=name, terminal_width=78)
        found |= helps_of(inner) or {inner.command_path: inner.get_help()}
    return found


class Commands(TyperGroup):
    """The one place where errors become a line on stderr and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named.

        Here, and not around `app()`, so that `CliRunner` passes through it too.
        """
        with _told_of_errors():
            return super().invoke(ctx)

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        """Take what stands before a command; `--help` prints from in here."""
        with _told_of_errors():
            return super().make_context(*arguments, **more)

    def get_params(self, ctx: Any) -> Any:
        """Give the parameters, each converting no more than it must."""
        return _converting_less(super().get_params(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Find a command, whose parameters convert no more than they must."""
        command = super().get_command(ctx, cmd_name)
        if command:
            _converting_less(command.get_params(ctx))
            pieces = partial(_usage, command.collect_usage_pieces)
            command.collect_usage_pieces = pieces  # type: ignore[method-assign]
        return command


@contextmanager
def _told_of_errors() -> Iterator[None]:
    try:
        yield
    except ScaffoldError as error:
        raise _exit_with(error) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except OSError as error:
        # Typer's own: it prints help, and installs completion into somebody's home.
        if error.errno == errno.EPIPE:
            raise
        where = f"can't write '{error.filename}': {error.strerror}"
        raise _exit_with(ScaffoldError(where) if error.filename else unprintable(error)) from error
    except Exception as error:
        # Typer's errors quote what was typed.
        told = getattr(error, "format_message", None)
        if told is not None:
            error.format_message = lambda: visible(told(), lines=True)  # type: ignore[attr-defined]
        raise


def _exit_with(error: ScaffoldError) -> typer.Exit:
    """Say what is wrong, each thing in one line, and make what ends the program."""
    say(f"scaffold: {visible(error.message)}")
    for detail in error.details:
        say(f"  {visible(detail)}")
    return typer.Exit(error.exit_code)


def _usage(pieces: Callable[[Any], list[str]], ctx: Any) -> list[str]:
    """Give what follows a command's name in its usage, as manuals write it."""
    return ["[-- ARG...]" if piece == "[ARG]..." else piece.strip("{}") for piece in pieces(ctx)]


def _converting_less(parameters: Any) -> Any:
    """Have values taken as they are where that will do.

    Only what Click documents is used, so that another Typer is slower at worst.
    """
    for parameter in parameters:
        parameter.process_value = partial(_process, parameter, type(parameter).process_value)
    return parameters


def _process(parameter: Any, convert: Any, ctx: Any, value: Any) -> Any:
    taken = _take(parameter, value)
    if value is not None and taken is None:
        return convert(parameter, ctx, value)
    if taken is None and parameter.required:
        return convert(parameter, ctx, value)
    return parameter.callback(ctx, parameter, taken) if parameter.callback else taken


def _take(parameter: Any, value: Any) -> Any:
    """Take a value as it was typed; None where Typer has to look at it."""
    if isinstance(value, bool):
        return value
    choices = {"on_conflict": ON_CONFLICT, "resolution": RESOLUTIONS}.get(parameter.name, ())
    if value in choices:
        return value
    if parameter.name in PATHS and value == "":
        raise UsageError(f"{_name_of(parameter)} is empty: name a file or a folder")
    take = _TAKEN.get(parameter.name)
    return take(value) if take and value is not None else None


def _name_of(parameter: Any) -> str:
    """How a parameter is called on the command line."""
    return str(parameter.opts[0] if parameter.param_type_name == "option" else parameter.metavar)
