"""All sellers of one server, each a world of its own. Knows no credential and no HTTP."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from marketplace_sandbox.core.clock import to_millisecond
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.journal import DamagedStoreError, Entry, JournalStore
from marketplace_sandbox.core.marketplaces import DEFAULT_MARKETPLACE, MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.opening import CLOSED, Opening
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.quoting import quote, suggestion
from marketplace_sandbox.core.reading import FieldError, JsonObject
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.world import World

DEFAULT_SELLER = "ASANDBOXSELLER"
"""The seller who is meant when none is named."""


class UnknownSellerError(RefusalError):
    """No seller of that id."""

    code = "NotFound"

    def __init__(self, seller_id: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no seller {quote(seller_id)}{suggestion(seller_id, known)}")


class DuplicateSellerError(RefusalError):
    """A seller of that id exists."""

    code = "ALREADY_EXISTS"

    def __init__(self, seller_id: str) -> None:
        super().__init__(f"Seller {seller_id} exists already; leave the id out for a new one.")


@dataclass(frozen=True, slots=True)
class Defaults:
    """How a seller begins of whom nothing is said. Without a start it is the real now; `seed` is the server's."""

    start: datetime | None = None
    rate: float = 1.0
    seed: int = 0
    marketplace_ids: tuple[str, ...] = (DEFAULT_MARKETPLACE,)
    policy: JsonObject = field(default_factory=dict)


class Sellers:
    """The worlds of one store."""

    def __init__(
        self,
        store: JournalStore,
        defaults: Defaults | None = None,
        real: Callable[[], float] = time.time,
    ) -> None:
        self.store = store
        self.defaults = defaults or Defaults()
        self._real = real
        self._lock = threading.RLock()
        self._worlds: dict[str, World] = {}
        self._former_ids: set[str] = set()
        self._opened_count = 0
        self._restore()
        if DEFAULT_SELLER not in self._worlds:
            self.open(DEFAULT_SELLER)

    def _restore(self) -> None:
        for seller_id in self.store.worlds():
            entries = list(self.store.read(seller_id))
            self._opened_count += 1
            if entries and entries[0].kind == CLOSED:
                self._former_ids.add(seller_id)
            elif entries:
                self._keep(_restore_world(seller_id, entries, self.store, self._real))

    def _keep(self, world: World) -> World:
        self._worlds[world.seller_id] = world
        return world

    def __iter__(self) -> Iterator[World]:
        return iter(list(self._worlds.values()))

    def find(self, seller_id: str) -> World | None:
        """The world of a seller, or None."""
        return self._worlds.get(seller_id)

    def get(self, seller_id: str | None) -> World:
        """The world of a seller, the default seller's for None. Raises UnknownSellerError."""
        world = self._worlds.get(seller_id or DEFAULT_SELLER)
        if world is None:
            raise UnknownSellerError(str(seller_id), list(self._worlds))
        return world

    def is_gone(self, seller_id: str) -> bool:
        """Whether there was such a seller."""
        return seller_id in self._former_ids

    def open(
        self,
        seller_id: str | None = None,
        start: datetime | None = None,
        rate: float | None = None,
        seed: int | None = None,
        marketplace_ids: Sequence[str] | None = None,
        policy: JsonObject | None = None,
    ) -> World:
        """A new seller. A start alone freezes the clock. Raises FieldError, SettingError or DuplicateSellerError."""
        with self._lock:
            defaults = self.defaults
            if rate is None:
                rate = defaults.rate if start is None else 0.0
            opening = Opening(
                seller_id=self._free_id(seller_id),
                start=to_millisecond(start or defaults.start or datetime.fromtimestamp(self._real(), UTC)),
                wall=self._real(),
                rate=_check_rate(rate),
                seed=defaults.seed if seed is None else seed,
                marketplace_ids=_check_marketplaces(marketplace_ids or defaults.marketplace_ids),
                policy={**defaults.policy, **(policy or {})},
            )
            Policy().with_settings(opening.policy)
            if self.is_gone(opening.seller_id):
                self.store.replace(opening.seller_id, [])
                self._former_ids.discard(opening.seller_id)
            self._opened_count += 1
            return self._keep(World.open(opening, self.store, self._real))

    def adopt(self, entries: Sequence[Entry]) -> World:
        """Take over a world as it became elsewhere, instead of any of that id: all of its journal, or nothing of it.

        Raises DamagedStoreError for a journal that cannot be followed.
        """
        with self._lock:
            seller_id = Opening.read(entries[0].body).seller_id
            world = _restore_world(seller_id, entries, self.store, self._real)
            self.store.replace(seller_id, entries)
            self._former_ids.discard(seller_id)
            self._opened_count += seller_id not in self._worlds
            return self._keep(world)

    def _free_id(self, seller_id: str | None) -> str:
        if seller_id is None:
            return self._new_id()
        if not seller_id.isascii() or not seller_id.isalnum() or not 1 <= len(seller_id) <= 40:
            raise FieldError("seller_id", f"A seller id is 1 to 40 letters and digits; {quote(seller_id)} is not.")
        if seller_id in self._worlds:
            raise DuplicateSellerError(seller_id)
        return seller_id

    def _new_id(self) -> str:
        """An id nobody has or had, from the server's seed."""
        ids = Ids(self.defaults.seed, "server")
        while True:
            seller_id = "A" + ids.uuid("seller", self._opened_count).replace("-", "").upper()[:13]
            if seller_id not in self._worlds and seller_id not in self._former_ids:
                return seller_id
            self._opened_count += 1

    def remove(self, seller_id: str) -> None:
        """End a seller's world. Its credentials are refused from now on."""
        with self._lock:
            self.get(seller_id).close()
            del self._worlds[seller_id]
            self._former_ids.add(seller_id)


def queues_of(worlds: Iterable[World]) -> list[str]:
    """The ARNs of all queues that are destinations in these worlds, each once."""
    return list(
        dict.fromkeys(each.arn for world in worlds for each in list(world.state.destinations.values()) if each.arn)
    )


def _restore_world(seller_id: str, entries: Sequence[Entry], store: JournalStore, real: Callable[[], float]) -> World:
    try:
        return World.restore(entries, store, real)
    except (KeyError, TypeError, ValueError, RefusalError) as wrong:
        raise DamagedStoreError(
            f"The journal of seller {seller_id} cannot be followed: {wrong}. The store was left as it is."
        ) from wrong


def _check_rate(rate: float) -> float:
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1_000_000:
        raise FieldError("rate", f"rate is a number from 0 (frozen) to 1000000; {quote(rate)} is not.")
    return float(rate)


def _check_marketplaces(marketplace_ids: Sequence[str]) -> tuple[str, ...]:
    for each in marketplace_ids:
        if each not in MARKETPLACES:
            raise FieldError(
                "marketplace_ids",
                f"There is no marketplace {quote(each)}{marketplace_suggestion(str(each))}",
            )
    return tuple(dict.fromkeys(marketplace_ids))
