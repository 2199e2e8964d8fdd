"""The operations of Orders v0 that are built, one method per operationId. Knows no rule and no shape of a body."""

from marketplace_sandbox.api.admission.access import RATE_LIMIT, Access, Caller, invalid, unauthorized
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Call, Reply, encode
from marketplace_sandbox.api.shared.order_lists import OrderLists, OrderPage
from marketplace_sandbox.api.shared.pagination import PageTokenError, PageTokens, plus_hint
from marketplace_sandbox.api.spapi.orders_v0 import query, regulated, shipment, shipment_status
from marketplace_sandbox.api.spapi.orders_v0.renderer import OrderRenderer
from marketplace_sandbox.api.spapi.orders_v0.schemas import items_page, orders_page
from marketplace_sandbox.api.spapi.orders_v0.visible_order import PersonalDataRights
from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.orders.verification import NotRegulatedError, VerificationRefusedError
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.refusals import OvertakenError, RefusalError, RefusedError, UnknownOrderError
from marketplace_sandbox.core.world.bounds import BoundError

BUYER, ADDRESS, BUYER_TAX = "buyerInfo", "shippingAddress", "buyerTaxInformation"
BAD_TOKEN = (
    "We could not decode your NextToken. "  # noqa: S105  (an error's text)
    "Possible reasons include: a transmission error, improper quoting or a truncation problem."
)


