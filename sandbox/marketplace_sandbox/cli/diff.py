"""`diff`: what has changed between two moments of a seller's world, or between two sellers' worlds."""

from collections.abc import Iterator
from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import ControlClient, json_option, server_options
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import Moment
from marketplace_sandbox.cli.tables import print_json, print_table, say
from marketplace_sandbox.core.past.difference import changed_values

Json = dict[str, Any]


@example("diff", "diff --from 12", "diff --from 2026-03-02T16:00:00Z --to 2 --seller AMARCH --json")
@click.command()
@click.option(
    "--from",
    "before",
    type=Moment(),
    shell_complete=offers.versions,
    help="A version or an instant. [default: the start; now with --other]",
)
@click.option(
    "--to", "after", type=Moment(), shell_complete=offers.versions, help="A version or an instant. [default: now]"
)
@click.option("--other", shell_complete=offers.sellers, help="Another seller, whose world this one's is compared with.")
@json_option
@server_options
def diff(before: str | None, after: str | None, other: str | None, as_json: bool, control: ControlClient) -> None:
    """Say what has changed since then, or between sellers.

    Each order that was added, removed or changed, with its fields before and after; what was told, mailed and written
    meanwhile; and the Cancellation Rate.
    """
    query = {"from": before, "to": after, "other": other}
    found = control.get("diff", {name: each for name, each in query.items() if each})
    if as_json:
        print_json(found)
        return
    say(f"From {_moment(found['from'])} to {_moment(found['to'])}{f' of {other}' if other else ''}:")
    print_table(("order", "change", "field", "before", "after"), _order_rows(found["orders"]), "No order has changed.")
    rows = sorted(_record_rows(found))
    if rows:
        print_table(("at", "new", "order", "what"), rows, "")
    rates = [_rate(each) for each in found["cancellation_rate"]]
    say(f"Cancellation rate: {rates[0] if rates[0] == rates[1] else ' → '.join(rates)}.")


def _moment(moment: Json) -> str:
    return f"version {moment['version']} at {moment['at']}"


def _order_rows(orders: list[Json]) -> Iterator[tuple[Any, ...]]:
    for order in orders:
        changes = [each for name, values in order["fields"].items() for each in changed_values(name, *values)]
        for number, (path, before, after) in enumerate(changes or [("", None, None)]):
            yield ("" if number else order["order_id"], "" if number else order["change"], path, before, after)


def _record_rows(found: Json) -> Iterator[tuple[str, str, str, str]]:
    """What has come to be on record: at which instant, of which kind, about which order, and what it is."""
    for each in found["notifications"]:
        yield each["at"], "notification", each["order_id"], f"{each['type']} {each['change']}".rstrip()
    for each in found["mail"]:
        yield each["at"], "mail", each["order_id"], f"{each['kind']} to {each['to']}: {each['subject']}"
    for each in found["messages"]:
        yield each["at"], "message", each["order_id"], f"to {each['to']}: {each['text'] or each['label']}"
    for each in found["deliveries"]:
        yield each["at"], "delivery", each["order_id"], f"{each['notification_type']}, {each['status']}"


def _rate(rate: Json) -> str:
    return "none, for there are no orders" if rate["rate"] is None else f"{rate['rate']:.2%}, {rate['status']}"
