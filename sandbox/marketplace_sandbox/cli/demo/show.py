"""A demo in a terminal: each step told, what came of it, what the APIs answer now, the mail as its reader sees it.

Told is what the scenario says of a step, then what came of it; shown what the APIs answer about its order now, the
mail, and the Cancellation Rate. All of it is asked of the server, as anybody would.
"""

import json
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import groupby
from typing import Any

import click

from marketplace_sandbox.cli.compare import write_cell
from marketplace_sandbox.cli.demo.client import ServerDemoClient
from marketplace_sandbox.cli.demo.keys import Ask, Wish, ask_by_key
from marketplace_sandbox.cli.metrics import write_rate
from marketplace_sandbox.cli.tables import console, print_table, say
from marketplace_sandbox.core.text.quoting import write_count
from marketplace_sandbox.scenario.demo import (
    DeedResult,
    DemoClient,
    DemoPlayer,
    DemoRefusedError,
    DemoResult,
    DemoStep,
    ReadResult,
)
from marketplace_sandbox.scenario.scenario import Scenario

INDENT = "    "
WIDTH = 100
"""Columns of sentences and mail, where the terminal has so many; the APIs stand side by side from there on."""

SINGLY = 3
"""Up to so many things alike have a line each."""

BEGINS_LINE = ("AmazonOrderId", "orderId", "SellerSKU", "product")
TOLD = (
    *BEGINS_LINE,
    "sellerSku",
    "OrderStatus",
    "fulfillmentStatus",
    "LastUpdateDate",
    "lastUpdatedTime",
    "IsBuyerRequestedCancel",
    "BuyerCancelReason",
    "requester",
    "cancelReason",
)
"""What is told of an answer, in its own words; an order and an item begin a line each."""

FACTS = (
    "status",
    "quantity ordered",
    "quantity shipped",
    "buyer asks to cancel",
    "buyer's reason",
    "who canceled",
    "why it was canceled",
)
"""What of an order is shown in every dialect: what a cancellation moves."""

Json = dict[str, Any]


