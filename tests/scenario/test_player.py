"""A scenario is played in a seller of its own, every line recorded; a seller can be left in the state of one."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from marketplace_sandbox.core.journal.journal import Entry, StoreFullError
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER, Defaults, DuplicateSellerError, Sellers
from marketplace_sandbox.scenario.player import play, seed
from marketplace_sandbox.scenario.receipt import build_receipt
from marketplace_sandbox.scenario.scenario import ScenarioError, read_yaml
from marketplace_sandbox.store.memory import MemoryStore
from tests.scenario.scenes import NOW, ONE, SMALL, TWO, a_shop, play_text


def test_the_timeline_tells_everything_in_the_order_of_time() -> None:
    timeline = play_text(SMALL).timeline
    assert [((each.at - NOW) // timedelta(minutes=1), each.action, each.status) for each in timeline] == [
        (0, "order-placed", "Pending"),
        (30, "hold-ends", "Unshipped"),
        (60, "parcel-leaves", "Unshipped"),
        (70, "buyer-request-cancellation", "Unshipped"),
        (80, "seller-cancel", "Unshipped"),
        (90, "seller-confirm-shipment", "Shipped"),
    ]
    asked, refused, shipped = timeline[3:]
    assert [each.change for each in asked.notices] == ["BuyerRequestedChange"]
    assert [(each.kind, each.to) for each in asked.mail] == [
        ("cancellation_requested", "seller"), ("request_submitted", "buyer"),
    ]  # fmt: skip
    assert (refused.refused, refused.expected, refused.notices, refused.mail) == ("SHIPPED_NOT_CONFIRMED", True, (), ())
    assert [each.code for each in shipped.lints] == ["SHIPPED_WITH_OPEN_REQUEST"]


def test_nothing_recorded_is_lost_or_doubled() -> None:
    result = play_text(f"orders: [{{count: 3}}, {{id: {ONE}, hold: false}}]\nscript: [{{at: +12d}}]")
    state = result.world.state
    assert [each for event in result.timeline for each in event.notices] == state.notices
    assert [each for event in result.timeline for each in event.mail] == state.mail
    assert len(result.timeline) == len(state.order_events)


def test_what_lies_before_the_start_is_told_by_its_own_instants_and_in_silence() -> None:
    result = play_text(f"start: 2026-03-02T16:00:00Z\norders: [{{id: {ONE}}}, {{id: {TWO}, purchased_at: -2h}}]")
    hours = [((each.at - NOW) / timedelta(hours=1), each.order_id, each.action) for each in result.timeline]
    assert hours == [(-2, TWO, "order-placed"), (-1.5, TWO, "hold-ends"), (0, ONE, "order-placed")]
    assert result.world.state.notices == []


def test_what_a_seller_does_by_operations_alone_is_played_and_refused_in_their_words() -> None:
    result = play_text(
        f"""\
start: 2026-03-02T16:00:00Z
orders:
  - {{id: {ONE}, is_ispu: true, hold: false, items: [{{id: I-1, quantity: 2}}]}}
  - {{id: {TWO}, has_regulated_items: true}}
script:
  - {{at: +1h, update-shipment-status: {ONE}, with: {{status: ReadyForPickup}}}}
  - {{at: +1h, update-shipment-status: {TWO}, with: {{status: PickedUp}}, refused: InvalidInput}}
  - {{at: +1h, update-verification: {ONE}, with: {{reviewer_id: R}}, refused: NotFound}}
  - {{at: +1h, update-verification: {TWO}, with: {{reviewer_id: R, status: Approved}}}}
  - at: +2h
    update-shipment-status: {ONE}
    with: {{status: PickedUp, items: [{{id: I-1, quantity: 2}}]}}
  - {{at: +2h, update-shipment-status: {ONE}, with: {{status: PickedUp}}, refused: InvalidInput}}
  - {{at: +3h, solicit-review: {ONE}, refused: Unauthorized}}
  - {{at: +12d, solicit-review: {ONE}}}
expect:
  orders:
    {ONE}: {{status: Shipped, pickup_status: PickedUp}}
    {TWO}: {{verification.status: Approved}}
