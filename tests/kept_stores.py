"""Small stores as each format and each version of the rules wrote them, kept for ever in `tests/data/stores`.

`python -m tests.kept_stores` writes the one of today, and beside the stores what the rules of today decide, unless they
are there: what is there is never written again.
Beside each lies what its worlds were like when it was written, so that opening it later can be compared with that.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from marketplace_sandbox.core.commands.feeds import CreateFeed, CreateFeedDocument, UploadFeedDocument
from marketplace_sandbox.core.commands.notifications import RecordAttempt, Subscribe
from marketplace_sandbox.core.commands.orders import WriteToBuyer
from marketplace_sandbox.core.commands.reports import CreateReport, ScheduleReport
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.feeds.values import FeedMessage
from marketplace_sandbox.core.journal.journal import FORMAT as ENTRY_FORMAT
from marketplace_sandbox.core.journal.results import order_words
from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.policy import todays_defaults, write_defaults
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.stages import POLICY, Cell, matrix
from marketplace_sandbox.core.rules.version import RULES
from marketplace_sandbox.core.views.projections import delivery_json, mail_json, message_json, notice_json, order_json
from marketplace_sandbox.core.world.sellers import Defaults, Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store import open_store
from marketplace_sandbox.store.sql import FORMAT as TABLES_FORMAT

STORES = Path(__file__).parent / "data" / "stores"
STORE = STORES / f"tables-{TABLES_FORMAT}-entries-{ENTRY_FORMAT}-rules-{RULES}.db"
RULES_KEPT = STORES / f"rules-{RULES}.json"
START = datetime(2026, 3, 2, 16, tzinfo=UTC)
US, JP = "ATVPDKIKX0DER", "A1VC38T7YXB528"
Json = dict[str, Any]


class Wall:
    """A real clock that goes on by a second whenever it is looked at."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        self.seconds += 1
        return self.seconds


def write(path: Path) -> None:
    """A store of a seller to whom everything has happened, one in Japan, one whose clock runs, and one who is gone.

    The first was forked in the middle, the second rewound, and the fork of a fork outlives what it was forked from.
    """
    with opened(path, Wall()) as sellers:
        live(sellers.open("AKEPT", START, policy={"hold_period": "PT10M", "buyer_withdrawal": True}))
        japan = sellers.open("AJAPAN", START, marketplace_ids=[JP])
        [order] = japan.place_orders({})
        japan.act(order.order_id, "buyer-cancel")
        japan.place_orders({"items": [{"quantity": 3}]})
        japan.advance(timedelta(days=30))
        sellers.open("ARUNS", START, rate=60.0).place_orders({"payment": "unverified"})
        sellers.open("AGONE", START).place_orders({})
        sellers.remove("AGONE")
        branch(sellers)
        path.with_suffix(".json").write_text(json.dumps(picture(sellers), indent=1, sort_keys=True) + "\n")


def branch(sellers: Sellers) -> None:
    """Forks and rewinds, after which everybody lives on."""
    fork = sellers.fork("AKEPT", 12, "AFORK")
    fork.advance(timedelta(days=1))
    fork.place_orders({"hold": False})
    sellers.fork("AFORK", START + timedelta(minutes=45), "AFORKFORK", deliver=True).advance(timedelta(days=2))
    sellers.rewind("AJAPAN", 3)
    [order] = sellers.get("AJAPAN").place_orders({"hold": False})
    sellers.get("AJAPAN").act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    sellers.fork("ARUNS", seller_id="ARUNSTOO")
    sellers.remove("AFORK")


@contextmanager
def opened(path: Path, real: Wall) -> Iterator[Sellers]:
    """The sellers of a store, on a real clock."""
    store = open_store(f"sqlite:///{path}")
    try:
        yield Sellers(store, Defaults(START, 0.0, seed=7), real)
    finally:
        store.close()


