"""The SP-API on sellers in memory, with a real clock that is ours: what the tests of its operations call."""

from collections.abc import Generator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from marketplace_sandbox.api.admission.access import Access
from marketplace_sandbox.api.admission.credentials import Credentials
from marketplace_sandbox.api.admission.fault_injection import FaultInjection
from marketplace_sandbox.api.admission.lane import Lane
from marketplace_sandbox.api.admission.rate_limits import RateLimiter
from marketplace_sandbox.api.admission.throttling import Throttling
from marketplace_sandbox.api.admission.usage_plans import OperationIndex
from marketplace_sandbox.api.http.exchange import Api, Exchange
from marketplace_sandbox.api.migration import Rehearsals
from marketplace_sandbox.api.migration.shadow import Shadow
from marketplace_sandbox.api.shared.document_transfer import Transfers
from marketplace_sandbox.api.spapi.feeds import Feeds
from marketplace_sandbox.api.spapi.lwa import Lwa
from marketplace_sandbox.api.spapi.messaging import Messaging
from marketplace_sandbox.api.spapi.notifications import Notifications
from marketplace_sandbox.api.spapi.orders_2026 import Orders2026
from marketplace_sandbox.api.spapi.orders_v0 import OrdersV0
from marketplace_sandbox.api.spapi.reports import Reports
from marketplace_sandbox.api.spapi.sellers.operations import SellersV1
from marketplace_sandbox.api.spapi.solicitations import Solicitations
from marketplace_sandbox.api.spapi.tokens.operations import Tokens
from marketplace_sandbox.core.faults.fault_rules import FaultRules
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.server import stations
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.app import build_app
from tests.api.contract import Answer, Client

START = datetime(2026, 3, 2, 16, tzinfo=UTC)
EVER = "2000-01-01T00:00:00Z"
US = "ATVPDKIKX0DER"
DOCUMENTS = (
    "feeds-2021-06-30.yaml",
    "messaging-v1.yaml",
    "notifications-v1.yaml",
    "orders-v0.yaml",
    "orders-2026-01-01.yaml",
    "reports-2021-06-30.yaml",
    "sellers-v1.yaml",
    "solicitations-v1.yaml",
    "tokens-2021-03-01.yaml",
)
RESTRICTED = "/tokens/2021-03-01/restrictedDataToken"


class Shop:
    """A server's APIs. `wall` is the real clock, `woken` whose deliveries were asked for, `queues` made."""

    def __init__(self, *, strict: bool = False) -> None:
        self.wall = datetime(2031, 7, 1, tzinfo=UTC).timestamp()
        self.woken: list[str] = []
        self.queues: list[str] = []
        self.noted: dict[str, Any] = {}
        self.sellers = Sellers(MemoryStore(), real=lambda: self.wall)
        self.credentials = Credentials("signing key", wall=lambda: self.wall)
        self.access = Access(self.sellers, self.credentials, self, strict=strict)
        transfers = Transfers(self.sellers, "http://127.0.0.1:8585", "document links")
        lwa = Lwa(self.sellers, self.credentials, strict=strict)
        nothing = OperationIndex()
        throttling, faults = Throttling(nothing, RateLimiter()), FaultInjection(FaultRules(), nothing)
        lane = Lane(self.sellers, self.credentials, FaultRules(), on=False)
        orders = OrdersV0(self.access, b"page tokens"), Orders2026(self.access, b"page tokens")
        way = stations.sp_api(self.access, throttling, faults, Shadow(Rehearsals(*orders)))
        admission = stations.sp_api_admission(self.access, lane, faults)
        of_orders_v0 = (*admission, *stations.orders_v0_admission())
        apis = [
            Api("orders-v0.yaml", orders[0], inline=True),
            Api("orders-2026-01-01.yaml", orders[1], inline=True),
            Api("notifications-v1.yaml", Notifications(self.access, b"page tokens", self.queues.append)),
            Api("sellers-v1.yaml", SellersV1(), inline=True),
            Api("tokens-2021-03-01.yaml", Tokens(self.access)),
            Api("messaging-v1.yaml", Messaging(self.access), inline=True),
            Api("solicitations-v1.yaml", Solicitations(), inline=True),
            Api("feeds-2021-06-30.yaml", Feeds(self.access, b"page tokens", transfers), inline=True),
            Api("reports-2021-06-30.yaml", Reports(self.access, b"page tokens", transfers), inline=True),
        ]
        app = build_app(
            [
                replace(each, stations=way, admission=of_orders_v0 if "v0" in each.document else admission)
                for each in apis
            ],
            lambda flask_app: lwa.install(flask_app, stations.login(lwa)),
            lambda flask_app: transfers.install(flask_app, stations.document_link(transfers)),
            observe=self._take_notes,
        )
        self.client = Client(app, (*DOCUMENTS, "lwa.yaml"))

    def wake(self, world: World) -> None:
        self.woken.append(world.seller_id)

    def deliver_in_steps(self, world: World, seconds: float) -> Generator[tuple["Future[None]", float], None, None]:
        raise AssertionError(f"The SP-API waits no {seconds} seconds for {world.seller_id}'s deliveries.")

    def open(self, settings: Mapping[str, Any] | None = None, **options: Any) -> "Seller":
        """A new seller whose clock stands at START."""
        return Seller(self, self.sellers.open(start=START, policy=settings, **options))

    def _take_notes(self, exchange: Exchange) -> None:
        self.noted = {name: getattr(exchange, name) for name in ("seller_id", "operation", "notes")}


