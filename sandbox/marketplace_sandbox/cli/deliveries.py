"""`deliveries`: every notification on its way to every subscriber, with each attempt."""

from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import ControlClient, json_option, not_found, path, server_options
from marketplace_sandbox.cli.following import (
    check_end,
    follow_deliveries,
    follow_option,
    latest,
    latest_option,
    print_followed,
    since_option,
)
from marketplace_sandbox.cli.groups import Listing, example
from marketplace_sandbox.cli.params import OneOf, as_of_option
from marketplace_sandbox.cli.tables import print_json, print_table

STATUSES = ("pending", "delivered", "failed", "given_up")


@click.group(cls=Listing)
def deliveries() -> None:
    """Deliveries of notifications, and how they went. `deliveries --follow` is `deliveries list --follow`."""


@example("deliveries list", "deliveries list --status failed --json")
@deliveries.command("list")
@click.option("--status", type=OneOf(STATUSES), help="Where the delivery stands.")
@click.option("--order", "order_id", shell_complete=offers.orders, help="Only what concerns this order.")
@as_of_option
@follow_option
@since_option
@latest_option
@json_option
@server_options
def list_deliveries(
    status: str | None,
    order_id: str | None,
    as_of: str | None,
    follow: bool,
    since: str | None,
    limit: int | None,
    as_json: bool,
    control: ControlClient,
) -> None:
    """List deliveries, oldest first.

    With --json each attempt is told. With --follow a delivery is told again whenever something has become of it.
    """
    check_end(as_of, follow=follow)
    query = {"status": status, "order_id": order_id, "asOf": as_of}
    if follow:
        print_followed(follow_deliveries(control, query), _cells, as_json, limit)
        return
    found = latest(control.list_all("deliveries", query), limit, since)
    print_json(found) if as_json else _print(found)


@example(
    "order create --id 902-0000200-0000200 --no-hold",
    "order act 902-0000200-0000200 seller-cancel --reason no_inventory",
    "deliveries resend --latest",
)
@deliveries.command()
@click.argument("ids", nargs=-1, metavar="[DELIVERY_ID]...", shell_complete=offers.deliveries)
@click.option("--latest", "last", is_flag=True, help="The latest delivery.")
@json_option
@server_options
def resend(ids: tuple[str, ...], last: bool, as_json: bool, control: ControlClient) -> None:
    """Send notifications again, under the same ids, whatever became of them before."""
    if bool(ids) == last:
        raise click.UsageError("Name the deliveries to resend, or give --latest.")
    again = [control.post(path("deliveries", each, "resend"), {}) for each in ids or [_latest(control)]]
    print_json(again) if as_json else _print(again)


def _latest(control: ControlClient) -> str:
    found = control.list_all("deliveries")
    if not found:
        raise not_found("There is no delivery yet. Deliveries begin with a webhook (webhook add).")
    return str(found[-1]["id"])


def _print(found: list[dict[str, Any]]) -> None:
    columns = ("delivery", "at", "change", "order", "status", "attempts", "the latest", "the next")
    print_table(columns, map(_cells, found), "There is no delivery.")


def _cells(delivery: dict[str, Any]) -> tuple[Any, ...]:
    attempts = delivery["attempts"]
    return (
        delivery["id"],
        delivery["at"],
        delivery["change"] or delivery["notification_type"],
        delivery["order_id"],
        f"{delivery['status']}, held" if delivery["held"] else delivery["status"],
        str(len(attempts)),
        attempts and (attempts[-1]["error"] or f"answered {attempts[-1]['http_code']}"),
        delivery["next_at"],
    )
