"""The courier: takes deliveries out of worlds, has each attempted, and reports it back through the world's door.

One thread drains one seller at a time, and ends with the last delivery. A delivery leaves the world's `outgoing` only
by the report of its attempt, which is in the journal before anything else happens: a crash in between means that it
is sent once more under the same id. Knows neither what a notification says nor how it travels; both are handed in.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from marketplace_sandbox.core.faults.faults import Faults
from marketplace_sandbox.core.notifications.outbox import Delivery, Subscriber
from marketplace_sandbox.core.refusals import OvertakenError
from marketplace_sandbox.core.state import State
from marketplace_sandbox.core.world import World
from marketplace_sandbox.delivery.faults import NONE, InjectedFault, lost, mischief, touched
from marketplace_sandbox.delivery.outbound_message import Answer, Carrier, OutboundMessage, Send

logger = logging.getLogger("marketplace_sandbox.courier")

GRACE_SECONDS = 1.0
"""How long a call waits for a post that nobody waited for before, to find out whether it comes from its receiver."""

CLOSE_SECONDS = 5.0

Render = Callable[[World, Delivery], bytes]
"""The body of a delivery's notification; the same bytes every time."""


class Courier:
    """Delivers for all worlds of a process. `carrier` opens the way, `wall` answers epoch seconds for signatures.

    What is to go wrong with deliveries stands in `faults`.
    """

    def __init__(
        self,
        carrier: Carrier,
        render: Render,
        wall: Callable[[], float] = time.time,
        faults: Faults | None = None,
    ) -> None:
        self._carrier = carrier
        self._render = render
        self._wall = wall
        self._faults = faults or Faults()
        self._lock = threading.Lock()
        self._drains: dict[World, _Drain] = {}
        self._closed = False

    def wake(self, world: World) -> None:
        """Have what is outgoing delivered soon; answers at once."""
        with self._lock:
            self._draining(world)

    def deliver(self, world: World, seconds: float) -> None:
        """Have what is outgoing delivered and wait for it, `seconds` of wall time at most.

        Does not wait when called from inside a receiver of the same world's delivery: the drain that goes on takes
        what the call has brought about.
        """
        with self._lock:
            drain = self._draining(world)
            if drain is not None:
                drain.wait(seconds)

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Begin no more posts, and wait for those under way. What is left stays outgoing in the journal."""
        ends = time.monotonic() + seconds
        with self._lock:
            self._closed = True
            threads = [drain.thread for drain in self._drains.values()]
        for thread in threads:
            thread.join(max(0.0, ends - time.monotonic()))

    def _draining(self, world: World) -> "_Drain | None":
        """The world's drain, begun if there is something to take; None if there is not. Needs the lock."""
        drain = self._drains.get(world)
        if drain is None and world.state.outgoing and not self._closed:
            drain = _Drain(world, self._lock, self._run)
            drain.thread.start()
            self._drains[world] = drain
        return drain

    def _run(self, drain: "_Drain") -> None:
        try:
            with self._carrier() as send:
                while (taken := self._next(drain)) is not None:
                    self._attempt(drain, *taken, send)
        except Exception:  # it stays outgoing and is tried at the next wake; other sellers' drains go on
            logger.exception("deliveries of %s cannot be made or recorded for now", drain.world.seller_id)
        finally:
            with self._lock:
                self._end(drain)

    def _next(self, drain: "_Drain") -> tuple[State, Delivery] | None:
        # That nothing is left and that the drain is over is one decision: a wake comes before it or begins anew.
        with self._lock:
            state = drain.world.state
            outgoing = [] if self._closed or drain.world.closed else list(state.outgoing)
            if not outgoing:
                self._end(drain)
                return None
            return state, state.deliveries[outgoing[0]]

    def _end(self, drain: "_Drain") -> None:
        if self._drains.get(drain.world) is drain:
            del self._drains[drain.world]
        drain.end()

    def _attempt(self, drain: "_Drain", state: State, delivery: Delivery, send: Send) -> None:
        subscriber = state.subscriptions.addressee(delivery.subscriber_id)
        if subscriber is None or not subscriber.active:
            answer = Answer(
                None, error="Not sent: the webhook has been removed or has answered 410 before.", final=True
            )
            _report(drain.world, state, delivery.delivery_id, answer)
            return
        fault = self._faults.meet_delivery(drain.world.seller_id, delivery, signed=bool(subscriber.secret))
        made = mischief(fault, delivery, drain.world.now())
        if made.held:
            _happen(drain.world, state, "postponed", made.held)
            return
        for _ in range(made.copies - 1):
            again = self._sent(drain, delivery, subscriber, send, made)
            _report(drain.world, state, delivery.delivery_id, again, again=True)
        answer = lost(made) if made.lost else self._sent(drain, delivery, subscriber, send, made)
        _report(drain.world, state, delivery.delivery_id, answer)

    def _sent(
        self, drain: "_Drain", delivery: Delivery, subscriber: Subscriber, send: Send, made: InjectedFault = NONE
    ) -> Answer:
        with self._lock:
            drain.begin_post()
        try:
            return send(touched(self._letter(drain.world, delivery, subscriber), made))
        except Exception:  # a fault of ours is a failed attempt like any other, to be tried again
            logger.exception("delivery %s of %s could not be sent", delivery.delivery_id, drain.world.seller_id)
            return Answer(None, error="The sandbox could not send the notification; its log says more.")
        finally:
            with self._lock:
                drain.end_post()

    def _letter(self, world: World, delivery: Delivery, subscriber: Subscriber) -> OutboundMessage:
        virtual = world.policy.value("signature_time") == "virtual"
        return OutboundMessage(
            delivery_id=delivery.delivery_id,
            address=subscriber.address,
            secret=subscriber.secret,
            body=self._render(world, delivery),
            signed_at=int(world.now().timestamp() if virtual else self._wall()),
            timeout=world.policy.span("webhook_timeout").total_seconds(),
        )