class OrdersV0:
    """Reads are pure projections of the world's orders, fit for the event loop. `token_key` protects page tokens."""

    def __init__(self, access: Access, token_key: bytes) -> None:
        self._access = access
        self._tokens = PageTokens(token_key)
        self.order_lists = OrderLists(self._tokens, "v0 getOrders")
        self._renderer = OrderRenderer()

    def getOrders(self, call: Call, caller: Caller) -> Reply:
        page = self._page(call, caller)
        rights = _rights(call, caller)
        orders = self._renderer.listed_orders(page.orders, caller.world.policy, rights)
        return _payload(orders_page(orders, page.token, page.upper_bound, by_update=page.filter.by_update))

    def getOrder(self, call: Call, caller: Caller) -> Reply:
        order = self._find(call, caller)
        if order is None:
            return _payload(b"{}")
        return _payload(self._renderer.order(order, caller.world.policy, _rights(call, caller)))

    def getOrderBuyerInfo(self, call: Call, caller: Caller) -> Reply:
        order = self._find(call, caller)
        if order is None:
            return _payload(b"{}")
        rights = PersonalDataRights(buyer=caller.sees(call))
        return _payload(self._renderer.buyer(order, caller.world.policy, rights))

    def getOrderAddress(self, call: Call, caller: Caller) -> Reply:
        order = self._find(call, caller)
        if order is None:
            return _payload(b"{}")
        rights = PersonalDataRights(address=caller.sees(call))
        return _payload(self._renderer.address(order, caller.world.policy, rights))

    def getOrderItems(self, call: Call, caller: Caller) -> Reply:
        order = self._find(call, caller)
        if order is None:
            return _payload(b"{}")
        policy = caller.world.policy
        page, token = self._items(call, caller, order, policy)
        items = self._renderer.items(order, policy, page, personal=caller.sees(call, BUYER))
        return _payload(items_page(order.order_id, items, token))

    def getOrderItemsBuyerInfo(self, call: Call, caller: Caller) -> Reply:
        order = self._find(call, caller)
        if order is None:
            return _payload(b"{}")
        policy = caller.world.policy
        page, token = self._items(call, caller, order, policy)
        items = self._renderer.item_buyers(order, policy, page, personal=caller.sees(call))
        return _payload(items_page(order.order_id, items, token))

    def confirmShipment(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        order = _find_order(call, caller)
        order_id = order.order_id
        arguments = shipment.read(call.body, order)
        try:
            world.act(order_id, "seller-confirm-shipment", arguments, origin="api")
        except RefusedError as refused:
            raise shipment.refusal(refused, order_id) from refused
        except BoundError as full:
            raise invalid(str(full)) from None
        finally:
            self._access.wake(world)
        return Reply(204, headers=RATE_LIMIT)

    def updateShipmentStatus(self, call: Call, caller: Caller) -> Reply:
        command = shipment_status.read(call.body, _find_order(call, caller))
        try:
            self._execute(command, caller)
        except RefusalError as refused:
            raise shipment_status.refusal(refused, command) from refused
        return Reply(204, headers=RATE_LIMIT)

    def getOrderRegulatedInfo(self, call: Call, caller: Caller) -> Reply:
        order = _find_order(call, caller)
        try:
            payload = regulated.payload(order)
        except NotRegulatedError as missing:
            raise ApiError(404, missing.code, str(missing), headers=RATE_LIMIT) from None
        if not caller.sees(call):
            raise unauthorized(regulated.RESTRICTED.format(path=call.url_path))
        return _payload(encode(payload))

    def updateVerificationStatus(self, call: Call, caller: Caller) -> Reply:
        command = regulated.read(call.body, _find_order(call, caller))
        try:
            self._execute(command, caller)
        except VerificationRefusedError as refused:
            raise regulated.refusal(refused) from None
        except NotRegulatedError as missing:
            raise ApiError(404, missing.code, str(missing), headers=RATE_LIMIT) from None
        return Reply(204, headers=RATE_LIMIT)

    def _execute(self, command: Command, caller: Caller) -> None:
        """Has the world take a command. Raises RefusalError; ApiError for what a reset or a bound stops."""
        try:
            caller.world.execute(command)
        except (UnknownOrderError, OvertakenError) as gone:
            raise ApiError(404, gone.code, str(gone), headers=RATE_LIMIT) from None
        except BoundError as full:
            raise invalid(str(full)) from None
        finally:
            self._access.wake(caller.world)

    def _page(self, call: Call, caller: Caller) -> OrderPage:
        token = call.query.get("NextToken")
        if token is None:
            return self.order_lists.first_page(caller.world, query.read(call.query, caller.world))
        query.check_token_query(call.query)
        try:
            return self.order_lists.next_page(caller.world, token, call.query.get("MaxResultsPerPage"))
        except PageTokenError:
            raise _bad_token(token) from None

    def _items(self, call: Call, caller: Caller, order: Order, policy: Policy) -> tuple[slice, str | None]:
        """Which items to show, and the token of those after them."""
        kind = f"v0 {call.operation_id} {order.order_id}"
        token = call.query.get("NextToken")
        try:
            start = self._tokens.open(kind, caller.world, token)["offset"] if token else 0
        except PageTokenError:
            raise _bad_token(str(token)) from None
        end = start + policy.value("items_per_page")
        more = end < len(order.items)
        return slice(start, end), self._tokens.seal(kind, caller.world, {"offset": end}) if more else None

    def _find(self, call: Call, caller: Caller) -> Order | None:
        """The order of the path; None where the setting has unknown ones answered by an empty payload."""
        order_id = call.path["orderId"]
        order = caller.world.orders.get(order_id)
        if order is None:
            query.require_order_id(order_id)
            if caller.world.policy.value("unknown_order") == "error":
                raise _not_found(order_id)
        return order


def _find_order(call: Call, caller: Caller) -> Order:
    """The order that is to be changed. Raises ApiError."""
    order_id = call.path["orderId"]
    query.require_order_id(order_id)
    order = caller.world.orders.get(order_id)
    if order is None:
        raise _not_found(order_id)
    return order


def _rights(call: Call, caller: Caller) -> PersonalDataRights:
    return PersonalDataRights(*(caller.sees(call, each) for each in (BUYER, ADDRESS, BUYER_TAX)))


def _payload(body: bytes) -> Reply:
    """An answer of Orders v0, which wraps all of them."""
    return Reply(body=b'{"payload":' + body + b"}", headers=RATE_LIMIT)


def _not_found(order_id: str) -> ApiError:
    unknown = UnknownOrderError(order_id)
    return ApiError(404, unknown.code, str(unknown), headers=RATE_LIMIT)


def _bad_token(token: str) -> ApiError:
    return invalid(BAD_TOKEN, plus_hint(token).strip())
