"""The headers `x-sandbox-version` and `server-timing`.

Source: the control API's contract: every answer about one seller has the version it was made at, for an accepted
command that of its entry; and `server-timing: total;dur=MS`.
"""

import re
from datetime import timedelta
from typing import Any

import pytest

from marketplace_sandbox.api.http.safety import Safety
from marketplace_sandbox.core.world.world import World
from tests.api.control.driving import Answer, Driver

VERSION, TIMING = "x-sandbox-version", "server-timing"
HOOK = "http://127.0.0.1:9000/hook"


def version(answer: Answer) -> int:
    return int(answer.headers[VERSION])


def test_a_read_has_the_version_of_the_world(driver: Driver) -> None:
    driver.post("orders", {"count": 2})
    for read in ("clock", "orders", "mail", "messages", "metrics", "deliveries", "journal", "requests", "settings",
                 "webhooks", "subscriptions", "faults", "export?asOf=1", "migration"):  # fmt: skip
        wanted = 1 if "asOf" in read else 2
        assert (read, version(driver.get(read))) == (read, wanted)


def test_an_accepted_command_has_the_version_of_its_entry(driver: Driver) -> None:
    """Whatever follows from it at once, the attempts of its deliveries among it, has versions of its own."""
    hook = driver.post("webhooks", {"url": HOOK})
    order = driver.post("orders", {"hold": False})
    order_id = order.body["order_id"]
    acted = driver.post(f"orders/{order_id}/actions/buyer-request-cancellation", {})
    assert driver.world.version > version(acted)
    set_ = driver.put("settings", {"buyer_withdrawal": True})
    resent = driver.post(f"deliveries/{driver.get('deliveries').body['deliveries'][0]['id']}/resend")
    removed = driver.delete(f"webhooks/{hook.body['id']}")
    kinds = {entry.version: entry.kind for entry in driver.world.journal()}
    answers = (hook, order, acted, set_, resent, removed)
    wanted = ["subscribed", "placed", "acted", "configured", "resent", "unsubscribed"]
    assert [kinds[version(each)] for each in answers] == wanted


def test_what_is_due_at_once_comes_after_the_entry_of_its_command(driver: Driver) -> None:
    """A shorter hold, which ends that of an order at once."""
    driver.post("orders", {})
    driver.post("clock/advance", {"by": "PT10M"})
    changed = driver.put("settings", {"hold_period": "PT1M"})
    kinds = {entry.version: entry.kind for entry in driver.world.journal()}
    assert (kinds[version(changed)], kinds[version(changed) + 1]) == ("configured", "reached")


def test_an_advance_has_the_version_of_its_last_entry(driver: Driver) -> None:
    driver.post("webhooks", {"url": HOOK})
    driver.post("orders", {})
    advanced = driver.post("clock/advance", {"by": "PT1H"})
    entries = driver.world.journal()
    assert version(advanced) == entries[-1].version
    assert (entries[-1].kind, entries[-1].at) == ("reached", driver.world.now())
    changed = driver.put("clock", {"rate": 0})
    assert version(changed) == driver.world.version == len(entries) + 1


def test_what_happens_while_an_answer_is_waited_for_does_not_change_it(driver: Driver) -> None:
    """The receiver acts in answer: its command's version is its own, and the first one's stays its entry's."""
    driver.post("webhooks", {"url": HOOK})
    order_id = driver.post("orders", {"hold": False, "purchased_at": "2026-03-02T12:00:00Z"}).body["order_id"]

    def answer(world: World) -> None:
        driver.courier.arrived = lambda _: None
        world.act(order_id, "seller-cancel", {"reason": "buyer_canceled"})

    driver.courier.arrived = answer
    asked = driver.post(f"orders/{order_id}/actions/buyer-request-cancellation", {})
    entry = driver.world.journal()[version(asked) - 1]
    assert (entry.kind, entry.body["action"]) == ("acted", "buyer-request-cancellation")
    assert driver.world.version >= version(asked) + 2


