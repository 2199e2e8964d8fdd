"""`seller`: worlds of their own, their credentials, and beginning again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.confirmation import confirm, yes_option
from marketplace_sandbox.cli.control_client import (
    ControlClient,
    address_options,
    json_option,
    limit_option,
    path,
    server_options,
)
from marketplace_sandbox.cli.groups import Listing, example
from marketplace_sandbox.cli.params import InstantText, Pair
from marketplace_sandbox.cli.settings import read_setting
from marketplace_sandbox.cli.tables import print_fields, print_json, print_table, say
from marketplace_sandbox.core.text.instants import format_instant, parse_instant

DEFAULT_SELLER = "ASANDBOXSELLER"

BEHIND = timedelta(minutes=1)
"""A clock that is less behind the wall's shows the same time to whoever looks."""


@click.group(cls=Listing)
def seller() -> None:
    """Sellers: worlds of their own.

    Each has its own clock and credentials.
    """


@example("seller create --id ASHOP --start 2026-03-02T16:00:00Z", "seller create --setting listing_lag=2m --json")
@seller.command()
@click.option("--id", "seller_id", help="1 to 40 letters and digits. [default: a made one]")
@click.option("--start", type=InstantText(), help="The world's first instant; alone it freezes the clock.")
@click.option("--rate", type=click.FloatRange(0, 1_000_000), help="Virtual seconds in a real one; 0 freezes the clock.")
@click.option("--seed", type=click.IntRange(0), help="What identifiers are made from.")
@click.option(
    "--marketplace",
    "marketplaces",
    multiple=True,
    shell_complete=offers.marketplaces,
    help="A marketplace id; may be given several times.",
)
@click.option(
    "--setting",
    "settings",
    type=Pair(),
    multiple=True,
    shell_complete=offers.pairs_of_settings,
    help="A setting from the start; several times.",
)
@json_option
@server_options
def create(
    seller_id: str | None,
    start: str | None,
    rate: float | None,
    seed: int | None,
    marketplaces: tuple[str, ...],
    settings: tuple[tuple[str, str], ...],
    as_json: bool,
    control: ControlClient,
) -> None:
    """Open a seller and print its credentials."""
    form = {
        "seller_id": seller_id,
        "start": start,
        "rate": rate,
        "seed": seed,
        "marketplace_ids": list(marketplaces) or None,
        "policy": dict(read_setting(key, text) for key, text in settings) or None,
    }
    print_credentials(control.post("sellers", {name: each for name, each in form.items() if each is not None}), as_json)


@example("seller list")
@seller.command("list")
@limit_option
@json_option
@server_options
def list_sellers(limit: int | None, as_json: bool, control: ControlClient) -> None:
    """List the sellers in the order of their opening."""
    sellers = control.list_all("sellers", limit=limit)
    if as_json:
        print_json(sellers)
        return
    columns: tuple[str, ...] = ("seller", "now", "clock", "orders", "marketplaces")
    rows: list[tuple[Any, ...]] = [
        (each["seller_id"], each["now"], _clock_words(each["rate"]), each["orders"], each["marketplace_ids"])
        for each in sellers
    ]
    if any(each["forked_from"] for each in sellers):
        columns = (*columns, "forked from")
        rows = [(*row, _whence(each["forked_from"])) for row, each in zip(rows, sellers, strict=True)]
    print_table(columns, rows, "There is no seller.")
    for each in sellers:
        if each["why"]:
            say(f"The world of {each['seller_id']} is not served. {each['why']}")


@example("seller show-credentials", "seller show-credentials ASHOP --json")
@seller.command("show-credentials")
@click.argument("seller_id", default="", shell_complete=offers.sellers)
@json_option
@server_options
def show_credentials(seller_id: str, as_json: bool, control: ControlClient) -> None:
    """Print the credentials of a seller, for every dialect. Without SELLER_ID the default seller's."""
    print_credentials(control.get(path("sellers", seller_id or control.seller or DEFAULT_SELLER)), as_json)


