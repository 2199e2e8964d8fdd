"""The options of commands that bound what may be asked of a server, all sellers together."""

from collections.abc import Callable
from dataclasses import Field, fields
from typing import Any, TypeVar

import click

from marketplace_sandbox.api.http.bounds import Bounds
from marketplace_sandbox.core.world.bounds import Totals, option, variable

Command = TypeVar("Command", bound=Callable[..., Any])

ALL_BOUNDS = (*fields(Bounds), *fields(Totals))


def bound_options(command: Command) -> Command:
    """Gives a command an option for each bound, which it is called with by the bound's name."""
    for bound in reversed(ALL_BOUNDS):
        command = _bound_option(bound)(command)
    return command


def scenario_bounds(command: Command) -> Command:
    """Gives a command the options of what one scenario may have."""
    for bound in reversed(fields(Totals)):
        if bound.name.startswith("scenario_"):
            command = _bound_option(bound)(command)
    return command


def _bound_option(bound: Field[Any]) -> Callable[[Command], Command]:
    """An option for one bound, of a command that is called with it by the bound's name."""
    about = bound.metadata
    kind = click.IntRange if bound.type in (int, "int") else click.FloatRange
    return click.option(
        option(bound.name),
        bound.name,
        type=kind(about["least"], about["most"]),
        default=bound.default,
        show_default=True,
        envvar=variable(bound.name),
        show_envvar=True,
        help=about["meaning"],
    )


def read_bounds(given: dict[str, float]) -> tuple[Bounds, Totals]:
    """The bounds that the options of `bound_options` say."""
    bounds: dict[str, Any] = {each.name: given[each.name] for each in fields(Bounds)}
    totals: dict[str, Any] = {each.name: given[each.name] for each in fields(Totals)}
    return Bounds(**bounds), Totals(**totals)
