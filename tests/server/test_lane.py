"""The lane's law: with it and without it, any history gives the same bytes, logs, counts and refusals."""

import re
import tracemalloc
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import marketplace_sandbox
from marketplace_sandbox.api.admission.credentials import TOKEN_SECONDS
from marketplace_sandbox.api.admission.lane import BESIDE, Lane
from marketplace_sandbox.api.admission.request_log import RequestLog
from marketplace_sandbox.core.journal.journal import StoreUnavailableError
from marketplace_sandbox.server.composition import Options, compose
from tests.api.admission.server_seller import EVER, US, ServerSeller
from tests.depth import depth
from tests.server.lane_histories import RATES, History, Pair, Step, part_of, steps

HISTORIES = depth(12, 1_000)
NUMBERS = count(1)
ITEMS = "/orders/v0/orders/{}/orderItems"
LIST = f"/orders/v0/orders?MarketplaceIds={US}&CreatedAfter={EVER}"


@pytest.fixture(scope="module", params=[False, True], ids=["open", "strict"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    with Pair(strict=request.param) as made:
        yield made


@pytest.mark.slow
def test_with_the_lane_and_without_it_any_history_gives_the_same(pair: Pair) -> None:
    @settings(max_examples=HISTORIES, phases=[Phase.generate])  # a shorter history would take minutes to find
    @given(of=steps, rate=st.sampled_from(RATES))
    def live(of: list[Step], rate: float) -> None:
        History(pair, next(NUMBERS), rate).live(of)

    live()
    assert pair.hits > HISTORIES * 5


class Reader:
    """A seller of both servers whose reads are looked at: what they answer, and whether from the lane."""

    def __init__(self, pair: Pair, rate: float = 0) -> None:
        self.pair = pair
        self.history = History(pair, next(NUMBERS), rate)
        self.items = ITEMS.format(self.history.orders[0])

    def get(self, target: str = "", **headers: str) -> tuple[int, bool]:
        """The status of a read, and whether it came from the lane."""
        hits = self.pair.hits
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        answer = self.pair.call("GET", target or self.items, {"x-amz-access-token": self.history.tokens[0]} | named)
        return answer.status, self.pair.hits > hits

    def control(self, method: str, path: str, body: object = None) -> object:
        answer = self.pair.control(method, path, self.history.seller_id, body)
        assert "errors" not in (answer or {}), answer
        return answer


@pytest.fixture
def reader(pair: Pair) -> Reader:
    return Reader(pair)


READ, AGAIN = (200, False), (200, True)


def test_a_read_is_answered_again_until_its_world_changes(reader: Reader) -> None:
    assert [reader.get() for _ in range(3)] == [AGAIN] * 3  # the history has read it before
    reader.history.place(1, 0)
    assert [reader.get() for _ in range(3)] == [READ, AGAIN, AGAIN]
    reader.control("PUT", "settings", {"items_per_page": 5})
    assert [reader.get() for _ in range(2)] == [READ, AGAIN]
    reader.control("POST", "clock/advance", {"by": "PT1S"})
    assert [reader.get() for _ in range(2)] == [READ, AGAIN]


def test_a_world_that_was_rewound_is_another_at_the_same_version(reader: Reader) -> None:
    reader.history.place(1, 0)
    assert [reader.get(LIST) for _ in range(2)] == [READ, AGAIN]
    version = reader.pair.sides[0].server.sellers.get(reader.history.seller_id).version
    reader.control("POST", "rewind", {"version": version - 1})
    assert [reader.get(LIST) for _ in range(2)] == [READ, AGAIN]
    reader.history.place(1, 0)
    assert reader.pair.sides[0].server.sellers.get(reader.history.seller_id).version == version
    assert [reader.get(LIST) for _ in range(2)] == [READ, AGAIN]


def test_a_fork_has_answers_of_its_own(reader: Reader) -> None:
    reader.control("POST", f"sellers/{reader.history.seller_id}/fork", {"seller_id": f"{reader.history.seller_id}F"})
    assert reader.get() == AGAIN
    credentials = reader.pair.sides[0].server.credentials
    token = credentials.access_token(f"{reader.history.seller_id}F")
    assert [reader.get(x_amz_access_token=token) for _ in range(2)] == [READ, AGAIN]
    reader.pair.control("POST", "orders", f"{reader.history.seller_id}F", {})
    assert reader.get() == AGAIN
    assert reader.get(x_amz_access_token=token) == READ


def test_another_sellers_change_ends_nothing(pair: Pair, reader: Reader) -> None:
    Reader(pair).history.place(1, 0)
    assert reader.get() == AGAIN


def test_a_reset_and_the_end_of_a_seller_end_its_answers(pair: Pair, reader: Reader) -> None:
    assert reader.get() == AGAIN
    reader.control("POST", "reset")
    assert reader.get() == (404, False)
    reader.history.place(1, 0)  # the order has the same id again
    assert [reader.get() for _ in range(2)] == [READ, AGAIN]
    reader.control("DELETE", f"sellers/{reader.history.seller_id}")
    assert reader.get() == (403, False)
    pair.control("POST", "sellers", "", {"seller_id": reader.history.seller_id, "start": "2026-03-02T16:00:00Z"})
    reader.history.place(1, 0)
    assert reader.get() == (403, False)  # the token is of who had the id before


def test_the_end_of_a_token_ends_its_answers(pair: Pair, reader: Reader) -> None:
    pair.now += TOKEN_SECONDS - 1
    assert reader.get() == AGAIN
    pair.now += 1
    assert [reader.get() for _ in range(2)] == [(403, False)] * 2


def test_a_token_that_a_fault_has_ended_is_refused(reader: Reader) -> None:
    reader.control("POST", "faults", {"kind": "revoked_token"})
    assert reader.get() == (403, False)
    assert reader.get() == (403, False)  # the fault is used up; the token stays ended
    reader.control("DELETE", "faults")
    assert reader.get()[0] == 200


def test_reads_with_faults_are_made_and_counted(reader: Reader) -> None:
    reader.control("POST", "faults", {"kind": "status", "status": 503, "skip": 1, "times": 1})
    assert [reader.get() for _ in range(3)] == [READ, (503, False), READ]
    reader.control("DELETE", "faults")
    assert reader.get() == AGAIN  # the answer of before the faults holds still


def test_an_answer_seen_through_a_fault_is_not_kept(pair: Pair) -> None:
    reader = Reader(pair)
    reader.control("POST", "faults", {"kind": "stale_read", "by": "PT1H", "times": 1})
    assert [reader.get(LIST) for _ in range(2)] == [READ] * 2
    reader.control("DELETE", "faults")
    assert [reader.get(LIST) for _ in range(2)] == [READ, AGAIN]


def test_reads_under_limits_are_made_and_counted(reader: Reader) -> None:
    reader.control("PUT", "settings", {"limits": "published"})
    found = [reader.get() for _ in range(31)]
    assert found == [READ] * 30 + [(429, False)]


def test_reads_beside_a_shadow_are_made_and_compared(reader: Reader) -> None:
    reader.control("PUT", "settings", {"orders_v0_shadow": True})
    assert [reader.get() for _ in range(2)] == [READ] * 2


def test_an_answer_that_goes_by_the_time_is_kept_on_a_clock_that_stands_alone(pair: Pair, reader: Reader) -> None:
    assert [reader.get(LIST) for _ in range(2)] == [READ, AGAIN]
    pair.now += 60
    assert reader.get(LIST) == AGAIN
    reader.control("PUT", "clock", {"rate": 1})
    pair.now += 60  # its order can be listed now
    assert [reader.get(LIST) for _ in range(2)] == [READ] * 2
    assert [reader.get() for _ in range(2)] == [READ, AGAIN]


def test_what_time_alone_does_ends_an_answer_on_a_clock_that_runs(pair: Pair) -> None:
    reader = Reader(pair, 1)
    assert reader.get() == AGAIN
    reader.control("POST", "orders", {})  # held, so that it is released
    assert [reader.get() for _ in range(2)] == [READ, AGAIN]
    pair.now += 1799.9
    assert reader.get() == AGAIN
    pair.now += 0.1
    assert [reader.get() for _ in range(3)] == [READ, READ, AGAIN]  # the first has it happen


def test_the_end_of_the_reads_of_v0_ends_their_answers(pair: Pair) -> None:
    reader = Reader(pair, 1)
    reader.control("PUT", "settings", {"orders_v0_reads_end": "2026-03-02T17:00:00Z"})
    assert reader.get()[0] == 200
    pair.now += 3600
    reader.history.log_in(0, 0)
    assert reader.get() == (403, False)


@pytest.mark.parametrize(
    "headers",
    [{"host": "evil.example"}, {"origin": "http://evil.example"}, {"sec_fetch_site": "cross-site"}],
    ids=["host", "origin", "site"],
)
def test_a_page_elsewhere_is_refused_what_a_program_was_answered(reader: Reader, headers: dict[str, str]) -> None:
    assert reader.get() == AGAIN
    assert [reader.get(**headers) for _ in range(2)] == [(403, False)] * 2


def test_when_a_client_says_that_it_sends_makes_no_difference(reader: Reader) -> None:
    assert reader.get(x_amz_date="20260302T160000Z") == AGAIN


def test_who_sends_stands_in_the_log_of_each_call(pair: Pair, reader: Reader) -> None:
    found = [reader.get(user_agent=name) for name in ("one/1", "two/2", "one/1", "two/2")]
    assert found == [READ, READ, AGAIN, AGAIN]
    calls = [side.log.calls(reader.history.seller_id) for side in pair.sides]
    assert [each.user_agent for each in calls[0][-4:]] == ["one/1", "two/2", "one/1", "two/2"]
    assert calls[0] == calls[1]


def test_other_methods_pass_by(pair: Pair, reader: Reader) -> None:
    hits = pair.hits
    for method in ("HEAD", "OPTIONS", "POST", "HEAD"):
        pair.call(method, reader.items, {"x-amz-access-token": reader.history.tokens[0]})
    assert pair.hits == hits


def test_a_world_that_is_advanced_is_read_as_it_comes(reader: Reader) -> None:
    assert reader.get() == AGAIN
    world = reader.pair.sides[0].server.sellers.get(reader.history.seller_id)
    with world.advance_in_steps(world.next_due_at()):
        assert not world.is_unchanged(world.state, world.version)


def test_a_world_whose_time_cannot_be_written_is_read_as_it_comes(pair: Pair) -> None:
    reader = Reader(pair, 1)
    reader.control("POST", "orders", {})
    worlds = [side.server.sellers.get(reader.history.seller_id) for side in pair.sides]
    with pytest.MonkeyPatch.context() as patch:
        for world in worlds:
            patch.setattr(world._store, "append", _refuse)
        pair.now += 1800
        assert [reader.get() for _ in range(3)] == [READ] * 3
    for world in worlds:
        world._settles_again_at = 0.0
    assert [reader.get() for _ in range(3)] == [READ, READ, AGAIN]


def _refuse(*_: object) -> None:
    raise StoreUnavailableError("There is no room")


class Kept:
    """One server with a lane of these bounds, and reads of it that are all others."""

    def __init__(self, **bounds: int) -> None:
        self.server = compose(Options())
        self.lane: Lane = part_of(self.server, "Lane.keep")
        self.log: RequestLog = part_of(self.server, "RequestLog.record")
        vars(self.lane).update({f"_{name}": bound for name, bound in bounds.items()})
        self.seller = ServerSeller(self.server)
        self.order = self.seller.place_order()

    def close(self) -> None:
        self.server.app.close()
        self.server.close()

    def read(self, number: int) -> bool:
        """Whether it was answered from the lane."""
        hits = self.lane.hits
        assert self.seller.get(f"/orders/v0/orders/{self.order.order_id}", number=number).status == 200
        return self.lane.hits > hits


def test_answers_are_bounded_by_number_and_those_of_use_stay_longest() -> None:
    kept = Kept(most_answers=3)
    assert [kept.read(number) for number in (0, 0, 1, 2, 3)] == [False, True, False, False, False]
    assert [kept.read(number) for number in (0, 2, 3)] == [True] * 3
    assert kept.read(1) is False
    kept.close()


def test_answers_are_bounded_by_bytes() -> None:
    kept = Kept(most_bytes=10 * (BESIDE + 2_000))
    for number in range(30):
        kept.read(number)
        assert kept.lane.byte_count <= kept.lane._most_bytes
        assert kept.lane.byte_count == sum(each.byte_count for each in kept.lane._kept.values())
    assert 5 < len(kept.lane._kept) < 30
    kept.close()


def test_what_is_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept()
    monkeypatch.setattr("marketplace_sandbox.api.admission.lane.LARGEST", 100)
    assert [kept.read(0) for _ in range(3)] == [False] * 3
    monkeypatch.setattr("marketplace_sandbox.api.admission.lane.LARGEST", 100_000)
    assert [kept.read(0) for _ in range(3)] == [False, True, True]
    kept.close()


def test_a_kept_answer_takes_about_the_bytes_that_are_counted() -> None:
    kept = Kept()
    tracemalloc.start()
    try:
        for number in range(200):
            kept.read(number)
        kept.log.forget(kept.seller.seller_id)  # it holds the same bytes
        counted, before = kept.lane.byte_count, tracemalloc.get_traced_memory()[0]
        kept.lane._kept.clear()
        freed = before - tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert counted / 2 < freed < counted
    kept.close()


def test_the_lane_can_be_turned_off() -> None:
    server = compose(Options(lane=False))
    seller = ServerSeller(server)
    order = seller.place_order()
    lane: Lane = part_of(server, "Lane.keep")
    assert [seller.read(order).status for _ in range(3)] == [200] * 3
    assert (lane.hits, lane._kept) == (0, {})
    server.app.close()
    server.close()


CLOCK = re.compile(r"\bclock\.(now|real_until|anchor)\b")


def test_whoever_answers_clients_asks_the_world_for_the_time_and_not_its_clock() -> None:
    """A world tells when it was asked; its clock does not."""
    api = Path(marketplace_sandbox.__file__).parent / "api"
    files = [each for each in api.rglob("*.py") if "control" not in each.parts]
    assert len(files) > 100
    assert [each.name for each in files if CLOCK.search(each.read_text(encoding="utf-8"))] == []


def test_an_action_of_mws_is_answered_again_whoever_sends_it_is_looked_at_each_time(pair: Pair) -> None:
    history = Reader(pair, 1).history  # a clock that runs: each answer tells the now
    query = {"Action": "ListOrderItems", "AmazonOrderId": history.orders[0]}
    told = []
    for flaw in ("", "", "signature", "age", "unsigned", "seller", ""):
        hits = pair.hits
        answer = pair.call("GET", history.signed(query, flaw))
        told.append((answer.status, pair.hits > hits))
        pair.now += 1
    refused = [(403, False), (400, False), (400, False), (401, False)]
    tolerated = [AGAIN, AGAIN, READ, READ]  # the last two have other parameters
    assert told == [READ, AGAIN, *(refused if pair.strict else tolerated), AGAIN]
    calls = pair.sides[0].log.calls(history.seller_id)[-7:]
    assert len({each.request_id for each in calls}) == 7
    assert all(f"<RequestId>{each.request_id}</RequestId>".encode() in answer.body for each in calls[-1:])
    history.place(1, 0)
    hits = pair.hits
    pair.call("GET", history.signed(query, ""))
    assert pair.hits == hits


def test_actions_of_mws_are_counted_under_limits(pair: Pair) -> None:
    reader = Reader(pair)
    reader.control("PUT", "settings", {"limits": "published"})
    query = {"Action": "ListOrderItems", "AmazonOrderId": reader.history.orders[0]}
    hits = pair.hits
    told = [pair.call("GET", reader.history.signed(query, "")).status for _ in range(33)]
    assert told == [200] * 30 + [503] * 3
    assert pair.hits == hits + 29
    of = [side.server.rate_limiter._sellers[reader.history.seller_id] for side in pair.sides]
    assert of[0] == of[1]


def test_an_action_of_mws_that_does_something_is_performed_each_time(pair: Pair) -> None:
    history = Reader(pair).history
    hits = pair.hits
    query = {"Action": "RequestReport", "ReportType": "_GET_FLAT_FILE_ORDERS_DATA_", "Version": "2009-01-01"}
    told = [pair.call("GET", history.signed(query, "")).body for _ in range(3)]
    assert len({re.search(rb"<ReportRequestId>(\w+)<", each)[1] for each in told}) == 3  # type: ignore[index]
    assert pair.hits == hits
