"""All sellers of one server, each a world of its own. Knows no credential and no HTTP."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from marketplace_sandbox.core.checkpoints.checkpoint import Snapshot, find_snapshot, pass_over, read_known
from marketplace_sandbox.core.checkpoints.fingerprint import fingerprint
from marketplace_sandbox.core.checkpoints.values import DamagedPageError
from marketplace_sandbox.core.clock import to_millisecond
from marketplace_sandbox.core.data.progress import counting
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.journal.journal import Entry, JournalStore, StoreError, UnreadableJournalError
from marketplace_sandbox.core.journal.opening import CLOSED, OPENED, Opening, closing
from marketplace_sandbox.core.marketplaces import DEFAULT_MARKETPLACE, MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.past.moment import Moment
from marketplace_sandbox.core.past.origin import Origins, read_origins
from marketplace_sandbox.core.policy import Policy, SettingError
from marketplace_sandbox.core.refusals import OvertakenError, RefusalError
from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.core.text.reading import FieldError, JsonObject
from marketplace_sandbox.core.world.absence import Absence
from marketplace_sandbox.core.world.bounds import Totals
from marketplace_sandbox.core.world.world import BranchState, World

DEFAULT_SELLER = "ASANDBOXSELLER"
"""The seller who is meant when none is named."""


SELLERS_A_CALL, NEARLY = 64, 0.9
"""Orders are counted once in a call for so many sellers, and at each call once nearly all are there that may be."""


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
class UnopenedWorld:
    """A seller whose world does not open: `why`, a sentence, and how it began, where that can be read."""

    seller_id: str
    why: str
    opening: Opening | None = None


class UnopenedWorldError(StoreError):
    """A seller is meant whose world does not open. All the others are served."""

    def __init__(self, unopened: UnopenedWorld) -> None:
        super().__init__(unopened.why)


@dataclass(frozen=True, slots=True)
class Defaults:
    """How a seller begins of whom nothing is said. Without a start it is the real now; `seed` is the server's."""

    start: datetime | None = None
    rate: float = 1.0
    seed: int = 0
    marketplace_ids: tuple[str, ...] = (DEFAULT_MARKETPLACE,)
    policy: JsonObject = field(default_factory=dict)


