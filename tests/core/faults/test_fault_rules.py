"""The rules of what goes wrong next: what they take, what they match, and how often they were hit."""

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.faults.fault_rules import KINDS, MOST_ENDED, MOST_FAULTS, FaultRules
from marketplace_sandbox.core.notifications.outbox import Delivery
from marketplace_sandbox.core.text.reading import FieldError
from tests.core.worlds import START, a_world, place

SELLER = "ATESTSELLER"


def rules_with(*wanted: dict[str, Any]) -> FaultRules:
    rules = FaultRules()
    rules.add(SELLER, list(wanted), START)
    return rules


def deliveries(count: int) -> list[Delivery]:
    world = a_world()
    world.execute(Subscribe(url="http://127.0.0.1:9/", secret=""))
    for _ in range(count):
        place(world)
    world.advance(timedelta(hours=1))
    found = list(world.state.deliveries.values())
    assert len(found) == count
    return found


def matched(rules: FaultRules, delivery: Delivery) -> str:
    fault = rules.match_delivery(SELLER, delivery)
    return fault.kind if fault else ""


def test_faults_are_met_in_their_order_and_accounted_for() -> None:
    rules = rules_with({"kind": "drop", "times": 2}, {"kind": "duplicate", "copies": 3})
    assert [matched(rules, each) for each in deliveries(4)] == ["drop", "drop", "duplicate", ""]
    assert [each["account"] for each in rules.all(SELLER)] == ["2 of 2 were met", "1 of 1 were met"]


def test_the_first_may_pass_and_a_fault_may_stand_for_ever() -> None:
    rules = rules_with({"kind": "drop", "times": None, "skip": 2})
    assert [matched(rules, each) for each in deliveries(5)] == ["", "", "drop", "drop", "drop"]
    (shown,) = rules.all(SELLER)
    assert (shown["met"], shown["left"], shown["account"]) == (3, None, "3 were met")


def test_a_fault_meets_a_delivery_once_whatever_is_tried_again() -> None:
    rules = rules_with({"kind": "wrong_signature", "times": None})
    (delivery,) = deliveries(1)
    assert [matched(rules, delivery), matched(rules, delivery)] == ["wrong_signature", ""]


def test_what_is_not_signed_cannot_be_signed_wrongly() -> None:
    rules = rules_with({"kind": "wrong_signature"})
    (delivery,) = deliveries(1)
    assert rules.match_delivery(SELLER, delivery, signed=False) is None
    assert matched(rules, delivery) == "wrong_signature"


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
    rules = rules_with({"kind": "drop", **selector}, {"kind": "duplicate"})
    assert matched(rules, deliveries(1)[0]) == "duplicate"


def test_sellers_have_lists_of_their_own_and_a_new_beginning() -> None:
    rules = rules_with({"kind": "drop"})
    (delivery,) = deliveries(1)
    assert rules.match_delivery("ANOTHER", delivery) is None
    assert rules.add(SELLER, [{"kind": "drop"}], START)[0]["id"] == "fault-2"
    assert rules.remove(SELLER, "fault-1")
    assert not rules.remove(SELLER, "fault-1")
    rules.clear(SELLER)
    assert rules.all(SELLER) == []
    assert rules.add(SELLER, [{"kind": "drop"}], START)[0]["id"] == "fault-3"
    rules.forget(SELLER)
    assert rules.add(SELLER, [{"kind": "drop"}], START)[0]["id"] == "fault-1"


OPERATIONS = {"read": ["v1", "v2"], "list": ["v2"]}
TYPES = {"A": ["_A_"], "B": ["_B_", "_OLD_B_"]}


def calling(*wanted: dict[str, Any]) -> FaultRules:
    """FaultRules of a server that has some operations, one of which is in two documents, and two types of reports."""
    suiting = {"partial_page": {"list": ["v2"]}, "report_fatal": TYPES}
    rules = FaultRules(lambda kind: suiting.get(kind, OPERATIONS))
    rules.add(SELLER, list(wanted), START)
    return rules


