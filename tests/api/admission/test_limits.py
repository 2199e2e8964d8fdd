"""The published usage plans: who is throttled, when, and by which clock."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest

from marketplace_sandbox.api.admission.rate_limits import MOST_BUCKETS, RateLimiter, ThrottledError
from marketplace_sandbox.api.admission.usage_plans import Plan
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.server.composition import Server
from tests.api.admission.server_seller import ServerSeller, mws_error, new_server
from tests.api.contract import Answer
from tests.api.models import FOLDER, MODELS, models_of, read_model

PLAN_ROW = re.compile(r"\|\s*([\d.]+)\s*\|\s*(\d+)\s*\|")
PLAN = Plan("an operation", 0.5, 3)
HOURLY = Plan("a feed", 1.0, 100, hourly=5)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = new_server()
    yield made
    made.close()


@pytest.fixture
def seller(server: Server) -> ServerSeller:
    """A seller whose limits follow the world's clock."""
    return ServerSeller(server, limits="published_virtual")


def spent(limits: RateLimiter, world: World, plan: Plan = PLAN, application: str = "") -> int:
    """How many calls get through before one is throttled."""
    for number in range(1000):
        try:
            limits.spend(world, application, plan)
        except ThrottledError:
            return number
    raise AssertionError("Nothing was throttled.")


def test_a_bucket_holds_its_burst_and_fills_at_its_rate(seller: ServerSeller) -> None:
    limits = RateLimiter()
    assert spent(limits, seller.world) == 3
    seller.pass_time(seconds=1)
    assert spent(limits, seller.world) == 0
    seller.pass_time(seconds=1)
    assert spent(limits, seller.world) == 1
    seller.pass_time(seconds=4)
    assert spent(limits, seller.world) == 2
    seller.pass_time(days=1)
    assert spent(limits, seller.world) == 3


def test_a_bucket_that_is_filled_bit_by_bit_comes_to_a_whole_call(seller: ServerSeller) -> None:
    limits = RateLimiter()
    spent(limits, seller.world)
    for _ in range(20):
        seller.pass_time(milliseconds=100)
        limits.full(seller.world, PLAN)
    assert spent(limits, seller.world) == 1


def test_sellers_applications_and_operations_have_buckets_of_their_own(server: Server, seller: ServerSeller) -> None:
    limits, other = RateLimiter(), ServerSeller(server, limits="published_virtual")
    assert [spent(limits, seller.world), spent(limits, other.world)] == [3, 3]
    assert [spent(limits, seller.world, application="another"), spent(limits, seller.world, Plan("b", 1.0, 2))] == [
        3,
        2,
    ]
    assert spent(limits, seller.world) == 0
    limits.forget(seller.seller_id)
    assert [spent(limits, seller.world), spent(limits, other.world)] == [3, 0]


def test_limits_on_wall_time_follow_the_wall(server: Server) -> None:
    seconds = [1000.0]
    limits, world = RateLimiter(lambda: seconds[0]), ServerSeller(server, limits="published").world
    assert spent(limits, world) == 3
    world.advance(timedelta(hours=1))
    assert spent(limits, world) == 0
    seconds[0] += 2
    assert spent(limits, world) == 1
    world.execute(ConfigurePolicy({"limits": "published_virtual"}))
    assert spent(limits, world) == 3, "instants of one clock say nothing on another"


def test_the_number_of_buckets_is_bounded(seller: ServerSeller) -> None:
    limits = RateLimiter()
    for number in range(MOST_BUCKETS + 10):
        limits.spend(seller.world, str(number), PLAN)
    assert len(limits._sellers[seller.seller_id].buckets) == MOST_BUCKETS


