"""Order forms: everything has a default, everything is checked, and a wrong form changes nothing."""

from decimal import Decimal
from typing import Any

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.marketplaces import marketplace_suggestion
from marketplace_sandbox.core.orders.form import Form
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.orders.refunds import refundable_of
from marketplace_sandbox.core.refusals import DuplicateOrderError
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.state import LONGEST_FORM, MOST_FORMS
from tests.core.actors import FORMS
from tests.core.worlds import START, a_world, later, restored

US = "ATVPDKIKX0DER"
MORE_FORMS: tuple[dict[str, Any], ...] = (
    {"purchased_at": "2026-03-01T16:00:00Z"},
    {"ship_by_at": "2026-03-30T16:00:00Z"},
    {"release_at": "2026-03-02T20:00:00Z", "hold": False},
    {"id": "902-0000001-0000001"},
    {"hold": False, "count": 3, "buyer": {"name": "Ann", "email": "ann@example.com"}, "ship_to": {"city": "Ulm"}},
    {"channel": "AFN", "multi_channel": True, "hold": False},
    {"items": [{"id": "70000000000001", "price": 5}, {"sku": "B", "promotion_discount": 1, "price": 2}]},
    {"has_regulated_items": True, "programs": ["Prime"], "is_ispu": True},
    {"promise_response_due_date": "2026-03-03T00:00:00Z"},
)


def test_nothing_at_all_is_enough() -> None:
    world = a_world()
    [order] = world.place_orders({})
    assert (order.status, order.marketplace_id, order.purchased_at) == ("Pending", US, START)
    assert order.items[0].price == Decimal("20.00")


def test_an_order_may_lie_in_the_past_and_what_was_due_has_happened_silently() -> None:
    world = a_world()
    [order] = world.place_orders({"purchased_at": "2026-02-01T12:00:00Z"})
    assert order.status == "Canceled"
    assert order.cancellation is not None
    assert order.last_updated_at == order.cancellation.at < START
    assert [*world.state.notices, *world.state.mail] == []
    actions = [line.action for line in world.state.order_events]
    assert actions == ["order-placed", "hold-ends", "auto-cancel"]


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({"chanel": "MFN"}, "chanel", "channel"),
        ({"channel": "FBA"}, "channel", "AFN"),
        ({"marketplace": "US"}, "marketplace", US),
        ({"marketplace": []}, "marketplace", US),
        ({"marketplace": "A1PA6795UKMFR9"}, "marketplace", "does not sell"),
        ({"id": "123"}, "id", "902-0000001-0000001"),
        ({"id": "902-0000001-0000001", "count": 2}, "count", "one order's"),
        ({"count": 0}, "count", "from 1 to 100000"),
        ({"count": 100_001}, "count", "from 1 to 100000"),
        ({"count": True}, "count", "whole number"),
        ({"count": 100_000, "items": [{"sku": "A"}, {"sku": "B"}, {"sku": "C"}]}, "count", "200000"),
        ({"purchased_at": "yesterday"}, "purchased_at", "2026-03-02T16:00:00Z"),
        ({"purchased_at": "2026-03-02T16:00:01Z"}, "purchased_at", "the world's now is 2026-03-02T16:00:00Z"),
        ({"ship_by_at": "9999-01-01T00:00:00Z"}, "ship_by_at", "instant"),
        ({"ship_by_at": 5}, "ship_by_at", "instant"),
        ({"hold": "no"}, "hold", "true or false"),
        ({"handling_days": 61}, "handling_days", "from 0 to 60"),
        ({"multi_channel": True}, "multi_channel", "AFN"),
        ({"payment": "paid"}, "payment", "unverified"),
        ({"programs": ["Primed"]}, "programs[0]", "Prime"),
        ({"buyer": {"nam": "x"}}, "buyer.nam", "name"),
        ({"ship_to": "home"}, "ship_to", "object"),
        ({"items": []}, "items", "1 to 100"),
        ({"items": [{"id": "1"}, {"id": "1"}]}, "items", "have the id '1'"),
        (
            {"items": [{"sku": "A"}, {"sku": "A", "asin": "B0OTHER"}]},
            "items[1].asin",
            "has 'B000000000'; a SKU is one product",
        ),
        ({"items": [{"sku": "A", "title": "Mug"}, {"sku": "A", "title": "Cup"}]}, "items[1].title", "has 'Mug'"),
        ({"items": [{"title": "a\x1b[31mb"}]}, "items[0].title", "U+001B at 1"),
        ({"buyer": {"name": "\ud800"}}, "buyer.name", "U+D800 at 0"),
        ({"items": [{"quantity": 0}]}, "items[0].quantity", "from 1"),
        ({"items": [{"price": "free"}]}, "items[0].price", "20.00"),
        ({"items": [{"price": 1.005}]}, "items[0].price", "2 decimals"),
        ({"items": [{"price": -1}]}, "items[0].price", "from 0"),
        ({"items": [{"price": float("nan")}]}, "items[0].price", "20.00"),
        ({"items": [{"pric": 1}]}, "items[0].pric", "price"),
        ({"items": ["A"]}, "items[0]", "object"),
        ({"easy_ship_shipment_status": "Delivred"}, "easy_ship_shipment_status", "did you mean 'Delivered'"),
        ({"payment_execution_detail": [{"payment": 1}]}, "payment_execution_detail[0].payment_method", "required"),
        ({"is_ispu": "yes"}, "is_ispu", "true or false"),
        ({"buyer": {"buyer_tax_info": {"company": "x"}}}, "buyer.buyer_tax_info.company", "company_legal_name"),
        ({"ship_to": {"address_type": "Home"}}, "ship_to.address_type", "Residential"),
        (
            {"ship_to": {"extended_fields": {"geo_coordinates": {"latitude": 1}}}},
            "ship_to.extended_fields.geo_coordinates.longitude",
            "required",
        ),
        ({"items": [{"promotion_ids": "SPRING"}]}, "items[0].promotion_ids", "list"),
        ({"items": [{"promotion_ids": ["A"] * 101}]}, "items[0].promotion_ids", "100"),
        ({"items": [{"buyer_info": {"gift_wrap_price": 0.001}}]}, "items[0].buyer_info.gift_wrap_price", "2 decimals"),
        ({"items": [{"buyer_info": {"gift_message_text": "a" * 501}}]}, "items[0].buyer_info.gift_message_text", "500"),
        ({"items": [{"measurement": {"unit": "STONES", "value": 1}}]}, "items[0].measurement.unit", "OUNCES"),
        ({"items": [{"measurement": {"unit": "POUNDS", "value": "much"}}]}, "items[0].measurement.value", "number"),
        ({"items": [{"price": 5, "promotion_discount": 5.01}]}, "items[0].promotion_discount", "the price"),
        ({"items": [{"shipping_discount": 1}]}, "items[0].shipping_discount", "the shipping"),
        ({"items": [{"price": 0, "promotion_discount_tax": 1}]}, "items[0]", "more discounts than charges"),
    ],
)
def test_a_wrong_form_names_its_field_and_changes_nothing(form: dict[str, Any], field: str, words: str) -> None:
    world = a_world()
    with pytest.raises(FieldError) as wrong:
        world.place_orders(form)
    assert wrong.value.field_path == field
    assert words in str(wrong.value)
    assert (world.version, len(world.orders)) == (1, 0)


