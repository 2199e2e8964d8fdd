"""Plays a scenario in process: a seller of its own, orders placed, time advanced step by step, every line recorded.

Rests on the core alone and knows no server; `play` judges the expectations, `seed` leaves the seller running.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.data.progress import counting
from marketplace_sandbox.core.messaging.buyer_seller import BuyerSellerMessage
from marketplace_sandbox.core.messaging.mail import Mail
from marketplace_sandbox.core.notifications.outbox import Notice
from marketplace_sandbox.core.receipt import Lint, OrderEvent
from marketplace_sandbox.core.refusals import RefusalError, RefusedError
from marketplace_sandbox.core.world.bounds import BoundError
from marketplace_sandbox.core.world.sellers import DuplicateSellerError, Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.scenario.agenda import agenda
from marketplace_sandbox.scenario.expectations import Failure, Path, find_failures
from marketplace_sandbox.scenario.scenario import Scenario, Step, resolve_spans
from marketplace_sandbox.scenario.seller_steps import SELLER_STEPS, read_seller_step

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One line of a timeline. `refused` is the code of a refusal, `expected` whether the script says so.

    `status` is the order's afterwards, empty where several things happened to it at once and this is not the last.
    """

    at: datetime
    order_id: str
    action: str
    origin: str
    outcome: str
    status: str = ""
    rule: str = ""
    refused: str = ""
    expected: bool = True
    message: str = ""
    settings: Mapping[str, Any] | None = None
    notices: tuple[Notice, ...] = ()
    mail: tuple[Mail, ...] = ()
    messages: tuple[BuyerSellerMessage, ...] = ()
    lints: tuple[Lint, ...] = ()


