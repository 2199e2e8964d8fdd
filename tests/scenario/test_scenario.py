"""A wrong scenario stops before anything is played, with file, line and the nearest valid word."""

from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox.core.views.projections import order_json
from marketplace_sandbox.core.world.bounds import Totals
from marketplace_sandbox.scenario.expectation_readers import ORDER
from marketplace_sandbox.scenario.scenario import ScenarioError, read_file, read_json, read_yaml
from marketplace_sandbox.scenario.tree import load
from tests.scenario.scenes import ONE, SMALL, TWO, expecting, play_text

HEAD = "start: 2026-03-02T16:00:00Z\norders:\n  - {id: 902-0000001-0000001}\n"  # three lines

WRONG = {
    "unknown key": ("abuot: x\n", 1, "There is no field 'abuot' of a scenario; did you mean 'about'?"),
    "a list": ("- about: x\n", 1, 'A scenario is an object; [{"about": "x"}] is not.'),
    "nothing": ("", 1, "A scenario is an object; null is not."),
    "about": ("about: [x]\n", 1, "about is text"),
    "rules": ("rules: [R39, cancel]\n", 1, "rules[1] is a rule such as R39 or K4; 'cancel' is not."),
    "start": ("about: x\nstart: tomorrow\n", 2, "start is an instant such as 2026-03-02T16:00:00Z; 'tomorrow' is not."),
    "start, far": ("start: 9999-01-01T00:00:00Z\n", 1, "start is an instant from 1970-01-01T00:00:00Z to before"),
    "rate": ("rate: -1\n", 1, "rate is a number from 0 (frozen) to 1000000; -1 is not."),
    "seed": ("seed: one\n", 1, "seed is a whole number from 0; 'one' is not."),
    "marketplace": ("seller:\n  marketplace_ids: [ATVPDKIKX0DEM]\n", 2, "did you mean 'ATVPDKIKX0DER'?"),
    "seller": (
        "seller: {marketplaces: []}\n",
        1,
        "There is no field 'seller.marketplaces' of the seller; did you mean 'marketplace_ids'?",
    ),
    "setting": ("settings:\n  buyer_withdrawl: true\n", 2, "did you mean 'buyer_withdrawal'?"),
    "setting's value": ("settings:\n  hold_period: PT\n", 2, "hold_period is a span such as PT30M, 31m or 1.5h"),
    "orders": ("orders: 3\n", 1, "orders is a list; 3 is not."),
    "an order": ("orders:\n  - {}\n  - x\n", 3, "orders[1] is an object; 'x' is not."),
    "order field": (
        "orders:\n  - {}\n  - {chanel: AFN}\n",
        3,
        "There is no field 'orders[1].chanel'; did you mean 'channel'?",
    ),
    "order value": ("orders:\n  - channel: MFM\n", 2, "There is no channel 'MFM'; did you mean 'MFN'?"),
    "order's store": ("orders:\n  - marketplace: US\n", 2, "did you mean 'ATVPDKIKX0DER' (US)?"),
    "order's store, a list": (
        "orders:\n  - marketplace: []\n",
        2,
        "There is no marketplace [].",
    ),
    "order id": ("orders:\n  - id: 902-1\n", 2, "An order id has the form 902-0000001-0000001; '902-1' has not."),
    "order twice": (HEAD + "  - {id: 902-0000001-0000001}\n", 4, "There are two orders 902-0000001-0000001."),
    "item field": (
        "orders:\n  - items:\n      - {sku: A}\n      - {sku: B, qty: 2}\n",
        4,
        "There is no field 'orders[0].items[1].qty'; there are 'id', 'sku', 'asin', 'title', 'quantity',",
    ),
    "price without end": (
        "orders:\n  - items: [{sku: A}]\n  - items:\n      - {sku: A, price: 1e1000000000}\n",
        4,
        "orders[1].items[0].price is an amount such as 20.00; '1e1000000000' is not.",
    ),
    "item value": (
        "orders:\n  - items:\n      - sku: A\n        quantity: 0\n",
        4,
        "items[0].quantity is a whole number",
    ),
    "purchase": (HEAD + "  - purchased_at: soon\n", 4, "'soon' is neither a span such as +1h10m"),
    "purchase, absolute": (
        "orders:\n  - purchased_at: 2026-03-02T16:00:00Z\n",
        2,
        "a scenario without a start has spans",
    ),
    "step key": (
        HEAD + "script:\n  - {at: +1h, wiht: {}}\n",
        5,
        "There is no field 'script[0].wiht' of a step; did you mean 'with'?",
    ),
    "action": (
        HEAD + "script:\n  - {at: +1h, seller-cancle: 902-0000001-0000001}\n",
        5,
        "did you mean 'seller-cancel'?",
    ),
    "step without at": (
        HEAD + "script:\n  - {parcel-leaves: 902-0000001-0000001}\n",
        5,
        "script[0].at is required by a step, such as +1h10m.",
    ),
    "span": (
        HEAD + "script:\n  - {at: +1huor}\n",
        5,
        "at: '+1huor' is neither a span such as +1h10m or +7d nor an instant",
    ),
    "order in step": (
        HEAD + "script:\n  - {at: +1h, parcel-leaves: 902-0000001-0000002}\n",
        5,
        "There is no order '902-0000001-0000002' in this scenario; did you mean '902-0000001-0000001'?",
    ),
    "order in step, a list": (
        HEAD + "script:\n  - {at: +1h, parcel-leaves: []}\n",
        5,
        "parcel-leaves names an order, such as 902-0000001-0000001; [] does not.",
    ),
    "no orders": (
        "script:\n  - {at: +1h, parcel-leaves: 902-0000001-0000001}\n",
        2,
        "No order of this scenario has an id",
    ),
    "two actions": (
        HEAD + "script:\n  - {at: +1h, parcel-leaves: 902-0000001-0000001, buyer-cancel: 902-0000001-0000001}\n",
        5,
        "A step does one thing; this one has parcel-leaves, buyer-cancel.",
    ),
    "argument": (
        HEAD + "script:\n  - at: +1h\n    seller-cancel: 902-0000001-0000001\n    with:\n      raeson: x\n",
        8,
        "There is no field 'script[0].with.raeson' of seller-cancel; did you mean 'reason'?",
    ),
    "needed argument": (
        HEAD + "script:\n  - {at: +1h, buyer-message: 902-0000001-0000001}\n",
        5,
        "text is required by buyer-message.",
    ),
    "refusal": (
        HEAD + "script:\n  - {at: +1h, buyer-cancel: 902-0000001-0000001, refused: WINDOW_CLOSED}\n",
        5,
        "There is no error 'WINDOW_CLOSED'; did you mean 'CANCEL_WINDOW_CLOSED'?",
    ),
    "refusal of nothing": (
        HEAD + "script:\n  - {at: +1h, refused: ORDER_PENDING}\n",
        5,
        "refused belongs to an action",
    ),
    "page elsewhere": (
        HEAD + "script:\n  - {at: +1h, page: //example.com/}\n",
        5,
        "script[0].page is the path of a page, such as /seller/orders; '//example.com/' is not.",
    ),
    "read elsewhere": (
        HEAD + "script:\n  - at: +1h\n    reads:\n      http://example.com/: 200\n",
        6,
        "'http://example.com/' is none.",
    ),
    "status of a read": (
        HEAD + "script:\n  - at: +1h\n    reads:\n      /orders/v0/orders: 2000\n",
        7,
        "is a whole number from 100 to 599; 2000 is not.",
    ),
    "consumer": (HEAD + "script:\n  - {at: +1h, consumer: gone}\n", 5, "There is no consumer 'gone'"),
    "setting in a step": (HEAD + "script:\n  - {at: +1h, settings: {limit: off}}\n", 5, "did you mean 'limits'?"),
    "order of time": (HEAD + "script:\n  - {at: +2h}\n  - {at: +1h}\n", 6, "+1h lies before the step before it"),
    "before the start": (HEAD + "script:\n  - {at: -1h}\n", 5, "-1h lies before the start"),
    "before its order": (
        HEAD
        + "  - {id: 902-0000002-0000002, purchased_at: +2h}\nscript:\n  - {at: +1h, buyer-cancel: 902-0000002-0000002}",
        6,
        "Order 902-0000002-0000002 is placed at",
    ),
    "absolute without a start": (
        "script:\n  - {at: 2026-03-02T16:00:00Z}\n",
        2,
        "a scenario without a start has spans",
    ),
    "beyond time": (HEAD + "script:\n  - {at: +9999999d}\n", 5, "+9999999d leads beyond 8999-12-31T00:00:00Z"),
    "until": (HEAD + "script:\n  - {at: +2h}\nuntil: +1h\n", 6, "until: +1h lies before the last step."),
    "expectation": (
        "expect:\n  notification: []\n",
        2,
        "There is no field 'expect.notification'; did you mean 'notifications'?",
    ),
    "report": (
        HEAD + "script:\n  - {at: +1h, update-shipment-status: 902-0000001-0000001, with: {status: Ready}}\n",
        5,
        "did you mean 'ReadyForPickup'?",
    ),
    "units of a report": (
        HEAD + "script:\n  - at: +1h\n    update-shipment-status: 902-0000001-0000001\n"
        "    with: {status: PickedUp, items: [{quantity: 1}]}\n",
        7,
        "items[0] names an item of the order by its id.",
    ),
    "argument of a report": (
        HEAD + "script:\n  - {at: +1h, solicit-review: 902-0000001-0000001, with: {words: Nice}}\n",
        5,
        "There is no field 'script[0].with.words'",
    ),
    "error of a report": (
        HEAD + "script:\n  - {at: +1h, solicit-review: 902-0000001-0000001, refused: Unauthorised}\n",
        5,
        "did you mean 'Unauthorized'?",
    ),
    "expected order": (
        HEAD + "expect:\n  orders:\n    902-0000001-0000009: {}\n",
        6,
        "did you mean '902-0000001-0000001'?",
    ),
    "expected field": (
        HEAD + "expect:\n  orders:\n    902-0000001-0000001:\n      state: Pending\n",
        7,
        "did you mean 'status'?",
    ),
    "expected dotted field": (
        HEAD + "expect:\n  orders:\n    902-0000001-0000001:\n      request.stat: open\n",
        7,
        "There is no field 'expect.orders.902-0000001-0000001.request.stat'; did you mean 'state'?",
    ),
    "expected dotted nothing": (
        HEAD + "expect:\n  orders:\n    902-0000001-0000001:\n      requst.state: open\n",
        7,
        "There is no field 'expect.orders.902-0000001-0000001.requst.state';",
    ),
    "expected status": (
        HEAD + "expect:\n  orders:\n    902-0000001-0000001: {status: Cancelled}\n",
        6,
        "There is no status 'Cancelled'; did you mean 'Canceled'?",
    ),
    "expected switch": (
        HEAD + "expect:\n  orders: {902-0000001-0000001: {restocked: 1}}\n",
        5,
        "restocked is true or false; 1 is neither.",
    ),
    "expected amount": (
        HEAD + "expect:\n  orders:\n    902-0000001-0000001:\n      items: [{price: much}]\n",
        7,
        "price is an amount such as 20.00",
    ),
    "expected change": (
        "expect:\n  notifications:\n    - {change: BuyerRequested}\n",
        3,
        "did you mean 'BuyerRequestedChange'?",
    ),
    "expected mail": ("expect:\n  mail:\n    - {kind: order_relaesed}\n", 3, "did you mean 'order_released'?"),
    "expected lint": ("expect:\n  lint:\n    - REASON_MISSMATCH\n", 3, "did you mean 'REASON_MISMATCH'?"),
    "expected duty": (
        HEAD + "expect:\n  orders:\n    902-0000001-0000001: {duties: [advise]}\n",
        6,
        "did you mean 'advise_buyer'?",
    ),
    "expected number": ("expect: {mail_exactly: two}\n", 1, "mail_exactly is a whole number from 0; 'two' is not."),
    "expected rate": ("expect:\n  cancellation_rate: {cancelled: 1}\n", 2, "did you mean 'canceled'?"),
    "expected number, any": ("expect:\n  cancellation_rate: {rate: low}\n", 2, "rate is a number; 'low' is not."),
    "expected cause": (
        "expect:\n  cancellation_rate: {by_cause: {no_stock: 1}}\n",
        2,
        "There is no field 'expect.cancellation_rate.by_cause.no_stock'",
    ),
    "expected words": ("expect:\n  messages:\n    - {text: 5}\n", 3, "text; 5 is not."),
    "expected nothing": (
        HEAD + "expect:\n  orders: {902-0000001-0000001: {status: null}}\n",
        5,
        "There is no status null; there are 'PendingAvailability', 'Pending', 'Unshipped', ",
    ),
    "not YAML": ("about: x\nscript: [\n", 2, "This is not YAML"),
    "an alias": ("about: &a x\nsource: *a\n", 2, "Aliases are not supported"),
}