def live(world: World) -> None:
    """Every actor does something, receivers fail, feeds and reports are made, and weeks pass."""
    world.execute(Subscribe("http://127.0.0.1:9/hook", "whsec_a2VwdCBmb3IgZXZlciBhbmQgZXZlcg=="))
    orders = world.place_orders({"count": 4, "items": [{"sku": "MUG", "quantity": 2, "price": 20}, {"sku": "CUP"}]})
    amazons = world.place_orders({"channel": "AFN", "programs": ["Prime"]})
    world.place_orders({"release_at": "2026-03-05T00:00:00Z"})
    first, second, third, fourth = (each.order_id for each in orders)
    world.act(first, "buyer-cancel")
    world.advance(timedelta(hours=1))
    world.act(second, "buyer-request-cancellation", {"reason": "late", "items": ["MUG"]})
    world.act(third, "parcel-leaves")
    world.act(third, "seller-confirm-shipment", {"carrier": "UPS", "tracking": "1Z999"})
    fail_deliveries(world)
    world.act(amazons[0].order_id, "buyer-request-cancellation", {"reason": "cheaper"})
    world.advance(timedelta(minutes=1))
    world.act(second, "buyer-withdraw-request")
    world.execute(WriteToBuyer(second, "unexpectedProblem", "We are sorry."))
    world.execute(ConfigurePolicy({"handling_days": 1, "buyer_cancel_window": "PT45M"}))
    send_feed(world, fourth)
    world.execute(CreateReport("GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL", (US,), START, None, {}))
    world.execute(ScheduleReport("GET_ORDER_REPORT_DATA_SHIPPING", (US,), "P1D", None, {}))
    world.advance(timedelta(days=2))
    world.act(third, "seller-refund", {"reason": "customer_return"})
    world.advance(timedelta(days=14))
    world.execute(ConfigurePolicy({"handling_days": None}))
    world.place_orders({"purchased_at": "2026-03-03T00:00:00Z", "items": [{"price": "7.50", "tax": "0.50"}]})
    items = [{"id": "1", "sku": "MUG", "quantity": 2}, {"id": "2", "sku": "MUG"}]
    [order] = world.place_orders({"hold": False, "items": items})
    world.act(order.order_id, "seller-confirm-shipment", {"items": ["2"], "carrier": "UPS"})


def fail_deliveries(world: World) -> None:
    """A receiver that is busy once, and then takes what it gets."""
    for delivery_id in list(world.state.outgoing):
        world.execute(RecordAttempt(delivery_id, 503, 12, "busy"))
    world.advance(timedelta(seconds=5))
    for delivery_id in list(world.state.outgoing):
        world.execute(RecordAttempt(delivery_id, 200, 7))


def send_feed(world: World, order_id: str) -> None:
    """A feed of one cancellation."""
    document_id = world.execute(CreateFeedDocument("text/xml")).feed_document_id
    world.execute(UploadFeedDocument(document_id, b"<AmazonEnvelope/>"))
    action = Action("seller-cancel", reason="no_inventory", origin="feed")
    message = FeedMessage("1", order_id, action=action, rows=(("1", ""),))
    world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", (US,), document_id, digest="ab", messages=(message,)))


def picture(sellers: Sellers) -> Json:
    """What can be seen of the worlds, in the words of the control API."""
    return {
        "worlds": {world.seller_id: picture_of(world) for world in sellers if world.seller_id.startswith("A")},
        "gone": sellers.is_gone("AGONE"),
    }


def picture_of(world: World) -> Json:
    """One world. What may be done next is not in it, nor how a mail words what happened: neither is the past."""
    state, now = world.state, world.now()
    orders = [order_json(each, now, world.policy) for each in world.orders.values()]
    return {
        "version": world.version,
        "now": None if world.clock.rate else now.isoformat(),
        "policy": world.policy.in_force(),
        "orders": [_without(each, "allowed") for each in orders],
        "events": [[each.event_id, each.order_id, each.action, each.outcome] for each in state.order_events],
        "notices": [notice_json(each) for each in state.notices],
        "mail": [_without(mail_json(each), "subject", "body") for each in state.mail],
        "messages": [_without(message_json(each), "text") for each in state.messages],
        "deliveries": [delivery_json(each) for each in state.deliveries.values()],
        "reports": [[each.report_id, str(each.status)] for each in state.reports.all.values()],
        "feeds": [[each.feed_id, str(each.status)] for each in state.feeds.all.values()],
    }


def _without(values: Json, *keys: str) -> Json:
    return {key: value for key, value in values.items() if key not in keys}


def decisions() -> Json:
    """What the rules of today decide: a digest of each cell of their table, and every default that they go by."""
    return {
        "cells": {f"{each.stage.name}, {each.trial.name}": _digest(each) for each in matrix()},
        "defaults": write_defaults(todays_defaults()),
    }


def _digest(cell: Cell) -> str:
    """Of all that follows: the outcome, the order then, and what falls due for it."""
    step, outcome = cell.step, cell.step.outcome
    due = [f"{at} {action.name}" for at, action in table.timers(step.order, POLICY)]
    said = (outcome.name, outcome.verdict, outcome.change, outcome.mails, outcome.counts, step.lints)
    text = f"{[str(each) for each in said]} {order_words(step.order)} {due}"
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def main() -> int:
    """Write what is not there yet."""
    STORES.mkdir(parents=True, exist_ok=True)
    for path, make in ((STORE, write), (RULES_KEPT, write_decisions)):
        if path.exists():
            print(f"{path.name} is there already; it stays as it was written.")
        else:
            make(path)
            print(f"{path.name} is written.")
    return 0


def write_decisions(path: Path) -> None:
    """What the rules of today decide, in a file."""
    path.write_text(json.dumps(decisions(), indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