@dataclass(frozen=True, slots=True)
class PlayResult:
    """What came of a scenario: the seller it left behind, the timeline, and every expectation that was not met."""

    scenario: Scenario
    world: World
    start: datetime
    timeline: tuple[TimelineEvent, ...]
    failures: tuple[Failure, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything came as the scenario says."""
        return not self.failures


def play(scenario: Scenario, sellers: Sellers, seller_id: str | None = None) -> PlayResult:
    """Play a scenario in a new seller, whose clock stands until the end, and judge it.

    The seller is there once all is played: where it comes to a bound, or the store fails, nothing has happened. Raises
    DuplicateSellerError where there is a seller of that id. Without a start it begins at the sellers' own.
    """
    _check_room(scenario, sellers)
    world = sellers.open(
        seller_id,
        start=scenario.start,
        rate=0.0,
        seed=scenario.seed,
        marketplace_ids=scenario.marketplaces,
        policy=scenario.settings,
        aside=True,
    )
    performance = _Performance(scenario, world)
    try:
        performance.perform()
    except BoundError as wrong:
        raise scenario.error(wrong.field_path, str(wrong)) from None
    refused = tuple(lint for event in performance.timeline if event.refused for lint in event.lints)
    failures = find_failures(scenario, world, performance.start, refused)
    if scenario.rate:
        world.advance(timedelta(0), rate=scenario.rate)
    try:
        sellers.keep(world)
    except BoundError as wrong:
        raise scenario.error(wrong.field_path, str(wrong)) from None
    # What was due before the start stands at its own instant, although it comes out when the order is placed.
    timeline = tuple(sorted(performance.timeline, key=lambda event: event.at))
    return PlayResult(scenario, world, performance.start, timeline, (*performance.failures, *failures))


def seed(scenario: Scenario, sellers: Sellers, seller_id: str | None = None) -> World:
    """Bring a seller into the state a scenario leaves behind, its expectations aside; the clock then runs at its rate.

    With a start the world begins there and stands, unless the scenario names a rate; without one it begins now. A
    seller to whom nothing has happened yet may be there already. Raises ScenarioError for a step that goes otherwise
    than the script says, and leaves the seller as if nothing had been tried.
    """
    _check_room(scenario, sellers)
    world = _find_or_open(scenario, sellers, seller_id)
    rate = world.clock.rate
    world.advance(timedelta(0), rate=0.0)
    performance = _Performance(scenario, world)
    performance.perform()
    if performance.failures:
        world.reset()
        first = performance.failures[0]
        raise scenario.error(first.field_path, first.message)
    world.advance(timedelta(0), rate=rate)
    return world


def _check_room(scenario: Scenario, sellers: Sellers) -> None:
    """Raises ScenarioError before anything is played of what places more orders than there may be."""
    try:
        sellers.totals.check("scenario_orders", scenario.order_count, "orders")
        sellers.totals.check("scenario_items", scenario.item_count, "orders")
        sellers.check_room(scenario.order_count, "orders")
    except BoundError as wrong:
        raise scenario.error(wrong.field_path, str(wrong)) from None


def _find_or_open(scenario: Scenario, sellers: Sellers, seller_id: str | None) -> World:
    known = sellers.find(seller_id) if seller_id else None
    if known is not None:
        if known.version > 1:
            raise DuplicateSellerError(known.seller_id)
        # A world will do as it is where the scenario asks for nothing else; else it is opened anew.
        asks = scenario.start or scenario.rate is not None or scenario.seed is not None or scenario.settings
        if not asks and set(scenario.marketplaces) <= set(known.marketplace_ids):
            return known
        sellers.remove(known.seller_id)
    return sellers.open(
        seller_id or None,
        generation=known.opening.generation if known else None,
        start=scenario.start,
        rate=scenario.rate,
        seed=scenario.seed,
        marketplace_ids=scenario.marketplaces,
        policy=scenario.settings,
    )


@dataclass
class _Performance:
    """One scenario being played. `_recorded` is how far each of the world's lists stands in the timeline."""

    scenario: Scenario
    world: World
    timeline: list[TimelineEvent] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start = self.world.now()
        self._recorded = tuple(map(len, self._lists()))

    def perform(self) -> None:
        """Everything up to the end, in the order of time; what is placed at an instant is there for its steps."""
        deeds, end = agenda(self.scenario, self.start)
        for each in counting(deeds, "orders and steps are played"):
            self._reach(each.at)
            if each.form is not None:
                self._place_orders(each.form)
            elif each.step is not None:
                self._take(each.step, ("script", each.index))
        self._reach(end)

    def _reach(self, at: datetime) -> None:
        if at > self.world.now():
            self.world.advance(at, between=self._record)
            self._record()

    def _place_orders(self, form: Mapping[str, Any]) -> None:
        self.world.place_orders(resolve_spans(form, self.start))
        self._record()

    def _take(self, step: Step, path: Path) -> None:
        if step.settings is not None:
            self.world.execute(ConfigurePolicy(step.settings))
            event = TimelineEvent(self.world.now(), "", "settings", "control", "", settings=step.settings)
            self.timeline.append(event)
        elif step.action:
            self._act(step, path)

    def _act(self, step: Step, path: Path) -> None:
        attempt = f"{step.at} {step.action} of {step.order_id}"
        try:
            if step.action in SELLER_STEPS:
                receipt = self.world.execute(read_seller_step(step.action, step.order_id, step.arguments))
            else:
                receipt = self.world.act(step.order_id, step.action, step.arguments)
        except RefusalError as refusal:
            self._record_refusal(step, refusal)
            if refusal.code != step.refused:
                expected = f"{step.refused} was expected" if step.refused else "it was expected to be accepted"
                message = f"{attempt} was refused with {refusal.code}; {expected}. {refusal}"
                self.failures.append(Failure(path, step.refused or "accepted", refusal.code, message))
            return
        self._record()
        if step.refused:
            outcome = receipt.outcome.name if receipt.outcome else ""
            message = f"{attempt} was accepted ({outcome}); {step.refused} was expected."
            self.failures.append(Failure((*path, "refused"), step.refused, outcome, message))

    # Recording

    def _record_refusal(self, step: Step, refusal: RefusalError) -> None:
        at = self.world.now()
        by_rule = refusal if isinstance(refusal, RefusedError) else None
        self.timeline.append(
            TimelineEvent(
                at=at,
                order_id=step.order_id,
                action=step.action,
                origin="control",
                outcome=by_rule.outcome if by_rule else "",
                status=str(self.world.order(step.order_id).status),
                refused=refusal.code,
                expected=refusal.code == step.refused,
                message=str(refusal),
                lints=tuple(Lint(code, step.order_id, at) for code in (by_rule.lints if by_rule else ())),
            )
        )

    def _lists(self) -> tuple[Sequence[Any], ...]:
        state = self.world.state
        return state.order_events, state.notices, state.mail, state.messages, state.lints

    def _record(self) -> None:
        """Takes over what has happened since the last time: one line an event, with what followed from it."""
        new = [each[count:] for each, count in zip(self._lists(), self._recorded, strict=True)]
        self._recorded = tuple(map(len, self._lists()))
        order_events: Sequence[OrderEvent] = new[0]
        notices = _group(new[1], lambda each: (each.order.order_id, each.at, each.outcome))
        mail, messages, lints = (_group(each, _order_and_instant) for each in new[2:])
        ends = {_order_and_instant(each): index for index, each in enumerate(order_events)}
        newest = {each.order_id: index for index, each in enumerate(order_events)}
        for index, each in enumerate(order_events):
            # What bears no outcome's name belongs to the last event of its order at its instant.
            key = _order_and_instant(each) if ends[_order_and_instant(each)] == index else ()
            event = TimelineEvent(
                at=each.at,
                order_id=each.order_id,
                action=each.action,
                origin=each.origin,
                outcome=each.outcome,
                status=str(self.world.order(each.order_id).status) if newest[each.order_id] == index else "",
                rule=each.source,
                notices=notices.get((each.order_id, each.at, each.outcome), ()),
                mail=mail.get(key, ()),
                messages=messages.get(key, ()),
                lints=lints.get(key, ()),
            )
            self.timeline.append(event)


def _group(things: Sequence[Any], key: Callable[[Any], Key]) -> dict[Key, tuple[Any, ...]]:
    """Things by their key, in their order."""
    groups: dict[Key, tuple[Any, ...]] = {}
    for thing in things:
        groups[key(thing)] = (*groups.get(key(thing), ()), thing)
    return groups


def _order_and_instant(thing: Any) -> Key:
    return thing.order_id, thing.at
