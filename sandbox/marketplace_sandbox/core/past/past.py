"""A world as it stood at a moment: reads like the world, and nothing can be done to it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from marketplace_sandbox.core.journal.journal import Entry
from marketplace_sandbox.core.journal.opening import Opening
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.past.moment import Moment
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.world.schedule import Timer
from marketplace_sandbox.core.world.state import State

Journal = Callable[[int, int], list[Entry]]
"""The entries of the world after a version and up to another."""


class PastWorld:
    """One seller's marketplace as it stood at `moment`. The state is its own: no other reader has it."""

    def __init__(self, seller_id: str, opening: Opening, moment: Moment, state: State, journal: Journal) -> None:
        self.seller_id = seller_id
        self.opening = opening
        self.moment = moment
        self.state = state
        self._journal = journal

    @property
    def marketplace_ids(self) -> tuple[str, ...]:
        """Where the seller sells; the first marketplace is the default."""
        return self.state.marketplace_ids

    @property
    def policy(self) -> Policy:
        """The policy in force then."""
        return self.state.policy

    @property
    def version(self) -> int:
        """How many commands the world had taken."""
        return self.moment.version

    @property
    def orders(self) -> Mapping[str, Order]:
        """Every order as it stood, by its id, in the order of placing."""
        return self.state.orders

    @property
    def rate(self) -> float:
        """Virtual seconds in a real one, as the clock ran then."""
        return self.state.data.rate

    def now(self) -> datetime:
        """The instant at which the world stands."""
        return self.moment.at

    def order(self, order_id: str) -> Order:
        """The order of that id as it stood. Raises UnknownOrderError."""
        return self.state.order(order_id)

    def orders_as_of(self, version: int) -> list[Order]:
        """Every order as it stood at an earlier version still."""
        return self.state.orders_as_of(version)

    def next_timer(self) -> tuple[datetime, Timer] | None:
        """What time alone would have done next, and when."""
        return self.state.schedule.next_due()

    def journal(self, since: int = 0, until: int | None = None) -> list[Entry]:
        """Every command taken after a version and up to another, or to this one."""
        return self._journal(since, min(self.version, self.version if until is None else until))
