"""`wiring`: what a client's program is started with so that it finds the sandbox, unmodified."""

import json

import click

from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.wiring import PRELOAD, node_options


@click.group()
def wiring() -> None:
    """Point programs at the sandbox without changing them."""


@example("wiring node", "wiring node --json")
@wiring.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def node(*, as_json: bool) -> None:
    """Print what Node loads before a program, and the line that says so to a shell.

    Every client then reaches the server at SANDBOX_URL when it calls Amazon. AWS is refused but for the hosts in
    SANDBOX_AWS_HOSTS, which are the program's own account.
    """
    if as_json:
        click.echo(json.dumps({"path": str(PRELOAD), "NODE_OPTIONS": node_options()}, indent=2))
        return
    click.echo(PRELOAD)
    click.echo(f"export NODE_OPTIONS='{node_options()}'")


@example("wiring python")
@wiring.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def python(*, as_json: bool) -> None:
    """Print how Python programs and test-suites are started so that their calls to Amazon reach SANDBOX_URL.

    AWS is refused but for the hosts in SANDBOX_AWS_HOSTS, which are the program's own account.
    """
    program, suite = (
        "python -m marketplace_sandbox.testing.redirect PROGRAM",
        "pytest -p marketplace_sandbox.testing.redirect",
    )
    if as_json:
        click.echo(json.dumps({"program": program, "pytest": suite}, indent=2))
        return
    click.echo(program)
    click.echo(suite)
