"""The options of `serve` that bound what may be asked of the server before it is known who asks."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from marketplace_sandbox.api.http.bounds import all_bounds, option, variable

Command = TypeVar("Command", bound=Callable[..., Any])


def bound_options(command: Command) -> Command:
    """Gives a command an option for each bound, which it is called with by the bound's name."""
    for bound in reversed(all_bounds()):
        about = bound.metadata
        kind = click.IntRange if bound.type in (int, "int") else click.FloatRange
        command = click.option(
            option(bound.name),
            bound.name,
            type=kind(about["least"], about["most"]),
            default=bound.default,
            show_default=True,
            envvar=variable(bound.name),
            show_envvar=True,
            help=about["meaning"],
        )(command)
    return command
