"""How much the request log keeps: by number and bytes of each seller, and by bytes of all."""

from collections.abc import Sequence
from typing import Any

import pytest

from marketplace_sandbox.api.admission.request_log import BESIDE_TEXTS, LONGEST_TEXT, RequestLog
from marketplace_sandbox.api.http.bounds import Bounds
from marketplace_sandbox.api.http.exchange import Answer, Exchange
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.store.memory import MemoryStore


@pytest.fixture
def sellers() -> Sellers:
    found = Sellers(MemoryStore())
    for seller_id in ("A1", "A2", "A3"):
        found.open(seller_id)
    return found


def call(seller_id: str, size: int = 0, **more: Any) -> Exchange:
    """An answered call of a seller whose query has so many characters."""

    async def never(*_: Any) -> Any:
        raise AssertionError

    given = {"url_path": "/", "query_string": "q" * size, "headers": {}} | more
    return Exchange(
        {}, never, never, request_id="1", method="GET", answer=Answer(200, [], b""), seller_id=seller_id, **given
    )


def numbers(log: RequestLog, seller_id: str) -> list[int]:
    return [each.number for each in log.calls(seller_id)]


def record(log: RequestLog, calls: Sequence[Exchange]) -> None:
    for each in calls:
        log.record(each)


def test_a_seller_has_so_many_calls_in_the_log(sellers: Sellers) -> None:
    log = RequestLog(sellers, bounds=Bounds(log_calls=2))
    record(log, [call("A1"), call("A1"), call("A1"), call("A2")])
    assert (numbers(log, "A1"), numbers(log, "A2")) == ([1, 2], [0])


def test_a_seller_has_so_many_bytes_in_the_log(sellers: Sellers) -> None:
    log = RequestLog(sellers, bounds=Bounds(log_bytes=19_500))
    record(log, [call("A1", 9_000), call("A1", 9_000), call("A1", 9_000), call("A1"), call("A2", 9_000)])
    assert (numbers(log, "A1"), numbers(log, "A2")) == ([2, 3], [0])


def test_of_all_sellers_the_one_who_has_not_called_for_longest_loses_calls_first(sellers: Sellers) -> None:
    log = RequestLog(sellers, bounds=Bounds(logs_bytes=20_000))
    record(log, [call("A1", 9_000), call("A2", 4_000), call("A1", 2_000), call("A3", 4_000)])
    assert (numbers(log, "A1"), numbers(log, "A2"), numbers(log, "A3")) == ([0, 1], [], [0])
    log.record(call("A2"))
    assert numbers(log, "A2") == [1], "numbers go on"
    log.forget("A1")
    record(log, [call("A3", 9_000)])
    assert numbers(log, "A3") == [0, 1]


def test_what_is_long_is_cut(sellers: Sellers) -> None:
    log = RequestLog(sellers)
    longer = "x" * (LONGEST_TEXT + 1)
    log.record(call("A1", LONGEST_TEXT + 1, url_path=f"/{longer}", headers={"user-agent": longer}))
    (kept,) = log.calls("A1")
    assert {len(each) for each in (kept.path, kept.query, kept.user_agent)} == {LONGEST_TEXT}
    assert log._byte_count == BESIDE_TEXTS + 3 * LONGEST_TEXT + len("GET")


def test_the_most_that_clients_can_write_stays_within_the_bound(sellers: Sellers) -> None:
    bounds = Bounds()
    log = RequestLog(sellers, bounds=bounds)
    for number in range(2_000):
        log.record(call("A1", 65_000, headers={"user-agent": f"{number}" * 10_000}))
    assert log._calls["A1"].byte_count <= bounds.log_bytes


@pytest.mark.parametrize(
    ("operation", "body", "listed"),
    [
        ("getOrders", b'{"payload":{"Orders":[],"LastUpdatedBefore":"x"}}', (0, False)),
        ("getOrders", b'{"Orders":[{"AmazonOrderId":"1"},{"AmazonOrderId":"2"}],"NextToken":"t"}', (2, True)),
        ("getOrders", b'{"Orders":[{"AmazonOrderId":"1","CancelReason":"\\"AmazonOrderId\\":"}]}', (1, False)),
        ("searchOrders", b'{"orders":[{"orderId":"1"}],"pagination":{"nextToken":"t"}}', (1, True)),
        ("ListOrders", b"<Order><AmazonOrderId>1</AmazonOrderId></Order><NextToken>t</NextToken>", (1, True)),
        ("getOrder", b'{"AmazonOrderId":"1"}', None),
    ],
)
def test_what_lists_of_orders_had_is_in_the_log(
    sellers: Sellers, operation: str, body: bytes, listed: tuple[int, bool] | None
) -> None:
    log = RequestLog(sellers)
    for _ in range(2):  # the second time the same bytes, as a poller gets them
        log.record(call("A1", operation=operation))
        exchange = call("A1", operation=operation)
        exchange.answer = Answer(200, [], body)
        log.record(exchange)
    assert [each.listed for each in log.calls("A1")][1::2] == [listed, listed]


def test_a_refused_list_has_listed_nothing(sellers: Sellers) -> None:
    log = RequestLog(sellers)
    exchange = call("A1", operation="getOrders")
    exchange.answer = Answer(429, [], b'{"errors":[]}')
    log.record(exchange)
    assert log.calls("A1")[0].listed is None
