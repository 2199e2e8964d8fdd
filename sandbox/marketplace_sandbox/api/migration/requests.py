"""What answers in Orders 2026-01-01 what a read of Orders v0 asks: its requests, parameter by parameter. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from marketplace_sandbox.api.http.exchange import Call
from marketplace_sandbox.api.migration.parameters import (
    INCLUDED_DATA,
    OF_ITEMS,
    ORDER_ID,
    PARAMETERS,
    PERSONAL_DATA,
    Kind,
    Parameter,
    add_other_open_status,
)
from marketplace_sandbox.api.shared.order_lists import OrderFilter
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.text.instants import format_instant

Json = dict[str, Any]
Query = Mapping[str, Any]

BASE = "/orders/2026-01-01/orders"

BY_IDS = "There is no search by order ids."
ONE_BY_ONE = "getOrder for each id, which takes one call for each; or a search by date, whose orders are kept."


@dataclass(frozen=True, slots=True)
class Request:
    """One call of 2026-01-01, as a client would send it. `query` is in the order of its parameters."""

    operation: str
    path: str
    query: tuple[tuple[str, str], ...] = ()

    @property
    def query_string(self) -> str:
        """The query as it goes over the wire."""
        return urlencode(self.query, safe=",:", quote_via=quote)

    def to_json(self) -> Json:
        """The call as the control API shows it."""
        return {"method": "GET", "path": self.path, "query": self.query_string, "operation": self.operation}


@dataclass(frozen=True, slots=True)
class ParameterNote:
    """What has become of one parameter of a call."""

    name: str
    value: Any
    parameter: Parameter
    latest_value: Any = None

    def to_json(self) -> Json:
        """The parameter as the control API shows it."""
        return {
            "name": self.name or None,
            "value": _text(self.value),
            "kind": str(self.parameter.kind),
            "to": self.parameter.latest or None,
            "to_value": _text(self.latest_value),
            "note": self.parameter.note or None,
        }


@dataclass(frozen=True, slots=True)
class Replacement:
    """What replaces a read: `query` of searchOrders, or the ids that getOrder is called with.

    `client_filters` are parameters of v0 that the client applies to what comes. `no_counterpart` says why nothing
    answers the same question, and `nearest` what comes nearest to it.
    """

    parameters: tuple[ParameterNote, ...] = ()
    query: Mapping[str, Any] = field(default_factory=dict)
    order_ids: tuple[str, ...] | None = None
    client_filters: Mapping[str, Any] = field(default_factory=dict)
    no_counterpart: str = ""
    nearest: str = ""

    @property
    def data_sets(self) -> set[str]:
        """The data sets that the filters of the client read, and one more for which of two words was meant."""
        named = {PARAMETERS[name].data_set for name in self.client_filters}
        return named - {""} | ({"TAX"} if "OrderStatuses" in self.client_filters else set())

    def requests(self, included: Sequence[str], token: str = "") -> Iterator[Request]:
        """The calls, with these data sets; with a token the one for a further page."""
        data: tuple[tuple[str, str], ...] = (("includedData", ",".join(included)),) if included else ()
        if self.order_ids is not None:
            yield from (Request("getOrder", f"{BASE}/{quote(each, safe='')}", data) for each in self.order_ids)
            return
        query = [(name, _text(value) or "") for name, value in self.query.items()]
        yield Request("searchOrders", BASE, (*query, *data, *((("paginationToken", token),) if token else ())))

    def admits(self, order: Json) -> bool | None:
        """Whether an order passes the filters of the client; None where what it shows does not tell."""
        filters = [(PARAMETERS[name].admits, value) for name, value in self.client_filters.items()]
        said = [admits(order, value) for admits, value in filters if admits]
        return False if False in said else None if None in said else True


def replace_read(call: Call, regions: Collection[str], first_page: Query | None = None) -> Replacement:
    """What replaces a read of v0. `first_page` is what the list of a NextToken began with.

    `regions` are those of the host that is asked: it knows the marketplaces of no other.
    """
    if call.operation_id != "getOrders":
        return _replace_part(call)
    replacement = _replace_list(first_page if first_page is not None else call.query, regions)
    if "NextToken" not in call.query:
        return replacement
    token = ParameterNote("NextToken", call.query["NextToken"], PARAMETERS["NextToken"])
    return replace(replacement, parameters=(*replacement.parameters, token))


def _replace_part(call: Call) -> Replacement:
    """An order or a part of it: all of them are in the one order."""
    order_id = call.path["orderId"]
    notes = [ParameterNote("orderId", order_id, ORDER_ID, order_id)]
    if "NextToken" in call.query:
        notes.append(ParameterNote("NextToken", call.query["NextToken"], OF_ITEMS))
    return Replacement(tuple(notes), order_ids=(order_id,))


def _replace_list(query: Query, regions: Collection[str]) -> Replacement:
    order_ids = query.get("AmazonOrderIds")
    notes, asked, filters = [], dict[str, Any](), dict[str, Any]()
    for name, value in query.items():
        parameter = PARAMETERS[name]
        if name == "NextToken":
            continue
        taken = not order_ids and parameter.kind in (Kind.RENAMED, Kind.RECASED)
        latest_value = _translate(name, value, regions) if taken else None
        notes.append(ParameterNote(name, value, parameter, latest_value))
        if taken:
            asked[parameter.latest] = latest_value
        # SHIPPED stands for two words of v0, of which one was asked for
        is_ambiguous = name == "OrderStatuses" and len({"Shipped", "InvoiceUnconfirmed"} & set(value)) == 1
        if parameter.admits and (not taken or is_ambiguous):
            filters[name] = value
    if order_ids:
        once = tuple(dict.fromkeys(order_ids))
        return Replacement(tuple(notes), {}, once, filters, BY_IDS, ONE_BY_ONE)
    return Replacement(tuple(notes), asked, None, filters)


def _translate(name: str, value: Any, regions: Collection[str]) -> Any:
    if name == "OrderStatuses":
        value = add_other_open_status(value)
    if name == "MarketplaceIds":
        # one of another region has the call refused, so it is asked for at its own region's host
        value = [each for each in value if each in MARKETPLACES and MARKETPLACES[each].region in regions] or value
    return PARAMETERS[name].translate(value)


_BY_FIELD = {
    "created_after": "CreatedAfter",
    "created_before": "CreatedBefore",
    "updated_after": "LastUpdatedAfter",
    "updated_before": "LastUpdatedBefore",
    "statuses": "OrderStatuses",
    "marketplace_ids": "MarketplaceIds",
    "channels": "FulfillmentChannels",
    "payment_methods": "PaymentMethods",
    "buyer_email": "BuyerEmail",
    "seller_order_id": "SellerOrderId",
    "order_ids": "AmazonOrderIds",
    "page_size": "MaxResultsPerPage",
    "ispu": "IsISPU",
    "easy_ship_statuses": "EasyShipShipmentStatuses",
    "invoice_statuses": "ElectronicInvoiceStatuses",
    "store_chain_store_id": "StoreChainStoreId",
    "earliest_delivery_after": "EarliestDeliveryDateAfter",
    "earliest_delivery_before": "EarliestDeliveryDateBefore",
    "latest_delivery_after": "LatestDeliveryDateAfter",
    "latest_delivery_before": "LatestDeliveryDateBefore",
}


def first_page_of(order_filter: OrderFilter) -> dict[str, Any]:
    """The query of the first page of a list, read from the filter that its tokens carry."""
    nothing = OrderFilter()
    query = {}
    for field_name, name in _BY_FIELD.items():
        value = getattr(order_filter, field_name)
        if value != getattr(nothing, field_name):
            is_date = field_name.endswith(("_after", "_before"))
            query[name] = format_instant(value) if is_date else list(value) if isinstance(value, tuple) else value
    return query


def added_parameters(included: Sequence[str], *, personal: bool) -> Iterator[ParameterNote]:
    """What a call of 2026-01-01 has that the one of v0 had not."""
    if included:
        yield ParameterNote("", None, INCLUDED_DATA, list(included))
    if personal:
        kind = Kind.ANOTHER_TOKEN
        yield ParameterNote("x-amz-access-token", None, Parameter(kind, "x-amz-access-token", PERSONAL_DATA))


def _text(value: Any) -> str | None:
    """A value as a query has it."""
    if value is None:
        return None
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
