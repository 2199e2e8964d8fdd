"""The tables of fields: what each field of Orders v0 became in 2026-01-01, what it lost, and what is new there.

First come the facts of the one table that every dialect is held to (`field_mapping/facts.py`); here stand those that
the two generations of this API alone share, then what one of them has alone. Every field of the answers that end is in
exactly one of the tables, which a test holds to the documents. A path is written as in `facts`; a field that is named
stands for all that is in it. Reads no order.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marketplace_sandbox.api.field_mapping import normalizers
from marketplace_sandbox.api.field_mapping.facts import FACTS, STATUS_FACTS, Fact, FieldPath
from marketplace_sandbox.api.field_mapping.normalizers import Normalizer
from marketplace_sandbox.api.shared.status_table import Dialect, Part
from marketplace_sandbox.api.spapi.orders_2026.words import ITEM_PROGRAMS, in_words, tax_word

# How the two write what they share


def _sum_of_money(value: Any) -> tuple[Decimal, str] | None:
    """An amount with its currency; one of nothing is left out by 2026-01-01, so it says as much as none."""
    if value is None:
        return None
    names = ("Amount", "CurrencyCode") if "Amount" in value else ("amount", "currencyCode")
    amount, currency = (value[each] for each in names)
    return (abs(Decimal(amount)).normalize(), currency) if Decimal(amount) else None


def _is_among(word: str) -> Normalizer:
    """Whether a word is in a list, which may be missing."""
    return lambda value: word in (value or ())


def _is(word: str) -> Normalizer:
    return lambda value: value == word


def _many(value: Any) -> tuple[Any, ...] | None:
    """A list; an empty one says as much as none."""
    return tuple(value) if value else None


_RENAMED = {"asin": "asin", "sellerSKU": "sellerSku", "openIntervals": "timeWindows"}


def in_camel_case(value: Any) -> Any:
    """An object of v0 named as 2026-01-01 names the same, all levels of it; what is empty says nothing."""
    if isinstance(value, list):
        return [in_camel_case(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {_camel(name): in_camel_case(each) for name, each in value.items()} or None


def _camel(name: str) -> str:
    plain = name.lower() if name.isupper() else name[:1].lower() + name[1:]
    return _RENAMED.get(plain, plain)


def _delivery_time(value: Any) -> Any:
    """When a delivery suits: whether somebody is there on a date became a word."""
    written = in_camel_case(value)
    for each in (written or {}).get("exceptionDates", ()):
        if "isOpen" in each:
            each["exceptionDateType"] = "OPEN" if each.pop("isOpen") else "CLOSED"
    return written


def _object(value: Any) -> Any:
    """An object as it stands, but for what is empty."""
    if isinstance(value, Mapping):
        return {name: _object(each) for name, each in value.items() if each != []} or None
    return [_object(each) for each in value] if isinstance(value, list) else value


def _without_cash(value: Any) -> Any:
    """Constraints of shipping but for one that v0 does not know."""
    return {name: each for name, each in (value or {}).items() if name != "cashOnDelivery"} or None


def _registrations(entity: str, of: Callable[[Mapping[str, Any]], Any]) -> Normalizer:
    """What tax registrations of a party say; Turkey's, which v0 has an object of its own for, are not among them."""

    def normalize(value: Any) -> tuple[Any, ...] | None:
        named = [each for each in value or () if each["entityType"] == entity]
        return _many([of(each) for each in named if each["taxRegistrationType"] != "BUSINESS"])

    return normalize


def _tax_words(value: Any) -> tuple[str, ...] | None:
    return _many([tax_word(each) for each in value or ()])


def _services(value: Any) -> tuple[Any, ...] | None:
    """Items of other orders that are services: v0 knows no warranties."""
    found = []
    for each in value or ():
        order_id, item_id, kind = (
            each.get(old) or each.get(new)
            for old, new in (("OrderId", "orderId"), ("OrderItemId", "orderItemId"), _ASSOCIATION)
        )
        if kind == "VALUE_ADD_SERVICE":
            found.append((order_id, item_id, kind))
    return _many(found)


