"""`subscription`: notifications to queues, through the Notifications API as a seller's client does."""

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
from marketplace_sandbox.cli.selling_api import SellingApi
from marketplace_sandbox.cli.tables import print_fields, print_json, print_table, say
from marketplace_sandbox.core.notifications.outbox import NOTIFICATION_TYPES, ORDER_CHANGE, ORDER_CHANGE_TYPES

NOTIFICATIONS = "notifications/v1"
ARN = "arn:aws:sqs:us-east-1:444455556666:{}"
"""What the name of a queue stands for: the sandbox has no region and no account, so any will do."""


@click.group(cls=Listing)
def subscription() -> None:
    """Subscriptions, which send to SQS queues.

    They are those of the Notifications API; for addresses, see webhook.
    """


@example("subscription add ORDER_CHANGE --queue orders")
@subscription.command()
@click.argument("notification_type", type=OneOf(NOTIFICATION_TYPES), metavar="TYPE")
@click.option("--queue", required=True, shell_complete=offers.queues, help="The queue: its ARN, or a name.")
@click.option("--change", "changes", type=OneOf(ORDER_CHANGE_TYPES), multiple=True, help="Repeatable. [default: all]")
@json_option
@server_options
def add(notification_type: str, queue: str, changes: tuple[str, ...], as_json: bool, control: ControlClient) -> None:
    """Have notifications of TYPE sent to a queue, making its destination where there is none yet."""
    if changes and notification_type != ORDER_CHANGE:
        raise click.UsageError(f"--change is for {ORDER_CHANGE}; {notification_type} has no kinds of change.")
    from marketplace_sandbox.api.spapi.notifications.types import VERSIONS  # noqa: PLC0415  brings the whole of HTTP

    arn = queue if queue.startswith("arn:") else ARN.format(queue)
    api = SellingApi(control)
    known = api.call("GET", f"{NOTIFICATIONS}/destinations", grantless=True)["payload"]
    found = [each for each in known if (each["resource"].get("sqs") or {}).get("arn") == arn]
    if not found:
        form = {"name": arn.rpartition(":")[2], "resourceSpecification": {"sqs": {"arn": arn}}}
        found = [api.call("POST", f"{NOTIFICATIONS}/destinations", form, grantless=True)["payload"]]
    wanted: dict[str, object] = {
        "payloadVersion": VERSIONS[notification_type][-1],
        "destinationId": found[0]["destinationId"],
    }
    if notification_type == ORDER_CHANGE:  # whose filter the platform asks for, even where it leaves nothing out
        event_filter = {"eventFilterType": ORDER_CHANGE} | ({"orderChangeTypes": list(changes)} if changes else {})
        wanted["processingDirective"] = {"eventFilter": event_filter}
    made = api.call("POST", f"{NOTIFICATIONS}/subscriptions/{notification_type}", wanted)["payload"]
    if as_json:
        print_json(made)
    else:
        print_fields([("subscription", made["subscriptionId"]), ("type", notification_type), ("queue", arn)])


@example("subscription list")
@subscription.command("list")
@limit_option
@json_option
@server_options
def list_subscriptions(limit: int | None, as_json: bool, control: ControlClient) -> None:
    """List the seller's subscriptions, and whether notifications of their types are ever sent here."""
    found = control.list_all("subscriptions", limit=limit)
    if as_json:
        print_json(found)
        return
    rows = (
        (each["id"], each["notification_type"], each["order_change_types"], each["destination_id"], each["sent"])
        for each in found
    )
    print_table(("subscription", "type", "changes", "destination", "sent here"), rows, "There is no subscription.")


@example("subscription remove ORDER_CHANGE")
@subscription.command()
@click.argument("which", nargs=-1, required=True, metavar="TYPE_OR_ID...", shell_complete=offers.subscriptions)
@json_option
@server_options
def remove(which: tuple[str, ...], as_json: bool, control: ControlClient) -> None:
    """End subscriptions. Their destinations stay."""
    api, known = SellingApi(control), control.list_all("subscriptions")
    ended = []
    for each in which:
        found = [one for one in known if each in (one["id"], one["notification_type"])]
        if not found:
            names = ", ".join(sorted({one["notification_type"] for one in known})) or "none"
            raise not_found(f"There is no subscription {each!r}; there are: {names}.")
        ended += found
    for one in ended:
        call = path("subscriptions", one["notification_type"], one["id"])
        api.call("DELETE", f"{NOTIFICATIONS}/{call}", grantless=True)
        if not as_json:
            say(f"Subscription {one['id']} is gone.")
    if as_json:
        print_json({"deleted": [one["id"] for one in ended]})
