"""Random but repeatable users: Hypothesis strategies for what actors do, and worlds driven by them.

`picture` is everything the advance law compares.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from marketplace_sandbox.core.commands.notifications import RecordAttempt
from marketplace_sandbox.core.commands.orders import PlaceOrders
from marketplace_sandbox.core.notifications.outbox import DeliveryStatus
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.receipt import FiredTimer, Receipt
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.views.projections import mail_json, notice_json
from marketplace_sandbox.core.world.world import World
from tests.core.worlds import STANDARD

ITEMS_OF_ONE_SKU = {"hold": False, "items": [{"sku": "A", "quantity": 2, "price": 20}, {"sku": "A"}, {"sku": "B"}]}
FORMS: tuple[dict[str, Any], ...] = (
    {},
    {"hold": False},
    {"payment": "unverified"},
    {"channel": "AFN"},
    {"handling_days": 0, "items": [{"sku": "A", "quantity": 3}]},
    {"release_at": "2026-03-04T00:00:00Z"},
    {"invoice": True},
    {"marketplace": "A1VC38T7YXB528"},
    ITEMS_OF_ONE_SKU,
)
ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("buyer-cancel", {}),
    ("buyer-request-cancellation", {"reason": "late"}),
    ("buyer-request-cancellation", {"items": ["A"]}),
    ("buyer-withdraw-request", {}),
    ("buyer-message", {"text": "cancel, please"}),
    ("seller-cancel", {"reason": "buyer_canceled"}),
    ("seller-cancel", {"reason": "no_inventory"}),
    ("seller-confirm-shipment", {}),
    ("seller-confirm-shipment", {"items": [{"sku": "A", "quantity": 1}]}),
    ("seller-refund", {"reason": "general_adjustment"}),
    ("seller-refund", {"reason": "customer_return", "amounts": [{"sku": "A", "amount": 1}]}),
    ("seller-message", {"kind": "instructions"}),
    ("seller-message", {"kind": "advise_return"}),
    ("parcel-leaves", {}),
    ("parcel-leaves", {"items": ["A"]}),
    ("payment-authorized", {}),
    ("payment-failed", {}),
    ("fraud-detected", {}),
    ("warehouse-starts", {}),
    ("warehouse-ships", {}),
)
INVOICE_ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("seller-confirm-invoice", {}),
    ("seller-confirm-invoice", {"items": [{"sku": "A", "quantity": 1}]}),
)
"""What is done besides of orders that owe an invoice."""
PARTIAL_ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("buyer-cancel", {"items": ["A"]}),
    ("buyer-request-cancellation", {"items": ["B"]}),
    ("seller-cancel", {"reason": "buyer_canceled", "items": ["A"]}),
    ("seller-cancel", {"reason": "no_inventory", "items": ["B"]}),
)
"""What is done besides where single items may be canceled."""


@dataclass(frozen=True)
class Turn:
    """Time passes, then somebody does something: places an order (`act` None) or acts on the `order`-th."""

    seconds: int
    cuts: tuple[int, ...]
    order: int
    form: dict[str, Any]
    act: tuple[str, dict[str, Any]] | None


SPANS = st.one_of(
    st.integers(0, 120),
    st.sampled_from([1800, 1799, 5400, 7200, 86400, 3 * 86400, 7 * 86400, 10 * 86400, 21 * 86400]),
)
TURNS = st.lists(
    st.builds(
        Turn,
        seconds=SPANS,
        cuts=st.lists(st.integers(0, 22 * 86400), max_size=4).map(tuple),
        order=st.integers(0, 5),
        form=st.sampled_from(FORMS),
        act=st.one_of(st.none(), st.sampled_from((*ACTS, *INVOICE_ACTS))),
    ),
    min_size=1,
    max_size=14,
)


@dataclass
class Script:
    """What a run of turns brought about, as receipts tell it, each kind in its order."""

    fired: list[FiredTimer] = field(default_factory=list)
    told: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"notices": [], "mail": [], "lints": []})

    def take(self, receipt: Receipt) -> None:
        self.fired += receipt.fired
        self.told["notices"] += [notice_json(each) for each in receipt.notices]
        self.told["mail"] += [mail_json(each) for each in receipt.mail]
        self.told["lints"] += [asdict(each) for each in receipt.lints]


def play(world: World, turns: list[Turn], jump: Callable[[World, Turn], list[Receipt]]) -> Script:
    """Take the turns; `jump` says how the time of a turn passes."""
    script = Script()
    for turn in turns:
        for receipt in jump(world, turn):
            script.take(receipt)
        script.take(take_turn(world, turn))
    return script


def take_turn(world: World, turn: Turn) -> Receipt:
    orders = list(world.orders.values())
    try:
        if turn.act is None or not orders:
            return world.execute(PlaceOrders({**STANDARD, **turn.form}))
        action, arguments = turn.act
        order = orders[turn.order % len(orders)]
        return world.act(order.order_id, action, name_apart(ids_and_skus(order), arguments, turn.order))
    except RefusalError:
        return Receipt()


def ids_and_skus(order: Order) -> tuple[tuple[str, str], ...]:
    """What the items of an order may be named by."""
    return tuple((each.order_item_id, each.sku) for each in order.items)


def name_apart(items: Iterable[tuple[str, str]], arguments: dict[str, Any], turn: int) -> dict[str, Any]:
    """The arguments with what a SKU of several items names, of ids and SKUs, named by one of their ids in turn."""

    def name(sku: str) -> str:
        same = [item_id for item_id, of in items if of == sku]
        return same[turn % len(same)] if len(same) > 1 else sku

    named = {key: arguments[key] for key in ("items", "amounts") if key in arguments}
    apart: dict[str, Any] = {
        key: [name(each) if isinstance(each, str) else {**each, "sku": name(each["sku"])} for each in entries]
        for key, entries in named.items()
    }
    return {**arguments, **apart}


def in_one_jump(world: World, turn: Turn) -> list[Receipt]:
    return [world.advance(world.now() + timedelta(seconds=turn.seconds), lambda: answer(world))]


def in_pieces(world: World, turn: Turn) -> list[Receipt]:
    start = world.now()
    cuts = sorted(cut for cut in turn.cuts if cut < turn.seconds)
    instants = [start + timedelta(seconds=cut) for cut in (*cuts, turn.seconds)]
    return [world.advance(instant, lambda: answer(world)) for instant in instants]


def answer(world: World) -> None:
    """A receiver whose answers depend on the delivery alone: every third attempt is taken, the others fail."""
    for delivery_id in list(world.state.outgoing):
        tries = len(world.state.deliveries[delivery_id].attempts)
        code = 200 if (int(delivery_id[0], 16) + tries) % 3 == 0 else 503
        world.execute(RecordAttempt(delivery_id=delivery_id, code=code, latency_ms=1))


def picture(world: World) -> dict[str, Any]:
    """Everything of a world that must not depend on how time passed."""
    return {
        "now": world.now(),
        "orders": [asdict(order) for order in world.orders.values()],
        "notices": [notice_json(each) for each in world.state.notices],
        "mail": [mail_json(each) for each in world.state.mail],
        "messages": [asdict(each) for each in world.state.messages],
        "lints": [asdict(each) for each in world.state.lints],
        "happenings": [asdict(each) for each in world.state.order_events],
        "deliveries": [
            (each.delivery_id, each.status, [(a.at, a.code) for a in each.attempts])
            for each in world.state.deliveries.values()
            if each.status is not DeliveryStatus.PENDING
        ],
        "next": world.next_timer() and world.next_timer()[0],  # type: ignore[index]
    }