_ASSOCIATION = ("AssociationType", "associationType")


def _payments_of_v0(value: Any) -> tuple[Any, ...] | None:
    return _many(
        [
            (each["PaymentMethod"], _sum_of_money(each["Payment"]), each.get("AcquirerId"), each.get("CardBrand"),
             each.get("AuthorizationCode"))
            for each in value or ()
        ]
    )  # fmt: skip


def _payments(value: Any) -> tuple[Any, ...] | None:
    return _many(
        [
            (each["paymentMethod"], _sum_of_money(each.get("paymentAmount")), each.get("acquirerId"),
             each.get("cardBrand"), each.get("authorizationCode"))
            for each in value or ()
        ]
    )  # fmt: skip


def _programs_of_v0(value: Any) -> tuple[str, ...] | None:
    return _many([each for each in value or () if each in ITEM_PROGRAMS])


def _pair(
    name: str, v0: str, latest: str, normalize: Normalizer = normalizers.as_it_is,
    latest_writes: Normalizer | None = None,
    *, of_item: bool = False, part: Part | None = None, note: str = "",
) -> Fact:  # fmt: skip
    paths = {
        Dialect.V0: FieldPath(v0, normalize),
        Dialect.LATEST: FieldPath(latest, latest_writes or normalize),
    }
    return Fact(name, of_item, paths, note, part)


_ADDRESS, _WISHES = "recipient.deliveryAddress.", "recipient.deliveryPreference."
_TURKISH = "tax.taxRegistrations[taxRegistrationType=BUSINESS]."
_CHARGES = "proceeds.breakdowns"
_EXTENDED = ("StreetName", "StreetNumber", "Complement", "Neighborhood")
_TO = {
    "Name": "name", "AddressLine1": "address, line 1", "AddressLine2": "address, line 2",
    "AddressLine3": "address, line 3", "StateOrRegion": "state or region", "Municipality": "municipality",
    "CountryCode": "country",
}  # fmt: skip


def _charge(kind: str, subtype: str) -> str:
    return f"{_CHARGES}[type={kind}].detailedBreakdowns[subtype={subtype}].value"