def test_several_items_may_have_one_sku_and_are_one_product_with_ids_of_their_own() -> None:
    """Source: ITEMS-OF-ONE-SKU (an order may have several items of one SKU)."""
    world = a_world()
    mug = {"sku": "MUG", "asin": "B0MUG", "title": "A mug"}
    [order] = world.place_orders({"items": [{**mug, "quantity": 2}, {"sku": "CUP"}, {"sku": "MUG", "price": 12}]})
    assert [(each.sku, each.asin, each.title, each.quantity, str(each.price)) for each in order.items] == [
        ("MUG", "B0MUG", "A mug", 2, "20.00"),
        ("CUP", "B000000001", "Cup", 1, "20.00"),
        ("MUG", "B0MUG", "A mug", 1, "12.00"),
    ]
    assert len({each.order_item_id for each in order.items}) == 3
    assert restored(world).order(order.order_id).items == order.items


def test_a_made_sku_is_nobody_elses() -> None:
    [order] = a_world().place_orders({"items": [{"sku": "SKU-2"}, {}, {}, {"sku": "SKU-4"}, {}]})
    assert [each.sku for each in order.items] == ["SKU-2", "SKU-3", "SKU-5", "SKU-4", "SKU-6"]


def test_an_id_is_used_once() -> None:
    world = a_world()
    world.place_orders({"id": "902-0000001-0000001"})
    with pytest.raises(DuplicateOrderError):
        world.place_orders({"id": "902-0000001-0000001"})
    assert world.version == 2


def test_yen_have_no_decimals() -> None:
    world = a_world()
    with pytest.raises(FieldError, match="0 decimals in JPY"):
        world.place_orders({"marketplace": "A1VC38T7YXB528", "items": [{"price": 0.5}]})


def test_discounts_fees_and_wrapping_are_in_the_total_and_in_what_can_be_refunded() -> None:
    world = a_world()
    item = {
        "quantity": 2, "price": 40, "tax": 3.2, "shipping": 6, "shipping_tax": 0.48, "promotion_discount": 4,
        "promotion_discount_tax": 0.32, "shipping_discount": 6, "shipping_discount_tax": 0.48, "cod_fee": 2,
        "cod_fee_discount": 1, "buyer_info": {"gift_wrap_price": 3.5, "gift_wrap_tax": 0.28},
    }  # fmt: skip
    [order] = world.place_orders({"items": [item], "delivery_tip": 3, "hold": False})
    assert order.items[0].charge == Decimal("43.66")
    assert order.total == Decimal("90.32")
    world.act(order.order_id, "seller-confirm-shipment")
    refundable = refundable_of(world.order(order.order_id))
    assert {component: each for (_, component), each in refundable.items()} == {
        "price": Decimal("81.00"), "tax": Decimal("6.32"), "shipping": Decimal("0.00"),
    }  # fmt: skip