class Sellers:
    """The worlds of one store. One whose journal cannot be followed is `unopened`, and keeps no other from opening.

    With `accept_new_rules` a world that the rules of now make another becomes that; `accepted` are their sellers.
    """

    def __init__(
        self,
        store: JournalStore,
        defaults: Defaults | None = None,
        real: Callable[[], float] = time.time,
        totals: Totals | None = None,
        *,
        accept_new_rules: bool = False,
    ) -> None:
        self.store = store
        self.totals = totals or Totals()
        self._accepts_new_rules = accept_new_rules
        self.accepted: list[str] = []
        self.defaults = defaults or Defaults()
        self._real = real
        self._lock = threading.RLock()
        self._worlds: dict[str, World] = {}
        self._unopened: dict[str, UnopenedWorld] = {}
        self._former_ids: dict[str, int] = {}
        self._opened_count = 0
        self._counted, self._calls_until_count = 0, 0
        self._restore()
        if DEFAULT_SELLER not in self._worlds and DEFAULT_SELLER not in self._unopened:
            self.open(DEFAULT_SELLER)

    def _restore(self) -> None:
        """Open all worlds but those that this same code has written down as they are: they come when asked for."""
        known = self._known()
        for seller_id in self.store.worlds():
            self._opened_count += 1
            if seller_id in known:
                self._keep(World.absent(known[seller_id], self.store, self._real))
                continue
            snapshot, left = find_snapshot(self.store, seller_id), self._find_where_left(seller_id)
            if left and (snapshot is None or snapshot.version <= left.version):
                snapshot = left
            try:
                self._open(seller_id, snapshot)
            except DamagedPageError as wrong:
                pass_over(self.store, seller_id, str(wrong))
                self._open(seller_id, None)

    def _find_where_left(self, seller_id: str) -> Snapshot | None:
        """The world that a seller's has left, as it stood there, where that one is in memory: it is not read twice.

        None of one that new rules have made another.
        """
        with suppress(StoreError, OvertakenError, KeyError):
            origins = read_origins(seller_id, self.store.origins(seller_id))
            forked_from = origins[-1][1].forked_from if origins else None
            left = self._worlds.get(forked_from.seller_id) if forked_from else None
            if left is None or left.seller_id in self.accepted:
                return None
            version = self.store.left_at(seller_id, left.seller_id)
            if version == origins[-1][0]:
                return left.snapshot_where_left(origins)
        return None

    def _known(self) -> dict[str, Absence]:
        """What is known of worlds without opening them."""
        found: dict[str, Absence] = {}
        for seller_id, (version, written) in self.store.known(fingerprint()).items() if fingerprint() else ():
            with suppress(DamagedPageError):
                known = read_known(written)
                if (known.opening.seller_id, known.version) == (seller_id, version):
                    found[seller_id] = known
        return found

    def _open(self, seller_id: str, since: Snapshot | None) -> None:
        entries: list[Entry] = []
        origins: Origins = ()
        try:
            origins = read_origins(seller_id, self.store.origins(seller_id))
            read = self.store.read(seller_id, since.version if since else 0)
            for entry in counting(read, f"entries of the journal of {seller_id} are read"):
                entries.append(entry)  # noqa: PERF402  what can be read is looked at, should the rest be damaged
            if since is None and entries[0].kind == CLOSED:
                self._former_ids[seller_id] = entries[0].body.get("generation", 0)
                return
            if since and any(each.result_before != since.known.result[1] for each in entries[:1]):
                raise DamagedPageError("it is not of this journal")
            last_result, accept = self.store.last_result(seller_id), self._accepts_new_rules
            world = World.restore(
                entries,
                self.store,
                self._real,
                last_result=last_result,
                origins=origins,
                accept_new_rules=accept,
                since=since,
            )
            if world.version > (entries[-1].version if entries else world.version):
                self.accepted.append(seller_id)
            if world.seller_id != seller_id and since is not None:
                raise DamagedPageError(f"it is of seller {world.seller_id}")
            if world.seller_id != seller_id:
                raise UnreadableJournalError(seller_id, f"its first entry is of seller {world.seller_id}.")
            self._keep(world)
        except UnreadableJournalError as wrong:
            said = UnreadableJournalError(seller_id, wrong.why.rstrip("."))
            why = f"{said}. It was left as it is; delete the seller, or reset it, which begins its world anew."
            opening = since.known.opening if since else _opening_of(seller_id, entries, origins)
            self._unopened[seller_id] = UnopenedWorld(seller_id, why, opening)

    def _keep(self, world: World) -> World:
        self._worlds[world.seller_id] = world
        return world

    def __iter__(self) -> Iterator[World]:
        return iter(list(self._worlds.values()))

    def find(self, seller_id: str) -> World | None:
        """The world of a seller, or None. Raises UnopenedWorldError."""
        world = self._worlds.get(seller_id)
        if world is None:
            if seller_id in self._unopened:
                raise UnopenedWorldError(self._unopened[seller_id])
            return None
        world.used_at = time.monotonic()
        return world

    def find_holder(self, holder: str) -> World | None:
        """The world of whom credentials were made for; None where others have the id now. Raises UnopenedWorldError."""
        world = self.find(holder.partition(".")[0])
        return world if world is not None and world.opening.holder == holder else None

    def holders(self) -> list[str]:
        """Whom credentials are made for, of all sellers there are."""
        known = [each.opening for each in self.unopened() if each.opening]
        return [each.holder for each in (*(world.opening for world in self), *known)]

    def unopened(self) -> list[UnopenedWorld]:
        """The sellers whose worlds do not open."""
        return list(self._unopened.values())

    def get(self, seller_id: str | None) -> World:
        """The world of a seller, the default seller's for None. Raises UnknownSellerError or UnopenedWorldError."""
        world = self.find(seller_id or DEFAULT_SELLER)
        if world is None:
            raise UnknownSellerError(str(seller_id), [*self._worlds, *self._unopened])
        return world

    def check_room(self, orders: int, field_path: str) -> None:
        """Raises BoundError where so many orders more would be more than all sellers may have together.

        Where there are many sellers and much room, they are counted now and then, so that a call costs the same.
        """
        count = self._counted + orders
        self._calls_until_count -= 1
        if self._calls_until_count < 0 or count > self.totals.orders * NEARLY:
            self._counted = sum(each.order_count for each in self)
            self._calls_until_count = len(self._worlds) // SELLERS_A_CALL
            count = self._counted + orders
        self.totals.check("orders", count, field_path)
        self._counted = count

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
        generation: int | None = None,
        aside: bool = False,
    ) -> World:
        """A new seller, to whom no credentials of an earlier one of that id belong, unless the `generation` is given.

        A start alone freezes the clock. One that is opened `aside` is nobody's and nowhere until `keep` keeps it.
        Raises FieldError, SettingError or DuplicateSellerError.
        """
        with self._lock:
            defaults = self.defaults
            if rate is None:
                rate = defaults.rate if start is None else 0.0
            seller_id = self._free_id(seller_id)
            opening = Opening(
                seller_id=seller_id,
                start=to_millisecond(start or defaults.start or datetime.fromtimestamp(self._real(), UTC)),
                wall=self._real(),
                rate=_check_rate(rate),
                seed=defaults.seed if seed is None else seed,
                marketplace_ids=_check_marketplaces(marketplace_ids or defaults.marketplace_ids),
                policy={**defaults.policy, **(policy or {})},
                generation=self._generation(seller_id) if generation is None else generation,
            )
            Policy().with_settings(opening.policy)
            if seller_id != DEFAULT_SELLER:  # without whom there is no server
                self.totals.check("sellers", len(self._worlds) + 1, "seller_id")
                self.totals.check("former_sellers", len(self._former_ids), "seller_id")
            if aside:
                self._opened_count += 1
                return World.open(opening, self.store, self._real, aside=True)
            if self.is_gone(seller_id):  # what was there goes in the same change as this comes
                return self.adopt([Entry(1, opening.start, OPENED, opening.write())])
            world = World.open(opening, self.store, self._real)
            self._opened_count += 1
            return self._keep(world)

    def keep(self, world: World) -> None:
        """Keep a seller who was opened aside, with all that has happened to them.

        Raises DuplicateSellerError where another has the id by now, BoundError where there is no room by now.
        """
        with self._lock:
            if self._is_taken(world.seller_id):
                raise DuplicateSellerError(world.seller_id)
            self.totals.check("sellers", len(self._worlds) + 1, "seller_id")
            self.check_room(world.order_count, "orders")
            world.write_down()
            self._former_ids.pop(world.seller_id, None)
            self._keep(world)

    def fork(
        self, of: str, when: int | datetime | None = None, seller_id: str | None = None, *, deliver: bool = False
    ) -> World:
        """A new seller, whose world goes on from where another's stands, or stood at a moment of its past.

        What was under way to receivers then is held, unless it is to be delivered. Raises UnknownSellerError,
        FieldError, DuplicateSellerError, BoundError, OvertakenError.
        """
        world, branch_state = self._find_branch_state(of, when)
        with self._standing(world):
            seller_id = self._free_id(seller_id)
            self._check_room_beside(world)
            forked = world.fork(seller_id, self._generation(seller_id), branch_state, held=not deliver)
            return self._add(forked)

    def rewind(self, seller_id: str | None, when: int | datetime) -> tuple[Moment, World]:
        """Have a seller's world go on from a moment of its past; answers that, and the world that was left.

        The one that was left stands under a seller id of its own. Raises what `fork` raises.
        """
        world, branch_state = self._find_branch_state(seller_id, when)
        with self._standing(world):
            kept_id = self._new_id()
            self._check_room_beside(world)
            moment, kept = world.rewind(when, branch_state, kept_id, self._generation(kept_id))
            return moment, self._add(kept)

    def _find_branch_state(self, seller_id: str | None, when: int | datetime | None) -> tuple[World, BranchState]:
        """The world of a seller and where it stood, for which it may have to be folded: others are opened meanwhile."""
        world = self.get(seller_id)
        return world, world.find_branch_state(when)

    @contextmanager
    def _standing(self, world: World) -> Iterator[None]:
        """Hold the lock of all sellers. Raises OvertakenError where the world is its seller's no longer."""
        with self._lock:
            if self._worlds.get(world.seller_id) is not world:
                raise OvertakenError(world.seller_id)
            yield

    def _check_room_beside(self, world: World) -> None:
        self.totals.check("sellers", len(self._worlds) + 1, "seller_id")
        self.totals.check("former_sellers", len(self._former_ids), "seller_id")
        self.check_room(world.order_count, "orders")

    def _add(self, world: World) -> World:
        self._opened_count += 1
        self._former_ids.pop(world.seller_id, None)
        return self._keep(world)

    def adopt(self, entries: Sequence[Entry]) -> World:
        """Take over a world as it became elsewhere, instead of any of that id: all of its journal, or nothing of it.

        Raises UnreadableJournalError.
        """
        with self._lock:
            seller_id = Opening.read(entries[0].body).seller_id
            world = World.restore(entries, self.store, self._real)
            self.store.replace(seller_id, entries)
            self._former_ids.pop(seller_id, None)
            self._unopened.pop(seller_id, None)
            self._opened_count += seller_id not in self._worlds
            return self._keep(world)

    def _free_id(self, seller_id: str | None) -> str:
        if seller_id is None:
            return self._new_id()
        if not seller_id.isascii() or not seller_id.isalnum() or not 1 <= len(seller_id) <= 40:
            raise FieldError("seller_id", f"A seller id is 1 to 40 letters and digits; {quote(seller_id)} is not.")
        if self._is_taken(seller_id):
            raise DuplicateSellerError(seller_id)
        return seller_id

    def _is_taken(self, seller_id: str) -> bool:
        return seller_id in self._worlds or seller_id in self._unopened

    def _generation(self, seller_id: str) -> int:
        """How many had the id before; the default seller's credentials are the same for ever."""
        had = seller_id in self._former_ids and seller_id != DEFAULT_SELLER
        return self._former_ids[seller_id] + 1 if had else 0

    def _new_id(self) -> str:
        """An id nobody has or had, from the server's seed."""
        ids = Ids(self.defaults.seed, "server")
        while True:
            seller_id = "A" + ids.uuid("seller", self._opened_count).replace("-", "").upper()[:13]
            if not self._is_taken(seller_id) and seller_id not in self._former_ids:
                return seller_id
            self._opened_count += 1

    def remove(self, seller_id: str) -> None:
        """End a seller's world. Its credentials are refused from now on."""
        with self._lock:
            unopened = self._unopened.get(seller_id)
            if unopened:
                generation = self._beginning(unopened).generation
                self.store.replace(seller_id, [closing(seller_id, self._real_now(), generation)])
                del self._unopened[seller_id]
            else:
                generation = self.get(seller_id).opening.generation
                self._worlds[seller_id].close()
                del self._worlds[seller_id]
            self._former_ids[seller_id] = generation

    def keep_results(self) -> None:
        """Keep what came of each world's last entry, which a later release holds its own rules against."""
        if self.store.failure is None:
            worlds = [(world, each) for world in self if (each := world.unkept_result()) is not None]
            if worlds:
                self.store.keep_results({world.seller_id: each for world, each in worlds})
            for world, (version, _) in worlds:
                world.note_kept(version)

    def reset(self, seller_id: str) -> World:
        """Begin a seller's world again. One that does not open begins anew, and its journal is gone."""
        with self._lock:
            unopened = self._unopened.get(seller_id)
            world = World(self._beginning(unopened), self.store, self._real) if unopened else self.get(seller_id)
            world.reset()
            self._unopened.pop(seller_id, None)
            return self._keep(world)

    def _beginning(self, unopened: UnopenedWorld) -> Opening:
        """How a world began that does not open, or what is most like it: then its credentials are others."""
        if unopened.opening:
            return unopened.opening
        known, now = self.defaults, self._real_now()
        generation = 0 if unopened.seller_id == DEFAULT_SELLER else int(self._real())
        return Opening(
            unopened.seller_id, known.start or now, self._real(), known.rate, known.seed, known.marketplace_ids,
            known.policy, generation,
        )  # fmt: skip

    def _real_now(self) -> datetime:
        return to_millisecond(datetime.fromtimestamp(self._real(), UTC))


def queues_of(worlds: Iterable[World]) -> list[str]:
    """The ARNs of all queues that are destinations in these worlds, each once."""
    return list(dict.fromkeys(arn for world in worlds for arn in world.queues))


def _opening_of(seller_id: str, entries: Sequence[Entry], origins: Origins) -> Opening | None:
    """How a world began, from as much of its journal as can be read; with those of its settings that there are."""
    try:
        opening = Opening.read(entries[0].body)
    except (IndexError, ValueError):
        return None
    for _, origin in origins:
        opening = opening.of(origin.seller_id, origin.generation, origin.lineage)
    if opening.seller_id != seller_id:
        return None
    return replace(opening, policy={key: value for key, value in opening.policy.items() if _is_setting(key, value)})


def _is_setting(key: str, value: object) -> bool:
    try:
        Policy().with_settings({key: value})
    except SettingError:
        return False
    return True


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