PAIRS: Sequence[Fact] = (
    # The order
    _pair("currency of the total", "OrderTotal.CurrencyCode", "proceeds.grandTotal.currencyCode", part=Part.TOTAL),
    _pair("single payments", "PaymentExecutionDetail", "payment.paymentExecutions", _payments_of_v0, _payments,
          part=Part.PAYMENT, note="v0 names them where there are several; 2026-01-01 has one of the whole order, too."),
    _pair("kind of service", "ShipmentServiceLevelCategory", "fulfillment.fulfillmentServiceLevel",
          normalizers.upper_words, normalizers.as_it_is),
    _pair("pre-order", "OrderType", "programs", _is("Preorder"), _is_among("PREORDER")),
    _pair("order of a business", "IsBusinessOrder", "programs", bool, _is_among("AMAZON_BUSINESS")),
    _pair("prime", "IsPrime", "programs", bool, _is_among("PRIME")),
    _pair("premium", "IsPremiumOrder", "programs", bool, _is_among("PREMIUM")),
    _pair("invoiced by Amazon", "IsIBA", "programs", bool, _is_among("INVOICE_BY_AMAZON")),
    _pair("fetched in a store", "IsISPU", "programs", bool, _is_among("IN_STORE_PICK_UP")),
    _pair("wanted invoice", "BuyerInvoicePreference", "tax.taxInvoicing.buyerInvoicePreference", part=Part.BUYER),
    _pair("buyer's legal name for taxes", "BuyerTaxInformation.BuyerLegalCompanyName", _TURKISH + "legalName",
          part=Part.BUYER),
    _pair("buyer's address for taxes", "BuyerTaxInformation.BuyerBusinessAddress",
          _TURKISH + "taxRegistrationAddress.addressLine1", part=Part.BUYER),
    _pair("buyer's tax number", "BuyerTaxInformation.BuyerTaxRegistrationId", _TURKISH + "taxRegistrationNumber",
          part=Part.BUYER),
    _pair("buyer's tax office", "BuyerTaxInformation.BuyerTaxOffice",
          _TURKISH + "taxRegistrationAttributes[key=TAX_OFFICE].value", part=Part.BUYER),
    _pair("kinds of the marketplace's tax numbers", "MarketplaceTaxInfo.TaxClassifications[].Name",
          "tax.taxRegistrations", _tax_words, _registrations("MARKETPLACE", lambda each: each["taxRegistrationType"])),
    _pair("the marketplace's tax numbers", "MarketplaceTaxInfo.TaxClassifications[].Value", "tax.taxRegistrations",
          _many, _registrations("MARKETPLACE", lambda each: each.get("taxRegistrationNumber"))),
    _pair("kinds of the buyer's tax numbers", "BuyerInfo.BuyerTaxInfo.TaxClassifications[].Name",
          "tax.taxRegistrations", _tax_words, _registrations("BUYER", lambda each: each["taxRegistrationType"]),
          part=Part.BUYER),
    _pair("the buyer's tax numbers", "BuyerInfo.BuyerTaxInfo.TaxClassifications[].Value", "tax.taxRegistrations",
          _many, _registrations("BUYER", lambda each: each.get("taxRegistrationNumber")), part=Part.BUYER),
    *(
        _pair(f"ship-to {name}", f"ShippingAddress.{each}", _ADDRESS + _camel(each), part=Part.ADDRESS)
        for each, name in _TO.items()
    ),
    _pair("ship-to district", "ShippingAddress.District", _ADDRESS + "districtOrCounty", part=Part.ADDRESS,
          note="It has the county where there is no district."),
    *(
        _pair(f"ship-to {in_words(each).replace('_', ' ').lower()}", f"ShippingAddress.ExtendedFields.{each}",
              f"{_ADDRESS}extendedFields.{_camel(each)}", part=Part.ADDRESS)
        for each in _EXTENDED
    ),
    _pair("kind of address", "ShippingAddress.AddressType", _ADDRESS + "addressType", normalizers.upper_words,
          normalizers.as_it_is, part=Part.ADDRESS),
    _pair("buyer's company with the address", "BuyerCompanyName", "buyer.buyerCompanyName", part=Part.BUYER),
    _pair("where to leave a parcel", "DeliveryPreferences.DropOffLocation", _WISHES + "dropOffLocation",
          part=Part.ADDRESS),
    _pair("how to find the address", "DeliveryPreferences.AddressInstructions", _WISHES + "addressInstruction",
          part=Part.ADDRESS),
    _pair("what else is there for a delivery", "DeliveryPreferences.OtherAttributes", _WISHES + "deliveryCapabilities",
          _many, part=Part.ADDRESS),
    _pair("when a delivery suits", "DeliveryPreferences.PreferredDeliveryTime", _WISHES + "deliveryTime",
          _delivery_time, _object, part=Part.ADDRESS, note="Whether somebody is there on a date became a word."),
    # Each item
    _pair("ASIN", "ASIN", "product.asin", of_item=True),
    _pair("services bought with it", "AssociatedItems", "associatedOrderItems", _services, of_item=True,
          note="v0 knows no warranties."),
    _pair("title", "Title", "product.title", of_item=True),
    _pair("worth of points", "PointsGranted.PointsMonetaryValue",
          "expense.pointsCost.pointsGranted.pointsMonetaryValue", _sum_of_money, of_item=True, part=Part.PRICES),
    _pair("shipping", "ShippingPrice", f"{_CHARGES}[type=SHIPPING].subtotal", _sum_of_money, of_item=True,
          part=Part.PRICES),
    _pair("tax", "ItemTax", _charge("TAX", "ITEM"), _sum_of_money, of_item=True, part=Part.PRICES),
    _pair("tax of shipping", "ShippingTax", _charge("TAX", "SHIPPING"), _sum_of_money, of_item=True, part=Part.PRICES),
    _pair("discount of shipping", "ShippingDiscount", _charge("DISCOUNT", "SHIPPING"), _sum_of_money, of_item=True,
          part=Part.PRICES, note="Less than nothing in 2026-01-01."),
    _pair("discount of a promotion", "PromotionDiscount", _charge("DISCOUNT", "ITEM"), _sum_of_money, of_item=True,
          part=Part.PRICES, note="Less than nothing in 2026-01-01."),
    _pair("promotions", "PromotionIds", "promotion.breakdowns[].promotionId", _many, of_item=True, part=Part.PRICES),
    _pair("fee of cash on delivery", "CODFee", f"{_CHARGES}[type=COD_FEE].subtotal", _sum_of_money, of_item=True,
          part=Part.PRICES),
    _pair("discount of that fee", "CODFeeDiscount", _charge("DISCOUNT", "COD_FEE"), _sum_of_money, of_item=True,
          part=Part.PRICES, note="Less than nothing in 2026-01-01."),
    _pair("note on the condition", "ConditionNote", "product.condition.conditionNote", of_item=True),
    _pair("condition in detail", "ConditionSubtypeId", "product.condition.conditionSubtype", normalizers.upper_words,
          normalizers.as_it_is, of_item=True),
    _pair("delivery scheduled from", "ScheduledDeliveryStartDate",
          "fulfillment.shipping.scheduledDeliveryWindow.earliestDateTime", normalizers.instant, of_item=True),
    _pair("delivery scheduled until", "ScheduledDeliveryEndDate",
          "fulfillment.shipping.scheduledDeliveryWindow.latestDateTime", normalizers.instant, of_item=True),
    _pair("kind of price", "PriceDesignation", "product.price.priceDesignation", normalizers.upper_words,
          normalizers.as_it_is, of_item=True, note="It goes with the price, which is hidden in some statuses."),
    _pair("serial number asked for", "SerialNumberRequired", "fulfillment.packing.serialNumberRequirement?",
          normalizers.truth, of_item=True, note="An object that is there or not."),
    _pair("transparency", "IsTransparency", "programs", bool, _is_among("TRANSPARENCY"), of_item=True),
    _pair("programs of the item", "AmazonPrograms.Programs", "programs", _programs_of_v0, of_item=True,
          note="Those that both know."),
    _pair("scheme of tax reports", "DeemedResellerCategory", "tax.taxCalculationBreakdowns[].reportingScheme",
          lambda value: (value,) if value else None, _many, of_item=True),
    _pair("buyer's design", "BuyerInfo.BuyerCustomizedInfo.CustomizedURL", "product.customization.customizedUrl",
          of_item=True, part=Part.BUYER),
    _pair("gift wrap with its currency", "BuyerInfo.GiftWrapPrice", f"{_CHARGES}[type=GIFT_WRAP].subtotal",
          _sum_of_money, of_item=True, part=Part.PRICES),
    _pair("tax of gift wrap", "BuyerInfo.GiftWrapTax", _charge("TAX", "GIFT_WRAP"), _sum_of_money, of_item=True,
          part=Part.PRICES),
    _pair("kind of gift wrap", "BuyerInfo.GiftWrapLevel", "fulfillment.packing.giftOption.giftWrapLevel", of_item=True,
          part=Part.BUYER),
    _pair("serial numbers", "SerialNumbers", "product.serialNumbers", _many, of_item=True),
    _pair("what may be picked in its place", "SubstitutionPreferences", "fulfillment.picking.substitutionPreference",
          in_camel_case, _object, of_item=True),
    _pair("measure", "Measurement", "measurement", in_camel_case, _object, of_item=True),
    _pair("constraints of shipping", "ShippingConstraints", "fulfillment.shipping.shippingConstraints", in_camel_case,
          _without_cash, of_item=True, note="v0 does not say that it is paid at the door."),
)  # fmt: skip
"""What Orders v0 and Orders 2026-01-01 both say and other dialects do not, or not in such a form."""


