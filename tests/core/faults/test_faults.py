"""The list of what goes wrong next: what it takes, whom it meets, and its account."""

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from marketplace_sandbox.core.faults.faults import KINDS, MOST_ENDED, MOST_FAULTS, Faults
from marketplace_sandbox.core.notifications.outbox import Delivery
from marketplace_sandbox.core.reading import FieldError
from tests.core.worlds import START, a_world, place

SELLER = "ATESTSELLER"


def added(*wanted: dict[str, Any]) -> Faults:
    faults = Faults()
    faults.add(SELLER, list(wanted), START)
    return faults


def deliveries(count: int) -> list[Delivery]:
    world = a_world()
    world.happen("subscribed", {"url": "http://127.0.0.1:9/", "secret": ""})
    for _ in range(count):
        place(world)
    world.advance(timedelta(hours=1))
    found = list(world.state.deliveries.values())
    assert len(found) == count
    return found


def met(faults: Faults, delivery: Delivery) -> str:
    fault = faults.meet_delivery(SELLER, delivery)
    return fault.kind if fault else ""


def test_faults_are_met_in_their_order_and_accounted_for() -> None:
    faults = added({"kind": "drop", "times": 2}, {"kind": "duplicate", "copies": 3})
    assert [met(faults, each) for each in deliveries(4)] == ["drop", "drop", "duplicate", ""]
    assert [each["account"] for each in faults.all(SELLER)] == ["2 of 2 were met", "1 of 1 were met"]


def test_the_first_may_pass_and_a_fault_may_stand_for_ever() -> None:
    faults = added({"kind": "drop", "times": None, "skip": 2})
    assert [met(faults, each) for each in deliveries(5)] == ["", "", "drop", "drop", "drop"]
    (shown,) = faults.all(SELLER)
    assert (shown["met"], shown["left"], shown["account"]) == (3, None, "3 were met")


def test_a_fault_meets_a_delivery_once_whatever_is_tried_again() -> None:
    faults = added({"kind": "wrong_signature", "times": None})
    (delivery,) = deliveries(1)
    assert [met(faults, delivery), met(faults, delivery)] == ["wrong_signature", ""]


def test_what_is_not_signed_cannot_be_signed_wrongly() -> None:
    faults = added({"kind": "wrong_signature"})
    (delivery,) = deliveries(1)
    assert faults.meet_delivery(SELLER, delivery, signed=False) is None
    assert met(faults, delivery) == "wrong_signature"


@pytest.mark.parametrize(
    "selector",
    [
        {"subscriber": "nobody"},
        {"order_id": "902-0000000-0000000"},
        {"order_change_type": "BuyerRequestedChange"},
        {"notification_type": "FEED_PROCESSING_FINISHED"},
    ],
)
def test_a_fault_meets_only_what_it_selects(selector: dict[str, str]) -> None:
    faults = added({"kind": "drop", **selector}, {"kind": "duplicate"})
    assert met(faults, deliveries(1)[0]) == "duplicate"


def test_sellers_have_lists_of_their_own_and_a_new_beginning() -> None:
    faults = added({"kind": "drop"})
    (delivery,) = deliveries(1)
    assert faults.meet_delivery("ANOTHER", delivery) is None
    assert faults.add(SELLER, [{"kind": "drop"}], START)[0]["id"] == "fault-2"
    assert faults.remove(SELLER, "fault-1")
    assert not faults.remove(SELLER, "fault-1")
    faults.clear(SELLER)
    assert faults.all(SELLER) == []
    assert faults.add(SELLER, [{"kind": "drop"}], START)[0]["id"] == "fault-3"
    faults.forget(SELLER)
    assert faults.add(SELLER, [{"kind": "drop"}], START)[0]["id"] == "fault-1"


OPERATIONS = {"read": ["v1", "v2"], "list": ["v2"]}
TYPES = {"A": ["_A_"], "B": ["_B_", "_OLD_B_"]}


