"""Sellers v1: which marketplaces the seller takes part in. Integrations call it to learn if their credentials work."""

from marketplace_sandbox.api.admission.access import RATE_LIMIT, Access
from marketplace_sandbox.api.http.calls import Call, Reply
from marketplace_sandbox.api.spapi.sellers.schemas import ParticipationSchema
from marketplace_sandbox.core.marketplaces import MARKETPLACES


class MarketplaceParticipations:
    """The operations of the document that are built."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def getMarketplaceParticipations(self, call: Call) -> Reply:
        world = self._access.enter(call).world
        places = [MARKETPLACES[each] for each in world.marketplace_ids]
        values = [{"marketplace": place, "participation": {}, "store": world.seller_id} for place in places]
        return Reply(body={"payload": ParticipationSchema(many=True).dump(values)}, headers=RATE_LIMIT)
