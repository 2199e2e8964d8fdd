"""Sellers v1: which marketplaces the seller takes part in. Integrations call it to learn if their credentials work."""

from marketplace_sandbox.api.admission.access import RATE_LIMIT, Caller
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.api.spapi.sellers.schemas import ParticipationSchema
from marketplace_sandbox.core.marketplaces import MARKETPLACES


class MarketplaceParticipations:
    """The operations of the document that are built."""

    def getMarketplaceParticipations(self, _: Call, caller: Caller) -> Reply:
        world = caller.world
        marketplaces = [MARKETPLACES[each] for each in world.marketplace_ids]
        values = [
            {"marketplace": marketplace, "participation": {}, "store": world.seller_id} for marketplace in marketplaces
        ]
        return Reply(body={"payload": ParticipationSchema(many=True).dump(values)}, headers=RATE_LIMIT)