def test_an_hourly_cap_begins_again_at_its_own_minute(seller: ServerSeller) -> None:
    limits = RateLimiter()
    resets: list[datetime] = []
    for left in (4, 3, 2, 1, 0):
        quota = limits.spend(seller.world, "", HOURLY)
        assert quota is not None
        assert (quota.most, quota.left) == (5, left)
        resets.append(quota.resets_at)
    with pytest.raises(ThrottledError) as throttled:
        limits.spend(seller.world, "", HOURLY)
    assert throttled.value.hourly
    assert len(set(resets)) == 1
    assert timedelta(0) < resets[0] - seller.world.now() <= timedelta(hours=1)
    seller.world.advance(resets[0] - timedelta(seconds=1))
    assert spent(limits, seller.world, HOURLY) == 0
    seller.world.advance(resets[0])
    assert spent(limits, seller.world, HOURLY) == 5


UNPLANNED = {"createAccessToken", "sendInvoice"}
"""Operations that no plan was published for."""


def test_every_operation_of_the_selling_apis_has_a_plan(server: Server) -> None:
    operations = server.operations
    missing = [each for name in operations.names for each in operations.find_named(name) if each.plan is None]
    assert {(each.api, each.operation_id) for each in missing if each.operation_id not in UNPLANNED} == set()
    (listed,) = operations.find_named("getOrders")
    assert listed.plan == Plan("orders-v0 getOrders", 0.0167, 20)
    pages = [operations.find_named(name)[0].plan for name in ("ListOrders", "ListOrdersByNextToken")]
    assert pages[0] == pages[1] == Plan("mws-orders-2013-09-01 ListOrders", 1 / 60, 6)


@pytest.mark.skipif(not FOLDER, reason="SPAPI_MODELS names no directory with Amazon's published models")
def test_the_plans_are_those_of_the_models(server: Server) -> None:
    ours, theirs = {}, {}
    for document in MODELS:
        for name, (rate, burst) in _published(models_of(document)).items():
            served = [each for each in server.operations.find_named(name) if f"{each.api}.yaml" == document]
            for plan in (each.plan for each in served if each.plan):
                ours[document, name], theirs[document, name] = (plan.rate, plan.burst), (rate, burst)
    assert len(ours) > 20
    assert ours == theirs


def _published(models: Sequence[str]) -> dict[str, tuple[float, int]]:
    """The rate and burst of every operation, from the table in its description."""
    found = {}
    for model in models:
        for item in read_model(model)["paths"].values():
            for said in item.values():
                told = PLAN_ROW.search(said.get("description", "")) if isinstance(said, dict) else None
                if told:
                    found[said["operationId"]] = float(told[1]), int(told[2])
    return found


def test_a_rate_is_written_with_a_decimal(seller: ServerSeller) -> None:
    """As recorded, `2.0`, and its kind with it: captures, "Notifications, tokens, errors"."""
    answer = seller.get("/reports/2021-06-30/reports/1")
    assert (answer.status, answer.headers["x-amzn-ratelimit-limit"]) == (404, "2.0")


def test_a_list_is_throttled_after_its_burst_and_waits_a_minute(seller: ServerSeller) -> None:
    """Captures of throttled calls: 429, x-amzn-ErrorType TooManyRequestsException, and no rate."""
    answers = [seller.orders() for _ in range(20)]
    assert [each.status for each in answers] == [200] * 20
    assert {each.headers["x-amzn-ratelimit-limit"] for each in answers} == {"0.0167"}
    refused = seller.orders()
    assert (refused.status, refused.error["code"]) == (429, "QuotaExceeded")
    assert refused.headers["x-amzn-errortype"] == "TooManyRequestsException"
    assert "x-amzn-ratelimit-limit" not in refused.headers
    assert seller.search().headers["x-amzn-ratelimit-limit"] == "0.0056"
    seller.pass_time(seconds=59)
    assert seller.orders().status == 429
    seller.pass_time(seconds=1)
    assert [seller.orders().status, seller.orders().status] == [200, 429]
    assert seller.notes()[-1] == ["throttled: 20 calls at most, 0.0167 more a second"]


def test_a_refused_read_tells_the_rate_too(seller: ServerSeller) -> None:
    answer = seller.get("/orders/v0/orders/902-0000000-0000000")
    assert (answer.status, answer.headers["x-amzn-ratelimit-limit"]) == (404, "0.5")


