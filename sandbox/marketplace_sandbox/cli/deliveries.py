"""`deliveries`: every notification on its way to every subscriber, with each attempt."""

from typing import Any

import click

from marketplace_sandbox.cli.groups import Noun, example
from marketplace_sandbox.cli.params import Word
from marketplace_sandbox.cli.remote import Remote, json_option, limit_option, path, remote_options
from marketplace_sandbox.cli.tables import print_json, show_table

STATUSES = ("pending", "delivered", "failed", "given_up")


@click.group(cls=Noun)
def deliveries() -> None:
    """Deliveries of notifications, and how they went."""


@example("deliveries list", "deliveries list --status failed --json")
@deliveries.command("list")
@click.option("--status", type=Word(STATUSES), help="Where the delivery stands.")
@click.option("--order", "order_id", help="Only what concerns this order.")
@limit_option
@json_option
@remote_options
def list_deliveries(status: str | None, order_id: str | None, limit: int | None, as_json: bool, remote: Remote) -> None:
    """List deliveries, oldest first. With --json each attempt is told."""
    found = remote.every("deliveries", {"status": status, "order_id": order_id}, limit)
    print_json(found) if as_json else _show(found)


@example(
    "order create --id 902-0000200-0000200 --no-hold",
    "order act 902-0000200-0000200 seller-cancel --reason no_inventory",
    "deliveries resend --latest",
)
@deliveries.command()
@click.argument("ids", nargs=-1, metavar="[DELIVERY_ID]...")
@click.option("--latest", is_flag=True, help="The latest delivery.")
@json_option
@remote_options
def resend(ids: tuple[str, ...], latest: bool, as_json: bool, remote: Remote) -> None:
    """Send notifications again, under the same ids, whatever became of them before."""
    if bool(ids) == latest:
        raise click.UsageError("Name the deliveries to resend, or give --latest.")
    again = [remote.post(path("deliveries", each, "resend"), {}) for each in ids or [_latest(remote)]]
    print_json(again) if as_json else _show(again)


def _latest(remote: Remote) -> str:
    found = remote.every("deliveries")
    if not found:
        raise click.ClickException("There is no delivery yet. Deliveries begin with a webhook (webhook add).")
    return str(found[-1]["id"])


def _show(found: list[dict[str, Any]]) -> None:
    rows = (
        (
            each["id"],
            each["at"],
            each["change"] or each["notification_type"],
            each["order_id"],
            each["status"],
            str(len(each["attempts"])),
            _latest_attempt(each["attempts"]),
            each["next_at"],
        )
        for each in found
    )
    columns = ("delivery", "at", "change", "order", "status", "attempts", "the latest", "the next")
    show_table(columns, rows, "There is no delivery.")


def _latest_attempt(attempts: list[dict[str, Any]]) -> str:
    return str(attempts[-1]["error"] or f"answered {attempts[-1]['http_code']}") if attempts else ""