class DemoShow:
    """A demo on the server at a URL, in this terminal.

    `ask` says what is wanted before each step; `marks` are told of each step and its number once it stands there.
    """

    def __init__(self, player: DemoPlayer, client: DemoClient, url: str, ask: Ask = ask_by_key) -> None:
        self.player = player
        self.url = url
        self.ask = ask
        self.marks: list[Callable[[int, DemoStep], None]] = []
        self._client = client
        self._orders_shown: dict[str, list[list[str]]] = {}

    def show(self) -> bool:
        """Show all of it; answers whether it came to its end."""
        player = self.player
        player.open()
        self._print_title()
        while True:
            wish = self.ask("the next step" if not player.ended else "the end")
            if wish is Wish.QUIT:
                return False
            if wish is Wish.BACK:
                self._go_back()
            elif player.ended:
                return True
            else:
                result = player.go_on()
                step = player.steps[player.position - 1]
                self._print_step(step, player.position, result)
                for mark in self.marks:
                    mark(player.position, step)

    def address(self, page: str) -> str:
        """Where a page is, for this demo's seller."""
        return f"{self.url}{page}{'&' if '?' in page else '?'}seller={self.player.seller_id}"

    def _print_title(self) -> None:
        scenario = self.player.scenario
        name = scenario.title or scenario.name.removesuffix(".yaml") or "scenario"
        _print_bold(f"{name}, in seller {self.player.seller_id} at {self.url}")
        if scenario.about:
            _say(scenario.about)

    def _go_back(self) -> None:
        """Undo a step, and say where that leads."""
        if not self.player.position:
            say("This is the beginning.")
            return
        step = self.player.go_back()
        self._orders_shown.clear()
        if step is None:
            say(f"\n── back at the beginning {'─' * 40}")
            self._print_title()
            return
        self._print_head(step, self.player.position, "back at ")
        self._print_where(step)

    def _print_step(self, step: DemoStep, number: int, result: DemoResult) -> None:
        self._print_head(step, number)
        told = (
            *_tell_fired(result.fired),
            *_tell_placed(result.placed),
            *(line for deed in result.deeds for line in _tell_deed(deed)),
            *_tell_deliveries(result.deliveries),
            *(line for read in result.reads for line in _tell_read(read)),
        )
        for line in told:
            _say(line, INDENT, f"{INDENT}  ")
        for order_id in result.order_ids[-1:]:
            self._print_order(order_id)
        _print_mail(result.mail)
        say(f"{INDENT}Cancellation Rate: {write_rate(result.metrics)}")
        self._print_where(step)

    def _print_head(self, step: DemoStep, number: int, before: str = "") -> None:
        head = f"{before}{number} of {len(self.player.steps)} · {step.after} · {step.at:%a %Y-%m-%d %H:%M:%S} UTC"
        say(f"\n── {head} {'─' * max(4, min(WIDTH, console().width) - len(head) - 4)}")
        if step.title:
            _print_bold(step.title)
        _say(step.about)

    def _print_where(self, step: DemoStep) -> None:
        if step.look:
            _say(f"Look: {step.look}", "", "      ")
        if step.page:
            say(f"Page: {self.address(step.page)}")

    def _print_order(self, order_id: str) -> None:
        """What each dialect says of it that a cancellation moves, once it is something else than was last shown.

        An item's facts bear its SKU beside others.
        """
        answer = self._read(f"orders/{order_id}/compare")
        skus = {each["order_item_id"]: each["sku"] for each in self._read(f"orders/{order_id}")["items"]}
        dialects = [each for each in answer["dialects"] if each["present"]]
        rows = []
        for fact in answer["facts"]:
            cells = [fact["dialects"][each["id"]] for each in dialects]
            if fact["fact"] in FACTS and any(cell and cell["type"] for cell in cells):
                sku = skus.get(fact["order_item_id"], "") if len(skus) > 1 else ""
                rows.append([f"{fact['fact']}{f' ({sku})' if sku else ''}", *map(write_cell, cells)])
        if self._orders_shown.get(order_id) == rows:
            _say(f"Every API says of {order_id} what it said before.", INDENT)
            return
        self._orders_shown[order_id] = rows
        _print_facts(f"{order_id} now", [each["name"] for each in dialects], rows)

    def _read(self, call: str) -> Any:
        return self._client.control("GET", call, seller=self.player.seller_id)


@contextmanager
def open_show(scenario: Scenario, url: str, seller_id: str, token: str) -> Iterator[DemoShow]:
    """A scenario to be shown on the server at a URL. Whatever ends the block, nothing that was left behind stays."""
    with closing(ServerDemoClient(url, token)) as client:
        player = DemoPlayer(scenario, client, seller_id)
        try:
            yield DemoShow(player, client, url)
        except DemoRefusedError as refusal:
            raise click.ClickException(str(refusal)) from refusal
        finally:
            with suppress(click.ClickException):  # the server may have ended before
                player.close()


def _say(text: str, begin: str = "", further: str | None = None) -> None:
    """A sentence, as wide as the terminal and no wider than one likes to read. Ids and addresses stay whole."""
    say(_fill(text, begin, begin if further is None else further))


def _fill(text: str, begin: str = "", further: str = "") -> str:
    width = min(WIDTH, console().width)
    return textwrap.fill(
        text, width, initial_indent=begin, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )


def _print_bold(text: str) -> None:
    console().print(text, style="bold", markup=False, soft_wrap=True)