@dataclass(frozen=True)
class Seller:
    """One seller, as a client of his world."""

    shop: Shop
    world: World

    @cached_property
    def token(self) -> str:
        return self.shop.credentials.access_token(self.world.seller_id)

    def place_order(self, **form: Any) -> Order:
        """A new order, by default released at once."""
        (order,) = self.world.place_orders({"hold": False} | form)
        return order

    def pass_time(self, **span: float) -> None:
        """Lets time pass on the seller's clock."""
        self.world.advance(self.world.now() + timedelta(**span), lambda: None)

    def get(self, path: str, token: str = "", *, documented: bool = True, **query: Any) -> Answer:
        headers = {"x-amz-access-token": token or self.token}
        return self.shop.client("GET", path, query, headers=headers, documented=documented)

    def post(self, path: str, body: Any) -> Answer:
        return self.shop.client("POST", path, body=body, headers={"x-amz-access-token": self.token})

    def patch(self, path: str, body: Any) -> Answer:
        return self.shop.client("PATCH", path, body=body, headers={"x-amz-access-token": self.token})

    def delete(self, path: str) -> Answer:
        return self.shop.client("DELETE", path, headers={"x-amz-access-token": self.token})

    def orders(self, token: str = "", **query: Any) -> Any:
        """The payload of a list; whatever is not said is wide open."""
        wide = {"MarketplaceIds": US} | ({} if _bounded(query) else {"CreatedAfter": EVER})
        return self.get("/orders/v0/orders", token, **wide | query).payload

    def listed(self, **query: Any) -> list[str]:
        """The ids of a list."""
        return [each["AmazonOrderId"] for each in self.orders(**query)["Orders"]]

    def read(self, order: Order, part: str = "", token: str = "", **query: Any) -> Any:
        """The payload of an order or of a part of it."""
        return self.get(f"/orders/v0/orders/{order.order_id}{part}", token, **query).payload

    def items(self, order: Order) -> list[Any]:
        items: list[Any] = self.read(order, "/orderItems")["OrderItems"]
        return items

    def restricted(self, path: str, *elements: str, method: str = "GET") -> str:
        """A restricted data token for one path."""
        resource = {"method": method, "path": path} | ({"dataElements": list(elements)} if elements else {})
        answer = self.post(RESTRICTED, {"restrictedResources": [resource]})
        assert answer.status == 200, answer.raw
        return str(answer.body["restrictedDataToken"])

    def standing(self) -> object:
        """Everything a call could have changed."""
        return dict(self.world.orders), len(self.world.journal()), self.world.version


def _bounded(query: Mapping[str, Any]) -> bool:
    return any(name in query for name in ("CreatedAfter", "LastUpdatedAfter", "NextToken"))
