"""What guards look at, and that none of them is asked about the same order twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.rules import guards, table
from marketplace_sandbox.core.rules.situation import Situation
from marketplace_sandbox.core.rules.stages import POLICY, STAGES, Stage, reach


@dataclass(frozen=True)
class Unreadable:
    """In place of an action or an instant, for guards that must not look at it."""

    what: str = "action"
    decorator: str = "guard"

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"A guard has looked at the {self.what}'s {name}; make it a plain @{self.decorator}.")

    def __lt__(self, other: object) -> bool:
        return bool(self.__getattr__("order"))

    __le__ = __gt__ = __ge__ = __lt__


class NamesNothing(Unreadable):
    """In place of an action that names no items, for guards that look at these alone."""

    items = amounts = None
    seller_item_ids = transparency_codes = ()


@pytest.mark.parametrize("stage", STAGES.values(), ids=list(STAGES))
def test_guards_of_the_order_look_at_no_action(stage: Stage) -> None:
    """Their answers are shared by all actions on an order."""
    order, at = reach(stage)
    for question in guards.OF_ORDER:
        question(Situation(order, cast(Action, Unreadable()), at, POLICY))


@pytest.mark.parametrize("settings", [{}, {"request_process": "dated"}, {"seller_cancel_window": timedelta(hours=1)}])
def test_only_timed_guards_look_at_the_instant(settings: dict[str, Any]) -> None:
    """By the others nothing else is allowed of an order while nothing happens to it; what is tried names no date."""
    at = cast(datetime, Unreadable("instant", "timed_guard"))
    asked = {question for rows in table.TABLE.values() for row in rows for question, _ in row.when.conditions}
    for stage in STAGES.values():
        order, _ = reach(stage)
        for question in asked - guards.OF_TIME:
            question(Situation(order, Action("seller-cancel", reason="general_adjustment"), at, Policy(settings)))


@pytest.mark.parametrize("stage", STAGES.values(), ids=list(STAGES))
def test_guards_of_items_look_at_nothing_else_of_an_action(stage: Stage) -> None:
    """Their answers are shared by all actions on an order that name no items."""
    order, at = reach(stage)
    for question in guards.OF_ITEMS:
        question(Situation(order, cast(Action, NamesNothing()), at, POLICY))


def test_that_test_can_fail() -> None:
    order, at = reach(STAGES["shipped"])
    [(question, _)] = guards.refund_reason_unknown.conditions
    assert question not in guards.OF_ORDER
    with pytest.raises(AssertionError, match="looked at the action's reason"):
        question(Situation(order, cast(Action, Unreadable()), at, POLICY))


def test_a_guard_of_the_order_is_asked_once_for_all_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    order, at = reach(STAGES["unshipped"])
    calls: list[Situation] = []

    def of_the_order(situation: Situation) -> bool:
        calls.append(situation)
        return True

    monkeypatch.setattr(guards, "OF_ORDER", set(guards.OF_ORDER))
    decorators: list[Callable[..., guards.Guard]] = [guards.order_guard, guards.guard]
    counts = []
    for decorate in decorators:
        guards.OF_ORDER.discard(of_the_order)
        calls.clear()
        holds = decorate(of_the_order)
        first = Situation(order, Action("buyer-cancel"), at, POLICY)
        second = Situation(order, Action("parcel-leaves"), at, POLICY, first.answers)
        assert [holds(first), holds(second), (~holds)(second)] == [True, True, False]
        counts.append(len(calls))
    assert counts == [1, 3]
