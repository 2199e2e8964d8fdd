"""Every read of Orders v0 that a world has answers for, each rehearsed with what replaces it.

`python -m tests.api.migration.rehearsing SEED` plays one history again and prints what disagreed.
"""

import random
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from marketplace_sandbox.api.migration.rehearsal import Rehearsal, Rehearsals
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.control.driving import Courier, rehearsals_of
from tests.core.simulation import simulate

TURNS = 25
ORDERS = "/orders/v0/orders"
PARTS = ("", "/buyerInfo", "/address", "/orderItems", "/orderItems/buyerInfo")
EVER = "2000-01-01T00:00:00Z"
CHOICES: Mapping[str, tuple[str, ...]] = {
    "OrderStatuses": (
        "Pending", "Unshipped", "PartiallyShipped", "Shipped", "InvoiceUnconfirmed", "Canceled", "Unfulfillable",
        "PendingAvailability", "Shipped,InvoiceUnconfirmed", "Canceled,Pending", "Unshipped,Shipped",
    ),
    "FulfillmentChannels": ("MFN", "AFN", "MFN,AFN"),
    "PaymentMethods": ("COD", "CVS", "Other", "COD,CVS"),
    "IsISPU": ("true", "false"),
    "MaxResultsPerPage": ("1", "2", "3", "100"),
    "EasyShipShipmentStatuses": ("Delivered", "PendingPickUp,AtOriginFC"),
    "ElectronicInvoiceStatuses": ("NotFound", "Accepted,Processing", "NotRequired"),
    "StoreChainStoreId": ("store-1",),
    "ActualFulfillmentSupplySourceId": ("source-1",),
    "EarliestDeliveryDateAfter": ("2026-03-05T08:00:00Z", "2026-03-09"),
    "EarliestDeliveryDateBefore": ("2026-03-05T08:00:00Z", "2026-03-09"),
    "LatestDeliveryDateAfter": ("2026-03-08T07:59:59Z",),
    "LatestDeliveryDateBefore": ("2026-03-08T07:59:59Z", "2026-03-20"),
}  # fmt: skip
"""Values for parameters that do not depend on the world."""


def a_rehearsal() -> Rehearsals:
    """The operations of both generations, for worlds of any make."""
    return rehearsals_of(Sellers(MemoryStore()), Courier())


def rehearsed(world: World, chance: random.Random, rehearsals: Rehearsals, lists: int = 12) -> Iterator[Rehearsal]:
    """Every read of every order, and lists by parameters at random, each to its last page."""
    paths: list[tuple[str, Mapping[str, Any]]] = [
        (f"{ORDERS}/{order_id}{part}", {}) for order_id in world.orders for part in PARTS
    ]
    paths += [(ORDERS, a_query(world, chance)) for _ in range(lists)]
    for path, query in paths:
        yield from to_last_page(world, rehearsals, path, query)


def to_last_page(world: World, rehearsals: Rehearsals, path: str, query: Mapping[str, Any]) -> Iterator[Rehearsal]:
    """A read and, as long as there is one, the next page."""
    while True:
        rehearsal = rehearsals.rehearse(world, path, urlencode(query))
        yield rehearsal
        token = (rehearsal.v0.body.get("payload") or {}).get("NextToken")
        if not token:
            return
        query = {"NextToken": token}


def a_query(world: World, chance: random.Random) -> dict[str, str]:
    """Parameters of getOrders that go together."""
    query = {"MarketplaceIds": ",".join(chance.choice([world.marketplace_ids, world.marketplace_ids[:1]]))}
    orders = list(world.orders.values())
    kind = chance.choice(["CreatedAfter", "LastUpdatedAfter", "AmazonOrderIds", "SellerOrderId"])
    if kind == "AmazonOrderIds":
        some = chance.sample(orders, min(len(orders), chance.randint(1, 9)))
        query["AmazonOrderIds"] = ",".join([*(each.order_id for each in some), "902-9999999-9999999"])
    elif kind == "SellerOrderId":
        query |= {"SellerOrderId": chance.choice([each.seller_order_id or each.order_id for each in orders])}
    if kind != "LastUpdatedAfter":
        query["CreatedAfter"] = chance.choice([EVER, chance.choice(orders).purchased_at.isoformat()])
    else:
        query["LastUpdatedAfter"] = chance.choice([EVER, chance.choice(orders).last_updated_at.isoformat()])
    for name in chance.sample(sorted(CHOICES), chance.randint(0, 3)):
        if kind != "SellerOrderId" or name not in ("OrderStatuses", "FulfillmentChannels", "PaymentMethods"):
            query[name] = chance.choice(CHOICES[name])
    if kind != "SellerOrderId" and chance.random() < 0.2:
        query["BuyerEmail"] = chance.choice(orders).buyer.email
    return query


if __name__ == "__main__":
    seed = int(sys.argv[1])
    played, count, wrong = simulate(seed, TURNS)[0], 0, 0
    for each in rehearsed(played, random.Random(seed), a_rehearsal()):
        count, wrong = count + 1, wrong + each.comparison.disagreed
        for line in each.comparison.disagreements:
            print(each.call.url_path, dict(each.call.query), line)
    print(f"seed {seed}: {count} reads, {wrong} disagreements")
