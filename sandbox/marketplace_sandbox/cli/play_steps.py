"""A scenario played before an audience: step by step on a running server, each step told and shown.

Told is what the script says of a step, then what came of it; shown what the APIs answer about its order now, the mail
as its reader sees it, and the Cancellation Rate. All of it is asked of the server, as anybody would. A scenario that is
to be played in no server gets one of its own, in memory.
"""

import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from marketplace_sandbox.cli.compare import write_cell
from marketplace_sandbox.cli.control_client import ControlClient, RefusedCallError, path
from marketplace_sandbox.cli.metrics import write_rate
from marketplace_sandbox.cli.selling_api import SellingApi
from marketplace_sandbox.cli.tables import print_table, say
from marketplace_sandbox.core.text.instants import format_instant, parse_instant

if TYPE_CHECKING:
    from marketplace_sandbox.scenario.agenda import Deed
    from marketplace_sandbox.scenario.scenario import Scenario, Step

READY = "Listening on "
START_SECONDS = 60
INDENT = "    "
WIDTH = 100
"""Columns of sentences and mail."""

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

Pause = Callable[[], None]


@contextmanager
def own_server() -> Iterator[str]:
    """The address of a server of the command's own, which ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "marketplace_sandbox", "serve", "--port", "0", "--store", "memory"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    killer = threading.Timer(START_SECONDS, process.kill)
    killer.start()
    try:
        assert process.stdout is not None  # noqa: S101  (a pipe was asked for)
        line = process.stdout.readline().strip()
        killer.cancel()
        if not line.startswith(READY):
            raise click.ClickException("The server to play on did not get ready; marketplace-sandbox serve says why.")
        yield line.removeprefix(READY)
    finally:
        killer.cancel()
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()


def wait_for_enter() -> None:
    """Goes on when somebody presses Enter, or at once where nobody can."""
    say("Enter for the next step …", err=True)
    sys.stdin.readline()


def wait_seconds(seconds: float) -> Pause:
    """Goes on by itself after so many seconds of real time."""
    return lambda: time.sleep(seconds)


@dataclass
class PlayInSteps:
    """One scenario on one server, by the calls that anybody can make.

    `failures` are steps that went otherwise than the script says, `order_ids` those of the orders that were placed.
    """

    scenario: "Scenario"
    control: ControlClient
    pause: Pause
    failures: list[str] = field(default_factory=list)
    order_ids: list[str] = field(default_factory=list)
    mail_count: int = 0

    def play(self) -> str:
        """Play and show all of it; answers the seller's id, who is left as the scenario leaves a seller."""
        from marketplace_sandbox.scenario.agenda import agenda  # noqa: PLC0415  reading scenarios takes a while

        self.control = self._open_seller()
        name = self.scenario.name.removesuffix(".yaml") or "scenario"
        say(f"{name}, in seller {self.control.seller} at {self.control.url}")
        if self.scenario.about:
            say(textwrap.fill(self.scenario.about, WIDTH))
        start = self._now()
        deeds, end = agenda(self.scenario, start)
        for each in deeds:
            self.pause()
            self._take(each, start)
        if end > self._now():
            self.pause()
            self._head(end, start, "The rest of the time passes.")
            self._reach(end)
            self._show("")
        return self.control.seller

    def _open_seller(self) -> ControlClient:
        scenario = self.scenario
        form = {
            "seller_id": self.control.seller or None,
            "start": format_instant(scenario.start) if scenario.start else None,
            "rate": 0,
            "seed": scenario.seed,
            "marketplace_ids": list(scenario.marketplaces),
            "policy": dict(scenario.settings) or None,
        }
        made = self.control.post("sellers", {name: each for name, each in form.items() if each is not None})
        return ControlClient(self.control.url, made["seller_id"], self.control.token)

    def _now(self) -> datetime:
        return parse_instant(self.control.get("clock")["now"])

    def _take(self, deed: "Deed", start: datetime) -> None:
        step = deed.step
        if deed.form is not None:
            self._head(deed.at, start, "The buyer places an order.")
            self._reach(deed.at)
            self._place(deed.form, start)
        elif step is not None:
            self._head(deed.at, start, step.about or _sentence(step))
            self._reach(deed.at)
            if step.settings is not None:
                self.control.put("settings", dict(step.settings))
            elif step.action:
                self._act(step)
            self._show(step.order_id)

    def _head(self, at: datetime, start: datetime, narration: str) -> None:
        from marketplace_sandbox.scenario.when import format_offset  # noqa: PLC0415  the same

        say(f"\n── {format_offset(at - start)} · {at:%a %Y-%m-%d %H:%M:%S} UTC " + "─" * 40)
        say(textwrap.fill(narration, WIDTH))

    def _reach(self, at: datetime) -> None:
        """Let time pass, and say what it has done."""
        if at <= self._now():
            return
        receipt = self.control.post("clock/advance", {"to": format_instant(at)}, endless=True)
        for fired in receipt["fired"]:
            say(f"{INDENT}{fired['at']}  {fired['what']} of {fired['order_id']}, by time alone")

    def _place(self, form: Any, start: datetime) -> None:
        from marketplace_sandbox.scenario.scenario import resolve_spans  # noqa: PLC0415  the same

        placed = self.control.post("orders", resolve_spans(form, start))
        orders = placed.get("orders", [placed])
        self.order_ids += [each["order_id"] for each in orders]
        for order in orders[:1] if len(orders) > 3 else orders:
            items = ", ".join(f"{each['quantity']} x {each['sku']}" for each in order["items"])
            say(f"{INDENT}{order['order_id']}: {items}. It is {order['status']}.")
        if len(orders) > 3:
            say(f"{INDENT}and {len(orders) - 1} more.")

    def _act(self, step: "Step") -> None:
        """Take a step, and say what came of it, or that it was refused; both are held against the script."""
        from marketplace_sandbox.scenario.seller_steps import SELLER_STEPS  # noqa: PLC0415  the same

        told = f"{step.at} {step.action} of {step.order_id}"
        try:
            if step.action in SELLER_STEPS:
                receipt: dict[str, Any] = {"outcome": f"{step.action} was taken"}
                take_seller_step(SellingApi(self.control), step)
            else:
                call = path("orders", step.order_id, "actions", step.action)
                receipt = self.control.post(call, dict(step.arguments))
        except RefusedCallError as refusal:
            say(f"{INDENT}Refused, {refusal.code}: {refusal.message}")
            if refusal.code != step.refused:
                self.failures.append(
                    f"{told} was refused with {refusal.code}; {step.refused or 'acceptance'} was expected."
                )
            return
        say(f"{INDENT}{step.action}: {receipt['outcome']}")
        for each in receipt.get("notifications", ()):
            say(f"{INDENT}ORDER_CHANGE {each['change']} at {each['at']}")
        for each in receipt.get("lint", ()):
            say(f"{INDENT}{each['code']}: {each['message']}")
        if step.refused:
            self.failures.append(f"{told} was accepted; {step.refused} was expected.")

    def _show(self, order_id: str) -> None:
        """What there is to see now: the order in every dialect, the mail that has come since, the rate."""
        if order_id:
            self._show_order(order_id)
        mail = self.control.list_all("mail")
        for each in mail[self.mail_count :]:
            say(f"{INDENT}✉ to the {each['to']}: {each['subject']}")
            body = "\n".join(textwrap.fill(line, WIDTH) for line in each["body"].strip().splitlines())
            say(textwrap.indent(body, f"{INDENT}  │ ", lambda _: True))
        self.mail_count = len(mail)
        say(f"{INDENT}Cancellation Rate: {write_rate(self.control.get('metrics'))}")

    def _show_order(self, order_id: str) -> None:
        """What each dialect says of it now that a cancellation moves; an item's facts bear its SKU beside others."""
        answer = self.control.get(path("orders", order_id, "compare"))
        skus = {each["order_item_id"]: each["sku"] for each in self.control.get(path("orders", order_id))["items"]}
        dialects = [each for each in answer["dialects"] if each["present"]]
        rows = []
        for fact in answer["facts"]:
            cells = [fact["dialects"][each["id"]] for each in dialects]
            if fact["fact"] in FACTS and any(cell and cell["type"] for cell in cells):
                sku = skus.get(fact["order_item_id"], "") if len(skus) > 1 else ""
                rows.append([f"{fact['fact']}{f' ({sku})' if sku else ''}", *map(write_cell, cells)])
        print_table((f"{order_id} now", *(each["name"] for each in dialects)), rows, "")