def _print_facts(head: str, dialects: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """What the APIs say, side by side or, where the terminal is too narrow for that, one after the other."""
    if console().width >= WIDTH:
        print_table((head, *dialects), rows, "")
        return
    _say(f"{head}:", INDENT)
    for fact, *cells in rows:
        said = " · ".join(f"{dialect} {cell}" for cell, dialect in zip(cells, dialects, strict=True))
        _say(f"{fact}: {said}", f"{INDENT}  ", f"{INDENT}    ")


def _tell_fired(fired: Sequence[Json]) -> Iterable[str]:
    """What time has done, many alike in a line."""
    # the deliveries themselves say how often they were tried
    for (at, what), alike in _group([each for each in fired if each["what"] != "delivery-retry"], "at", "what"):
        if len(alike) > SINGLY:
            yield f"{at}  {what} of {len(alike)} orders, by time alone"
        else:
            yield from (f"{at}  {what} of {each['order_id']}, by time alone" for each in alike)


def _tell_placed(orders: Sequence[Json]) -> Iterable[str]:
    for order in orders[: SINGLY if len(orders) > SINGLY else None]:
        items = ", ".join(f"{each['quantity']} x {each['sku']}" for each in order["items"])
        yield f"{order['order_id']}: {items}. It is {order['status']}."
    if len(orders) > SINGLY:
        yield f"and {len(orders) - SINGLY} more."


def _tell_deed(deed: DeedResult) -> Iterator[str]:
    if deed.refused:
        yield f"{deed.action} is refused, {deed.refused}: {deed.message}"
        return
    yield f"{deed.action}: {deed.outcome}"
    for each in deed.notifications:
        yield f"ORDER_CHANGE {each['change']} at {each['at']}"
    for each in deed.lint:
        yield f"{each['code']}: {each['message']}"


def _tell_deliveries(deliveries: Sequence[Json]) -> Iterable[str]:
    """How far the notifications have come that the seller's consumer is sent."""
    for each in deliveries:
        came = f"to the consumer: {each['change'] or each['notification_type']} of {each['order_id']}, of {each['at']}"
        attempts = each["attempts"]
        if each["status"] == "delivered":
            late = f" at {attempts[-1]['at']}, attempt {len(attempts)}" if len(attempts) > 1 else ""
            yield f"→ {came}: delivered{late}"
        else:
            again = f"; the next at {each['next_at']}" if each["next_at"] else ""
            yield f"✗ {came}: {each['status'].replace('_', ' ')} after {write_count(len(attempts), 'attempts')}{again}"


def _tell_read(read: ReadResult) -> Iterator[str]:
    """The call of a client with its status, and of the answer what a cancellation moves, or why it was refused."""
    yield f"GET {read.call} → {read.status}"
    if read.status >= 400:
        for error in read.body["errors"] if isinstance(read.body, dict) else ():
            yield f"  {error['code']}: {error['message']} {error.get('details', '')}".rstrip()
        return
    line: list[str] = []
    for key, value in _walk(read.body):
        if key in BEGINS_LINE and line:
            yield f"  {', '.join(line)}"
            line = []
        if key in TOLD:
            line.append(f"{key} {json.dumps(value, ensure_ascii=False)}")
    if line:
        yield f"  {', '.join(line)}"


def _walk(body: Any) -> Iterator[tuple[str, Any]]:
    """Every value with its name, in the order of the answer."""
    if isinstance(body, dict):
        for key, value in body.items():
            if not isinstance(value, dict | list):
                yield key, value
            yield from _walk(value)
    elif isinstance(body, list):
        for each in body:
            yield from _walk(each)


def _print_mail(mail: Sequence[Json]) -> None:
    """Each as its reader sees it; of many alike how many there are."""
    quoted = f"{INDENT}  │ "
    for (to, _), alike in _group(mail, "to", "kind"):
        if len(alike) > SINGLY:
            _say(f"✉ {len(alike)} to the {to}, such as: {alike[0]['subject']}", INDENT, f"{INDENT}  ")
            continue
        for each in alike:
            _say(f"✉ to the {to}: {each['subject']}", INDENT, f"{INDENT}  ")
            for line in each["body"].strip().splitlines():
                say(_fill(line, quoted, quoted) or quoted)


def _group(things: Sequence[Json], *keys: str) -> Iterable[tuple[tuple[Any, ...], list[Json]]]:
    """Runs of things that are alike in these fields."""
    for likeness, run in groupby(things, key=lambda each: tuple(each[key] for key in keys)):
        yield likeness, list(run)
