"""The lane: answers a read that was answered before with the bytes of before, as long as they are what it would get.

It stands in front of all that looks at a request, so what any of that looks at is in the key: method, path, query and
headers, as they came. The same bytes have passed the same guards before, and the guards never change while a server
runs. What does change is looked at each time: the token's end, the seller's world, whether it is behind its clock, and
whether there are faults. What is kept is an answer to a read that a world gave as it stands at one version. If it went
by the time, which the world tells, it is kept on a clock that stands, and on no other.

All else is done as for any answer: a hit fills the exchange with what the stations had found out, and passes the list
of answers: it has a request id of its own, and stands in the request log and the access log. Reads under limits, with
faults or beside a shadow are never kept, since more comes of them than an answer.
"""

import threading
from dataclasses import dataclass
from math import inf
from weakref import ReferenceType, ref

from starlette.types import Scope

from marketplace_sandbox.api.admission.credentials import Credentials
from marketplace_sandbox.api.http.exchange import Answer, Call, Exchange
from marketplace_sandbox.core.faults.fault_rules import FaultRules
from marketplace_sandbox.core.world.sellers import Sellers, UnopenedWorldError
from marketplace_sandbox.core.world.state import State
from marketplace_sandbox.core.world.world import World

MOST_BYTES = 32 * 1024 * 1024
"""Bytes of answers, and of the requests they answer, that are kept."""
MOST_ANSWERS = 20_000
"""Answers that are kept."""
LARGEST = 1024 * 1024
"""Bytes of an answer that is kept: a larger one would push too many out."""
BESIDE = 1_500
"""Bytes that an answer takes beside its body and its request, about."""

STAMP = b"x-amz-date"
"""The header in which clients say when they send. Nobody looks at it, and it would make each request another."""

MORE = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade"})
"""Headers of a request that is not over with them, or not known to be."""

KEPT = "sandbox.kept"
"""Where a scope has the answer that it will be given, once that is certain."""

Key = tuple[bytes, bytes, tuple[tuple[bytes, bytes], ...]]


@dataclass(slots=True)
class Watch:
    """A read that was not answered from what is kept, and the world as it found it; `asked` is its last question.

    `is_pure` says that nothing has come of it but its answer.
    """

    key: Key
    world: World | None = None
    state: State | None = None
    version: int = 0
    asked: int = 0
    ends: float = inf
    is_pure: bool = False

    def begin(self, world: World, ends: float = inf) -> None:
        """Note the world. The number of the question first: what is asked from here on changes it.

        Not one whose state has to be read back first: that is not for the event loop, and the next read is watched.
        """
        if world.absence is not None:
            return
        self.asked, self.world, self.state = world.asked, world, world.state
        self.version, self.ends = self.state.version, ends

    @property
    def goes_by_time(self) -> bool:
        """Whether the world was asked for the time since, and its clock runs."""
        return self.world is not None and self.world.asked != self.asked and self.world.rate != 0


@dataclass(slots=True)
class Kept:
    """An answer, what was found out on its way, and as of when it holds.

    `has_more` says that its request has perhaps a body. `used` is set by each hit.
    """

    seller_id: str
    state: "ReferenceType[State]"
    version: int
    ends: float
    url_path: str
    operation: str
    notes: tuple[str, ...]
    request_id: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    byte_count: int
    has_more: bool
    used: bool = False


