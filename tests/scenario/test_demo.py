"""Scenarios told step by step: by calls that anybody can make, on and back, with the same end as played at once."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.scenario import library
from marketplace_sandbox.scenario.demo import DemoPlayer, DemoRefusedError, demo_steps
from marketplace_sandbox.scenario.player import play
from marketplace_sandbox.scenario.scenario import SAMPLE_START, Scenario, read_yaml
from tests.api.admission.server_seller import new_server
from tests.scenario.demo_client import InProcess
from tests.scenario.scenes import ONE, SMALL, a_shop

NAMES = library.scenario_names(fixtures_dir())
DEMOS = {name: each for name in NAMES if (each := library.read_named(fixtures_dir(), name)).title}
PAGES = (
    "/",
    "/seller/orders",
    "/seller/reports",
    "/seller/uploads",
    "/seller/account-health",
    "/seller/messages",
    "/seller/mail",
    "/buyer/orders",
    "/amazon",
    "/notifications",
    "/requests",
    "/faults",
    "/scenarios",
    "/rules",
    "/orders/new",
)
every_demo = pytest.mark.parametrize("name", DEMOS)


@pytest.fixture(scope="module")
def client() -> Iterator[InProcess]:
    """A server in process."""
    with closing(InProcess(new_server())) as found:
        yield found


def told(scenario: Scenario, client: InProcess) -> DemoPlayer:
    """A demo that is open; its consumer is its own."""
    client.close()
    client.webhook = None
    player = DemoPlayer(scenario, client)
    player.open()
    return player


def to_the_end(player: DemoPlayer) -> DemoPlayer:
    while not player.ended:
        player.go_on()
    return player


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_ends_as_when_it_is_played_at_once(client: InProcess, name: str) -> None:
    """By the calls that anybody can make, with the same ids: all but the seller's."""
    scenario = library.read_named(fixtures_dir(), name)
    player = to_the_end(told(scenario, client))
    assert player.failures == []
    world = client.server.sellers.get(player.seller_id)
    seller_id = player.seller_id
    client.control("DELETE", f"sellers/{seller_id}")
    again = play(scenario, a_shop(world.opening.start), seller_id)
    assert again.passed
    shown = [(each.order_id, each.status, each.last_updated_at) for each in world.orders.values()]
    assert [(each.order_id, each.status, each.last_updated_at) for each in again.world.orders.values()] == shown
    assert world.now() == again.world.now()
    assert [(each.at, each.kind, each.to) for each in world.state.mail] == [
        (each.at, each.kind, each.to) for each in again.world.state.mail
    ]


@every_demo
def test_every_step_is_narrated_in_sentences_with_a_page(name: str) -> None:
    steps = demo_steps(DEMOS[name], SAMPLE_START)
    assert 6 <= len(steps) <= 12
    assert len({each.title for each in steps}) == len(steps)
    for step in steps:
        assert step.title
        assert step.title[-1] not in ".!"
        assert step.about.endswith(".")
        assert step.look.endswith(".")
        path = step.page.partition("?")[0]
        assert path in PAGES or any(path == f"/seller/orders/{form.get('id')}" for form in DEMOS[name].orders), path


@every_demo
def test_going_back_and_on_again_ends_alike(client: InProcess, name: str) -> None:
    """Back once from every step, then back to the very beginning; what was left is deleted, the demo's seller stays."""
    before = client.sellers()
    player = told(DEMOS[name], client)
    straight = []
    for _ in player.steps:
        player.go_on()
        player.go_back()
        straight.append(_view(player.go_on().metrics, client, player))
    while player.position:
        player.go_back()
    assert player.go_back() is None
    assert [_view(player.go_on().metrics, client, player) for _ in player.steps] == straight
    assert player.failures == []
    assert len(client.sellers()) > len(before) + 1
    player.close()
    player.close()
    assert client.sellers() == [*before, player.seller_id]


def _view(metrics: dict, client: InProcess, player: DemoPlayer) -> tuple:
    """How it stands after a step; the ids of orders that have none of their own differ after a rewind."""
    orders = client.server.sellers.get(player.seller_id).orders.values()
    return metrics["cancellation_rate"], [(each.status, each.last_updated_at) for each in orders]