def calling(*wanted: dict[str, Any]) -> Faults:
    """Faults of a server that has some operations, one of which is in two documents, and two types of reports."""
    suiting = {"partial_page": {"list": ["v2"]}, "report_fatal": TYPES}
    faults = Faults(lambda kind: suiting.get(kind, OPERATIONS))
    faults.add(SELLER, list(wanted), START)
    return faults


def call(faults: Faults, operation: str = "read", api: str = "v1", order_id: str = "", *, named: bool = False) -> str:
    fault = faults.meet_call(SELLER, operation, api, order_id, named=named)
    return fault.kind if fault else ""


def test_calls_and_deliveries_meet_faults_of_their_own() -> None:
    faults = calling({"kind": "drop"}, {"kind": "throttled"})
    assert [call(faults), call(faults)] == ["throttled", ""]
    assert [met(faults, each) for each in deliveries(2)] == ["drop", ""]


def test_a_call_meets_what_selects_it() -> None:
    by_operation = {"kind": "throttled", "operation": "list"}
    by_api = {"kind": "reset", "api": "v2", "times": 2}
    by_order = {"kind": "latency", "seconds": 1, "order_id": "902-0000001-0000001"}
    faults = calling(by_operation, by_api, by_order)
    assert call(faults, "read", "v1") == ""
    assert call(faults, "read", "v2") == "reset"
    assert [call(faults, "list", "v2"), call(faults, "list", "v2")] == ["throttled", "reset"]
    assert call(faults, "read", "v1", "902-0000001-0000001") == "latency"


def test_a_kind_suits_some_operations_only() -> None:
    faults = calling({"kind": "partial_page", "times": None})
    assert [call(faults, "read", "v2"), call(faults, "list", "v2"), call(faults, "other", "v2")] == [
        "",
        "partial_page",
        "",
    ]


def test_what_has_to_be_named_meets_no_fault_at_large() -> None:
    faults = calling({"kind": "throttled"}, {"kind": "reset", "operation": "read"})
    assert [call(faults, named=True), call(faults, named=True), call(faults)] == ["reset", "", "throttled"]


def test_faults_stand_until_they_are_used_up() -> None:
    faults = calling({"kind": "drop"}, {"kind": "throttled"})
    assert (faults.stands(SELLER), faults.stands("ANOTHER")) == (True, False)
    call(faults)
    assert not faults.stands(SELLER)


def fate(faults: Faults, work: str, work_type: str) -> dict[str, str]:
    with faults.meet_work(SELLER, work, work_type) as found:
        return dict(found)


def test_work_meets_a_fault_of_its_own() -> None:
    faults = calling(
        {"kind": "feed_stuck", "by": "PT2H"}, {"kind": "report_fatal", "type": "A"}, {"kind": "feed_fatal"}
    )
    assert fate(faults, "report", "B") == {}
    assert [fate(faults, "report", "A"), fate(faults, "report", "A")] == [{"fate": "fatal"}, {}]
    assert [fate(faults, "feed", "C") for _ in range(3)] == [{"stuck": "PT2H"}, {"fate": "fatal"}, {}]


def test_a_type_may_be_named_in_every_way_it_has() -> None:
    faults = calling({"kind": "report_fatal", "type": "_OLD_B_"})
    assert [each["type"] for each in faults.all(SELLER)] == ["B"]
    assert [fate(faults, "report", "A"), fate(faults, "report", "B")] == [{}, {"fate": "fatal"}]


def test_a_type_there_is_none_of_is_refused_with_the_nearest() -> None:
    with pytest.raises(FieldError, match="no type '_OLD_C_'; did you mean '_OLD_B_'") as refused:
        calling({"kind": "report_fatal", "type": "_OLD_C_"})
    assert refused.value.field_path == "type"
    with pytest.raises(FieldError, match="no type 'read'; there are 'A' and 'B'"):
        calling({"kind": "report_fatal", "type": "read"})


def test_a_kind_has_to_be_named() -> None:
    with pytest.raises(FieldError, match="kind is required: one of delay, late,") as refused:
        Faults().add(SELLER, [{"times": 2}], START)
    assert refused.value.field_path == "kind"
    with pytest.raises(FieldError, match="There is no kind null; the nearest is '"):
        Faults().add(SELLER, [{"kind": None}], START)