def call(
    rules: FaultRules, operation: str = "read", api: str = "v1", order_id: str = "", *, named: bool = False
) -> str:
    fault = rules.match_call(SELLER, operation, api, order_id, named=named)
    return fault.kind if fault else ""


def test_calls_and_deliveries_meet_faults_of_their_own() -> None:
    rules = calling({"kind": "drop"}, {"kind": "throttled"})
    assert [call(rules), call(rules)] == ["throttled", ""]
    assert [matched(rules, each) for each in deliveries(2)] == ["drop", ""]


def test_a_call_meets_what_selects_it() -> None:
    by_operation = {"kind": "throttled", "operation": "list"}
    by_api = {"kind": "reset", "api": "v2", "times": 2}
    by_order = {"kind": "latency", "seconds": 1, "order_id": "902-0000001-0000001"}
    rules = calling(by_operation, by_api, by_order)
    assert call(rules, "read", "v1") == ""
    assert call(rules, "read", "v2") == "reset"
    assert [call(rules, "list", "v2"), call(rules, "list", "v2")] == ["throttled", "reset"]
    assert call(rules, "read", "v1", "902-0000001-0000001") == "latency"


def test_a_kind_suits_some_operations_only() -> None:
    rules = calling({"kind": "partial_page", "times": None})
    assert [call(rules, "read", "v2"), call(rules, "list", "v2"), call(rules, "other", "v2")] == [
        "",
        "partial_page",
        "",
    ]


def test_what_has_to_be_named_meets_no_fault_at_large() -> None:
    rules = calling({"kind": "throttled"}, {"kind": "reset", "operation": "read"})
    assert [call(rules, named=True), call(rules, named=True), call(rules)] == ["reset", "", "throttled"]


def test_faults_stand_until_they_are_used_up() -> None:
    rules = calling({"kind": "drop"}, {"kind": "throttled"})
    assert (rules.has_rules_for_calls(SELLER), rules.has_rules_for_calls("ANOTHER")) == (True, False)
    call(rules)
    assert not rules.has_rules_for_calls(SELLER)


def fate_of(rules: FaultRules, work: str, work_type: str) -> dict[str, str]:
    with rules.match_job(SELLER, work, work_type) as found:
        return dict(found)


def test_work_meets_a_fault_of_its_own() -> None:
    rules = calling({"kind": "feed_stuck", "by": "PT2H"}, {"kind": "report_fatal", "type": "A"}, {"kind": "feed_fatal"})
    assert fate_of(rules, "report", "B") == {}
    assert [fate_of(rules, "report", "A"), fate_of(rules, "report", "A")] == [{"fate": "fatal"}, {}]
    assert [fate_of(rules, "feed", "C") for _ in range(3)] == [{"stuck": "PT2H"}, {"fate": "fatal"}, {}]


def test_a_type_may_be_named_in_every_way_it_has() -> None:
    rules = calling({"kind": "report_fatal", "type": "_OLD_B_"})
    assert [each["type"] for each in rules.all(SELLER)] == ["B"]
    assert [fate_of(rules, "report", "A"), fate_of(rules, "report", "B")] == [{}, {"fate": "fatal"}]


def test_a_type_there_is_none_of_is_refused_with_the_nearest() -> None:
    with pytest.raises(FieldError, match="no type '_OLD_C_'; did you mean '_OLD_B_'") as refused:
        calling({"kind": "report_fatal", "type": "_OLD_C_"})
    assert refused.value.field_path == "type"
    with pytest.raises(FieldError, match="no type 'read'; there are 'A' and 'B'"):
        calling({"kind": "report_fatal", "type": "read"})


