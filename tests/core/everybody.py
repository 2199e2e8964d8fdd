"""Commands of every kind there is at random, as the state they are for has something they could be about.

A state is driven without a world: `take_step` takes what a world would write, at the instants at which it would.
What is refused changes nothing and is nothing.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.commands.feeds import (
    AcknowledgeFeeds,
    CancelFeed,
    CreateFeed,
    CreateFeedDocument,
    UploadFeedDocument,
)
from marketplace_sandbox.core.commands.notifications import (
    CreateDestination,
    DeleteDestination,
    PostponeDelivery,
    RecordAttempt,
    Resend,
    SendTestNotification,
    Subscribe,
    Unsubscribe,
)
from marketplace_sandbox.core.commands.orders import (
    Act,
    CancelLater,
    PlaceOrders,
    SolicitReview,
    UpdateShipmentStatus,
    UpdateVerification,
    WriteToBuyer,
)
from marketplace_sandbox.core.commands.reports import (
    AcknowledgeReports,
    CancelReport,
    CreateReport,
    ScheduleReport,
    UnscheduleReport,
)
from marketplace_sandbox.core.commands.worlds import AcceptRules, ConfigurePolicy, Reach
from marketplace_sandbox.core.feeds.values import FeedMessage
from marketplace_sandbox.core.journal.fold import first_state, let_happen
from marketplace_sandbox.core.journal.opening import Opening
from marketplace_sandbox.core.policy import SettingError
from marketplace_sandbox.core.receipt import Receipt
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.rules.version import RULES
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.state import State
from tests.core.actors import ACTS, FORMS, INVOICE_ACTS, PARTIAL_ACTS
from tests.core.worlds import MARKETPLACE_IDS, STANDARD, START

US = MARKETPLACE_IDS[:1]
SECOND = timedelta(seconds=1)
REPORTS = (
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL",
    "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING",
    "GET_V2_SELLER_PERFORMANCE_REPORT",
)
FEEDS = ("POST_ORDER_ACKNOWLEDGEMENT_DATA", "POST_PAYMENT_ADJUSTMENT_DATA")
SETTINGS: tuple[dict[str, Any], ...] = (
    {"hold_period": "PT10M"},
    {"hold_period": None},
    {"auto_cancel_after": "P3D"},
    {"auto_cancel_after": None},
    {"feed_queue_time": "PT0S", "feed_processing_time": "PT5M"},
)
LEAPS = (0, 0, 1, 60, 1800, 7200, 86_400, 8 * 86_400, 40 * 86_400)
ORDERS = (*FORMS, {"is_ispu": True, "hold": False}, {"has_regulated_items": True, "hold": False})
Make = Callable[[State, random.Random, datetime], Command | None]


def a_state() -> State:
    """The state of a new world, in which every kind of command is taken."""
    policy = {"buyer_withdrawal": True, "early_adjustment": "hold", "partial_cancellation": True}
    state = first_state(Opening("ATESTSELLER", START, 0.0, 0.0, 7, MARKETPLACE_IDS, policy))
    state.version = 1
    return state


def take_step(state: State, chance: random.Random, at: datetime) -> datetime:
    """Let some time pass or take a command that is not refused; the instant now."""
    if chance.random() < 0.3:
        return let_time_pass(state, at + timedelta(seconds=chance.choice(LEAPS)))
    command = any_command(state, chance, at)
    if command is not None:
        take(state, command, at)
    return at


def let_time_pass(state: State, until: datetime) -> datetime:
    """Let happen what is due by an instant, which is now then."""
    let_happen(state, until)
    state.version += 1
    return until


def take(state: State, command: Command, at: datetime) -> Receipt | None:
    """Take a command; None where it is refused."""
    try:
        receipt = state.plan(command, at)()
    except (RefusalError, FieldError, SettingError):
        return None
    state.version += 1
    return receipt


def any_command(state: State, chance: random.Random, at: datetime) -> Command | None:
    """One of any kind; None where there is nothing that it could be about."""
    [kind] = chance.choices(list(AT_RANDOM), [OFTEN.get(each, 1) for each in AT_RANDOM])
    return AT_RANDOM[kind](state, chance, at)


def _about(found: Callable[[State], Iterable[str]], make: Callable[[str, random.Random], Command]) -> Make:
    """A command about one of what there is, mostly of the latest."""

    def choose(state: State, chance: random.Random, _at: datetime) -> Command | None:
        ids = list(found(state))
        return make(chance.choice(ids[-5:]), chance) if ids else None

    return choose


def _orders(state: State) -> Iterable[str]:
    return state.orders


def _deliveries(state: State) -> Iterable[str]:
    return state.outgoing or state.deliveries


def _reports(state: State) -> Iterable[str]:
    return state.reports.all


def _feeds(state: State) -> Iterable[str]:
    return state.feeds.all


def _place(_state: State, chance: random.Random, _at: datetime) -> Command:
    return PlaceOrders({**STANDARD, **chance.choice(ORDERS), "count": chance.choice((1, 1, 3))})


def _act(order_id: str, chance: random.Random) -> Command:
    return Act(order_id, *chance.choice((*ACTS, *INVOICE_ACTS, *PARTIAL_ACTS)))


def _subscribe(state: State, chance: random.Random, _at: datetime) -> Command:
    if state.destinations and chance.random() < 0.5:
        destination_id = chance.choice(list(state.destinations))
        return Subscribe("", "", ("ORDER_CHANGE",), (), destination_id, chance.choice(("1.0", "2.0")))
    return Subscribe(f"http://127.0.0.1:9/{chance.randrange(100)}", "whsec_x")


def _attempt(delivery_id: str, chance: random.Random) -> Command:
    again, pause = chance.random() < 0.1, chance.choice((None, None, None, 90.0))
    return RecordAttempt(delivery_id, chance.choice((200, 200, 503, 429, 410, None)), 1, retry_after=pause, again=again)


def _postpone(state: State, chance: random.Random, at: datetime) -> Command | None:
    ids = list(state.outgoing)
    until = chance.choice((None, at + 60 * SECOND))
    return PostponeDelivery(ids[-1], until, 0 if until else chance.randrange(1, 3)) if ids else None


def _create_destination(_state: State, chance: random.Random, _at: datetime) -> Command:
    return CreateDestination("queue", f"arn:aws:sqs:us-east-1:000000000000:q{chance.randrange(4)}")


def _create_report(_state: State, chance: random.Random, at: datetime) -> Command:
    return CreateReport(
        chance.choice(REPORTS), US, at - timedelta(days=20), None, {}, fate=chance.choice(("", "fatal"))
    )


def _schedule_report(_state: State, chance: random.Random, _at: datetime) -> Command:
    return ScheduleReport("GET_ORDER_REPORT_DATA_SHIPPING", US, chance.choice(("PT8H", "P1D")), None, {})


def _create_feed(state: State, chance: random.Random, _at: datetime) -> Command:
    messages = []
    for number, order in enumerate(list(state.orders.values())[-2:], start=1):
        amounts = [{"id": order.items[0].order_item_id, "amount": "1.00"}]
        refund = ("seller-refund", {"reason": "customer_return", "amounts": amounts})
        action = chance.choice((("seller-cancel", {"reason": "no_inventory"}), ("seller-confirm-shipment", {}), refund))
        written = {"message_id": str(number), "order_id": order.order_id, "action": action[0], "with": action[1]}
        messages.append(FeedMessage.read(written, ""))
    digest, stuck = chance.choice(("", "one", "another")), timedelta(seconds=chance.choice((0, 45)))
    unused = next(
        (each.document_id for each in state.feeds.documents.values() if each.content and not each.feed_id), ""
    )
    content = None if unused else b"a file"
    return CreateFeed(
        chance.choice(FEEDS), US, unused, media_type="text/xml", content=content, digest=digest,
        messages=tuple(messages), fate=chance.choice(("", "", "fatal", "canceled")), stuck=stuck,
    )  # fmt: skip


AT_RANDOM: Mapping[type[Command], Make] = {
    PlaceOrders: _place,
    Act: _about(_orders, _act),
    CancelLater: _about(_orders, lambda order_id, _: CancelLater(order_id, "no_inventory")),
    WriteToBuyer: _about(_orders, lambda order_id, _: WriteToBuyer(order_id, "unexpectedProblem", "We are sorry.")),
    UpdateShipmentStatus: _about(_orders, lambda order_id, _: UpdateShipmentStatus(order_id, "ReadyForPickup")),
    UpdateVerification: _about(_orders, lambda order_id, _: UpdateVerification(order_id, "R1", "Approved")),
    SolicitReview: _about(_orders, lambda order_id, _: SolicitReview(order_id)),
    ConfigurePolicy: lambda _state, chance, _at: ConfigurePolicy(chance.choice(SETTINGS)),
    AcceptRules: lambda _state, _chance, _at: AcceptRules(RULES, {}),
    Reach: lambda _state, _chance, _at: Reach(),
    Subscribe: _subscribe,
    Unsubscribe: _about(lambda state: state.subscribers, lambda subscriber_id, _: Unsubscribe(subscriber_id)),
    RecordAttempt: _about(_deliveries, _attempt),
    PostponeDelivery: _postpone,
    Resend: _about(lambda state: state.deliveries, lambda delivery_id, _: Resend(delivery_id)),
    CreateDestination: _create_destination,
    DeleteDestination: _about(lambda state: state.destinations, lambda name, _: DeleteDestination(name)),
    SendTestNotification: _about(
        lambda state: state.destinations,
        lambda name, _: SendTestNotification(name, "ORDER_CHANGE", "OrderStatusChange"),
    ),
    CreateReport: _create_report,
    CancelReport: _about(_reports, lambda report_id, _: CancelReport(report_id)),
    AcknowledgeReports: _about(
        _reports, lambda report_id, chance: AcknowledgeReports((report_id,), chance.random() < 0.7)
    ),
    ScheduleReport: _schedule_report,
    UnscheduleReport: _about(lambda state: state.reports.schedules, lambda name, _: UnscheduleReport(name)),
    CreateFeedDocument: lambda _state, _chance, _at: CreateFeedDocument("text/xml"),
    UploadFeedDocument: _about(
        lambda state: state.feeds.documents, lambda name, _: UploadFeedDocument(name, b"a file")
    ),
    CreateFeed: _create_feed,
    CancelFeed: _about(_feeds, lambda feed_id, _: CancelFeed(feed_id)),
    AcknowledgeFeeds: _about(_feeds, lambda feed_id, chance: AcknowledgeFeeds((feed_id,), chance.random() < 0.7)),
}
"""How each kind of command is made."""

OFTEN: Mapping[type[Command], int] = {
    PlaceOrders: 4, Act: 10, RecordAttempt: 8, CreateFeed: 3, CreateReport: 3, CancelReport: 3, SolicitReview: 3,
}  # fmt: skip
"""What comes more often than other kinds."""
