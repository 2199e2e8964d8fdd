"""Sellers v1: who the seller is and where he sells. Integrations call it to learn if their credentials work."""

from typing import Any

from marketplace_sandbox.api.admission.access import RATE_LIMIT, Caller
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.api.spapi.sellers.account import account_of
from marketplace_sandbox.api.spapi.sellers.schemas import AccountSchema, ParticipationSchema
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.world.world import World


class SellersV1:
    """The operations of the document."""

    def getMarketplaceParticipations(self, _: Call, caller: Caller) -> Reply:
        return Reply(body={"payload": _participations(caller.world)}, headers=RATE_LIMIT)

    def getAccount(self, _: Call, caller: Caller) -> Reply:
        payload = {
            "marketplaceParticipationList": _participations(caller.world),
            **AccountSchema().dump(account_of(caller.world)),
        }
        return Reply(body={"payload": payload}, headers=RATE_LIMIT)


def _participations(world: World) -> list[Any]:
    """The marketplaces a seller takes part in, each with the standing there."""
    marketplaces = [MARKETPLACES[each] for each in world.marketplace_ids]
    values = [
        {"marketplace": marketplace, "participation": {}, "store": world.seller_id} for marketplace in marketplaces
    ]
    found: list[Any] = ParticipationSchema(many=True).dump(values)
    return found
