"""What goes wrong with deliveries on purpose, courier_over out by the courier, and nothing of it ever lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import formatdate
from typing import Any

import pytest

from marketplace_sandbox.core.commands.notifications import Resend, Subscribe
from marketplace_sandbox.core.faults.fault_rules import FaultRules
from marketplace_sandbox.core.notifications.outbox import DeliveryStatus
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.delivery.courier import Courier
from marketplace_sandbox.delivery.outbound_message import AttemptResult, OutboundMessage, Send
from marketplace_sandbox.delivery.webhook_transport import build_headers, parse_retry_after
from tests.core.worlds import a_world, place, restored

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"


class RecordingTransport:
    """Notes what it was handed, and answers what the test says, 200 where it says nothing."""

    def __init__(self) -> None:
        self.messages: list[OutboundMessage] = []
        self.answers: list[AttemptResult] = []

    @contextmanager
    def open(self) -> Iterator[Send]:
        yield self.send

    def send(self, message: OutboundMessage) -> AttemptResult:
        self.messages.append(message)
        return self.answers.pop(0) if self.answers else AttemptResult(200)


class Shop:
    """A world with a webhook and a courier, three orders being notified, and what is to go wrong."""

    def __init__(self, *wanted: dict[str, Any]) -> None:
        self.world: World = a_world()
        self.world.execute(Subscribe(url="http://127.0.0.1:9/", secret=SECRET))
        self.transport = RecordingTransport()
        self.faults = FaultRules()
        self.faults.add(self.world.seller_id, list(wanted), self.world.now())
        self.courier = Courier(
            self.transport.open, lambda _, delivery: delivery.notice.order_id.encode(), faults=self.faults
        )
        self.orders = []
        for _ in range(3):
            self.orders.append(place(self.world).order_id)
            self.world.advance(timedelta(seconds=1))

    def pass_time(self, **span: float) -> None:
        self.world.advance(timedelta(**span), lambda: self.courier.deliver(self.world, 10))
        self.courier.deliver(self.world, 10)

    def arrived(self) -> list[int]:
        """Which orders were notified, by their numbers, in the order of arrival."""
        return [self.orders.index(message.body.decode()) for message in self.transport.messages]

    def statuses(self) -> list[str]:
        return [str(each.status) for each in self.world.state.deliveries.values()]


def test_a_delay_is_the_worlds_time() -> None:
    shop = Shop({"kind": "delay", "by": "PT10M"})
    shop.pass_time(minutes=39)
    assert shop.arrived() == [1, 2]
    shop.pass_time(minutes=2)
    assert shop.arrived() == [1, 2, 0]


def test_an_outage_ends_for_all_at_once() -> None:
    shop = Shop({"kind": "late", "until": "2026-03-03T00:00:00Z", "times": None})
    shop.pass_time(hours=7)
    assert shop.arrived() == []
    assert shop.statuses() == ["pending"] * 3
    shop.pass_time(hours=2)
    assert sorted(shop.arrived()) == [0, 1, 2]


def test_a_duplicate_comes_again_under_its_id() -> None:
    shop = Shop({"kind": "duplicate", "copies": 3})
    shop.pass_time(hours=1)
    assert shop.arrived() == [0, 0, 0, 1, 2]
    assert len({message.delivery_id for message in shop.transport.messages[:3]}) == 1
    assert shop.statuses() == ["delivered"] * 3
    assert [len(each.attempts) for each in shop.world.state.deliveries.values()] == [3, 1, 1]


def test_every_delivery_may_come_twice() -> None:
    shop = Shop({"kind": "duplicate", "times": None})
    shop.pass_time(hours=1)
    assert shop.arrived() == [0, 0, 1, 1, 2, 2]


def test_reordering_lets_later_ones_go_first() -> None:
    shop = Shop({"kind": "reorder", "behind": 2})
    shop.pass_time(hours=1)
    assert shop.arrived() == [1, 2, 0]


def test_what_waits_behind_nothing_goes_in_the_end() -> None:
    shop = Shop({"kind": "reorder", "behind": 9, "within": "PT20M", "times": None})
    shop.pass_time(minutes=45)
    assert shop.arrived() == []
    shop.pass_time(minutes=30)
    assert sorted(shop.arrived()) == [0, 1, 2]


def test_a_dropped_one_never_comes_unless_it_is_resent() -> None:
    shop = Shop({"kind": "drop"})
    shop.pass_time(days=5)
    assert shop.arrived() == [1, 2]
    (dropped,) = [each for each in shop.world.state.deliveries.values() if each.status is DeliveryStatus.GIVEN_UP]
    assert dropped.attempts[0].error == "Lost on purpose: fault-1 drops it."
    shop.world.execute(Resend(delivery_id=dropped.delivery_id))
    shop.courier.deliver(shop.world, 10)
    assert shop.arrived() == [1, 2, 0]


def test_a_wrong_signature_is_wrong_once() -> None:
    shop = Shop({"kind": "wrong_signature"})
    shop.transport.answers = [AttemptResult(400)]
    shop.pass_time(hours=1)
    first, *others = shop.transport.messages
    assert first.wrong_signature
    assert not any(message.wrong_signature for message in others)
    again = others[-1]
    assert again.delivery_id == first.delivery_id
    right = build_headers(again)["webhook-signature"]
    assert build_headers(first)["webhook-signature"] != right
    assert first.body == again.body


def test_a_restart_loses_nothing_that_was_held() -> None:
    shop = Shop({"kind": "delay", "by": "PT10M", "times": None})
    shop.pass_time(minutes=31)
    again = restored(shop.world)
    assert {each.next_at for each in again.state.deliveries.values()} == {
        each.next_at for each in shop.world.state.deliveries.values()
    }
    again.advance(timedelta(minutes=15))
    assert len(again.state.outgoing) == 3


def test_a_pause_that_is_asked_for_is_kept() -> None:
    shop = Shop()
    shop.transport.answers = [AttemptResult(503, retry_after=1800.0)]
    shop.pass_time(minutes=31)
    assert shop.arrived() == [0]
    shop.pass_time(minutes=28)
    assert shop.arrived() == [0]
    shop.pass_time(minutes=2)
    assert sorted(shop.arrived()) == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 400, 86_400.0),
    ],
)
def test_a_pause_is_seconds(text: str, seconds: float | None) -> None:
    assert parse_retry_after(text) == seconds


def test_a_pause_is_a_date() -> None:
    assert parse_retry_after(formatdate(1000.0, usegmt=True), lambda: 940.0) == 60.0
    assert parse_retry_after(formatdate(1000.0, usegmt=True), lambda: 2000.0) == 0.0