def test_whoever_replaces_an_order_is_a_replacement() -> None:
    world = a_world()
    [order] = world.place_orders({"replaced_order_id": "902-0000001-0000001", "programs": ["Prime"]})
    assert order.programs == ("Prime", "Replacement")


def test_an_order_that_says_nothing_more_shares_the_value_that_says_nothing() -> None:
    world = a_world()
    first, second = world.place_orders({"count": 2})
    assert first.details is second.details
    assert first.items[0].details is second.items[0].details


def test_a_made_id_that_somebody_has_taken_is_passed_over() -> None:
    world = a_world()
    ids = [order.order_id for order in world.place_orders({"count": 3})]
    world.reset()
    world.place_orders({"id": ids[1]})
    made = [order.order_id for order in world.place_orders({"count": 2})]
    assert ids[1] not in made
    assert len({*made, ids[1]}) == 3


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"buyer": {"name": "Ada Young"}, "ship_to": {"city": "Ulm"}},
        {"buyer": {"email": "ada@example.com"}},
        {"items": [{"sku": "MUG", "price": "12.50"}, {"id": "77"}, {"sku": "MUG", "quantity": 3}]},
        {"purchased_at": "2026-02-01T12:00:00Z", "programs": ["Prime"]},
    ],
)
def test_several_alike_are_what_they_would_be_one_by_one(form: dict[str, Any]) -> None:
    together, apart = a_world(), a_world()
    together.place_orders({**form, "count": 3})
    for _ in range(3):
        apart.place_orders(form)
    assert repr(list(together.orders.values())) == repr(list(apart.orders.values()))


@pytest.mark.parametrize("form", [*FORMS, *MORE_FORMS], ids=str)
def test_a_form_that_was_read_before_is_read_as_if_it_had_not_been(form: dict[str, Any]) -> None:
    """At other instants, with other settings between, also once it is refused, as one with an id is the second time."""
    world = a_world()
    for number in range(1, 7):
        fresh = Form(form, world.now(), world.policy, world.state.ids, world.marketplace_ids)
        read = world.state._read_form(dict(form), world.now())
        assert repr(read.read(number, world.state.ids.order_id(number))) == repr(fresh.read(number))
        if "id" not in form:
            world.place_orders(dict(form))
        later(world, hours=7)
        if number % 3 == 0:
            world.execute(ConfigurePolicy({"handling_days": number}))


def test_forms_that_only_look_alike_are_told_apart() -> None:
    """To Python one is true; to a form it is not."""
    world = a_world()
    world.place_orders({"count": 1, "invoice": True})
    with pytest.raises(FieldError, match="invoice is true or false"):
        world.place_orders({"count": 1, "invoice": 1})
    with pytest.raises(FieldError, match="count is a whole number"):
        world.place_orders({"count": True, "invoice": True})
    assert len(world.orders) == 1


def test_no_more_forms_are_remembered_than_a_few_short_ones() -> None:
    world = a_world()
    for number in range(3 * MOST_FORMS):
        world.place_orders({"seller_order_id": f"S-{number}"})
        assert len(world.state._forms) <= MOST_FORMS
    world.place_orders({"items": [{"sku": f"SKU-{number}", "title": "t" * 400} for number in range(20)]})
    assert all(len(each) <= LONGEST_FORM for each in world.state._forms)


def test_who_counts_them_meanwhile_sees_how_far_the_placing_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    seen: list[tuple[int, int]] = []
    read = Form.read

    def read_and_look(form: Form, number: int, made_id: str) -> Order:
        seen.append((len(world.orders), world.version))
        return read(form, number, made_id)

    monkeypatch.setattr(Form, "read", read_and_look)
    world.place_orders({"count": 3})
    assert seen == [(0, 1), (0, 1), (1, 1), (2, 1)], "once for the plan, then one after another"
    assert (len(world.orders), world.version) == (3, 2)


def test_an_id_of_an_item_that_one_of_several_would_have_by_itself_is_refused() -> None:
    """The made id of the second order's first item is given to all second items."""
    first, second = a_world().place_orders({"count": 2})
    world = a_world()
    with pytest.raises(FieldError, match=f"have the id '{second.items[0].order_item_id}'"):
        world.place_orders({"count": 2, "items": [{}, {"id": second.items[0].order_item_id}]})
    assert not world.orders
    assert first.items[0].order_item_id != second.items[0].order_item_id


@pytest.mark.parametrize(
    ("word", "meant"),
    [("US", "ATVPDKIKX0DER"), ("jp", "A1VC38T7YXB528"), ("UK", "A1F83G8C2ARO7P"), ("amazon.de", "A1PA6795UKMFR9")],
)
def test_a_country_means_its_marketplace(word: str, meant: str) -> None:
    assert marketplace_suggestion(word).startswith(f"; did you mean '{meant}' (")
    assert marketplace_suggestion("ATVPDKIKX0DE") == "; did you mean 'ATVPDKIKX0DER'?"
