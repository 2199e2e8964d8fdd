"""What guards look at, and that none of them is asked about the same order twice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import pytest

from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.rules import guards
from marketplace_sandbox.core.rules.situation import Situation
from marketplace_sandbox.core.rules.stages import POLICY, STAGES, Stage, reach


@dataclass(frozen=True)
class Unreadable:
    """In place of an action, for guards that must not look at it."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"A guard of the order alone has looked at the action's {name}; make it a plain @guard.")


@pytest.mark.parametrize("stage", STAGES.values(), ids=list(STAGES))
def test_guards_of_the_order_look_at_no_action(stage: Stage) -> None:
    """Their answers are shared by all actions on an order."""
    order, at = reach(stage)
    for question in guards.OF_ORDER:
        question(Situation(order, cast(Action, Unreadable()), at, POLICY))


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
