"""One advance of a world's clock: how far it has come, what has come of it, and whether it is over. Moves no clock."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

from marketplace_sandbox.core.receipt import FiredTimer, Receipt
from marketplace_sandbox.core.world.state import State

FIRED_LISTED = 250_000
"""So many timers a receipt lists, and so many deliveries; further ones are counted only."""

ASKED, TOO_MANY_TIMERS, SERVER_STOPS = "asked", "timers", "server"
"""Why an advance has stopped before its target."""


@dataclass(eq=False)
class Advance:
    """An advance on its way to `target`, in the world whose state is `state`.

    `waiting` are the deliveries that were outgoing before it, `timers`, `fired` and `deliveries` count what it has met.
    `at` is the last instant that was written and `version` its entry's, `most` how many timers may fire, None for as
    many as there are, and `rate` that of the clock once it has arrived. `over` is done when it has arrived or was
    stopped; `stopped` says why.
    """

    target: datetime
    at: datetime
    state: State
    rate: float
    most: int | None = None
    waiting: tuple[str, ...] = ()
    version: int = 0
    receipt: Receipt = field(default_factory=Receipt)
    timers: int = 0
    fired: int = 0
    deliveries: int = 0
    stopped: str = ""
    over: "Future[None]" = field(default_factory=Future)

    @property
    def is_over(self) -> bool:
        """Whether it goes no further."""
        return self.over.done()

    def reach(self, at: datetime, receipt: Receipt) -> None:
        """Note what has happened at the next instant. A step of which nothing came counts as a timer all the same."""
        self.at, self.version = at, receipt.version
        self.timers += max(1, len(receipt.fired))
        self.fired += len(receipt.fired)
        self.deliveries += len(receipt.deliveries)
        fired: list[FiredTimer] = receipt.fired[: FIRED_LISTED - len(self.receipt.fired)]
        deliveries = receipt.deliveries[: FIRED_LISTED - len(self.receipt.deliveries)]
        receipt.fired, receipt.deliveries = fired, deliveries
        self.receipt.add(receipt)

    def end(self, at: datetime, stopped: str = "") -> None:
        """It goes no further than this instant."""
        self.at, self.stopped = at, stopped
        self.over.set_result(None)