def _sentence(step: "Step") -> str:
    if step.settings is not None:
        return f"The settings change: {', '.join(f'{key} is {value}' for key, value in step.settings.items())}."
    if not step.action:
        return "Time passes."
    actor, _, deed = step.action.partition("-")
    return f"{step.action} of {step.order_id}" if not deed else f"The {actor}: {deed.replace('-', ' ')}."


def take_seller_step(api: SellingApi, step: "Step") -> None:
    """What a seller tells the platform, by the operation that is for it."""
    order_id, arguments = step.order_id, dict(step.arguments)
    marketplace_id = api.credentials["marketplace_ids"][0]
    if step.action == "solicit-review":
        call = f"solicitations/v1/orders/{order_id}/solicitations/productReviewAndSellerFeedback"
        api.call("POST", call, {}, {"marketplaceIds": marketplace_id})
    elif step.action == "update-shipment-status":
        items = [{"orderItemId": each["id"], "quantity": each["quantity"]} for each in arguments.get("items", ())]
        body: dict[str, Any] = {"marketplaceId": marketplace_id, "shipmentStatus": arguments["status"]}
        api.call("POST", f"orders/v0/orders/{order_id}/shipment", body | ({"orderItems": items} if items else {}))
    else:
        names = {"status": "status", "reviewer_id": "externalReviewerId", "rejection_reason_id": "rejectionReasonId"}
        report = {names[name]: each for name, each in arguments.items() if name in names}
        report |= {"verificationDetails": arguments["details"]} if "details" in arguments else {}
        call = f"orders/v0/orders/{order_id}/regulatedInfo"
        api.call("PATCH", call, {"regulatedOrderVerificationStatus": report})