@pytest.mark.parametrize(("text", "line", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_names_its_line_and_the_nearest_word(text: str, line: int, message: str) -> None:
    with pytest.raises(ScenarioError) as wrong:
        read_yaml(text, "fixtures/mine.yaml")
    assert str(wrong.value).startswith(f"fixtures/mine.yaml:{line}: ")
    assert message in str(wrong.value)
    assert wrong.value.line == line


def test_a_wrong_scenario_as_json_names_its_field() -> None:
    with pytest.raises(ScenarioError) as wrong:
        read_json({"orders": [{"id": ONE}], "script": [{"at": "+1h", "buyer-cancel": TWO}]})
    assert wrong.value.field_path == "script[0].buyer-cancel"
    assert str(wrong.value).startswith("script[0].buyer-cancel: There is no order")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"mine\.yaml cannot be read: No such file"):
        read_file(tmp_path / "mine.yaml")
    with pytest.raises(ScenarioError, match="cannot be read: Is a directory"):
        read_file(tmp_path)


def test_a_file_says_the_same_as_its_text(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(SMALL)
    assert read_file(file) == read_yaml(SMALL) == read_json(load(SMALL.encode())[0])


def test_the_empty_scenario_is_one() -> None:
    assert play_text("{}").passed


def test_marketplaces_are_those_the_orders_name() -> None:
    assert read_yaml("{}").marketplaces == ("ATVPDKIKX0DER",)
    assert read_yaml("orders: [{marketplace: A1VC38T7YXB528}]").marketplaces == ("A1VC38T7YXB528",)
    assert read_yaml("orders: [{}, {marketplace: A1VC38T7YXB528}]").marketplaces == ("ATVPDKIKX0DER", "A1VC38T7YXB528")
    assert read_yaml("seller: {marketplace_ids: [A1F83G8C2ARO7P]}").marketplaces == ("A1F83G8C2ARO7P",)


def test_an_order_can_be_expected_to_have_every_field_of_its_view() -> None:
    world = expecting("mail_exactly: 4").world
    assert set(ORDER) == set(order_json(world.order(ONE), world.now(), world.policy))


@pytest.mark.parametrize(
    ("totals", "message"),
    [
        (
            Totals(scenario_orders=1),
            "mine.yaml:4: There may be 1 order by one scenario, and these would be 2; `--max-s",
        ),
        (Totals(scenario_steps=1), "mine.yaml:7: There may be 1 step of one scenario, and these would be 2; `--max-s"),
        (
            Totals(scenario_bytes=10),
            "mine.yaml:1: There may be 10 bytes in the file of one scenario, and these would b",
        ),
    ],
)
def test_a_scenario_has_no_more_than_may_be(tmp_path: Path, totals: Totals, message: str) -> None:
    text = "about: x\n\nstart: 2026-03-02T16:00:00Z\norders:\n  - {}\n  - {}\nscript:\n  - {at: +1h}\n  - {at: +2h}\n"
    (tmp_path / "mine.yaml").write_text(text)
    assert len(read_file(tmp_path / "mine.yaml", "mine.yaml").script) == 2
    with pytest.raises(ScenarioError) as refused:
        read_file(tmp_path / "mine.yaml", "mine.yaml", totals)
    assert str(refused.value).startswith(message)


def test_reading_many_orders_takes_as_much_more_as_there_are_more() -> None:
    """So often each order's marketplace is asked for: a file of ten thousand orders is read in no minutes."""

    class Counted(dict[str, Any]):
        asked = 0

        def get(self, key: str, default: Any = None) -> Any:
            Counted.asked += key == "marketplace"
            return super().get(key, default)

    counts = []
    for many in (50, 100):
        Counted.asked = 0
        read_json({"orders": [Counted(hold=False) for _ in range(many)]})
        counts.append(Counted.asked)
    assert counts[1] <= 2 * counts[0]
    assert counts[0] >= 50
