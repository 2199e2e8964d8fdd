"""Orders and their parts as JSON, each rendered once per value of an order. Knows no request."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from marketplace_sandbox.api.http.exchange import encode
from marketplace_sandbox.api.shared.render_cache import RenderCache
from marketplace_sandbox.api.shared.status_table import Dialect, visible_parts
from marketplace_sandbox.api.spapi.orders_v0.schemas import (
    ItemBuyerSchema,
    ItemSchema,
    ListedOrderSchema,
    OrderAddressSchema,
    OrderBuyerSchema,
    OrderSchema,
)
from marketplace_sandbox.api.spapi.orders_v0.visible_order import NO_RIGHTS, ItemInV0, OrderInV0, PersonalDataRights
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.policy import Policy

ORDER, ITEMS = OrderSchema(), ItemSchema(many=True)
_LISTED_ORDER = ListedOrderSchema()
_BUYER, _ADDRESS, _ITEM_BUYERS = OrderBuyerSchema(), OrderAddressSchema(), ItemBuyerSchema(many=True)


def order_in_v0(order: Order, policy: Policy, rights: PersonalDataRights) -> OrderInV0:
    """An order as Orders v0 shows it to a caller of these rights."""
    delivery_after = policy.span("delivery_after", order.marketplace_id)
    return OrderInV0(order, visible_parts(order, Dialect.V0), delivery_after, rights)


def items_in_v0(order: Order, policy: Policy, page: slice = slice(None), *, personal: bool = False) -> list[ItemInV0]:
    """Some of an order's items as Orders v0 shows them, `personal` with what their buyer had done to them."""
    visible = order_in_v0(order, policy, NO_RIGHTS)
    omit_when_false = policy.is_on("omit_when_false")
    return [ItemInV0(visible.of_item(item), item, omit_when_false, personal) for item in order.items[page]]


class OrderRenderer:
    """The JSON of orders, remembered. A key names everything beside the order that a rendering follows from."""

    def __init__(self) -> None:
        self._cache = RenderCache()

    def order(self, order: Order, policy: Policy, rights: PersonalDataRights) -> bytes:
        """An order."""
        key = (policy.span("delivery_after", order.marketplace_id), rights)
        return self._cache.get(order, key, lambda: encode(ORDER.dump(order_in_v0(order, policy, rights))))

    def listed_orders(self, orders: Iterable[Order], policy: Policy, rights: PersonalDataRights) -> Iterator[bytes]:
        """The orders of a list, each by itself."""
        keys: dict[str, tuple[str, timedelta, PersonalDataRights]] = {}  # the same for all of a marketplace
        for order in orders:
            key = keys.get(order.marketplace_id)
            if key is None:
                span = policy.span("delivery_after", order.marketplace_id)
                key = keys[order.marketplace_id] = ("listed", span, rights)

            def render(order: Order = order) -> bytes:
                return encode(_LISTED_ORDER.dump(order_in_v0(order, policy, rights)))

            yield self._cache.get(order, key, render)

    def items(self, order: Order, policy: Policy, page: slice, *, personal: bool) -> bytes:
        """Some of an order's items, as a list."""
        key = ("items", policy.is_on("omit_when_false"), page.start, page.stop, personal)
        return self._cache.get(
            order, key, lambda: encode(ITEMS.dump(items_in_v0(order, policy, page, personal=personal)))
        )

    def item_buyers(self, order: Order, policy: Policy, page: slice, *, personal: bool) -> bytes:
        """What buyers had done to some of an order's items, as a list."""
        key = ("item buyers", page.start, page.stop, personal)
        return self._cache.get(
            order,
            key,
            lambda: encode(
                _ITEM_BUYERS.dump(
                    [each.permitted_buyer_info for each in items_in_v0(order, policy, page, personal=personal)]
                )
            ),
        )

    def buyer(self, order: Order, policy: Policy, rights: PersonalDataRights) -> bytes:
        """Who bought an order."""
        key = ("buyer", rights.buyer)
        return self._cache.get(order, key, lambda: encode(_BUYER.dump(order_in_v0(order, policy, rights))))

    def address(self, order: Order, policy: Policy, rights: PersonalDataRights) -> bytes:
        """Where an order goes."""
        key = ("address", rights.address)
        return self._cache.get(order, key, lambda: encode(_ADDRESS.dump(order_in_v0(order, policy, rights))))
