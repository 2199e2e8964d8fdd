"""`faults`: what goes wrong next. Which kinds there are, and what each needs, the server knows."""

from typing import Any

import click

from sandbox.cli.groups import Noun, example
from sandbox.cli.remote import Remote, json_option, limit_option, remote_options
from sandbox.cli.tables import print_json, show_table
from sandbox.cli.words import Pair, plain_value


@click.group(cls=Noun)
def faults() -> None:
    """Faults: what goes wrong next.

    In calls and deliveries alike.
    """


@example("faults list", ends=1)
@faults.command("list")
@limit_option
@json_option
@remote_options
def list_faults(limit: int | None, as_json: bool, remote: Remote) -> None:
    """List what will go wrong, and how often it has."""
    found = remote.every("faults", limit=limit)
    if as_json:
        print_json(found)
        return
    columns = list(dict.fromkeys(name for each in found for name in each))
    show_table(columns, ([each.get(name) for name in columns] for each in found), "Nothing will go wrong.")


@example("faults add status operation=getOrders status=503 times=2", ends=1)
@faults.command()
@click.argument("kind")
@click.argument("pairs", type=Pair(), nargs=-1, metavar="[KEY=VALUE]...")
@json_option
@remote_options
def add(kind: str, pairs: tuple[tuple[str, str], ...], as_json: bool, remote: Remote) -> None:
    """Have something of KIND go wrong, with what it needs as pairs. Values may be JSON."""
    added: dict[str, Any] = remote.post("faults", {"kind": kind, **{key: plain_value(text) for key, text in pairs}})
    print_json(added) if as_json else click.echo(f"Added: {kind}.")


@example("faults clear", ends=1)
@faults.command()
@remote_options
def clear(remote: Remote) -> None:
    """Have nothing go wrong any more."""
    remote.delete("faults")
    click.echo("Nothing will go wrong any more.")