"""
    )
    assert result.failures == ()
    meanings = {each["action"]: each["meaning"] for each in build_receipt(result)["timeline"] if not each["refused"]}
    assert meanings["update-shipment-status"] == "The seller reported of its pickup in the store."
    assert meanings["solicit-review"] == "The seller had the buyer asked for a review."
    assert result.world.order(ONE).solicited_at == NOW + timedelta(days=12)


def test_an_order_of_later_is_placed_when_its_time_comes() -> None:
    result = play_text(
        f"start: 2026-03-02T16:00:00Z\norders: [{{id: {ONE}, purchased_at: +1d}}]\n"
        f"script: [{{at: +1d, buyer-cancel: {ONE}}}]\n"
        f"expect: {{mail_exactly: 1, orders: {{{ONE}: {{status: Canceled}}}}}}"
    )
    assert result.failures == ()
    assert [each.at - NOW for each in result.timeline] == [timedelta(days=1)] * 2


def test_settings_seed_and_marketplaces_are_the_sellers() -> None:
    result = play_text(
        "seed: 5\nsettings: {hold_period: PT1H}\nseller: {marketplace_ids: [A1F83G8C2ARO7P]}\n"
        "orders: [{marketplace: A1F83G8C2ARO7P}]\nscript: [{at: +45m, settings: {buyer_withdrawal: true}}]"
    )
    assert result.world.opening.seed == 5
    assert result.world.marketplace_ids == ("A1F83G8C2ARO7P",)
    assert result.world.policy.is_on("buyer_withdrawal")
    assert [str(each.status) for each in result.world.orders.values()] == ["Pending"]
    assert result.timeline[-1].settings == {"buyer_withdrawal": True}


def test_the_clock_stands_at_the_end_unless_a_rate_is_named() -> None:
    real = [0.0]
    sellers = Sellers(MemoryStore(), Defaults(), real=lambda: real[0])
    standing = play(read_yaml("start: 2026-03-02T16:00:00Z\nuntil: +1h"), sellers).world
    running = play(read_yaml("start: 2026-03-02T16:00:00Z\nrate: 60\nuntil: +1h"), sellers).world
    real[0] = 10.0
    assert standing.now() - NOW == timedelta(hours=1)
    assert running.now() - NOW == timedelta(hours=1, minutes=10)


def test_playing_twice_on_one_server_is_two_sellers() -> None:
    sellers = a_shop()
    first, second = play(read_yaml(SMALL), sellers), play(read_yaml(SMALL), sellers)
    assert first.world.seller_id != second.world.seller_id
    assert [each.outcome for each in first.timeline] == [each.outcome for each in second.timeline]
    with pytest.raises(DuplicateSellerError):
        play(read_yaml(SMALL), sellers, first.world.seller_id)


def test_the_default_seller_is_seeded_at_the_scenarios_start_and_stands() -> None:
    sellers = Sellers(MemoryStore())
    world = seed(read_yaml(SMALL), sellers, DEFAULT_SELLER)
    assert sellers.get(None) is world
    assert world.opening.start == NOW
    assert world.clock.rate == 0
    assert world.now() == NOW + timedelta(hours=2)
    assert str(world.order(ONE).status) == "Shipped"


def test_without_a_start_the_seeded_world_begins_now_and_runs() -> None:
    real = [datetime(2027, 1, 1, tzinfo=UTC).timestamp()]
    sellers = Sellers(MemoryStore(), real=lambda: real[0])
    world = seed(read_yaml(f"orders: [{{id: {ONE}, purchased_at: -29m}}]"), sellers, DEFAULT_SELLER)
    assert world.clock.rate == 1
    assert str(world.order(ONE).status) == "Pending"
    real[0] += 60
    world.settle()
    assert str(world.order(ONE).status) == "Unshipped"


def test_a_seeded_world_keeps_rate_settings_and_stores_through_a_reset() -> None:
    text = f"{SMALL}rate: 60\nsettings: {{buyer_withdrawal: true}}\n"
    world = seed(read_yaml(text), a_shop(), "ANOTHER")
    assert (world.seller_id, world.clock.rate) == ("ANOTHER", 60)
    world.reset()
    assert world.orders == {}
    assert (world.opening.start, world.clock.rate) == (NOW, 60)
    assert world.policy.is_on("buyer_withdrawal")


def test_seeding_takes_a_fresh_seller_only() -> None:
    sellers = a_shop()
    sellers.get(None).place_orders({})
    with pytest.raises(DuplicateSellerError):
        seed(read_yaml(SMALL), sellers, DEFAULT_SELLER)
    assert seed(read_yaml(SMALL), sellers).seller_id != DEFAULT_SELLER


def test_a_seed_that_goes_wrong_leaves_nothing_behind() -> None:
    sellers = a_shop()
    wrong = read_yaml(SMALL.replace(", refused: SHIPPED_NOT_CONFIRMED", ""), "mine.yaml")
    with pytest.raises(ScenarioError, match=r"^mine\.yaml:9: \+1h20m seller-cancel of 902-0000001-0000001 was refused"):
        seed(wrong, sellers, DEFAULT_SELLER)
    world = sellers.get(None)
    assert (world.version, world.orders) == (1, {})
    assert seed(read_yaml(SMALL), sellers, DEFAULT_SELLER).orders


def test_a_seeded_world_comes_back_from_its_journal() -> None:
    store = MemoryStore()
    world = seed(read_yaml(SMALL), Sellers(store), DEFAULT_SELLER)
    again = Sellers(store).get(None)
    assert again.now() == world.now()
    assert again.state.notices[0].notice_id == world.state.notices[0].notice_id
    assert str(again.order(ONE).status) == "Shipped"


def test_each_of_many_orders_at_one_instant_has_its_own_notice() -> None:
    result = play_text("orders: [{count: 500}]\nuntil: +1h")
    told = [(each.order_id, notice.order_id) for each in result.timeline for notice in each.notices]
    assert len(told) == len(set(told)) == 500
    assert all(order_id == of for order_id, of in told)


def test_a_step_that_names_a_sku_of_several_items_says_which_there_are() -> None:
    text = """