def shared_fields() -> Iterator[Fact]:
    """Every fact that both generations say, those of the one table first."""
    both = {Dialect.V0, Dialect.LATEST}
    return (each for each in (*FACTS, *STATUS_FACTS, *PAIRS) if both <= each.field_paths.keys())


SAYS_MORE: Mapping[str, str] = {
    "single payments": "v0 names payments only where there are several.",
    "ship-to district": "2026-01-01 has the county there where there is no district.",
}
"""Facts that 2026-01-01 may say where v0 does not, and why."""

GOES_WITH: Mapping[str, tuple[str, str]] = {
    "kind of price": ("product.price", "It goes with the price, which the status hides."),
}
"""Facts that 2026-01-01 says in an object that may not be there, and why it is not."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A field of v0 that has no counterpart, and what comes nearest to it."""

    of_item: bool
    nearest: str


def _gone(nearest: str, *, of_item: bool = False) -> Gone:
    return Gone(of_item, nearest)


_NEVER_SAID = "Nothing says it."

GONE: Mapping[str, Gone] = {
    "OrderChannel": _gone("salesChannel.channelName says whether Amazon sold it."),
    "ShipServiceLevel": _gone("fulfillment.fulfillmentServiceLevel names the kind of service, not the service."),
    "PaymentMethodDetails": _gone("payment.paymentExecutions[].paymentMethod names the method of each payment."),
    "EasyShipShipmentStatus": _gone("packages[].packageStatus.detailedStatus, once there is a parcel; the program "
                                    "AMAZON_EASY_SHIP from the beginning."),
    "CbaDisplayableShippingLabel": _gone(_NEVER_SAID),
    "IsGlobalExpressEnabled": _gone(_NEVER_SAID),
    "IsReplacementOrder": _gone("associatedOrders has the order that is replaced, where it is known."),
    "PromiseResponseDueDate": _gone("fulfillment.deliverByWindow, once the dates are promised."),
    "IsEstimatedShipDateSet": _gone("fulfillment.shipByWindow is there once the dates are known."),
    "IsSoldByAB": _gone(_NEVER_SAID),
    "DefaultShipFromLocationAddress": _gone("packages[].shipFromAddress, once there is a parcel."),
    "FulfillmentInstruction": _gone("packages[].shipFromAddress says from where a parcel left."),
    "IsAccessPointOrder": _gone("recipient.deliveryAddress is the access point's."),
    "SellerDisplayName": _gone("Sellers v1 names the store: getMarketplaceParticipations."),
    "ShippingAddress.County": _gone("recipient.deliveryAddress.districtOrCounty has it where there is no district."),
    "ShippingAddress.ExtendedFields.GeoCoordinates": _gone(_NEVER_SAID),
    "BuyerInfo.BuyerCounty": _gone(_NEVER_SAID),
    "BuyerInfo.BuyerTaxInfo.TaxingRegion": _gone("tax.taxRegistrations[].taxRegistrationType says what kind of number "
                                                 "it is, not where."),
    "AutomatedShippingSettings": _gone(_NEVER_SAID),
    "HasRegulatedItems": _gone("getOrderRegulatedInfo of v0, which stays, answers 404 where there are none."),
    "ProductInfo": _gone(_NEVER_SAID, of_item=True),
    "ShippingDiscountTax": _gone("proceeds.breakdowns[type=TAX].detailedBreakdowns[subtype=DISCOUNT] has the taxes of "
                                 "all discounts in one sum.", of_item=True),
    "PromotionDiscountTax": _gone("proceeds.breakdowns[type=TAX].detailedBreakdowns[subtype=DISCOUNT] has the taxes of "
                                  "all discounts in one sum.", of_item=True),
    "IsGift": _gone("fulfillment.packing.giftOption is there where the buyer had it wrapped or wrote something.",
                    of_item=True),
    "TaxCollection": _gone("tax.taxCollections is documented; the sandbox has none.", of_item=True),
    "StoreChainStoreId": _gone(_NEVER_SAID, of_item=True),
}  # fmt: skip
"""Every field of v0 that has no counterpart. One that is named stands for all in it."""

