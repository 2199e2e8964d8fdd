"""Plays a scenario in process: a seller of its own, orders placed, time advanced step by step, every line recorded.

Rests on the core alone and knows no server; `play` judges the expectations, `seed` leaves the seller running.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from marketplace_sandbox.core.messaging.buyer_seller import BuyerSellerMessage
from marketplace_sandbox.core.messaging.mail import Mail
from marketplace_sandbox.core.notifications.outbox import Notice
from marketplace_sandbox.core.receipt import Lint, OrderEvent
from marketplace_sandbox.core.refusals import RefusedError
from marketplace_sandbox.core.sellers import DuplicateSellerError, Sellers
from marketplace_sandbox.core.world import World
from marketplace_sandbox.scenario import expectations
from marketplace_sandbox.scenario.document import Document, Step, placed_at, resolved
from marketplace_sandbox.scenario.expectations import Failure

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Event:
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
    said: str = ""
    settings: Mapping[str, Any] | None = None
    notices: tuple[Notice, ...] = ()
    mail: tuple[Mail, ...] = ()
    messages: tuple[BuyerSellerMessage, ...] = ()
    lints: tuple[Lint, ...] = ()


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scenario: the seller it left behind, the timeline, and every expectation that was not met."""

    document: Document
    world: World
    start: datetime
    timeline: tuple[Event, ...]
    failures: tuple[Failure, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything came as the scenario says."""
        return not self.failures


def play(document: Document, sellers: Sellers, seller_id: str | None = None) -> Played:
    """Play a scenario in a new seller, whose clock stands until the end, and judge it.

    Raises DuplicateSellerError where there is a seller of that id. Without a start it begins at the sellers' own.
    """
    world = sellers.open(
        seller_id,
        start=document.start,
        rate=0.0,
        seed=document.seed,
        marketplace_ids=document.places,
        policy=document.settings,
    )
    run = _Run(document, world)
    run.through()
    refused = tuple(lint for event in run.timeline if event.refused for lint in event.lints)
    judged = expectations.failures(document, world, run.start, refused)
    if document.rate:
        world.advance(timedelta(0), rate=document.rate)
    # What was due before the start is told by its own instant, although it is learnt when the order is placed.
    timeline = tuple(sorted(run.timeline, key=lambda event: event.at))
    return Played(document, world, run.start, timeline, (*run.failures, *judged))


def seed(document: Document, sellers: Sellers, seller_id: str | None = None) -> World:
    """Bring a seller into the state a scenario leaves behind, its expectations aside; the clock then runs at its rate.

    With a start the world begins there and stands, unless the scenario names a rate; without one it begins now. A
    seller to whom nothing has happened yet may be there already. Raises ScenarioError for a step that goes otherwise
    than the script says, and leaves the seller as if nothing had been tried.
    """
    world = _fresh(document, sellers, seller_id)
    rate = world.clock.rate
    world.advance(timedelta(0), rate=0.0)
    run = _Run(document, world)
    run.through()
    if run.failures:
        world.reset()
        first = run.failures[0]
        raise document.wrong(first.path, first.said)
    world.advance(timedelta(0), rate=rate)
    return world


def _fresh(document: Document, sellers: Sellers, seller_id: str | None) -> World:
    known = sellers.find(seller_id) if seller_id else None
    if known is not None:
        if known.version > 1:
            raise DuplicateSellerError(known.seller_id)
        if _begins_so(document, known):
            return known
        sellers.remove(known.seller_id)
    return sellers.open(
        seller_id or None,
        start=document.start,
        rate=document.rate,
        seed=document.seed,
        marketplace_ids=document.places,
        policy=document.settings,
    )


def _begins_so(document: Document, world: World) -> bool:
    """Whether a world of which nothing was asked will do: then it need not be opened anew."""
    asks = document.start or document.rate is not None or document.seed is not None or document.settings
    return not asks and set(document.places) <= set(world.marketplace_ids)


@dataclass
class _Run:
    """One scenario on its way. `_seen` is how far each of the world's lists has been recorded."""

    document: Document
    world: World
    timeline: list[Event] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start = self.world.now()
        self._seen = tuple(map(len, self._lists()))

    def through(self) -> None:
        """Everything up to the end, in the order of time; what is placed at an instant is there for its steps."""
        document, start = self.document, self.start
        orders = [(placed_at(form, start), 0, self._place(index)) for index, form in enumerate(document.orders)]
        script = [(step.at.on(start), 1, self._step(index, step)) for index, step in enumerate(document.script)]
        moments = sorted((*orders, *script), key=lambda each: each[:2])
        end = self.document.until.on(self.start) if self.document.until else self.start
        for at, _, happen in moments:
            if self.document.until is None or at <= end:
                self._reach(at)
                happen()
        self._reach(end)

    def _reach(self, at: datetime) -> None:
        if at > self.world.now():
            self.world.advance(at, between=self._record)
            self._record()

    def _place(self, index: int) -> Callable[[], None]:
        def place() -> None:
            self.world.place(resolved(self.document.orders[index], self.start))
            self._record()

        return place

    def _step(self, index: int, step: Step) -> Callable[[], None]:
        def take() -> None:
            if step.settings is not None:
                self.world.happen("configured", step.settings)
                self.timeline.append(Event(self.world.now(), "", "settings", "control", "", settings=step.settings))
            elif step.action:
                self._act(step, ("script", index))

        return take

    def _act(self, step: Step, path: tuple[str | int, ...]) -> None:
        tried = f"{step.at} {step.action} of {step.order_id}"
        try:
            receipt = self.world.act(step.order_id, step.action, step.arguments)
        except RefusedError as refusal:
            self._refused(step, refusal)
            if refusal.code != step.refused:
                hoped = f"{step.refused} was expected" if step.refused else "it was expected to be accepted"
                self._fail(
                    path,
                    step.refused or "accepted",
                    refusal.code,
                    f"{tried} was refused with {refusal.code}; {hoped}. {refusal}",
                )
            return
        self._record()
        if step.refused:
            outcome = receipt.outcome.name if receipt.outcome else ""
            self._fail(
                (*path, "refused"),
                step.refused,
                outcome,
                f"{tried} was accepted ({outcome}); {step.refused} was expected.",
            )

    def _fail(self, path: tuple[str | int, ...], expected: str, found: str, said: str) -> None:
        self.failures.append(Failure(path, expected, found, said))

    def _refused(self, step: Step, refusal: RefusedError) -> None:
        at = self.world.now()
        self.timeline.append(
            Event(
                at=at,
                order_id=step.order_id,
                action=step.action,
                origin="control",
                outcome=refusal.outcome,
                status=str(self.world.order(step.order_id).status),
                refused=refusal.code,
                expected=refusal.code == step.refused,
                said=str(refusal),
                lints=tuple(Lint(code, step.order_id, at) for code in refusal.lints),
            )
        )

    # Recording

    def _lists(self) -> tuple[Sequence[Any], ...]:
        state = self.world.state
        return state.order_events, state.notices, state.mail, state.messages, state.lints

    def _record(self) -> None:
        """Takes over what has happened since the last time: one event a happening, with what followed from it."""
        new = [each[seen:] for each, seen in zip(self._lists(), self._seen, strict=True)]
        self._seen = tuple(map(len, self._lists()))
        order_events: Sequence[OrderEvent] = new[0]
        notices = _gathered(new[1], lambda each: (each.order.order_id, each.at, each.outcome))
        mail, messages, lints = (_gathered(each, _order_and_instant) for each in new[2:])
        ends = {_order_and_instant(each): index for index, each in enumerate(order_events)}
        newest = {each.order_id: index for index, each in enumerate(order_events)}
        for index, each in enumerate(order_events):
            # What bears no outcome's name belongs to the last happening of its order at its instant.
            key = _order_and_instant(each) if ends[_order_and_instant(each)] == index else ()
            event = Event(
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


def _gathered(things: Sequence[Any], key: Callable[[Any], Key]) -> dict[Key, tuple[Any, ...]]:
    """Things by their key, in their order."""
    gathered: dict[Key, tuple[Any, ...]] = {}
    for thing in things:
        gathered[key(thing)] = (*gathered.get(key(thing), ()), thing)
    return gathered


def _order_and_instant(thing: Any) -> Key:
    return thing.order_id, thing.at