def test_without_limits_nothing_is_counted_and_the_rate_is_large(server: Server) -> None:
    seller = ServerSeller(server)
    answers = [seller.orders() for _ in range(40)]
    assert {(each.status, each.headers["x-amzn-ratelimit-limit"]) for each in answers} == {(200, "50.0")}
    assert {seller.list_orders().status for _ in range(10)} == {200}


def test_clients_of_one_seller_have_buckets_of_their_own(server: Server, seller: ServerSeller) -> None:
    another = server.credentials.issue(ServerSeller(server).seller_id)["lwa"]
    for _ in range(20):
        seller.orders()
    assert seller.orders().status == 429
    client = {name: another[name] for name in ("client_id", "client_secret")}
    seller.token = seller.log_in(client).body["access_token"]
    assert seller.orders().status == 200
    seller.token = seller.log_in().body["access_token"]
    assert seller.orders().status == 429


def test_mws_lists_and_their_pages_share_six_calls(seller: ServerSeller) -> None:
    assert [seller.list_orders().status for _ in range(6)] == [200] * 6
    refused = seller.mws("ListOrdersByNextToken", NextToken="a token")
    assert mws_error(refused) == (
        503,
        "http://mws.amazonaws.com/doc/2009-01-01/",
        "RequestThrottled",
        "Request is throttled",
    )
    assert not [name for name in refused.headers if name.startswith("x-mws-quota")]
    assert seller.mws("GetOrder", **{"AmazonOrderId.Id.1": "902-0000001-0000001"}).status == 200
    seller.pass_time(seconds=60)
    assert [seller.list_orders().status, seller.list_orders().status] == [200, 503]


def test_an_hourly_cap_of_mws_is_told_and_kept(seller: ServerSeller) -> None:
    def count() -> Answer:
        return seller.mws("GetReportCount", Version="2009-01-01")

    resets = parse_instant(count().headers["x-mws-quota-resetson"])
    seller.world.advance(resets)
    for left in range(79, -1, -1):
        while (answer := count()).status == 503:
            assert mws_error(answer)[2] == "RequestThrottled"
            assert answer.headers["x-mws-quota-remaining"] == f"{left + 1}.0"
            seller.pass_time(seconds=45)
        assert [answer.headers[f"x-mws-quota-{name}"] for name in ("max", "remaining")] == ["80.0", f"{left}.0"]
    answer = count()
    status, namespace, code, message = mws_error(answer)
    assert (status, namespace, code) == (503, "", "QuotaExceeded")
    assert message.startswith("You exceeded your quota of 80.0 requests per 1 hour for operation Reports/2009-01-01/")
    again = resets + timedelta(hours=1)
    assert message.endswith(f"  Your quota will reset on Mon Mar 02 {again:%H:%M:%S} UTC 2026")
    seller.world.advance(again)
    assert count().headers["x-mws-quota-remaining"] == "79.0"


def test_without_limits_a_cap_is_told_as_unused(server: Server) -> None:
    seller = ServerSeller(server)
    answers = [seller.mws("GetReportCount", Version="2009-01-01") for _ in range(3)]
    assert {each.headers["x-mws-quota-remaining"] for each in answers} == {"80.0"}
    for given in ({"ReportId": "5"}, {}):
        refused = seller.mws("GetReport", Version="2009-01-01", **given)
        assert (refused.status, refused.headers["x-mws-quota-max"]) == (400, "60.0")
        assert refused.headers["x-amz-date"] == "Mon, 02 Mar 2026 16:00:00 GMT"
    orders = seller.mws("GetOrder")
    assert not [name for name in orders.headers if name.startswith("x-mws-quota") or name == "x-amz-date"]


def test_a_reset_fills_all_buckets(seller: ServerSeller) -> None:
    while seller.orders().status == 200:
        pass
    assert seller.control("POST", "reset", {}).status == 200
    assert seller.control("PUT", "settings", {"limits": "published_virtual"}).status == 200
    assert seller.orders().status == 200
