"""How a call of the control API comes by its seller's world, and how it waits for the deliveries it causes."""

import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager

from marketplace_sandbox.api.admission.access import SELLER_HEADER
from marketplace_sandbox.api.control.lists import find_moment
from marketplace_sandbox.api.control.refusals import translate_refusals
from marketplace_sandbox.api.http.exchange import Call, Wait
from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.courier_port import CourierPort
from marketplace_sandbox.core.receipt import Receipt
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.core.world.world import AnyWorld, World

WAIT_SECONDS = 30.0
"""Wall time that one call waits for deliveries in all."""


class Worlds:
    """The worlds that calls of the control API are about."""

    def __init__(self, sellers: Sellers, courier: CourierPort) -> None:
        self.sellers = sellers
        self._courier = courier

    @contextmanager
    def of(self, call: Call) -> Iterator[World]:
        """The world of the call's seller, with everything due done; refusals leave as errors."""
        with translate_refusals():
            world = self.settled(call.headers.get(SELLER_HEADER))
            # before the world is read: a reader of a version finds all that belongs to it
            call.made_at.version = world.version
            try:
                yield world
            except Exception:
                call.made_at.version = world.version
                raise
            finally:
                self.wake(world)

    def wake(self, world: World) -> None:
        """Have what is outgoing in a world delivered soon."""
        if world.has_outgoing:
            self._courier.wake(world)

    def settled(self, seller_id: str | None) -> World:
        """The world of a seller, with everything due done. Raises UnknownSellerError or UnopenedWorldError."""
        world = self.sellers.get(seller_id)
        if world.behind():
            world.settle()
        return world

    @contextmanager
    def view(self, call: Call, plural: str = "") -> Iterator[AnyWorld]:
        """The same world to be read, as it stood where the query says `asOf`, or a cursor of the list of then does."""
        with self.of(call) as world:
            moment = find_moment(call.query, plural, world)
            if moment is None:
                yield world
            else:
                past = world.as_of(moment)
                call.made_at.version = past.version
                yield past

    @staticmethod
    def execute(call: Call, world: World, command: Command) -> Receipt:
        """Has a world take the command of a call, whose answer is then of its entry's version."""
        receipt = world.execute(command)
        call.made_at.version = receipt.version
        return receipt

    def wait(self, world: World) -> "DeliveryWait":
        """Waits for the deliveries of a world on behalf of one call."""
        return DeliveryWait(self._courier, world)


Waits = Generator[Wait, None, None]


class DeliveryWait:
    """One call's waiting for deliveries. Calling it delivers what is outgoing, until the call's time is used up.

    It waits in the steps of an operation, which hold no thread.
    """

    def __init__(
        self,
        courier: CourierPort,
        world: World,
        seconds: float = WAIT_SECONDS,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._courier = courier
        self._world = world
        self._elapsed = elapsed
        self._ends = elapsed() + seconds

    def __call__(self, over: "Future[None] | None" = None) -> Waits:
        """Deliver and wait, until `over` at most; once the time is used up, only have it done soon."""
        if not self._world.has_outgoing:
            return
        left = self._ends - self._elapsed()
        if left <= 0:
            self._courier.wake(self._world)
            return
        with closing(self._courier.deliver_in_steps(self._world, left)) as waits:
            for future, seconds in waits:
                yield Wait((future, over) if over else (future,), seconds)
                if over and over.done():
                    return
