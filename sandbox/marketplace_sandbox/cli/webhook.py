"""`webhook`: who is told of changes, and where."""

import click

from marketplace_sandbox.cli.groups import Noun, example
from marketplace_sandbox.cli.params import Word
from marketplace_sandbox.cli.remote import Remote, json_option, limit_option, path, remote_options
from marketplace_sandbox.cli.tables import print_json, show_fields, show_table
from marketplace_sandbox.core.notifications.outbox import NOTIFICATION_TYPES, ORDER_CHANGE_TYPES
from marketplace_sandbox.core.quoting import nearest


@click.group(cls=Noun)
def webhook() -> None:
    """Webhooks: addresses that are told of changes. Posts are signed after Standard Webhooks."""


@example(
    "webhook add http://127.0.0.1:9000/notifications",
    "webhook add http://127.0.0.1:9000/requests --change BuyerRequestedChange --json",
)
@webhook.command()
@click.argument("address", metavar="URL")
@click.option("--secret", help="The signing secret: whsec_ and base64. [default: a made one, printed this once]")
@click.option("--type", "types", type=Word(NOTIFICATION_TYPES), multiple=True, help="Repeatable. [default: all]")
@click.option("--change", "changes", type=Word(ORDER_CHANGE_TYPES), multiple=True, help="Repeatable. [default: all]")
@json_option
@remote_options
def add(
    address: str, secret: str | None, types: tuple[str, ...], changes: tuple[str, ...], as_json: bool, remote: Remote
) -> None:
    """Add URL as a webhook, told of changes from now on."""
    form = {
        "url": address,
        "secret": secret,
        "notification_types": list(types) or None,
        "order_change_types": list(changes) or None,
    }
    made = remote.post("webhooks", {name: each for name, each in form.items() if each is not None})
    if as_json:
        print_json(made)
    else:
        show_fields([("webhook", made["id"]), ("url", made["url"]), ("secret", made.get("secret"))])


@example("webhook list")
@webhook.command("list")
@limit_option
@json_option
@remote_options
def list_webhooks(limit: int | None, as_json: bool, remote: Remote) -> None:
    """List the webhooks, without their secrets."""
    found = remote.every("webhooks", limit=limit)
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
    show_table(("webhook", "url", "types", "changes", "since", "active"), rows, "There is no webhook.")


@example("webhook remove http://127.0.0.1:9000/requests")
@webhook.command()
@click.argument("which", nargs=-1, required=True, metavar="URL_OR_ID...")
@remote_options
def remove(which: tuple[str, ...], remote: Remote) -> None:
    """Remove webhooks; their pending deliveries are given up. What was not delivered yet is given up."""
    known = remote.every("webhooks")
    for each in which:
        for webhook_id in _ids(each, known):
            remote.delete(path("webhooks", webhook_id))
            click.echo(f"Webhook {webhook_id} is gone.")


def _ids(which: str, known: list[dict[str, str]]) -> list[str]:
    ids = [each["id"] for each in known if which in (each["id"], each["url"])]
    if not ids:
        names = [name for each in known for name in (each["url"], each["id"])]
        near = f" Did you mean {nearest(which, names)!r}?" if names else ""
        raise click.ClickException(f"There is no webhook {which!r}.{near}")
    return ids
