"""The courier: takes deliveries out of worlds, has each attempted, and reports it back through the world's door.

How a delivery travels
----------------------
A world notifies nobody. When something happens that subscribers are to hear of, it appends a notice to its outbox and,
for each subscriber that stands at that instant, a delivery; both are facts of the journal, and the deliveries whose
time has come stand in `state.outgoing`. From there they are the courier's:

    outgoing -> the fault rule that matches, if any -> attempt over the transport -> "attempted", back into the world

The report of an attempt is a command like any other. It takes the delivery out of `outgoing`, and where the attempt
failed it sets a timer on the world's clock for the next one, so a retry schedule of days runs in milliseconds when a
test advances the clock. A delivery leaves `outgoing` by no other way. Therefore a crash between the post and its
report sends the notification once more, under the same id and with the same bytes: at least once, and nothing lost.

Posts are made without the world's lock, for a receiver may call the sandbox back from inside its handler, to read the
order that it is being notified of, or to act on it. Two things follow from that.

*The state of before.* Between the post and its report the world may have been reset or its subscriber removed, and
after a reset ids repeat. A report is therefore made of the state that the delivery was taken from, and a world that
has gone on to another refuses it (`OvertakenError`), which is right: nobody asks any more.

*Who waits for whom.* An advance of the clock waits for the deliveries that it has caused, so that a test can look at
its receiver in the next line. Each world with something outgoing has one drain: a thread that attempts one delivery
after the other and ends with the last, while any number of calls wait for its end. If a receiver makes such a call
from inside its handler, waiting would last until its own time is over: the drain waits for the receiver's answer, and
the receiver for the drain. Nothing in a call tells where it comes from, so `_Drain.wait` goes by what it can see:

1. The drain's own thread never waits for itself. This happens where a transport calls back without a socket.
2. If a post is under way and somebody else waits already, the call does not wait. What it has caused is outgoing and
   taken by the same drain, which the outer caller sees through.
3. If a post is under way and nobody waits, the call waits for this post only, for GRACE_SECONDS at most. If the post
   ends in that time, its receiver was not the caller, who then waits for the whole drain. If it does not, the caller
   is taken for its receiver and goes on; and so is everybody who calls during the same post, without any wait.

That a drain is over and that nothing is left to take is decided under one lock. A wake therefore comes before that
decision and is served by the running drain, or after it and begins a new one; none falls between.

What a notification says and how it travels is handed in (`render`, `transport`); the courier knows neither.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from typing import Any

from marketplace_sandbox.core.commands.notifications import PostponeDelivery, RecordAttempt
from marketplace_sandbox.core.faults.fault_rules import FaultRules
from marketplace_sandbox.core.journal.journal import StoreUnavailableError
from marketplace_sandbox.core.notifications.outbox import Delivery, Subscriber
from marketplace_sandbox.core.refusals import OvertakenError
from marketplace_sandbox.core.world.state import State
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.delivery.injection import inject
from marketplace_sandbox.delivery.outbound_message import AttemptResult, OutboundMessage, Send, Transport

logger = logging.getLogger("marketplace_sandbox.courier")

GRACE_SECONDS = 1.0
"""How long a call waits for a post that nobody waited for before, to find out whether it comes from its receiver."""

CLOSE_SECONDS = 0.5
"""How long posts under way are waited for at the end. What is not answered by then is posted again after a restart."""

Waits = Generator[tuple["Future[None]", float], None, None]
"""What is to be waited for, one after the other, and how many seconds of wall time at most."""

Render = Callable[[World, Delivery], bytes]
"""The body of a delivery's notification; the same bytes every time."""


