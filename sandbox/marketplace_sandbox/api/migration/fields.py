"""The tables of fields: what each field of Orders v0 became in 2026-01-01, what it lost, and what is new there.

First come the facts of the one table that every dialect is held to (`field_mapping/facts.py`); here stand those that
the two generations of this API alone share, then what one of them has alone. Every field of the answers that end is in
exactly one of the tables, which a test holds to the documents. A path is written as in `facts`; a field that is named
stands for all that is in it. Reads no order.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace_sandbox.api.field_mapping import normalizers
from marketplace_sandbox.api.field_mapping.facts import FACTS, STATUS_FACTS, Fact, FieldPath
from marketplace_sandbox.api.field_mapping.normalizers import Normalizer
from marketplace_sandbox.api.shared.status_table import Dialect, Part
from marketplace_sandbox.api.spapi.orders_2026.words import tax_word
from marketplace_sandbox.core.marketplaces import NON_AMAZON

# How the two write what they share


def _store_front(value: Any) -> str | None:
    """The store front by name, which v0 has no place for where it says that something else sold the order."""
    return None if value == NON_AMAZON else value


def _many(value: Any) -> tuple[Any, ...] | None:
    """A list; an empty one says as much as none."""
    return tuple(value) if value else None


_RENAMED = {"sellerSKU": "sellerSku", "openIntervals": "timeWindows"}


def _in_camel_case(value: Any) -> Any:
    """An object of v0 named as 2026-01-01 names the same, all levels of it; what is empty says nothing."""
    if isinstance(value, list):
        return [_in_camel_case(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {_camel(name): _in_camel_case(each) for name, each in value.items()} or None


def _camel(name: str) -> str:
    plain = name.lower() if name.isupper() else name[:1].lower() + name[1:]
    return _RENAMED.get(plain, plain)


def _delivery_time(value: Any) -> Any:
    """When a delivery suits: whether somebody is there on a date became a word."""
    written = _in_camel_case(value)
    for each in (written or {}).get("exceptionDates", ()):
        if "isOpen" in each:
            each["exceptionDateType"] = "OPEN" if each.pop("isOpen") else "CLOSED"
    return written


def _object(value: Any) -> Any:
    """An object as it stands, but for what is empty."""
    if isinstance(value, Mapping):
        return {name: _object(each) for name, each in value.items() if each != []} or None
    return [_object(each) for each in value] if isinstance(value, list) else value


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
    named = [{_camel(name): each for name, each in one.items()} for one in value or ()]
    services = [each for each in named if each["associationType"] == "VALUE_ADD_SERVICE"]
    return _many([(each["orderId"], each["orderItemId"]) for each in services])


def _payments(value: Any) -> tuple[Any, ...] | None:
    """Each payment by its amount, method and card."""
    found = []
    for each in value or ():
        written = {_camel(name): part for name, part in each.items()}
        sum_ = written.get("payment") or written.get("paymentAmount") or {}
        money = tuple(str(part) for _, part in sorted((_camel(name), part) for name, part in sum_.items()))
        card = (written.get(name) for name in ("paymentMethod", "acquirerId", "cardBrand", "authorizationCode"))
        found.append((money, *card))
    return _many(found)


def _pair(
    name: str, v0: str, latest: str, normalize: Normalizer = normalizers.as_it_is,
    latest_writes: Normalizer | None = None, *, of_item: bool = False, part: Part | None = None, note: str = "",
) -> Fact:  # fmt: skip
    paths = {
        Dialect.V0: FieldPath(v0, normalize),
        Dialect.LATEST: FieldPath(latest, latest_writes or normalize),
    }
    return Fact(name, of_item, paths, note, part)


_ADDRESS, _WISHES = "recipient.deliveryAddress.", "recipient.deliveryPreference."
_TURKISH = "tax.taxRegistrations[taxRegistrationType=BUSINESS]."
_CONSTRAINTS = "fulfillment.shipping.shippingConstraints."
_CHARGES = "proceeds.breakdowns"


def _charge(kind: str, subtype: str) -> str:
    return f"{_CHARGES}[type={kind}].detailedBreakdowns[subtype={subtype}].value"


_SUMS: Mapping[str, tuple[str, str]] = {
    "shipping": ("ShippingPrice", f"{_CHARGES}[type=SHIPPING].subtotal"),
    "item tax": ("ItemTax", _charge("TAX", "ITEM")),
    "tax of shipping": ("ShippingTax", _charge("TAX", "SHIPPING")),
    "shipping discount": ("ShippingDiscount", _charge("DISCOUNT", "SHIPPING")),
    "promotion discount": ("PromotionDiscount", _charge("DISCOUNT", "ITEM")),
    "COD fee": ("CODFee", f"{_CHARGES}[type=COD_FEE].subtotal"),
    "COD discount": ("CODFeeDiscount", _charge("DISCOUNT", "COD_FEE")),
    "gift wrap": ("BuyerInfo.GiftWrapPrice", f"{_CHARGES}[type=GIFT_WRAP].subtotal"),
    "tax of gift wrap": ("BuyerInfo.GiftWrapTax", _charge("TAX", "GIFT_WRAP")),
    "worth of points": ("PointsGranted.PointsMonetaryValue", "expense.pointsCost.pointsGranted.pointsMonetaryValue"),
}
"""The sums of an item whose amounts are facts, and where they stand: each has a currency, too."""

PAIRS: Sequence[Fact] = (
    # The order
    _pair("store front", "SalesChannel", "salesChannel.marketplaceName", _store_front, normalizers.as_it_is),
    _pair("payments", "PaymentExecutionDetail", "payment.paymentExecutions", _payments, part=Part.PAYMENT,
          note="v0 names them where there are several; 2026-01-01 has one of the whole order, too."),
    _pair("buyer's legal name for taxes", "BuyerTaxInformation.BuyerLegalCompanyName", _TURKISH + "legalName",
          part=Part.BUYER),
    _pair("buyer's address for taxes", "BuyerTaxInformation.BuyerBusinessAddress",
          _TURKISH + "taxRegistrationAddress.addressLine1", part=Part.BUYER),
    _pair("buyer's tax id", "BuyerTaxInformation.BuyerTaxRegistrationId", _TURKISH + "taxRegistrationNumber",
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
    _pair("ship-to district", "ShippingAddress.District", _ADDRESS + "districtOrCounty", part=Part.ADDRESS,
          note="It has the county where there is no district."),
    *(
        _pair(f"ship-to {name}", f"ShippingAddress.ExtendedFields.{path}", f"{_ADDRESS}extendedFields.{_camel(path)}",
              part=Part.ADDRESS)
        for name, path in (("street's name", "StreetName"), ("street number", "StreetNumber"),
                           ("complement", "Complement"), ("neighborhood", "Neighborhood"))
    ),
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
    _pair("services bought with it", "AssociatedItems", "associatedOrderItems", _services, of_item=True,
          note="v0 knows no warranties."),
    _pair("what may be picked in its place", "SubstitutionPreferences.SubstitutionOptions",
          "fulfillment.picking.substitutionPreference.substitutionOptions", _in_camel_case, _object, of_item=True),
    *(
        _pair(name, f"ShippingConstraints.{path}", _CONSTRAINTS + _camel(path), of_item=True)
        for name, path in (("delivery on a pallet", "PalletDelivery"),
                           ("proof of who receives it", "RecipientIdentityVerification"),
                           ("proof of age", "RecipientAgeVerification"))
    ),
    *(
        _pair(f"currency of the {name}", f"{v0}.CurrencyCode", f"{latest}.currencyCode", of_item=True, part=Part.PRICES)
        for name, (v0, latest) in _SUMS.items()
    ),
)  # fmt: skip
"""What Orders v0 and Orders 2026-01-01 both say and other dialects do not, or not in such a form."""


def shared_fields() -> Iterator[Fact]:
    """Every fact that both generations say, those of the one table first."""
    both = {Dialect.V0, Dialect.LATEST}
    return (each for each in (*FACTS, *STATUS_FACTS, *PAIRS) if both <= each.field_paths.keys())


SAYS_MORE: Mapping[str, str] = {
    "store front": "2026-01-01 names the marketplace of orders that were sold elsewhere, too.",
    "payments": "v0 names payments only where there are several.",
    "ship-to district": "2026-01-01 has the county there where there is no district.",
}
"""Facts that 2026-01-01 may say where v0 does not, and why."""

LEFT_OUT = "2026-01-01 leaves out what is nothing or empty."

GOES_WITH: Mapping[str, tuple[str, str]] = {
    **{f"currency of the {name}": (latest, LEFT_OUT) for name, (_, latest) in _SUMS.items()},
}
"""Facts that 2026-01-01 says in an object that may not be there, and why it is not. Its other fields are facts, too."""


@dataclass(frozen=True, slots=True)
class OnlyV0:
    """A field of v0 that has no counterpart, and what comes nearest to it."""

    nearest: str
    of_item: bool = False


_NEVER_SAID = "Nothing says it."
_ONE_SUM = (
    "proceeds.breakdowns[type=TAX].detailedBreakdowns[subtype=DISCOUNT] has the taxes of all discounts in one sum."
)

ONLY_V0: Mapping[str, OnlyV0] = {
    "OrderChannel": OnlyV0("salesChannel.channelName says whether Amazon sold it."),
    "ShipServiceLevel": OnlyV0("fulfillment.fulfillmentServiceLevel names the kind of service, not the service."),
    "PaymentMethodDetails": OnlyV0("payment.paymentExecutions[].paymentMethod names the method of each payment."),
    "EasyShipShipmentStatus": OnlyV0("packages[].packageStatus.detailedStatus, once there is a parcel; the program "
                                     "AMAZON_EASY_SHIP from the beginning."),
    "CbaDisplayableShippingLabel": OnlyV0(_NEVER_SAID),
    "IsGlobalExpressEnabled": OnlyV0(_NEVER_SAID),
    "IsReplacementOrder": OnlyV0("associatedOrders has the order that is replaced, where it is known."),
    "PromiseResponseDueDate": OnlyV0("fulfillment.deliverByWindow, once the dates are promised."),
    "IsEstimatedShipDateSet": OnlyV0("fulfillment.shipByWindow is there once the dates are known."),
    "IsSoldByAB": OnlyV0(_NEVER_SAID),
    "DefaultShipFromLocationAddress": OnlyV0("packages[].shipFromAddress, once there is a parcel."),
    "FulfillmentInstruction": OnlyV0("packages[].shipFromAddress says from where a parcel left."),
    "IsAccessPointOrder": OnlyV0("recipient.deliveryAddress is the access point's."),
    "SellerDisplayName": OnlyV0("Sellers v1 names the store: getMarketplaceParticipations."),
    "ShippingAddress.County": OnlyV0("recipient.deliveryAddress.districtOrCounty has it where there is no district."),
    "ShippingAddress.ExtendedFields.GeoCoordinates": OnlyV0(_NEVER_SAID),
    "BuyerInfo.BuyerCounty": OnlyV0(_NEVER_SAID),
    "BuyerInfo.BuyerTaxInfo.TaxingRegion": OnlyV0("tax.taxRegistrations[].taxRegistrationType says what kind of number "
                                                  "it is, not where."),
    "AutomatedShippingSettings": OnlyV0(_NEVER_SAID),
    "HasRegulatedItems": OnlyV0("getOrderRegulatedInfo of v0, which stays, answers 404 where there are none."),
    "ProductInfo": OnlyV0(_NEVER_SAID, of_item=True),
    "ShippingDiscountTax": OnlyV0(_ONE_SUM, of_item=True),
    "PromotionDiscountTax": OnlyV0(_ONE_SUM, of_item=True),
    "IsGift": OnlyV0("fulfillment.packing.giftOption is there where the buyer had it wrapped or wrote something.",
                     of_item=True),
    "StoreChainStoreId": OnlyV0(_NEVER_SAID, of_item=True),
}  # fmt: skip
"""Every field of v0 that has no counterpart. One that is named stands for all in it."""

ONLY_LATEST: Mapping[str, str] = {
    "programs": "Programs that v0 has no field for, such as AMAZON_EASY_SHIP.",
    "associatedOrders": "Other orders that this one belongs to.",
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
