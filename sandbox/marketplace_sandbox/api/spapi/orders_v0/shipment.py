"""confirmShipment: what the platform checks of a parcel before the rules of the marketplace do."""

import re
from collections.abc import Mapping
from typing import Any

from marketplace_sandbox.api.admission.access import invalid
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.spapi.orders_v0.checks import LONGEST, check, check_text
from marketplace_sandbox.api.spapi.orders_v0.schemas import ConfirmShipmentSchema
from marketplace_sandbox.core.marketplaces import MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.orders.actions import MOST_CODES
from marketplace_sandbox.core.orders.carriers import OTHER, carrier_problem
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.refusals import RefusedError
from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.core.text.reading import printable_text, whole

Values = Mapping[str, Any]

UNKNOWN_ITEM = "OrderItemId is invalid, please obtain the value through the getOrderItems API or Manage Orders page"
BAD_REFERENCE = "PackageReferenceId: is invalid, must be a positive numeric value."
_TEXTS = {
    "carrier_code": "packageDetail.carrierCode",
    "carrier_name": "packageDetail.carrierName",
    "tracking": "packageDetail.trackingNumber",
    "service": "packageDetail.shippingMethod",
}
UNKNOWN_CARRIER = "ErrorCode: InvalidCarrier Description: Selected carrier is not supported"
_REFUSALS = {
    "ALREADY_CANCELED": (
        "ErrorCode: NonexistentOrderItem Description: Failed to find order item list by order ID: {order_id}"
    ),
    "NOTHING_LEFT_TO_CONFIRM": (
        "Failed to create package due to not finding a matching package or order already fulfilled. "
        "ErrorMessage(errorCode=GeneralError, errorDescription=Unable to find package to update for order "
        "({order_id}), errorMetric=PackageToUpdateNotFound, packageIndex=null)"
    ),
    "INVALID_QUANTITY": "Failed to create/update package due to overfulfillment. {refusal}",
}
"""The platform's words for some refusals, by the marketplace's codes: programs tell them apart by nothing else.

Source: SEEN-SHIPMENTS in docs/sources.md.
"""


def read(body: Any, order: Order) -> dict[str, Any]:
    """The arguments of the seller's action. Raises ApiError naming the field.

    The date of shipment is read and left at that: a parcel is confirmed at the world's now.
    """
    request: dict[str, Any] = ConfirmShipmentSchema().load(body)
    parcel = request["parcel"]
    _check_marketplace(request["marketplace_id"], order)
    _check_parcel(parcel)
    for index, each in enumerate(parcel["items"]):
        _check_item(f"packageDetail.orderItems[{index}]", each, order)
    return {
        "items": [{"id": each["order_item_id"], "quantity": each["quantity"]} for each in parcel["items"]],
        "carrier": parcel["carrier_name"] if parcel["carrier_code"] == OTHER else parcel["carrier_code"],
        "tracking": parcel["tracking"],
        "shipping_service": parcel["service"],
        "transparency_codes": [
            {"id": each["order_item_id"], "codes": each["transparency_codes"]}
            for each in parcel["items"]
            if each["transparency_codes"]
        ],
    }


def refusal(refused: RefusedError, order_id: str) -> ApiError:
    """A refusal of the rules in the platform's words; the marketplace's own code stands in the details."""
    words = _REFUSALS.get(refused.code)
    if words is None:
        field = f"{_TEXTS['tracking']} " if refused.code == "INVALID_TRACKING" else ""
        return invalid(str(refused), f"{refused.code}: {field}{refused.details}")
    return invalid(words.format(order_id=order_id, refusal=refused), f"{refused.code}: {refused} {refused.details}")


def _check_marketplace(marketplace_id: str, order: Order) -> None:
    field = "marketplaceId"
    if marketplace_id not in MARKETPLACES:
        suggested = marketplace_suggestion(marketplace_id)
        raise invalid(f"There is no marketplace {marketplace_id[:LONGEST]!r}{suggested}", field)
    if marketplace_id != order.marketplace_id:
        raise invalid(f"Order {order.order_id} was placed in {order.marketplace_id}, not in {marketplace_id}.", field)


def _check_parcel(parcel: Values) -> None:
    if not re.fullmatch(r"0*[1-9][0-9]*", parcel["reference"]):
        raise invalid(BAD_REFERENCE, "packageDetail.packageReferenceId")
    for name, field in _TEXTS.items():
        check_text(parcel[name], field)
    _check_carrier(parcel["carrier_code"], parcel["carrier_name"])
    _check_date(parcel["shipped_at"])
    if not parcel["items"]:
        raise invalid("packageDetail.orderItems must have at least 1 entry, got 0.", "packageDetail.orderItems")


def _check_carrier(code: str, name: str) -> None:
    """Refuses a code of no carrier, and a carrier that is not listed and not named."""
    if problem := carrier_problem(code):
        raise invalid(f"{UNKNOWN_CARRIER}. {problem}", _TEXTS["carrier_code"])
    if code == OTHER and not name.strip():
        raise invalid(f"{_TEXTS['carrier_name']} is required when carrierCode is {OTHER}.", _TEXTS["carrier_name"])


def _check_date(ship_date: str) -> None:
    try:
        parse_instant(ship_date, naive_is_utc=True)
    except ValueError:
        message = f"packageDetail.shipDate is ISO 8601, such as 2026-03-02T16:00:00Z; it is {ship_date[:LONGEST]!r}."
        raise invalid(message, "Invalid date-time field(s) [packageDetail.shipDate].") from None


def _check_item(field: str, item: Values, order: Order) -> None:
    if order.item(item["order_item_id"]) is None:
        raise invalid(UNKNOWN_ITEM, f"{field}.orderItemId")
    codes, path = item["transparency_codes"], f"{field}.transparencyCodes"
    if len(codes) > MOST_CODES:
        raise invalid(f"{path} must have at most {MOST_CODES} entries, got {len(codes)}.", path)
    for index, code in enumerate(codes):
        if not 1 <= len(code) <= LONGEST:
            raise invalid(f"{path}[{index}] has from 1 to {LONGEST} characters.", f"{path}[{index}]")
        check(printable_text(), code, f"{path}[{index}]")
    if item["quantity"] < 1:
        raise invalid(f"{field}.quantity must be at least 1, got {item['quantity']}.", f"{field}.quantity")
    check(whole(1), item["quantity"], f"{field}.quantity")
