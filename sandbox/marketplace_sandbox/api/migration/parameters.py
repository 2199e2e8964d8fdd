"""The table of parameters: what becomes of each that getOrders takes, and how a client does without what is gone.

searchOrders has ten parameters for the twenty-two of getOrders. A parameter without one of its own is a filter that a
client applies itself, by a field of the orders that come. Reads no world.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from marketplace_sandbox.api.field_mapping.normalizers import payment_method
from marketplace_sandbox.api.spapi.orders_2026.words import CHANNEL_WORDS, STATUS_WORDS, in_words
from marketplace_sandbox.core.orders.order import Channel, Status
from marketplace_sandbox.core.text.instants import parse_instant

Json = Mapping[str, Any]

Admits = Callable[[Json, Any], bool | None]
"""Whether an order of 2026-01-01 passes a filter of v0; None where what it shows does not tell."""

A_SECOND = timedelta(seconds=1)
"""Dates of orders are written to the second."""

EASY_SHIP = "AMAZON_EASY_SHIP"


class Kind(StrEnum):
    """What becomes of a parameter."""

    RENAMED = "renamed"
    RECASED = "recased"
    """Another name, and other words for its values."""
    PAGED = "paged otherwise"
    FILTER = "filter of the client"
    """There is no such parameter: the client filters what comes, by a field."""
    NO_COUNTERPART = "no counterpart"
    """Neither a parameter nor a field."""
    PATH = "in the path"
    ANOTHER_TOKEN = "another token"  # noqa: S105  (a word)
    """The same name, with a token of another kind."""
    NOT_NEEDED = "not needed"
    NEW = "new"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What becomes of one parameter of v0.

    `latest` is the parameter of 2026-01-01 or, of a filter of the client, the path of the field in an order, which is
    there with the data set `data_set`. `words` are its values there. `admits` applies it to an order.
    """

    kind: Kind
    latest: str = ""
    note: str = ""
    data_set: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    admits: Admits | None = None

    def translate(self, value: Any) -> Any:
        """The value as 2026-01-01 takes it: each word of a list once."""
        if not self.words:
            return value
        return list(dict.fromkeys(self.words[each] for each in value))


def value_in(order: Json, *names: str) -> Any:
    """What stands in an order beneath some names; None where nothing does."""
    value: Any = order
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _after(*names: str) -> Admits:
    """A lower bound of a date, to which the order's may be equal."""

    def admits(order: Json, bound: str) -> bool | None:
        written = value_in(order, *names)
        if written is None:
            return False
        shown, least = datetime.fromisoformat(written), parse_instant(bound, naive_is_utc=True)
        return True if shown >= least else None if shown + A_SECOND > least else False

    return admits


def _before(*names: str) -> Admits:
    """An upper bound of a date, to which the order's may be equal."""

    def admits(order: Json, bound: str) -> bool | None:
        written = value_in(order, *names)
        if written is None:
            return False
        shown, most = datetime.fromisoformat(written), parse_instant(bound, naive_is_utc=True)
        return False if shown > most else None if shown + A_SECOND > most else True

    return admits


def _has_status(order: Json, named: Sequence[str]) -> bool | None:
    """SHIPPED stands for two words of v0: which it was is told where nothing is said of an invoice, and only there."""
    known = {each: STATUS_WORDS[Status(each)] for each in add_other_open_status(named)}
    word = value_in(order, "fulfillment", "fulfillmentStatus")
    if word not in known.values():
        return False
    both = [each for each in (Status.SHIPPED, Status.INVOICE_UNCONFIRMED) if each in known]
    if word != STATUS_WORDS[Status.SHIPPED] or len(both) > 1:
        return True
    return None if value_in(order, *_INVOICE) else both == [Status.SHIPPED]


_INVOICE = ("tax", "taxInvoicing", "invoiceStatus")


