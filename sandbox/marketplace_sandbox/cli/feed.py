"""`feed`: files of a seller's, submitted and looked after through the Feeds API as a seller's client does."""

from pathlib import Path
from typing import BinaryIO

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import ControlClient, json_option, limit_option, server_options
from marketplace_sandbox.cli.groups import Listing, example
from marketplace_sandbox.cli.params import OneOf
from marketplace_sandbox.cli.selling_api import SellingApi, say_when_ready
from marketplace_sandbox.cli.tables import print_fields, print_file, print_json, print_table, say
from marketplace_sandbox.core.feeds.values import FEED_TYPES

FEEDS = "feeds/2021-06-30"


@click.group(cls=Listing)
def feed() -> None:
    """Feeds: files to submit, and what came of them."""


@example("feed submit POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA cancel.txt", ends=2)  # there is no such file yet
@feed.command()
@click.argument("feed_type", type=OneOf(FEED_TYPES), metavar="TYPE")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--media-type",
    shell_complete=offers.media_types,
    help="Of the file. [default: text/xml or text/tab-separated-values, in UTF-8]",
)
@click.option(
    "--marketplace",
    "marketplaces",
    multiple=True,
    shell_complete=offers.marketplaces_of_seller,
    help="Repeatable. [default: all of the seller's]",
)
@json_option
@server_options
def submit(
    feed_type: str,
    file: BinaryIO,
    media_type: str | None,
    marketplaces: tuple[str, ...],
    as_json: bool,
    control: ControlClient,
) -> None:
    """Submit FILE as a feed of TYPE; - is standard input.

    \b
    A cancellation by flat file, tabs between its columns (cancel.txt below):
      TemplateType=OrderCancellation    Version=2011.1102
      order-id             cancellation-reason-code  amazon-order-item-code
      902-0000003-0000003  BuyerCanceled             (order_item_id, by order show --json)
    """  # noqa: D301  (click takes the character \b itself)
    api = SellingApi(control)
    flat = FEED_TYPES[feed_type].flat
    media_type = media_type or f"text/{'tab-separated-values' if flat else 'xml'}; charset=UTF-8"
    content = file.read()
    document = api.call("POST", f"{FEEDS}/documents", {"contentType": media_type})
    api.upload(document["url"], content, media_type)
    form = {
        "feedType": feed_type,
        "marketplaceIds": list(marketplaces) or api.credentials["marketplace_ids"],
        "inputFeedDocumentId": document["feedDocumentId"],
    }
    made = api.call("POST", f"{FEEDS}/feeds", form)
    if as_json:
        print_json(made)
        return
    say(say_when_ready(control, "feed", api.call("GET", f"{FEEDS}/feeds/{made['feedId']}")))
    say(f"Then: marketplace-sandbox feed show {made['feedId']}")


@example("feed list")
@feed.command("list")
@limit_option
@json_option
@server_options
def list_feeds(limit: int | None, as_json: bool, control: ControlClient) -> None:
    """List the feeds of the seller, oldest first."""
    found = SellingApi(control).list_jobs(f"{FEEDS}/feeds", list(FEED_TYPES))[:limit]
    if as_json:
        print_json(found)
        return
    rows = ((each["feedId"], each["feedType"], each["processingStatus"], each["createdTime"]) for each in found)
    print_table(("feed", "type", "status", "submitted at"), rows, "There is no feed.")


@example("feed show 70001000000", ends=1)  # there is no such feed
@feed.command()
@click.argument("feed_id", shell_complete=offers.feeds)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file for the processing report.")
@json_option
@server_options
def show(feed_id: str, output: Path | None, as_json: bool, control: ControlClient) -> None:
    """Print how far a feed has come, and its processing report once there is one."""
    api = SellingApi(control)
    found = api.call("GET", f"{FEEDS}/feeds/{feed_id}")
    document_id = found.get("resultFeedDocumentId")
    content, encoding = (
        api.download(api.call("GET", f"{FEEDS}/documents/{document_id}")) if document_id else (b"", "utf-8")
    )
    if as_json:
        print_json({**found, "processingReport": content.decode(encoding) if document_id else None})
    else:
        print_fields(found.items())
    if output is not None:
        output.write_bytes(content)
    elif document_id and not as_json:
        print_file(content.decode(encoding))
    if not found.get("processingEndTime") and not as_json:
        say(say_when_ready(control, "feed", found))
