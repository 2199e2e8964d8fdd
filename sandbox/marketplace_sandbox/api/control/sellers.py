"""Sellers: opening, listing, ending and resetting worlds. Credentials come from whoever issues them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from marketplace_sandbox.api.admission.access import SELLER_HEADER
from marketplace_sandbox.api.control.lists import answer_page, names
from marketplace_sandbox.api.control.queues import EmptyQueues
from marketplace_sandbox.api.control.refusals import translate_refusals
from marketplace_sandbox.api.control.scenarios import LONGEST_NAME, Player
from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.core.policy import read_settings
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.reading import FieldError, Fields, Reader, instant, text
from marketplace_sandbox.core.views.projections import Json
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER, UnopenedWorld, queues_of
from marketplace_sandbox.core.world.world import World

FIELDS = ("seller_id", "start", "rate", "seed", "marketplace_ids", "policy")

Credentials = Callable[[str], Mapping[str, Any]]
Forget = Callable[[str], None]


class SellerOperations:
    """The sellers of a server. Each of `forget` drops what it holds of a seller beside the world."""

    def __init__(
        self,
        worlds: Worlds,
        credentials: Credentials,
        forget: Sequence[Forget],
        empty_queues: EmptyQueues,
        player: Player,
    ) -> None:
        self._sellers = worlds.sellers
        self._credentials = credentials
        self._forget = forget
        self._empty_queues = empty_queues
        self._player = player

    def listSellers(self, call: Call) -> Reply:
        """Every seller, in the order of their opening, or the one of an id."""

        def admits(seller: World | UnopenedWorld) -> bool:
            return names(call.query, "seller_id", seller.seller_id)

        with translate_refusals():
            sellers = [*self._sellers, *self._sellers.unopened()]
            return Reply(body=answer_page("sellers", sellers, _seller_json, call.query, admits=admits))

    def addSeller(self, call: Call) -> Reply:
        """A new seller with credentials."""
        with translate_refusals():
            fields = Fields(call.body or {}, known=FIELDS)
            readers: Mapping[str, Reader[Any]] = {"start": instant, "policy": read_settings}
            read = {name: fields.need(name, reader) for name, reader in readers.items() if name in fields}
            world = self._sellers.open(**{**fields.values, **read})
            call.made_at.version = world.version
            return Reply(201, seller_with_credentials(world, self._credentials))

    def getSeller(self, call: Call) -> Reply:
        with translate_refusals():
            world = self._sellers.get(call.path["seller_id"])
            call.made_at.version = world.version
            return Reply(body=seller_with_credentials(world, self._credentials))

    def removeSeller(self, call: Call) -> Reply:
        """End a seller's world. The default seller stays."""
        seller_id = call.path["seller_id"]
        with translate_refusals():
            if seller_id == DEFAULT_SELLER:
                message = f"The default seller {seller_id} cannot be deleted; reset it instead."
                raise ApiError(409, "DEFAULT_SELLER", message)
            self._sellers.remove(seller_id)
            self._forget_all([seller_id])
            return Reply(204)

    def resetSellers(self, call: Call) -> Reply:
        """Begin this seller's world again, or every seller's; an advance of one of them is stopped.

        With a scenario, this seller's world then stands as that leaves it. Ids repeat, so what lies in the queues of
        those worlds is forgotten, too, unless others send there.
        """
        with translate_refusals():
            fields = Fields(call.body or {}, known=("all", "scenario"))
            every = fields.values.get("all")
            begin = self._prepare(fields)
            named = call.headers.get(SELLER_HEADER) or DEFAULT_SELLER
            worlds = [each for each in self._sellers if every or each.seller_id == named]
            queues = queues_of(worlds)
            unopened = [each.seller_id for each in self._sellers.unopened()] if every else []
            seller_ids = [*(world.seller_id for world in worlds), *unopened] or [named]
            for each in seller_ids:
                world = self._sellers.reset(each)
                call.made_at.version = world.version if each == named else call.made_at.version
            if begin:
                call.made_at.version = begin(named).version
            in_use = queues_of(self._sellers)
            self._empty_queues(*(each for each in queues if each not in in_use))
            self._forget_all(seller_ids)
            return Reply(body={"reset": seller_ids})

    def _prepare(self, fields: Fields) -> Callable[[str], World] | None:
        """What a world that has begun again begins with, if a scenario is named."""
        name = fields.get("scenario", text(LONGEST_NAME, least=1), None)
        if name is None:
            return None
        if fields.values.get("all"):
            raise FieldError("scenario", "scenario is what one seller begins with; leave all out.")
        try:
            return self._player.prepare(name)
        except FieldError as wrong:
            raise FieldError("scenario", str(wrong)) from wrong

    def _forget_all(self, seller_ids: Iterable[str]) -> None:
        for seller_id in seller_ids:
            for forget in self._forget:
                forget(seller_id)


def seller_with_credentials(world: World, credentials: Credentials) -> Json:
    """A seller with what lets its client in, and where its world was forked from, if it was."""
    forked_from = _forked_from(world)
    return {
        "seller_id": world.seller_id,
        "marketplace_ids": list(world.marketplace_ids),
        **credentials(world.opening.holder),
        **({"forked_from": forked_from} if forked_from else {}),
    }


def _forked_from(world: World) -> Json | None:
    forked_from = world.origin.forked_from if world.origin else None
    return dict(forked_from.write()) if forked_from else None


def _seller_json(seller: World | UnopenedWorld) -> Json:
    """A seller, and why its world is not open if it is not."""
    world = seller if isinstance(seller, World) else None
    opening = seller.opening
    return {
        "seller_id": seller.seller_id,
        "marketplace_ids": list(opening.marketplace_ids) if opening else [],
        "now": format_instant(world.now()) if world else None,
        "rate": world.clock.rate if world else None,
        "orders": world.order_count if world else None,
        "forked_from": _forked_from(world) if world else None,
        "why": None if isinstance(seller, World) else seller.why,
    }