class Courier:
    """Delivers for all worlds of a process.

    `transport` opens the way to receivers, `wall` answers epoch seconds for signatures. What is to go wrong with
    deliveries stands in `faults`. Nothing is sent while attempts cannot be recorded, as `can_record` says: it would be
    sent again and again. `sync` has all that a world has taken outlive a power cut; what is not sure to is not told.
    """

    def __init__(
        self,
        transport: Transport,
        render: Render,
        wall: Callable[[], float] = time.time,
        faults: FaultRules | None = None,
        can_record: Callable[[], bool] = lambda: True,
        sync: Callable[[], None] = lambda: None,
    ) -> None:
        self._transport = transport
        self._can_record = can_record
        self._sync = sync
        self._render = render
        self._wall = wall
        self._faults = faults or FaultRules()
        self._lock = threading.RLock()
        self._drains: dict[World, _Drain] = {}
        self._closed = False

    def wake(self, world: World) -> None:
        """Have what is outgoing delivered soon; answers at once."""
        with self._lock:
            self._find_drain(world)

    def deliver_in_steps(self, world: World, seconds: float) -> Waits:
        """Have what is outgoing delivered; yields what is to be waited for until it is, with `seconds` of wall time in
        all. Holds no thread while it waits.

        Does not wait when called from inside a receiver of the same world's delivery: the drain that goes on takes
        what the call has brought about.
        """
        with self._lock:
            drain = self._find_drain(world)
            if drain is None or drain.is_called_by_receiver():
                return
            # in one go with the start of the drain: a post that it begins a moment later is no other one's
            post = drain.expect_end()
        yield from drain.wait(post, seconds)

    def deliver(self, world: World, seconds: float) -> None:
        """The same, waited for in the caller's thread."""
        for future, left in self.deliver_in_steps(world, seconds):
            with suppress(TimeoutError):
                future.result(left)

    def stop(self) -> None:
        """Begin no more posts."""
        with self._lock:
            self._closed = True

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Begin no more posts, and wait for those under way. What is left stays outgoing in the journal."""
        ends = time.monotonic() + seconds
        self.stop()
        with self._lock:
            threads = [drain.thread for drain in self._drains.values()]
        for thread in threads:
            thread.join(max(0.0, ends - time.monotonic()))

    def _find_drain(self, world: World) -> "_Drain | None":
        """The world's drain, begun if there is something to take; None if there is not. Needs the lock."""
        drain = self._drains.get(world)
        if drain is None and world.has_outgoing and not self._closed and self._can_record():
            drain = _Drain(world, self._lock, self._run)
            drain.thread.start()
            self._drains[world] = drain
        return drain

    def _run(self, drain: "_Drain") -> None:
        """Attempts one delivery after the other until none is outgoing; runs in the drain's thread."""
        world = drain.world
        try:
            with self._transport() as send:
                while True:
                    # That nothing is left and that the drain is over is one decision, under one lock.
                    with self._lock:
                        state = world.state
                        if self._closed or world.is_closed or not state.outgoing:
                            self._end(drain)
                            return
                        delivery_id = drain.take_next(state)
                    if delivery_id is None:
                        self._sync()
                    else:
                        self._attempt(drain, state, state.deliveries[delivery_id], send)
        except StoreUnavailableError:  # logged where it was noticed; sent again once it can be recorded
            pass
        except Exception:  # it stays outgoing and is tried at the next wake; other sellers' drains go on
            if self._closed:  # the store may be gone by now
                return
            logger.exception("deliveries of %s cannot be made or recorded for now", world.seller_id)
        finally:
            with self._lock:
                self._end(drain)

    def _end(self, drain: "_Drain") -> None:
        if self._drains.get(drain.world) is drain:
            del self._drains[drain.world]
        drain.end()

    def _attempt(self, drain: "_Drain", state: State, delivery: Delivery, send: Send) -> None:
        """One delivery's next attempt, with what a fault rule makes of it, reported to the world."""
        world = drain.world
        subscriber = state.subscriptions.recipient(delivery.subscriber_id)
        if subscriber is None or not subscriber.active:
            reason = "Not sent: the webhook has been removed or has answered 410 before."
            _report(world, state, delivery, AttemptResult(None, error=reason, final=True))
            return
        rule = self._faults.match_delivery(world.seller_id, delivery, signed=bool(subscriber.secret))
        injected = inject(rule, delivery, world.now())
        if injected.postponement:
            _execute(world, state, injected.postponement)
            return
        if injected.drop_reason:
            _report(world, state, delivery, AttemptResult(None, error=injected.drop_reason, final=True))
            return
        for copy in range(injected.copies):
            result = self._send(drain, delivery, subscriber, send, wrong_signature=injected.wrong_signature)
            _report(world, state, delivery, result, again=copy < injected.copies - 1)

    def _send(
        self, drain: "_Drain", delivery: Delivery, subscriber: Subscriber, send: Send, *, wrong_signature: bool
    ) -> AttemptResult:
        world = drain.world
        with self._lock:
            drain.begin_post()
        try:
            virtual = world.policy.value("signature_time") == "virtual"
            message = OutboundMessage(
                delivery_id=delivery.delivery_id,
                address=subscriber.address,
                secret=subscriber.secret,
                body=self._render(world, delivery),
                signed_at=int(world.now().timestamp() if virtual else self._wall()),
                timeout=world.policy.span("webhook_timeout").total_seconds(),
                wrong_signature=wrong_signature,
            )
            return send(message)
        except Exception:  # an error of ours is a failed attempt like any other, to be tried again
            logger.exception("delivery %s of %s could not be sent", delivery.delivery_id, world.seller_id)
            return AttemptResult(None, error="The sandbox could not send the notification; its log says more.")
        finally:
            with self._lock:
                drain.end_post()