@example("seller reset --seller ASHOP", "seller reset --scenario demo --seller ASHOP")
@seller.command()
@click.option("--all", "everybody", is_flag=True, help="Every seller.")
@click.option(
    "--scenario",
    metavar="NAME",
    shell_complete=offers.named_scenarios,
    help="What the world begins with, as by serve --scenario: one that comes with the project.",
)
@click.option("--keep-start", is_flag=True, help="Leave a clock that runs in real time at its start, too.")
@yes_option
@json_option
@server_options
def reset(
    everybody: bool, scenario: str | None, keep_start: bool, yes: bool, as_json: bool, control: ControlClient
) -> None:
    """Begin again: start, rate, seed, first settings and credentials stay, all else is gone.

    A clock that runs in real time then goes on from the start to now, or clients would ask with dates of its future.
    """
    if everybody and scenario:
        raise click.UsageError("--scenario is what one seller begins with; leave --all out.")
    whose = "every seller" if everybody else control.seller or DEFAULT_SELLER
    confirm(f"All orders, mail, webhooks, settings and the journal of {whose} go.", yes=yes)
    answer = control.post("reset", {"scenario": scenario} if scenario else {"all": everybody})
    clocks = [(each, _go_on(replace(control, seller=each), keep_start=keep_start)) for each in answer["reset"]]
    if as_json:
        print_json(answer)
        return
    begun = f" with {scenario}" if scenario else ""
    say(f"Began again{begun}: {', '.join(answer['reset'])}.")
    for seller_id, clock in clocks:
        say(f"By the clock of {seller_id} it is {clock['now']}; it {_clock_words(clock['rate'])}.")


def _go_on(control: ControlClient, *, keep_start: bool) -> dict[str, Any]:
    """The clock of a world that has begun again, at the wall clock's instant where it runs in real time behind it."""
    clock: dict[str, Any] = control.get("clock")
    wall = datetime.now(UTC).replace(microsecond=0)
    if keep_start or clock["rate"] != 1 or wall - parse_instant(clock["now"]) < BEHIND:
        return clock
    control.post("clock/advance", {"to": format_instant(wall)}, endless=True)
    gone_on: dict[str, Any] = control.get("clock")
    return gone_on


@example("seller delete ASHOP")
@seller.command()
@click.argument("seller_ids", nargs=-1, required=True, metavar="SELLER_ID...", shell_complete=offers.sellers)
@yes_option
@json_option
@address_options
def delete(seller_ids: tuple[str, ...], yes: bool, as_json: bool, control: ControlClient) -> None:
    """End sellers' worlds. Their credentials are refused from then on."""
    confirm(f"{' and '.join(seller_ids)}: all of {'it' if len(seller_ids) == 1 else 'them'} goes.", yes=yes)
    for each in seller_ids:
        control.delete(path("sellers", each))
        if not as_json:
            say(f"Seller {each} is gone.")
    if as_json:
        print_json({"deleted": list(seller_ids)})


def _clock_words(rate: float | None) -> str:
    """How a clock runs; that of a world that does not open shows nothing."""
    if rate is None:
        return "is not served"
    return "stands" if rate == 0 else "runs" if rate == 1 else f"runs {rate:g} times as fast"


def print_credentials(seller: dict[str, Any], as_json: bool) -> None:
    """Print a seller with its credentials, and where its world was forked from, if it was."""
    if as_json:
        print_json(seller)
        return
    credentials = [(f"{name}.{key}", text) for name in ("lwa", "mws") for key, text in seller[name].items()]
    of = [("forked from", _whence(seller["forked_from"]))] if "forked_from" in seller else []
    print_fields([("seller", seller["seller_id"]), ("marketplaces", seller["marketplace_ids"]), *of, *credentials])


def _whence(forked_from: dict[str, Any] | None) -> str:
    """Where a world was forked from, in a few words; nothing where it was not."""
    return f"{forked_from['seller_id']} at version {forked_from['version']}" if forked_from else ""