class Lane:
    """The answers that are kept, of all sellers. `on` is whether any are.

    They are bounded by number and bytes: the one that was kept longest ago goes first, unless it has been of use since.
    """

    def __init__(
        self,
        sellers: Sellers,
        credentials: Credentials,
        faults: FaultRules,
        *,
        on: bool = True,
        most_bytes: int = MOST_BYTES,
        most_answers: int = MOST_ANSWERS,
    ) -> None:
        self._sellers = sellers
        self._credentials = credentials
        self._faults = faults
        self.on = on
        self._most_bytes = most_bytes
        self._most_answers = most_answers
        self._lock = threading.Lock()
        self._kept: dict[Key, Kept] = {}
        self.byte_count = 0
        self.hits = 0

    # Stations

    def answer_again(self, exchange: Exchange) -> None:
        """Answers a read with what it was answered before, while that holds."""
        if exchange.method != "GET" or not self.on:
            return
        scope = exchange.scope
        kept = scope.get(KEPT)
        if kept is None:
            key = _key(scope)
            kept = self.find(key)
            if kept is None:
                exchange.watch = Watch(key)
                return
        self.hits += 1
        exchange.url_path = kept.url_path
        exchange.seller_id = kept.seller_id
        exchange.operation = kept.operation
        exchange.notes = list(kept.notes)
        exchange.answer = Answer(kept.status, list(kept.headers), kept.body)

    def is_kept(self, scope: Scope) -> bool:
        """Whether a read will be answered again, in one go with what has come of it: then it is, whatever happens."""
        kept = self.find(_key(scope))
        if kept is None or kept.has_more:
            return False
        scope[KEPT] = kept
        return True

    def watch(self, exchange: Exchange, _: Call) -> None:
        """Notes which world a read finds, once it is known whose that is."""
        watch: Watch | None = exchange.watch
        if watch is None:
            return
        token = self._credentials.read(exchange.caller.token)
        watch.begin(exchange.caller.world, token.expires_at if token else inf)

    def keep(self, exchange: Exchange) -> None:
        """Keeps the answer of a read, where nothing came of it but the answer."""
        watch: Watch | None = exchange.watch
        if watch is None or watch.world is None or exchange.answer is None:
            return
        only_answered = (
            exchange.inline
            # neither counted, nor seen through a fault or beside a shadow
            and not exchange.rate
            and exchange.caller.world is watch.world
        )
        if watch.is_pure or (only_answered and not watch.goes_by_time):
            self._keep(exchange, exchange.answer, watch)

    def _keep(self, exchange: Exchange, answer: Answer, watch: Watch) -> None:
        """Keeps an answer that follows from the request and the world alone, if the world still is as it was then."""
        assert watch.world is not None and watch.state is not None  # noqa: S101, PT018  (they were noted together)
        goes_wrong = exchange.problem is not None or exchange.sender is not None
        is_larger = len(answer.body) > LARGEST
        if goes_wrong or is_larger or not self._stands(watch.world, watch.state, watch.version):
            return
        sent = sum(len(name) + len(text) for name, text in (*watch.key[2], *answer.headers))
        byte_count = BESIDE + len(watch.key[0]) + len(watch.key[1]) + sent + len(answer.body)
        kept = Kept(
            exchange.seller_id,
            ref(watch.state),
            watch.version,
            watch.ends,
            exchange.url_path,
            exchange.operation,
            tuple(exchange.notes),
            exchange.request_id,
            answer.status,
            tuple(answer.headers),
            answer.body,
            byte_count,
            any(name in MORE for name, _ in watch.key[2]),
        )
        with self._lock:
            self._drop(watch.key)
            self._kept[watch.key] = kept
            self.byte_count += byte_count
            self._make_room()

    # What others ask for

    def find(self, key: Key) -> Kept | None:
        """What is kept for a request, where it holds."""
        kept = self._kept.get(key)
        if kept is None or not self._holds(kept):
            return None
        kept.used = True
        return kept

    # What holds

    def _holds(self, kept: Kept) -> bool:
        """Whether a read would be answered the same now."""
        try:
            world = self._sellers.find(kept.seller_id)
        except UnopenedWorldError:
            return False
        state = kept.state()
        if world is None or state is None or kept.ends <= self._credentials.wall():
            return False
        return self._stands(world, state, kept.version)

    def _stands(self, world: World, state: State, version: int) -> bool:
        return world.is_unchanged(state, version) and not self._faults.concern(world.seller_id)

    # Bounds

    def _make_room(self) -> None:
        """Drops what was kept longest ago; what was of use since is passed over once."""
        while self.byte_count > self._most_bytes or len(self._kept) > self._most_answers:
            key, oldest = next(iter(self._kept.items()))
            if oldest.used:
                oldest.used = False
                self._kept[key] = self._kept.pop(key)
            else:
                self._drop(key)

    def _drop(self, key: Key) -> None:
        dropped = self._kept.pop(key, None)
        if dropped is not None:
            self.byte_count -= dropped.byte_count


def _key(scope: Scope) -> Key:
    """A GET, as it came."""
    headers = scope["headers"]
    for each in headers:
        if each[0] == STAMP:
            headers = [other for other in headers if other[0] != STAMP]
            break
    return scope["raw_path"], scope["query_string"], tuple(headers)