NEW: Mapping[str, str] = {
    "programs": "Programs that v0 has no field for, such as AMAZON_EASY_SHIP.",
    "associatedOrders": "Other orders that this one belongs to.",
    "salesChannel.marketplaceName": "The store front's name, which v0 has in SalesChannel.",
    "orderAliases[].aliasType": "Whose number it is.",
    "proceeds.breakdowns": "What the total consists of.",
    "payment.paymentExecutions": "Each payment with its amount.",
    "tax.taxRegistrations": "Whose registration it is, in one list for all parties.",
    "fulfillment.labelPrintingWindow": "When labels are printed.",
    "fulfillment.promiseCalculationInputs": "What the promise of delivery was calculated from.",
    "packages": "Parcels with their carriers, tracking numbers and items.",
    "fulfillmentOrders": "What Amazon plans the fulfillment by.",
    "recipient.deliveryPreference": "The wishes of who receives it, which v0 tells in getOrderAddress.",
    "orderItems[].associatedOrderItems": "Warranties, with their products and prices.",
    "orderItems[].programs": "Programs of the item.",
    "orderItems[].product.price.unitPrice": "What one unit costs; v0 has the sum of all units.",
    "orderItems[].proceeds": "What the seller takes in for the item, and what it consists of.",
    "orderItems[].cancellation.cancellationRequest.requester": "Who asks.",
    "orderItems[].cancellation.cancellationExecution": "Who canceled it, and why: v0 never says.",
    "orderItems[].fulfillment.quantityUnfulfilled": "Units to come; v0 has the sum of the order.",
    "orderItems[].fulfillment.packing.serialNumberRequirement": "Whether serial numbers are asked for.",
    "orderItems[].fulfillment.shipping.shippingConstraints.cashOnDelivery": "That it is paid at the door.",
    "orderItems[].tax.taxCollections": "Who collects the taxes.",
}
"""Every field of 2026-01-01 that v0 has nothing of, or not in such a form."""