def _is_shipped_by(order: Json, named: Sequence[str]) -> bool:
    return value_in(order, "fulfillment", "fulfilledBy") in [CHANNEL_WORDS[Channel(each)] for each in named]


def _is_sold_in(order: Json, named: Sequence[str]) -> bool:
    return value_in(order, "salesChannel", "marketplaceId") in named


def _is_among(order: Json, named: Sequence[str]) -> bool:
    return value_in(order, "orderId") in named


def _is_paid_by(order: Json, named: Sequence[str]) -> bool:
    payments = value_in(order, "payment", "paymentExecutions") or []
    return payment_method([each["paymentMethod"] for each in payments]) in named


def _is_bought_by(order: Json, email: str) -> bool | None:
    """Who bought an order is not shown in every status, and v0 finds it all the same."""
    shown = value_in(order, "buyer", "buyerEmail")
    return None if shown is None else shown.casefold() == email.casefold()


def _has_number(order: Json, number: str) -> bool:
    return number in [each["aliasId"] for each in value_in(order, "orderAliases") or ()]


def _is_fetched(order: Json, wanted: bool) -> bool:
    return ("IN_STORE_PICK_UP" in (value_in(order, "programs") or ())) == wanted


def _stands_with_easy_ship(order: Json, named: Sequence[str]) -> bool | None:
    """Before there is a parcel nothing says where Easy Ship has it."""
    parcels = value_in(order, "packages") or ()
    if not parcels:
        return None if EASY_SHIP in (value_in(order, "programs") or ()) else False
    words = [in_words(each) for each in named]
    return any(value_in(each, "packageStatus", "detailedStatus") in words for each in parcels)


def _has_invoice(order: Json, named: Sequence[str]) -> bool:
    return value_in(order, *_INVOICE) in [in_words(each) for each in named]


def _cannot_tell(_order: Json, _value: Any) -> None:
    """No field of an order says it."""


_OPEN = (Status.UNSHIPPED.value, Status.PARTIALLY_SHIPPED.value)


def add_other_open_status(named: Sequence[str]) -> list[str]:
    """The statuses that v0 lists by these: naming one of the two unshipped ones brings both."""
    return list(dict.fromkeys((*named, *(_OPEN if any(each in named for each in _OPEN) else ()))))


_WINDOW = "fulfillment.deliverByWindow."
_EARLIEST = ("fulfillment", "deliverByWindow", "earliestDateTime")
_LATEST = ("fulfillment", "deliverByWindow", "latestDateTime")

