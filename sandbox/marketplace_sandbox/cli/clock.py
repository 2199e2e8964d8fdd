"""`clock`: the seller's time. It stands, runs or jumps, and never goes back."""

from typing import Any

import click

from marketplace_sandbox.cli.groups import Noun, example
from marketplace_sandbox.cli.params import InstantText, Span
from marketplace_sandbox.cli.remote import Remote, json_option, remote_options
from marketplace_sandbox.cli.tables import print_json, show_table


@click.group(cls=Noun)
def clock() -> None:
    """The clock of a seller's world, in your hand."""


@example("clock show")
@clock.command()
@json_option
@remote_options
def show(as_json: bool, remote: Remote) -> None:
    """Print the world's now, and what time alone will do next."""
    _show(remote.get("clock"), as_json)


@example("clock advance 31m", "clock advance 7d --json")
@clock.command()
@click.argument("span", type=Span())
@json_option
@remote_options
def advance(span: str, as_json: bool, remote: Remote) -> None:
    """Let time pass by SPAN, such as 31m, 2h30m, 7d or PT31M, and print what happened on the way."""
    _show_advance(remote.post("clock/advance", {"by": span}), as_json)


@example("clock next")
@clock.command("next")
@json_option
@remote_options
def go_to_next(as_json: bool, remote: Remote) -> None:
    """Let time pass until the next thing that falls due."""
    _show_advance(remote.post("clock/advance", {"until": "next"}), as_json)


@example("seller create --id ATIME --start 2026-03-02T16:00:00Z", "clock to 2026-03-09T16:00:00Z --seller ATIME")
@clock.command()
@click.argument("instant", type=InstantText())
@json_option
@remote_options
def to(instant: str, as_json: bool, remote: Remote) -> None:
    """Let time pass until INSTANT."""
    _show_advance(remote.post("clock/advance", {"to": instant}), as_json)


@example("clock rate 0", "clock rate 60")
@clock.command()
@click.argument("number", type=click.FloatRange(0, 1_000_000))
@json_option
@remote_options
def rate(number: float, as_json: bool, remote: Remote) -> None:
    """Let the clock run at so many virtual seconds in a real one: 0 freezes it, 1 is real time."""
    _show(remote.put("clock", {"rate": number}), as_json)


def _show(seen: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(seen)
        return
    runs = "stands" if seen["rate"] == 0 else f"runs at rate {seen['rate']:g}"
    click.echo(f"It is {seen['now']}; the clock {runs}.")
    following = seen["next"]
    if following:
        click.echo(f"Next: {following['what']} of {following['order_id'] or 'the world'} at {following['at']}.")
    else:
        click.echo("Nothing falls due by itself.")


def _show_advance(advanced: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(advanced)
        return
    fired, deliveries = advanced["fired"], advanced["deliveries"]
    if fired:
        rows = ((each["at"], each["what"], each["order_id"]) for each in fired)
        show_table(("at", "what happened", "order"), rows, "")
    if deliveries:
        sent = ((each["id"], each["notification_type"], each["order_id"], each["status"]) for each in deliveries)
        show_table(("delivery", "type", "order", "status"), sent, "")
    happened = "" if fired else " Nothing fell due."
    click.echo(f"It is {advanced['now']}.{happened}")