DATA_SETS: Mapping[str, str] = {
    "buyer": "BUYER",
    "recipient": "RECIPIENT",
    "proceeds": "PROCEEDS",
    "expense": "EXPENSE",
    "promotion": "PROMOTION",
    "cancellation": "CANCELLATION",
    "fulfillment": "FULFILLMENT",
    "packages": "PACKAGES",
    "tax": "TAX",
    "payment": "PAYMENT",
    "fulfillmentOrders": "FULFILLMENT_ORDERS",
}
"""The data set that a field belongs to, by where its path begins in the order or in the item."""


def data_set_of(path: str) -> str | None:
    """The data set a field of 2026-01-01 is in; None where every answer has it."""
    steps = [each.split("[")[0].rstrip("?+") for each in path.removeprefix("orderItems[].").split(".")]
    return DATA_SETS.get(steps[0])


def covers(path: str, leaf: str) -> bool:
    """Whether a path of a table is that of a field, or of what it is in. What chooses among entries is left out."""
    plain = _plain(path)
    return leaf == plain or leaf.startswith((f"{plain}.", f"{plain}[]"))


def _plain(path: str) -> str:
    steps = []
    for step in path.rstrip("?+").split("."):
        name, bracket, _ = step.partition("[")
        steps.append(f"{name}[]" if bracket else name)
    return ".".join(steps)
