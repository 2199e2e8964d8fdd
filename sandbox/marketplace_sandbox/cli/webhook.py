"""`webhook`: who is told of changes, and where."""

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import (
    ControlClient,
    json_option,
    limit_option,
    not_found,
    path,
    server_options,
)
from marketplace_sandbox.cli.groups import Listing, example
from marketplace_sandbox.cli.params import OneOf
from marketplace_sandbox.cli.tables import print_fields, print_json, print_table, say
from marketplace_sandbox.core.notifications.outbox import NOTIFICATION_TYPES, ORDER_CHANGE_TYPES
from marketplace_sandbox.core.text.quoting import quote, suggestion


@click.group(cls=Listing)
def webhook() -> None:
    """Webhooks: addresses that are told of changes. Posts are signed after Standard Webhooks."""


@example(
    "webhook add http://127.0.0.1:9000/notifications",
    "webhook add http://127.0.0.1:9000/requests --change BuyerRequestedChange --json",
)
@webhook.command()
@click.argument("address", metavar="URL")
@click.option("--secret", help="The signing secret: whsec_ and base64. [default: a made one, printed this once]")
@click.option("--type", "types", type=OneOf(NOTIFICATION_TYPES), multiple=True, help="Repeatable. [default: all]")
@click.option("--change", "changes", type=OneOf(ORDER_CHANGE_TYPES), multiple=True, help="Repeatable. [default: all]")
@json_option
@server_options
def add(
    address: str,
    secret: str | None,
    types: tuple[str, ...],
    changes: tuple[str, ...],
    as_json: bool,
    control: ControlClient,
) -> None:
    """Add URL as a webhook, told of changes from now on."""
    form = {
        "url": address,
        "secret": secret,
        "notification_types": list(types) or None,
        "order_change_types": list(changes) or None,
    }
    webhook = control.post("webhooks", {name: each for name, each in form.items() if each is not None})
    if as_json:
        print_json(webhook)
    else:
        print_fields([("webhook", webhook["id"]), ("url", webhook["url"]), ("secret", webhook.get("secret"))])


@example("webhook list")
@webhook.command("list")
@limit_option
@json_option
@server_options
def list_webhooks(limit: int | None, as_json: bool, control: ControlClient) -> None:
    """List the webhooks, without their secrets."""
    found = control.list_all("webhooks", limit=limit)
    if as_json:
        print_json(found)
        return
    rows = (
        (
            each["id"],
            each["url"],
            each["notification_types"] or "all",
            each["order_change_types"] or "all",
            each["since"],
            each["active"],
        )
        for each in found
    )
    print_table(("webhook", "url", "types", "changes", "since", "active"), rows, "There is no webhook.")


@example("webhook remove http://127.0.0.1:9000/requests")
@webhook.command()
@click.argument("which", nargs=-1, required=True, metavar="URL_OR_ID...", shell_complete=offers.webhooks)
@json_option
@server_options
def remove(which: tuple[str, ...], as_json: bool, control: ControlClient) -> None:
    """Remove webhooks. What was not delivered yet is given up."""
    known = control.list_all("webhooks")
    ids = list(dict.fromkeys(webhook_id for each in which for webhook_id in _find_ids(each, known)))
    for webhook_id in ids:
        control.delete(path("webhooks", webhook_id))
        if not as_json:
            say(f"Webhook {webhook_id} is gone.")
    if as_json:
        print_json({"deleted": ids})


def _find_ids(which: str, known: list[dict[str, str]]) -> list[str]:
    ids = [each["id"] for each in known if which in (each["id"], each["url"])]
    if not ids:
        names = [name for each in known for name in (each["url"], each["id"])]
        raise not_found(f"There is no webhook {quote(which)}{suggestion(which, names)}")
    return ids