def _report(world: World, state: State, delivery_id: str, answer: Answer, *, again: bool = False) -> None:
    attempt = {
        "delivery_id": delivery_id,
        "code": answer.code,
        "latency_ms": answer.latency_ms,
        "error": answer.error,
        "final": answer.final,
    }
    pause = {} if answer.retry_after is None else {"retry_after": answer.retry_after}
    _happen(world, state, "attempted", attempt | pause | ({"again": True} if again else {}))


def _happen(world: World, state: State, kind: str, body: Mapping[str, Any]) -> None:
    if body["delivery_id"] not in state.outgoing:  # after an unsubscription nobody asks
        return
    # After a reset the same id may stand for a delivery that was not sent.
    with suppress(OvertakenError):
        world.happen(kind, body, of=state)


class _Drain:
    """One world's deliveries being made, and those who wait for it. All but the thread needs the courier's lock.

    A call that comes while a post is under way may come from that post's receiver, who does not answer before the
    call does: to wait would be to wait until the receiver's time is over. Nothing in a call tells. So if somebody
    else waits already, the call does not; otherwise it waits for that post, `GRACE_SECONDS` at most, and if the post
    has ended, it was not its receiver who called.
    """

    def __init__(self, world: World, lock: threading.Lock, run: Callable[["_Drain"], None]) -> None:
        self.world = world
        self.thread = threading.Thread(target=run, args=(self,), name=f"courier-{world.seller_id}", daemon=True)
        self._changed = threading.Condition(lock)
        self._over = False
        self._posts = 0
        self._posting = False
        self._waiting = 0
        self._called_from = 0

    def begin_post(self) -> None:
        """A post is under way from now on."""
        self._posts += 1
        self._posting = True

    def end_post(self) -> None:
        """The post has been answered, or will not be."""
        self._posting = False
        self._changed.notify_all()

    def end(self) -> None:
        """Nothing more is taken."""
        self._over = True
        self._changed.notify_all()

    def wait(self, seconds: float) -> None:
        """Wait until the drain is over, unless called from inside a receiver."""
        if self.thread is threading.current_thread():
            return
        if self._posting and (self._waiting or self._called_from == self._posts):
            return
        ends = time.monotonic() + seconds
        self._waiting += 1
        try:
            if self._outlasts_post(min(seconds, GRACE_SECONDS)):
                self._changed.wait_for(lambda: self._over, max(0.0, ends - time.monotonic()))
        finally:
            self._waiting -= 1

    def _outlasts_post(self, seconds: float) -> bool:
        if not self._posting:
            return True
        post = self._posts
        if self._changed.wait_for(lambda: not self._posting or self._posts != post, seconds):
            return True
        self._called_from = post
        return False
