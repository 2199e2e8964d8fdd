"""Fault injection: what goes wrong next, as a test has arranged it; per seller an ordered list of rules, with hits.

Edge state: in memory, bounded, not journalled, forgotten by a reset. Only what a fault brings about goes through the
world's door. A kind says what it goes wrong with and what it needs; whoever asks for a match injects the fault.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.faults.kinds import CALL, DELIVERY, JOB, KINDS, FaultRule, Operations, read_rule
from marketplace_sandbox.core.notifications.outbox import Delivery
from marketplace_sandbox.core.text.reading import FieldError, join

__all__ = ["KINDS", "FaultRule", "FaultRules"]

MOST_FAULTS = 1000
"""Rules one seller may have at a time."""

MOST_DELIVERIES = 10_000
"""Deliveries that one rule remembers to have seen."""

MOST_ENDED = 1000
"""Tokens of one seller that are remembered as ended."""

Json = dict[str, Any]


class _CountedRule:
    """A rule with its counts: the matches it has let pass, and its hits."""

    def __init__(self, rule: FaultRule) -> None:
        self.rule = rule
        self.passed = 0
        self.hits = 0
        self._deliveries: dict[str, None] = {}

    @property
    def of(self) -> str:
        return KINDS[self.rule.kind].of

    @property
    def is_used_up(self) -> bool:
        return self.rule.times is not None and self.hits >= self.rule.times

    def is_new(self, delivery_id: str) -> bool:
        """Whether the rule has not seen this delivery before; of very many only the latest are known."""
        if delivery_id in self._deliveries:
            return False
        self._deliveries[delivery_id] = None
        if len(self._deliveries) > MOST_DELIVERIES:
            del self._deliveries[next(iter(self._deliveries))]
        return True

    def count(self) -> bool:
        """Counts a match; whether it is a hit, that is, goes wrong."""
        if self.passed < self.rule.skip:
            self.passed += 1
            return False
        self.hits += 1
        return True

    def to_json(self) -> Json:
        """The rule as the control API shows it."""
        rule = self.rule
        return {
            "id": rule.fault_id,
            "kind": rule.kind,
            **rule.selects,
            **rule.arguments,
            "times": rule.times,
            "skip": rule.skip,
            "met": self.hits,
            "left": None if rule.times is None else rule.times - self.hits,
            "account": f"{self.hits} were met" if rule.times is None else f"{self.hits} of {rule.times} were met",
        }


class FaultRules:
    """The fault rules of all sellers of a process. Safe to use from every thread.

    `operations` answers what there is to go wrong in calls; without it, nothing.
    """

    def __init__(self, operations: Operations = lambda _: {}) -> None:
        self._operations = operations
        self._lock = threading.Lock()
        self._rules: dict[str, list[_CountedRule]] = {}
        self._numbers: dict[str, int] = {}
        self._ended: dict[str, dict[str, str]] = {}

    def add(self, seller_id: str, bodies: list[Any], now: datetime, path: str = "") -> list[Json]:
        """Add rules at the end of the seller's list, all or none; answers them as JSON.

        `path` is where the list was sent, empty for a single rule sent as it is. Raises FieldError.
        """
        with self._lock:
            rules = self._rules.get(seller_id, [])
            if len(rules) + len(bodies) > MOST_FAULTS:
                raise FieldError("faults", f"A seller has {MOST_FAULTS} faults at most; clear those that are done.")
            first = self._numbers.get(seller_id, 0) + 1
            added = []
            for index, body in enumerate(bodies):
                place = join(path, index) if path else ""
                rule = read_rule(f"fault-{first + index}", body, place, now, self._operations)
                added.append(_CountedRule(rule))
            self._rules[seller_id] = [*rules, *added]
            self._numbers[seller_id] = first + len(added) - 1
            return [each.to_json() for each in added]

    def all(self, seller_id: str) -> list[Json]:
        """The seller's rules with their counts, in their order."""
        with self._lock:
            return [each.to_json() for each in self._rules.get(seller_id, [])]

    def remove(self, seller_id: str, fault_id: str) -> bool:
        """Take one rule away; whether there was such a one."""
        with self._lock:
            rules = self._rules.get(seller_id, [])
            self._rules[seller_id] = [each for each in rules if each.rule.fault_id != fault_id]
            return len(self._rules[seller_id]) < len(rules)

    def clear(self, seller_id: str) -> None:
        """Take all of a seller's rules away."""
        with self._lock:
            self._rules.pop(seller_id, None)
            self._ended.pop(seller_id, None)

    def forget(self, seller_id: str) -> None:
        """The seller begins again: numbers, too."""
        with self._lock:
            self._rules.pop(seller_id, None)
            self._numbers.pop(seller_id, None)
            self._ended.pop(seller_id, None)

    def end_token(self, seller_id: str, token: str, kind: str) -> None:
        """Remember that a fault of this kind has ended an access token."""
        with self._lock:
            ended = self._ended.setdefault(seller_id, {})
            ended[token] = kind
            while len(ended) > MOST_ENDED:
                del ended[next(iter(ended))]

    def renew_token(self, seller_id: str, token: str) -> None:
        """The token is given out anew: within a second there is only one, and it may have been ended before."""
        with self._lock:
            self._ended.get(seller_id, {}).pop(token, None)

    def token_ended_by(self, seller_id: str, token: str) -> str | None:
        """The kind of fault that has ended an access token, None for a good one."""
        ended = self._ended.get(seller_id)
        return ended.get(token) if ended else None

    def concern(self, seller_id: str) -> bool:
        """Whether a seller has rules, be they used up, or tokens that a fault has ended."""
        return bool(self._rules.get(seller_id) or self._ended.get(seller_id))

    def has_rules_for_calls(self, seller_id: str) -> bool:
        """Whether a call may still match a rule."""
        rules = self._rules.get(seller_id)
        return rules is not None and any(each.of == CALL and not each.is_used_up for each in rules)

    def match_delivery(self, seller_id: str, delivery: Delivery, *, signed: bool = True) -> FaultRule | None:
        """The first rule that matches a delivery; the same rule matches one delivery only once.

        What bears no signature cannot bear a wrong one.
        """
        notice = delivery.notice
        has = {
            "subscriber": delivery.subscriber_id,
            "notification_type": notice.notification_type,
            "order_change_type": notice.change,
            "order_id": notice.order_id,
        }

        def matches(counted: _CountedRule) -> bool:
            if counted.rule.kind == "wrong_signature" and not signed:
                return False
            if any(has[name] != value for name, value in counted.rule.selects.items()):
                return False
            return counted.is_new(delivery.delivery_id)

        return self._match(seller_id, DELIVERY, matches)

    def match_call(
        self, seller_id: str, operation: str, api: str, order_id: str = "", *, named: bool = False
    ) -> FaultRule | None:
        """The first rule that matches a call of this operation, which may be about an order.

        A stale read names the order that is out of date, not the calls that show it. With `named`, rules that name no
        operation do not match.
        """
        has = {"operation": operation, "api": api, "order_id": order_id}

        def matches(counted: _CountedRule) -> bool:
            rule = counted.rule
            if api not in self._operations(rule.kind).get(operation, ()):
                return False
            if named and "operation" not in rule.selects:
                return False
            ignored = "order_id" if rule.kind == "stale_read" else ""
            return all(has[name] == value for name, value in rule.selects.items() if name != ignored)

        return self._match(seller_id, CALL, matches)

    @contextmanager
    def match_job(self, seller_id: str, job: str, job_type: str) -> Iterator[dict[str, str]]:
        """What the command that begins a feed or report (`job`) of this type in the block is to say of its end:
        nothing, `fate` or `stuck`.

        If the block fails, nothing was begun, and no rule was hit.
        """

        def matches(counted: _CountedRule) -> bool:
            rule = counted.rule
            return rule.kind.startswith(f"{job}_") and rule.selects.get("type") in (None, job_type)

        rule = self._match(seller_id, JOB, matches)
        if rule is None:
            yield {}
            return
        try:
            fate = rule.kind.removeprefix(f"{job}_")
            yield {"stuck": rule.arguments["by"]} if fate == "stuck" else {"fate": fate}
        except BaseException:
            with self._lock:
                for each in self._rules.get(seller_id, []):
                    if each.rule is rule:
                        each.hits -= 1
            raise

    def _match(self, seller_id: str, of: str, matches: Callable[[_CountedRule], bool]) -> FaultRule | None:
        if not self._rules.get(seller_id):
            return None
        with self._lock:
            for each in self._rules.get(seller_id, []):
                if each.of == of and not each.is_used_up and matches(each) and each.count():
                    return each.rule
        return None