PARAMETERS: Mapping[str, Parameter] = {
    "CreatedAfter": Parameter(Kind.RENAMED, "createdAfter", admits=_after("createdTime")),
    "CreatedBefore": Parameter(Kind.RENAMED, "createdBefore", admits=_before("createdTime")),
    "LastUpdatedAfter": Parameter(Kind.RENAMED, "lastUpdatedAfter", admits=_after("lastUpdatedTime")),
    "LastUpdatedBefore": Parameter(Kind.RENAMED, "lastUpdatedBefore", admits=_before("lastUpdatedTime")),
    "OrderStatuses": Parameter(
        Kind.RECASED, "fulfillmentStatuses", "v0 lists Unshipped and PartiallyShipped by either word: name both. "
        "Canceled has two Ls. InvoiceUnconfirmed became SHIPPED, tax.taxInvoicing.invoiceStatus tells of the invoice.",
        "FULFILLMENT", {str(each): word for each, word in STATUS_WORDS.items()}, _has_status,
    ),
    "MarketplaceIds": Parameter(
        Kind.RENAMED, "marketplaceIds", "Required in v0. 2026-01-01 refuses with 403 what is not of the host's region.",
        admits=_is_sold_in,
    ),
    "FulfillmentChannels": Parameter(
        Kind.RECASED, "fulfilledBy", "MFN became MERCHANT, AFN became AMAZON.", "FULFILLMENT",
        {str(each): word for each, word in CHANNEL_WORDS.items()}, _is_shipped_by,
    ),
    "MaxResultsPerPage": Parameter(Kind.RENAMED, "maxResultsPerPage", "From 1 to 100, and 100 by default, in both."),
    "NextToken": Parameter(
        Kind.PAGED, "paginationToken", "It stands in pagination.nextToken, is good for 24 hours, and comes with every "
        "other parameter as on the first page; maxResultsPerPage and includedData may differ.",
    ),
    "AmazonOrderIds": Parameter(
        Kind.NO_COUNTERPART, "", "There is no search by order ids. Read each with getOrder, one call for each.",
        admits=_is_among,
    ),
    "SellerOrderId": Parameter(
        Kind.FILTER, "orderAliases[aliasType=SELLER_ORDER_ID].aliasId", "Search by date, and keep the number with the "
        "order id.", admits=_has_number,
    ),
    "BuyerEmail": Parameter(
        Kind.FILTER, "buyer.buyerEmail", "Search by date. Where the status hides who bought, v0 found the order "
        "and a client cannot.", "BUYER", admits=_is_bought_by,
    ),
    "PaymentMethods": Parameter(
        Kind.FILTER, "payment.paymentExecutions[].paymentMethod", "COD became CashOnDelivery, CVS became "
        "ConvenienceStore; any other is by its own name.", "PAYMENT", admits=_is_paid_by,
    ),
    "IsISPU": Parameter(Kind.FILTER, "programs", "IN_STORE_PICK_UP is among them.", admits=_is_fetched),
    "EasyShipShipmentStatuses": Parameter(
        Kind.FILTER, "packages[].packageStatus.detailedStatus", "In capitals. Nothing is said before there is a "
        "parcel.", "PACKAGES", admits=_stands_with_easy_ship,
    ),
    "ElectronicInvoiceStatuses": Parameter(
        Kind.FILTER, "tax.taxInvoicing.invoiceStatus", "In capitals.", "TAX", admits=_has_invoice,
    ),
    "EarliestDeliveryDateAfter": Parameter(
        Kind.FILTER, _WINDOW + "earliestDateTime", data_set="FULFILLMENT", admits=_after(*_EARLIEST)),
    "EarliestDeliveryDateBefore": Parameter(
        Kind.FILTER, _WINDOW + "earliestDateTime", data_set="FULFILLMENT", admits=_before(*_EARLIEST)),
    "LatestDeliveryDateAfter": Parameter(
        Kind.FILTER, _WINDOW + "latestDateTime", data_set="FULFILLMENT", admits=_after(*_LATEST)),
    "LatestDeliveryDateBefore": Parameter(
        Kind.FILTER, _WINDOW + "latestDateTime", data_set="FULFILLMENT", admits=_before(*_LATEST)),
    "StoreChainStoreId": Parameter(
        Kind.NO_COUNTERPART, "", "No order of 2026-01-01 says in which store it is fetched. Keep it with the order id "
        "while v0 still tells.", admits=_cannot_tell,
    ),
    "ActualFulfillmentSupplySourceId": Parameter(
        Kind.NO_COUNTERPART, "", "No order of 2026-01-01 names its supply source; packages[].shipFromAddress says from "
        "where a parcel left.", admits=_cannot_tell,
    ),
}  # fmt: skip
"""Every parameter of getOrders."""

OF_ITEMS = Parameter(
    Kind.NOT_NEEDED, "", "An order of 2026-01-01 has all its items in one answer: there is no page to go on to."
)
"""NextToken of getOrderItems and getOrderItemsBuyerInfo."""

ORDER_ID = Parameter(Kind.PATH, "orderId", "The same id.")
INCLUDED_DATA = Parameter(
    Kind.NEW, "includedData", "Without it there are identity, dates, items and products only, not even the status."
)
PERSONAL_DATA = (
    "v0 shows personal data to a restricted data token of each call. 2026-01-01 takes an ordinary access token and "
    "shows them to an application that has the roles."
)
