"""What commands are gathered in: groups that keep their order, load what is asked for, and know examples. Runs none."""

import errno
import importlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import click

from marketplace_sandbox.core.text.characters import escape_controls
from marketplace_sandbox.core.text.quoting import nearest
from marketplace_sandbox.core.text.redaction import redact_text

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

PROGRAM = "marketplace-sandbox"

INTERRUPTED = 130
"""What a program ends with that an interrupt has ended."""

CALLED_OTHERWISE = {"explain": "rules --order"}
"""What the control API calls one way and the command line another."""

AnyCommand = TypeVar("AnyCommand", bound=click.Command)


class CommandGroup(click.Group):
    """A command with commands of its own, which stand in the order they were written."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click calls it so
        """The names of the commands."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command the arguments begin with. An unknown one is refused naming the nearest, or all there are."""
        if args[0] in self.commands or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        near = nearest(args[0], self.commands)
        if near:
            raise click.UsageError(f"No such command {args[0]!r}. Did you mean {near!r}?", ctx)
        raise click.UsageError(f"No such command {args[0]!r}. There are: {', '.join(self.commands)}.", ctx)


class Listing(CommandGroup):
    """Commands about things that there are several of; where none of their names comes first, `list` is meant.

    The marketplace's things are shown by their plural alone, whichever they are: `mail`, `deliveries`, `settings`.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the arguments."""
        first = args[0] if args else "" if ctx.resilient_parsing else "-"
        lists = first.startswith("-") and first not in ctx.help_option_names
        return super().parse_args(ctx, ["list", *args] if lists else args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list["CompletionItem[str]"]:
        """The commands, and the options of `list`, too."""
        found = super().shell_complete(ctx, incomplete)
        return [*found, *self.commands["list"].shell_complete(ctx, incomplete)] if incomplete[:1] == "-" else found


class Program(click.Group):
    """The whole command line. `modules` says of each command where it is, as `module:name`.

    A command's module is imported when the command is asked for, so that one command need not wait for the others.
    """

    def __init__(self, *, modules: Mapping[str, str] | None = None, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.modules = dict(modules or {})

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The context of the program; errors in its own arguments are clean."""
        with _clean_errors():
            return super().make_context(info_name, args, parent, **extra)

    def _main_shell_completion(self, ctx_args: Any, prog_name: str, complete_var: str | None = None) -> None:
        """Answers a shell that asks how its line may go on, in a way of ours."""
        if f"_{prog_name.replace('-', '_').upper()}_COMPLETE" in os.environ:
            from marketplace_sandbox.cli.shells import add_to_click  # noqa: PLC0415  only shells need it

            add_to_click()
        super()._main_shell_completion(ctx_args, prog_name, complete_var)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command that was asked for; whatever error it ends with is clean."""
        with _clean_errors():
            result = super().invoke(ctx)
            sys.stdout.flush()  # so that what cannot be written is told here, and not by the interpreter's end
            return result

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  the same
        """The names of the commands."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  the same
        """The command of that name, or None."""
        if cmd_name not in self.modules:
            return None
        module, _, name = self.modules[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command the arguments begin with. An unknown one is refused naming the nearest."""
        if args[0] in self.modules or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        if args[0] in CALLED_OTHERWISE:
            raise click.UsageError(f"No such command {args[0]!r}. Did you mean {CALLED_OTHERWISE[args[0]]!r}?", ctx)
        raise click.exceptions.NoSuchCommand(args[0], possibilities=self.modules, ctx=ctx)


@contextmanager
def _clean_errors() -> Iterator[None]:
    """Takes credentials and control characters out of errors: they quote what was typed, read and answered.

    Where standard output cannot be written, that is told instead of a traceback. A pipe that nobody reads is click's.
    An interrupt ends the program without a word: a command that has something to say of it has said it.
    """
    try:
        yield
    except KeyboardInterrupt:
        _flush_or_give_up()
        raise SystemExit(INTERRUPTED) from None
    except OSError as problem:
        if problem.filename is not None or problem.errno in {None, errno.EPIPE}:
            raise
        _give_up_standard_output()
        raise click.ClickException(f"What was to be printed cannot be written: {problem.strerror}.") from problem
    except click.ClickException as problem:
        vars(problem).update(message=escape_controls(redact_text(problem.message)))  # typed as final
        raise


def _flush_or_give_up() -> None:
    """Prints what is still buffered, unless nobody reads it any more."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        _give_up_standard_output()


def _give_up_standard_output() -> None:
    """Has what is still buffered go nowhere, or the interpreter would fail once more at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def example(*lines: str, ends: int | None = 0) -> Callable[[AnyCommand], AnyCommand]:
    """Shows how a command is used, in its help and in the reference. Each line is what stands after the program's name.

    `ends` is the status that it ends with on a server with the demo, None if it goes on until it is stopped.
    """

    def add_examples(command: AnyCommand) -> AnyCommand:
        heading = "Example:" if len(lines) == 1 else "Examples:"
        command.epilog = "\n".join(("\b", heading, *(f"  {PROGRAM} {line}" for line in lines)))
        command.examples = lines  # type: ignore[attr-defined]
        command.examples_end = ends  # type: ignore[attr-defined]
        return command

    return add_examples


def examples_of(command: click.Command) -> tuple[tuple[str, ...], int | None]:
    """The example lines of a command, and the status they end with; None if they go on until they are stopped."""
    return getattr(command, "examples", ()), getattr(command, "examples_end", 0)