def _report(world: World, state: State, delivery: Delivery, result: AttemptResult, *, again: bool = False) -> None:
    """Reports an attempt to the world. With `again` another copy follows at once."""
    command = RecordAttempt(
        delivery.delivery_id,
        result.code,
        result.latency_ms,
        result.error,
        final=result.final,
        retry_after=result.retry_after,
        again=again,
    )
    _execute(world, state, command)


def _execute(world: World, state: State, command: RecordAttempt | PostponeDelivery) -> None:
    """Has a command about a delivery executed, unless the world has gone on without that delivery."""
    if command.delivery_id not in state.outgoing:  # after an unsubscription nobody asks
        return
    # After a reset the same id may stand for a delivery that was not sent.
    with suppress(OvertakenError):
        world.execute(command, of=state)


class _Drain:
    """One world's deliveries being made, and those who wait for it. All but `wait` needs the courier's lock."""

    def __init__(self, world: World, lock: AbstractContextManager[Any], run: Callable[["_Drain"], None]) -> None:
        self.world = world
        self.thread = threading.Thread(target=run, args=(self,), name=f"courier-{world.seller_id}", daemon=True)
        self._lock = lock
        self._over: Future[None] = Future()
        self._post: Future[None] | None = None
        self._waiting = 0
        self._state: State | None = None
        self._synced: deque[str] = deque()
        self._post_with_caller: Future[None] | None = None
        """The post whose receiver is taken for a caller."""

    def take_next(self, state: State) -> str | None:
        """What is to be sent next, of what was outgoing when the store was synced last.

        None where nothing of that is left: the store is to be synced then, for what is outgoing by now.
        """
        if state is self._state:
            while self._synced:
                if (delivery_id := self._synced.popleft()) in state.outgoing:
                    return delivery_id
        self._state, self._synced = state, deque(state.outgoing)
        return None

    def begin_post(self) -> None:
        """A post is under way from now on."""
        self._post = Future()

    def end_post(self) -> None:
        """The post has been answered, or will not be."""
        if self._post is not None:
            self._post.set_result(None)
            self._post = None

    def end(self) -> None:
        """Nothing more is taken."""
        if not self._over.done():
            self._over.set_result(None)

    def is_called_by_receiver(self) -> bool:
        """Whether whoever wants to wait is, or is taken for, the receiver that the drain itself waits for."""
        if self.thread is threading.current_thread():
            return True
        return self._post is not None and (self._waiting > 0 or self._post_with_caller is self._post)

    def expect_end(self) -> "Future[None] | None":
        """Somebody waits from now on; answers the post that is under way already."""
        self._waiting += 1
        return self._post

    def wait(self, post: "Future[None] | None", seconds: float) -> Waits:
        """Until the drain is over, unless the caller turns out to be the receiver of that post."""
        ends = time.monotonic() + seconds
        try:
            if post is not None:
                yield post, min(seconds, GRACE_SECONDS)
                with self._lock:
                    if not post.done():
                        self._post_with_caller = post
                        return
            yield self._over, max(0.0, ends - time.monotonic())
        finally:
            with self._lock:
                self._waiting -= 1