def test_a_stopped_advance_has_the_version_it_was_stopped_at(driver: Driver) -> None:
    driver.post("orders", {})
    seen: list[Answer] = []
    with driver.world.advance_in_steps(timedelta(days=1)) as advance:
        driver.world.take_step(advance)
        seen.append(driver.delete("clock/advance"))
    entries = driver.world.journal()
    assert version(seen[0]) == entries[-1].version
    assert entries[-1].at == driver.world.now()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "orders/902-0000000-0000000", None, 404),
        ("GET", "orders?limit=0", None, 400),
        ("GET", "orders?asof=1", None, 400),
        ("GET", "orders?asOf=99", None, 400),
        ("POST", "orders", {"chanel": "AFN"}, 400),
        ("POST", "orders", [], 400),
        ("PUT", "clock", None, 400),
        ("POST", "clock", {}, 405),
        ("PUT", "clock", {"now": "2020-01-01T00:00:00Z"}, 409),
        ("POST", "clock/advance", {"until": "next"}, 409),
        ("DELETE", "clock/advance", None, 404),
        ("POST", "orders/902-0000000-0000000/actions/buyer-cancel", {}, 404),
        ("POST", "orders/902-0000000-0000000/actions/buyer-cancle", {}, 400),
    ],
)
def test_a_refusal_about_a_seller_has_the_version_it_was_judged_at(
    driver: Driver, method: str, path: str, body: Any, status: int
) -> None:
    driver.put("settings", {"buyer_withdrawal": True})
    answer = driver.refused(method, path, body)
    assert (answer.status, version(answer)) == (status, 2)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "sellers/AOTHER/fork", {"version": 99}, 400),
        ("POST", "sellers/AOTHER/fork", {"at": 5}, 400),
        ("POST", "sellers/AOTHER/fork", {"seller_id": "AOTHER"}, 409),
        ("GET", "sellers/AOTHER?asof=1", None, 400),
    ],
)
def test_a_refusal_about_the_seller_of_a_path_has_that_sellers_version(
    driver: Driver, method: str, path: str, body: Any, status: int
) -> None:
    driver.post("sellers", {"seller_id": "AOTHER"})
    driver.post("orders", {}, seller="AOTHER")
    driver.post("orders", {}, seller="AOTHER")
    answer = driver.refused(method, path, body)
    assert (answer.status, version(answer)) == (status, 3)
    assert VERSION not in driver.refused("GET", "sellers/ANOBODY").headers


def test_a_refused_action_has_the_version_it_left(driver: Driver) -> None:
    order_id = driver.post("orders", {"hold": False}).body["order_id"]
    answer = driver.refused("POST", f"orders/{order_id}/actions/seller-cancel-refund", {"refund_id": "none"})
    assert version(answer) == driver.world.version == 2


def test_each_seller_has_versions_of_its_own(driver: Driver) -> None:
    opened = driver.post("sellers", {"seller_id": "ANOTHER"})
    assert version(opened) == 1
    driver.post("orders", {}, seller="ANOTHER")
    assert version(driver.get("orders", seller="ANOTHER")) == 2
    assert version(driver.get("sellers/ANOTHER")) == 2
    assert version(driver.get("orders")) == 1
    assert version(driver.refused("GET", "orders?limt=1", seller="ANOTHER")) == 2
    assert version(driver.post("reset", seller="ANOTHER")) == 1


def test_what_is_about_no_seller_has_none(driver: Driver) -> None:
    for path in ("sellers", "scenarios", "rules.json"):
        answer = driver.get(path)
        assert VERSION not in answer.headers
        assert TIMING in answer.headers
    for path, seller in (("orders", "ANOBODY"), ("orders?limt=1", "ANOBODY"), ("nothing", ""), ("sellers/ANOBODY", "")):
        assert VERSION not in driver.refused("GET", path, seller=seller).headers
    assert VERSION not in driver.get("/health").headers


def test_strangers_learn_of_no_version() -> None:
    guarded = Driver(Safety("0.0.0.0", token="secret"))  # noqa: S104  (a server that would listen everywhere)
    answer = guarded.refused("GET", "orders")
    assert answer.status == 401
    assert VERSION not in answer.headers
    guarded.app.close()


@pytest.mark.parametrize("path", ["orders", "orders?limt=1", "sellers", "clock"])
def test_every_answer_says_what_it_took(driver: Driver, path: str) -> None:
    told = driver.get(path).headers[TIMING]
    taken = re.fullmatch(r"total;dur=(\d+\.\d+)", told)
    assert taken, told
    assert 0 < float(taken[1]) < 60_000