def test_a_kind_has_to_be_named() -> None:
    with pytest.raises(FieldError, match="kind is required: one of delay, late,") as refused:
        FaultRules().add(SELLER, [{"times": 2}], START)
    assert refused.value.field_path == "kind"
    with pytest.raises(FieldError, match=r"There is no kind null\."):
        FaultRules().add(SELLER, [{"kind": None}], START)


def test_work_that_is_not_begun_meets_no_fault() -> None:
    rules = calling({"kind": "report_fatal"})
    with suppress(LookupError), rules.match_job(SELLER, "report", "A") as found:
        assert found
        raise LookupError
    assert [each["account"] for each in rules.all(SELLER)] == ["0 of 1 were met"]
    assert fate_of(rules, "report", "A") == {"fate": "fatal"}


def test_ended_tokens_are_remembered_until_they_are_given_out_again() -> None:
    rules = FaultRules()
    for number in range(MOST_ENDED + 5):
        rules.end_token(SELLER, f"token {number}", "expired_token")
    assert rules.token_ended_by(SELLER, "token 4") is None
    assert rules.token_ended_by(SELLER, "token 5") == "expired_token"
    assert rules.token_ended_by("ANOTHER", "token 5") is None
    rules.renew_token(SELLER, "token 5")
    assert rules.token_ended_by(SELLER, "token 5") is None
    rules.clear(SELLER)
    assert rules.token_ended_by(SELLER, "token 6") is None


def test_what_many_threads_meet_is_counted_once_each() -> None:
    rules = calling({"kind": "throttled", "times": 500})
    found: list[str] = []

    def meet() -> None:
        found.extend(call(rules) for _ in range(100))

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
    ({"kind": "drop", "copies": 2}, "copies", "no field 'copies' of a fault drop"),
    ({"kind": "drop", "time": 2}, "time", "did you mean 'times'"),
    ({"kind": "drop", "times": 0}, "times", "from 1"),
    ({"kind": "drop", "times": True}, "times", "true is not"),
    ({"kind": "drop", "skip": -1}, "skip", "from 0"),
    ({"kind": "duplicate", "copies": 1}, "copies", "from 2 to 10"),
    ({"kind": "delay"}, "by", "required by a fault delay"),
    ({"kind": "delay", "by": "five minutes"}, "by", "PT5M"),
    ({"kind": "late"}, "until", "required by a fault late"),
    ({"kind": "late", "until": "2026-03-02T16:00:00Z"}, "until", "lies in the past; the world's now is"),
    ({"kind": "late", "until": 7}, "until", "7 is not"),
    ({"kind": "reorder", "behind": 0}, "behind", "from 1"),
    ({"kind": "drop", "notification_type": "ORDER_CHANGES"}, "notification_type", "ORDER_CHANGE"),
    ({"kind": "drop", "order_change_type": "StatusChange"}, "order_change_type", "OrderStatusChange"),
    ({"kind": "drop", "order_id": 7}, "order_id", "7 is not"),
]


@pytest.mark.parametrize(("wanted", "field", "words"), BAD)
def test_a_fault_that_will_not_do_is_refused(wanted: Any, field: str, words: str) -> None:
    rules = FaultRules()
    with pytest.raises(FieldError) as refused:
        rules.add(SELLER, [wanted], START)
    assert refused.value.field_path == field
    assert words in str(refused.value)
    with pytest.raises(FieldError) as refused:
        rules.add(SELLER, [{"kind": "drop"}, wanted], START, "faults")
    assert refused.value.field_path.startswith("faults[1]")
    assert rules.all(SELLER) == []


def test_a_list_is_bounded() -> None:
    rules = FaultRules()
    rules.add(SELLER, [{"kind": "drop"}] * MOST_FAULTS, START)
    with pytest.raises(FieldError, match="at most"):
        rules.add(SELLER, [{"kind": "drop"}], START)


def test_every_kind_says_what_it_does() -> None:
    assert all(kind.about.endswith(".") for kind in KINDS.values())
