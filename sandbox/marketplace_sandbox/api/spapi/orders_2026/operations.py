"""The operations of Orders 2026-01-01, one method per operationId. Knows no rule and no shape of a body."""

from datetime import timedelta

from marketplace_sandbox.api.admission.access import RATE_LIMIT, Access, Caller, invalid, unauthorized
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.api.shared.order_lists import OrderLists, OrderPage
from marketplace_sandbox.api.shared.pagination import PageTokenError, PageTokens, plus_hint
from marketplace_sandbox.api.spapi.orders_2026 import query
from marketplace_sandbox.api.spapi.orders_2026.renderer import OrderRenderer
from marketplace_sandbox.api.spapi.orders_2026.schemas import CancelOrderSchema, one_order, orders_page
from marketplace_sandbox.core.commands.orders import CancelLater
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.orders.reasons import SELLER_REASONS
from marketplace_sandbox.core.refusals import OvertakenError, UnknownOrderError
from marketplace_sandbox.core.world.bounds import BoundError

TOKEN_LIFETIME = timedelta(hours=24)
"""How long a pagination token is good, in the world's time."""

BAD_TOKEN = (
    "The paginationToken is the pagination.nextToken of the page before, unchanged, and is good for 24 hours; "  # noqa: S105  (an error's text)
    "this one cannot be used."
)
NOT_OFFERED = (
    "cancelOrder was published and withdrawn three times; it is there only while the setting cancel_order_api is true."
)
REASONS = {reason.api: key for key, reason in SELLER_REASONS.items() if reason.api}
"""The canonical key of each cancelReasonCode."""


class Orders2026:
    """Reads are pure projections of the world's orders, fit for the event loop. `token_key` protects page tokens."""

    def __init__(self, access: Access, token_key: bytes) -> None:
        self._access = access
        self.order_lists = OrderLists(PageTokens(token_key), "2026-01-01 searchOrders", TOKEN_LIFETIME)
        self._renderer = OrderRenderer()

    def searchOrders(self, call: Call, caller: Caller) -> Reply:
        page = self._page(call, caller)
        included, policy = call.query.get("includedData", ()), caller.world.policy
        orders = (self._renderer.order(each, policy, included) for each in page.orders)
        body = orders_page(orders, page.token, page.upper_bound, by_update=page.filter.by_update)
        return Reply(body=body, headers=RATE_LIMIT)

    def getOrder(self, call: Call, caller: Caller) -> Reply:
        order = _find(call, caller)
        body = one_order(self._renderer.order(order, caller.world.policy, call.query.get("includedData", ())))
        return Reply(body=body, headers=RATE_LIMIT)

    def cancelOrder(self, call: Call, caller: Caller) -> Reply:
        if not caller.world.policy.is_on("cancel_order_api"):
            raise unauthorized(NOT_OFFERED)
        order_id = _find(call, caller).order_id
        reason = REASONS[CancelOrderSchema().load(call.body)["reason"]]
        try:
            caller.world.execute(CancelLater(order_id=order_id, reason=reason))
        except (UnknownOrderError, OvertakenError):  # a reset came between
            raise _not_found(order_id) from None
        except BoundError as full:
            raise invalid(str(full)) from None
        self._access.wake(caller.world)
        return Reply(202, {}, RATE_LIMIT)

    def _page(self, call: Call, caller: Caller) -> OrderPage:
        order_filter, token = query.read(call.query), call.query.get("paginationToken")
        if token is None:
            query.check(order_filter, caller.world)
            return self.order_lists.first_page(caller.world, order_filter)
        try:
            page = self.order_lists.next_page(caller.world, token, call.query.get("maxResultsPerPage"))
        except PageTokenError as bad:
            raise invalid(BAD_TOKEN, f"paginationToken: {bad}.{plus_hint(token)}") from None
        query.check_repeated(order_filter, page.filter)
        return page


def _find(call: Call, caller: Caller) -> Order:
    order_id = call.path["orderId"]
    order = caller.world.orders.get(order_id)
    if order is None:
        query.require_order_id(order_id)
        raise _not_found(order_id)
    return order


def _not_found(order_id: str) -> ApiError:
    unknown = UnknownOrderError(order_id)
    return ApiError(404, unknown.code, str(unknown), headers=RATE_LIMIT)