def test_work_that_is_not_begun_meets_no_fault() -> None:
    faults = calling({"kind": "report_fatal"})
    with suppress(LookupError), faults.meet_work(SELLER, "report", "A") as found:
        assert found
        raise LookupError
    assert [each["account"] for each in faults.all(SELLER)] == ["0 of 1 were met"]
    assert fate(faults, "report", "A") == {"fate": "fatal"}


def test_ended_tokens_are_remembered_until_they_are_given_out_again() -> None:
    faults = Faults()
    for number in range(MOST_ENDED + 5):
        faults.end_token(SELLER, f"token {number}", "expired_token")
    assert faults.ended_by(SELLER, "token 4") is None
    assert faults.ended_by(SELLER, "token 5") == "expired_token"
    assert faults.ended_by("ANOTHER", "token 5") is None
    faults.renew_token(SELLER, "token 5")
    assert faults.ended_by(SELLER, "token 5") is None
    faults.clear(SELLER)
    assert faults.ended_by(SELLER, "token 6") is None


def test_what_many_threads_meet_is_counted_once_each() -> None:
    faults = calling({"kind": "throttled", "times": 500})
    found: list[str] = []

    def meet() -> None:
        found.extend(call(faults) for _ in range(100))

    threads = [threading.Thread(target=meet) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (found.count("throttled"), found.count("")) == (500, 300)


BAD: list[tuple[Any, str, str]] = [
    ("drop", "fault", "object"),
    ({}, "kind", "kind"),
    ({"kind": "dropp"}, "kind", "did you mean 'drop'"),
    ({"kind": None}, "kind", "null"),
    ({"kind": "drop", "copies": 2}, "copies", "has no 'copies'"),
    ({"kind": "drop", "time": 2}, "time", "did you mean 'times'"),
    ({"kind": "drop", "times": 0}, "times", "from 1"),
    ({"kind": "drop", "times": True}, "times", "true is not"),
    ({"kind": "drop", "skip": -1}, "skip", "from 0"),
    ({"kind": "duplicate", "copies": 1}, "copies", "from 2 to 10"),
    ({"kind": "delay"}, "by", "needs by"),
    ({"kind": "delay", "by": "5 minutes"}, "by", "PT5M"),
    ({"kind": "late"}, "until", "needs until"),
    ({"kind": "late", "until": "2026-03-02T16:00:00Z"}, "until", "future"),
    ({"kind": "late", "until": 7}, "until", "7 is not"),
    ({"kind": "reorder", "behind": 0}, "behind", "from 1"),
    ({"kind": "drop", "notification_type": "ORDER_CHANGES"}, "notification_type", "ORDER_CHANGE"),
    ({"kind": "drop", "order_change_type": "StatusChange"}, "order_change_type", "OrderStatusChange"),
    ({"kind": "drop", "order_id": 7}, "order_id", "7 is not"),
]


@pytest.mark.parametrize(("wanted", "field", "words"), BAD)
def test_a_fault_that_will_not_do_is_refused(wanted: Any, field: str, words: str) -> None:
    faults = Faults()
    with pytest.raises(FieldError) as refused:
        faults.add(SELLER, [wanted], START)
    assert refused.value.field_path == field
    assert words in str(refused.value)
    with pytest.raises(FieldError) as refused:
        faults.add(SELLER, [{"kind": "drop"}, wanted], START)
    assert refused.value.field_path.startswith("faults[1]")
    assert faults.all(SELLER) == []


def test_a_list_is_bounded() -> None:
    faults = Faults()
    faults.add(SELLER, [{"kind": "drop"}] * MOST_FAULTS, START)
    with pytest.raises(FieldError, match="at most"):
        faults.add(SELLER, [{"kind": "drop"}], START)


def test_every_kind_says_what_it_does() -> None:
    assert all(kind.about.endswith(".") for kind in KINDS.values())
