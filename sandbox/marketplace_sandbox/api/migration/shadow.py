"""The shadow of a read: where the seller wants it, each read of Orders v0 is made beside it by what replaces it.

The client's answer is what it would be without, and is sent before anything is compared. The comparison is made in a
thread of its own, of what the world was when the read was answered; where the world has changed meanwhile, both are
read once more. What comes of it stands beside the call in the request log.
"""

import json
import logging
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Any

from marketplace_sandbox.amazon.orders_v0_end import ORDERS_V0_ENDING, V0
from marketplace_sandbox.api.admission.access import Caller
from marketplace_sandbox.api.admission.fault_injection import FaultyView
from marketplace_sandbox.api.http.exchange import Call, Exchange
from marketplace_sandbox.api.http.threads import Threads
from marketplace_sandbox.api.migration.comparison import Difference
from marketplace_sandbox.api.migration.rehearsal import Answer, Effort, Rehearsal, Rehearsals, world_at
from marketplace_sandbox.core.text.quoting import write_count
from marketplace_sandbox.core.world.state import State
from marketplace_sandbox.core.world.world import World

Json = dict[str, Any]

SETTING = "orders_v0_shadow"

MOST_WAITING = 200
"""Reads that wait to be compared, of all sellers; of more than that one is let pass."""
TRIES = 3
"""How often both are read while the world changes under them."""
BESIDE = Effort(5, partial(time.sleep, 0.001))
"""Clients have their turn after each order: their answers do not wait for a page to be compared."""
MOST_SHOWN = 10
"""Calls, names and disagreements that are kept of one read."""

UNFINISHED = "It has not been compared yet."
FAULTY = "A fault met the read: what it shows is not compared."
REFUSED = "v0 has refused it: there is nothing to compare."
TOO_MANY = f"More than {MOST_WAITING} reads waited to be compared: this one was not."
CHANGED = "The world changed while both were read: they were not compared."
FAILED = "The sandbox failed to compare it; its log says why."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Moment:
    """The world as a read finds it: a rewind has another state come to the same version again."""

    at: datetime
    version: int
    state: State

    @classmethod
    def of(cls, world: World) -> "Moment":
        """Now. The state first: where it is another's version, the world has changed by the first look."""
        state = world.state
        return cls(world.now(), world.version, state)

    def is_now(self, world: World) -> bool:
        """Whether nothing has happened since."""
        return world.state is self.state and world.version == self.version


class Shadow:
    """Compares reads of v0 beside their answers. `rehearsals` has the operations of both generations."""

    def __init__(self, rehearsals: Rehearsals) -> None:
        self._rehearsals = rehearsals
        self._threads: Threads | None = None
        self._lock = Lock()
        self._waiting: dict[Future[None], str] = {}

    # Stations

    def follow_read(self, exchange: Exchange, call: Call) -> None:
        """Has a read of v0 see one moment and be compared once it is answered, where the seller wants it."""
        if call.operation_id not in ORDERS_V0_ENDING or not call.url_path.startswith(V0):
            return
        caller: Caller = exchange.caller
        world = caller.world
        if not world.policy.is_on(SETTING):
            return
        exchange.shadow = {"why": UNFINISHED}
        if isinstance(world, FaultyView):
            exchange.shadow["why"] = FAULTY
            return
        exchange.moment = Moment.of(world)
        exchange.caller = replace(caller, world=world_at(world, exchange.moment.at))

    def compare_beside(self, exchange: Exchange) -> None:
        """Begins to compare a read of v0, once its answer is sent."""
        moment: Moment | None = exchange.moment
        if moment is None or exchange.shadow is None:
            return
        if exchange.reply is None:
            exchange.shadow["why"] = REFUSED
            return
        with self._lock:
            if len(self._waiting) >= MOST_WAITING:
                exchange.shadow["why"] = TOO_MANY
                return
            if self._threads is None:
                self._threads = Threads(1, "shadow")
            future = self._threads.submit(self._compare, exchange, moment)
            self._waiting[future] = exchange.seller_id
        future.add_done_callback(self._forget)

    # What others ask for

    def waiting(self, seller_id: str) -> tuple["Future[None]", ...]:
        """The comparisons of a seller's reads that are not over."""
        with self._lock:
            return tuple(future for future, of in self._waiting.items() if of == seller_id)

    def close(self) -> None:
        """Lets the thread go."""
        with self._lock:
            if self._threads is not None:
                self._threads.shutdown()
                self._threads = None

    def _forget(self, future: "Future[None]") -> None:
        with self._lock:
            self._waiting.pop(future, None)

    def _compare(self, exchange: Exchange, moment: Moment) -> None:
        """Compares one read and has the request log tell of it. Whatever goes wrong, nobody is told but the log."""
        assert exchange.shadow is not None  # noqa: S101  (it was put there by the station)
        try:
            exchange.shadow.update(self._outcome(exchange, moment))
        except Exception:
            logger.exception("The shadow of request %s failed.", exchange.request_id)
            exchange.shadow["why"] = FAILED
        exchange.notes.append(note_of(exchange.shadow))

    def _outcome(self, exchange: Exchange, moment: Moment) -> Json:
        """What came of comparing a read: that the world changed meanwhile, too often to compare, included."""
        call, caller, reply = exchange.call, exchange.caller, exchange.reply
        assert call is not None and reply is not None  # noqa: S101, PT018  (they were answered)
        world: World = caller.world.itself
        answered: Answer | None = Answer(reply.status, json.loads(reply.body))
        for _ in range(TRIES):
            if moment.is_now(world):
                rehearsal = self._rehearsals.compare(call, caller, answered, BESIDE)
                if moment.is_now(world):
                    return shadow_json(rehearsal)
            moment, answered = Moment.of(world), None
            caller = replace(caller, world=world_at(world, moment.at))
        return {"why": CHANGED}


def shadow_json(rehearsal: Rehearsal) -> Json:
    """What is kept of a comparison: the calls that replace the read, and in what their answers differ."""
    fields = list(rehearsal.comparison.fields.values())
    kinds = Counter(kind for each in fields for kind in each.kinds)
    missing = [each.v0 or each.name for each in fields if Difference.MISSING in each.kinds]
    new = [each.latest or each.name for each in fields if Difference.NEW in each.kinds]
    return {
        "why": rehearsal.why or rehearsal.replacement.no_counterpart or None,
        "replacements": [each.to_json() for each in rehearsal.requests[:MOST_SHOWN]],
        "calls": len(rehearsal.requests),
        "statuses": sorted({each.status for each in rehearsal.answers}),
        "differences": {str(kind): kinds[kind] for kind in Difference if kind in kinds},
        "missing": missing[: MOST_SHOWN * 2],
        "new": new[: MOST_SHOWN * 2],
        "disagreements": rehearsal.comparison.disagreements[:MOST_SHOWN],
        "disagreed": rehearsal.comparison.disagreed,
    }


def note_of(shadow: Mapping[str, Any]) -> str:
    """One line on a comparison, for who reads the log."""
    if "calls" not in shadow:
        return f"shadow: {shadow['why']}"
    calls = f"{write_count(shadow['calls'], 'calls')} of 2026-01-01"
    differ = ", ".join(f"{count} {kind}" for kind, count in shadow["differences"].items()) or "no differences"
    return f"shadow: {calls}, {differ}, {write_count(shadow['disagreed'], 'disagreements')}"