def test_a_consumer_that_is_down_is_told_late_and_is_as_it_was_after_going_back(client: InProcess) -> None:
    """The waits are those of RETRY_DELAYS: what failed at 10:00 on Saturday is tried at 13:35 on Monday."""
    player = told(DEMOS["weekend-without-consumer"], client)
    results = {step.after: player.go_on() for step in player.steps}
    states = {after: [each["status"] for each in result.deliveries] for after, result in results.items()}
    assert states["+1h"] == ["delivered"] * 2
    assert states["+18h"] == ["failed"]
    assert states["+2d16h"] == ["failed"] * 2
    assert states["+2d16h10m"] == ["delivered"]
    assert [each["attempts"][-1]["at"][:16] for each in results["+4d"].deliveries] == [
        "2026-03-09T13:35",
        "2026-03-09T17:35",
    ]
    while player.position > 3:  # to the Friday evening, when it has gone
        player.go_back()
    assert [each["status"] for each in player.go_on().deliveries] == ["failed"]
    while player.position > 1:
        player.go_back()
    assert [each["status"] for each in player.go_on().deliveries] == ["delivered"] * 2
    player.close()


def test_what_is_placed_on_the_way_to_a_title_belongs_to_it() -> None:
    scenario = read_yaml(
        f"title: T\norders: [{{id: {ONE}}}, {{purchased_at: +1h}}, {{purchased_at: +3h}}]\nscript:\n"
        "  - {at: +0s, title: One}\n  - {at: +30m}\n  - {at: +2h, title: Two, about: Words.}\nuntil: +4h\n"
    )
    steps = demo_steps(scenario, SAMPLE_START)
    assert [(each.title, each.after, len(each.deeds)) for each in steps] == [
        ("One", "+0s", 3),
        ("Two", "+2h", 3),
        ("", "+4h", 1),
    ]


def test_without_titles_each_deed_is_a_step_and_says_what_it_is() -> None:
    steps = demo_steps(read_yaml(f"{SMALL}  {{}}\n"), SAMPLE_START)
    assert [each.about for each in steps] == [
        "The buyer places an order.",
        "The parcel: leaves.",
        "The buyer: request cancellation.",
        "The seller: cancel.",
        "The seller: confirm shipment.",
        "The rest of the time passes.",
    ]


def test_what_goes_otherwise_is_told_and_forgotten_when_it_is_undone(client: InProcess) -> None:
    text = (
        f"start: 2026-03-02T16:00:00Z\norders: [{{id: {ONE}}}]\nscript:\n"
        f"  - {{at: +1h, buyer-cancel: {ONE}}}\n"
        f"  - {{at: +2h, buyer-request-cancellation: {ONE}, refused: ALREADY_SHIPPED,"
        f" reads: {{/orders/v0/orders/{ONE}: 403}}}}\n"
    )
    player = to_the_end(told(read_yaml(text), client))
    assert player.failures == [
        f"+1h buyer-cancel of {ONE} was refused with CANCEL_WINDOW_CLOSED; acceptance was expected.",
        f"+2h buyer-request-cancellation of {ONE} was accepted; ALREADY_SHIPPED was expected.",
        f"+2h GET /orders/v0/orders/{ONE} was answered 200; 403 was expected.",
    ]
    player.go_back()
    assert len(player.failures) == 1
    player.close()


def test_going_back_undoes_what_others_have_done_meanwhile(client: InProcess) -> None:
    player = told(DEMOS["weekend-without-consumer"], client)
    while player.steps[player.position].after != "+2d16h10m":
        player.go_on()
    client.control("POST", f"orders/{ONE}/actions/seller-cancel", {"reason": "no_inventory"}, seller=player.seller_id)
    player.go_back()  # the step that only reads
    order = client.control("GET", f"orders/{ONE}", seller=player.seller_id)
    assert order["status"] == "Unshipped"
    to_the_end(player)
    assert player.failures == []
    player.close()


def test_a_seller_who_is_there_already_is_refused(client: InProcess) -> None:
    first = told(DEMOS["buyer-in-a-hurry"], client)
    with pytest.raises(DemoRefusedError):
        DemoPlayer(DEMOS["buyer-in-a-hurry"], client, first.seller_id).open()


def test_sellers_that_somebody_else_has_deleted_do_not_stand_in_the_way(client: InProcess) -> None:
    player = told(DEMOS["buyer-in-a-hurry"], client)
    before = client.sellers()
    player.go_on()
    player.go_on()
    player.go_back()
    (left,) = set(client.sellers()) - set(before)
    client.control("DELETE", f"sellers/{left}")
    player.close()
    assert client.sellers() == before