orders:
  - {id: 902-0000001-0000001, hold: false, items: [{id: '11', sku: MUG, quantity: 2}, {id: '12', sku: MUG}]}
script:
  - {at: +1h, seller-confirm-shipment: 902-0000001-0000001, with: {items: [MUG]}}
"""
    document = read_yaml(text, "mugs.yaml")
    told = "'MUG' is the SKU of 2 items, '11' and '12'; name each of them by its order item id."
    (failure,) = play(document, Sellers(MemoryStore())).failures
    assert (failure.field_path, failure.found) == ("script[0]", "INVALID_ITEM")
    assert failure.message.endswith(told)
    with pytest.raises(ScenarioError, match=r"^mugs\.yaml:5: .*'11' and '12'"):
        seed(document, Sellers(MemoryStore()))
    by_id = read_yaml(text.replace("[MUG]", "[{id: '11', quantity: 1}, '12']"))
    result = play(by_id, Sellers(MemoryStore()))
    assert result.passed
    assert [each.quantity_confirmed for each in result.world.order("902-0000001-0000001").items] == [1, 1]


class _FullStore(MemoryStore):
    """A store that has no room for whole journals while it `is_full`."""

    is_full = True

    def append(self, world_id: str, entry: Entry) -> None:
        assert world_id == DEFAULT_SELLER or not self.is_full, "what is played is not written entry by entry"
        super().append(world_id, entry)

    def replace(self, world_id: str, entries: Sequence[Entry]) -> None:
        if self.is_full:
            raise StoreFullError("There is no room")
        super().replace(world_id, entries)


def test_what_cannot_be_written_has_not_been_played() -> None:
    store = _FullStore()
    sellers = Sellers(store, Defaults(start=NOW))
    with pytest.raises(StoreFullError):
        play(read_yaml(SMALL), sellers, "APLAYED")
    assert (sellers.find("APLAYED"), store.worlds()) == (None, [DEFAULT_SELLER])
    store.is_full = False
    played = play(read_yaml(SMALL), sellers, "APLAYED").world
    again = Sellers(store).get("APLAYED")
    assert (again.version, asdict(again.order(ONE))) == (played.version, asdict(played.order(ONE)))
    played.place_orders({})
    assert [each.version for each in store.read("APLAYED")] == list(range(1, played.version + 1))


def test_an_id_that_another_has_got_meanwhile_is_theirs() -> None:
    sellers = a_shop()
    first = sellers.open("APLAYED", aside=True)
    first.place_orders({})
    theirs = sellers.open("APLAYED")
    with pytest.raises(DuplicateSellerError):
        sellers.keep(first)
    assert sellers.get("APLAYED") is theirs
    assert theirs.version == 1


def test_sellers_that_stand_aside_have_ids_of_their_own() -> None:
    sellers = a_shop()
    aside = [sellers.open(aside=True) for _ in range(3)]
    assert len({sellers.open().seller_id, *(each.seller_id for each in aside)}) == 4
