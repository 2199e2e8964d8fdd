"""`report`: the order reports of a seller, asked for and read through the Reports API as a seller's client does."""

from pathlib import Path
from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import ControlClient, json_option, limit_option, server_options
from marketplace_sandbox.cli.files import write_whole
from marketplace_sandbox.cli.groups import Listing, example
from marketplace_sandbox.cli.params import InstantText, OneOf, Pair
from marketplace_sandbox.cli.selling_api import SellingApi, say_when_ready
from marketplace_sandbox.cli.tables import print_fields, print_file, print_json, print_table, say
from marketplace_sandbox.core.reports.values import REPORT_TYPES

REPORTS = "reports/2021-06-30"
TYPES = [each.name for each in REPORT_TYPES.values() if not each.mws_only]
COLUMNS = {"is-buyer-requested-cancellation": "order_report_cancellation_columns"}
"""Columns that a seller may add to the order reports and remove again, by the setting that does."""


@click.group(cls=Listing)
def report() -> None:
    """Order reports: ask for one, let its time pass, and read it."""


@example(
    "report request GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING",
    "report request GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING --column is-buyer-requested-cancellation on --json",
)
@report.command()
@click.argument("report_type", type=OneOf(TYPES), metavar="TYPE")
@click.option("--start", type=InstantText(), help="Orders from this instant on, where the type takes a range.")
@click.option("--end", type=InstantText(), help="Orders until this instant.")
@click.option(
    "--marketplace",
    "marketplaces",
    multiple=True,
    shell_complete=offers.marketplaces_of_seller,
    help="Repeatable. [default: all of the seller's]",
)
@click.option("--option", "options", type=Pair(), multiple=True, help="One of the type's reportOptions; repeatable.")
@click.option(
    "--column",
    type=(OneOf(COLUMNS), OneOf(("on", "off"))),
    shell_complete=offers.columns,
    help="Add a column to this seller's order reports first, or remove it: its name, and on or off.",
)
@json_option
@server_options
def request(
    report_type: str,
    start: str | None,
    end: str | None,
    marketplaces: tuple[str, ...],
    options: tuple[tuple[str, str], ...],
    column: tuple[str, str] | None,
    as_json: bool,
    control: ControlClient,
) -> None:
    """Ask for a report of TYPE."""
    if column:
        control.put("settings", {COLUMNS[column[0]]: column[1] == "on"})
    api = SellingApi(control)
    form = {
        "reportType": report_type,
        "marketplaceIds": list(marketplaces) or api.credentials["marketplace_ids"],
        "dataStartTime": start,
        "dataEndTime": end,
        "reportOptions": dict(options) or None,
    }
    asked = api.call("POST", f"{REPORTS}/reports", {name: each for name, each in form.items() if each is not None})
    if as_json:
        print_json(asked)
        return
    report_id = asked["reportId"]
    say(say_when_ready(control, "report", api.call("GET", f"{REPORTS}/reports/{report_id}")))
    say(f"Then: marketplace-sandbox report download {report_id}")


@example("report list")
@report.command("list")
@limit_option
@json_option
@server_options
def list_reports(limit: int | None, as_json: bool, control: ControlClient) -> None:
    """List the reports of the seller, oldest first."""
    found = SellingApi(control).list_jobs(f"{REPORTS}/reports", TYPES)[:limit]
    if as_json:
        print_json(found)
        return
    rows = (
        (each["reportId"], each["reportType"], each["processingStatus"], each["createdTime"], each.get("dataStartTime"))
        for each in found
    )
    print_table(("report", "type", "status", "asked for at", "from"), rows, "There is no report.")


@example("report show 50001000000", ends=1)  # there is no such report
@report.command()
@click.argument("report_id", shell_complete=offers.reports)
@json_option
@server_options
def show(report_id: str, as_json: bool, control: ControlClient) -> None:
    """Print how far a report has come, and what it waits for."""
    found = SellingApi(control).call("GET", f"{REPORTS}/reports/{report_id}")
    if as_json:
        print_json(found)
        return
    print_fields(found.items())
    if not found.get("processingEndTime"):
        say(say_when_ready(control, "report", found))


@example("report download 50001000000", "report download 50001000000 --output orders.txt", ends=1)  # the same
@report.command()
@click.argument("report_id", shell_complete=offers.reports)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The file. [default: standard output]")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@server_options
def download(report_id: str, output: Path | None, force: bool, control: ControlClient) -> None:
    """Print the file of a report, or write it as it came."""
    api = SellingApi(control)
    found = api.call("GET", f"{REPORTS}/reports/{report_id}")
    document_id = found.get("reportDocumentId")
    if not document_id:
        raise click.ClickException(_why_no_file(control, found))
    call = f"{REPORTS}/documents/{document_id}"
    kind = REPORT_TYPES[found["reportType"]]
    content, encoding = api.download(api.call_restricted(call) if kind.restricted else api.call("GET", call))
    if output is None:
        print_file(content.decode(encoding))
        return
    write_whole(output, [content], force=force)
    say(f"Wrote {output}.", err=True)


def _why_no_file(control: ControlClient, found: dict[str, Any]) -> str:
    if not found.get("processingEndTime"):
        return say_when_ready(control, "report", found)
    return f"Report {found['reportId']} ended {found['processingStatus']} and has no file."
