"""Steps of sellers that are no actions: what they tell the platform, or ask of it, by operations that no rule decides.

Each is a command of the world, which the player executes and an export finds in the journal.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.commands.orders import SolicitReview, UpdateShipmentStatus, UpdateVerification
from marketplace_sandbox.core.messaging.solicitations import SolicitationError
from marketplace_sandbox.core.orders.pickup import NotForPickupError, NothingToHandOverError
from marketplace_sandbox.core.orders.verification import NotRegulatedError, VerificationRefusedError
from marketplace_sandbox.core.text.reading import FieldError, Fields, JsonObject, list_of, object_of, text, whole

SELLER_STEPS: Mapping[str, type[Command]] = {
    "update-shipment-status": UpdateShipmentStatus,
    "update-verification": UpdateVerification,
    "solicit-review": SolicitReview,
}
"""The command of each step, by the step's name."""

REFUSALS = tuple(
    dict.fromkeys(
        each.code
        for each in (
            NotForPickupError,
            NothingToHandOverError,
            NotRegulatedError,
            VerificationRefusedError,
            SolicitationError,
        )
    )
)
"""The codes they are refused with, besides those of the rules."""

_UNITS = list_of(object_of({"id": text(least=1), "quantity": whole(1)}))


def read_seller_step(name: str, order_id: str, arguments: JsonObject) -> Command:
    """The command of a step. Raises FieldError for arguments that it does not have, or that cannot be read."""
    kind = SELLER_STEPS[name]
    known = tuple(each.name for each in fields(kind) if each.name != "order_id")
    values = Fields(arguments, known=known, of=name).values
    for index, units in enumerate(_UNITS(values.get("items") or [], "items")):
        if "id" not in units:
            raise FieldError(f"items[{index}]", f"items[{index}] names an item of the order by its id.")
    return kind.read({"order_id": order_id, **values})


def platform_call(name: str, order_id: str, arguments: JsonObject, marketplace_id: str) -> tuple[str, str, Any]:
    """The call of the platform's by which a seller takes a step: method, path and body."""
    if name == "solicit-review":
        call = f"/solicitations/v1/orders/{order_id}/solicitations/productReviewAndSellerFeedback"
        return "POST", f"{call}?marketplaceIds={marketplace_id}", {}
    if name == "update-shipment-status":
        items = [{"orderItemId": each["id"], "quantity": each["quantity"]} for each in arguments.get("items", ())]
        status = {"marketplaceId": marketplace_id, "shipmentStatus": arguments["status"]}
        return "POST", f"/orders/v0/orders/{order_id}/shipment", status | ({"orderItems": items} if items else {})
    names = {"status": "status", "reviewer_id": "externalReviewerId", "rejection_reason_id": "rejectionReasonId"}
    report = {names[key]: each for key, each in arguments.items() if key in names}
    report |= {"verificationDetails": arguments["details"]} if "details" in arguments else {}
    return "PATCH", f"/orders/v0/orders/{order_id}/regulatedInfo", {"regulatedOrderVerificationStatus": report}


def find_seller_step(kind: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The step of an entry of a journal, of that kind and body; None where the entry is no such step."""
    name = next((name for name, command in SELLER_STEPS.items() if command.kind == kind), None)
    if name is None:
        return None
    arguments = {key: each for key, each in body.items() if key != "order_id"}
    return {name: body["order_id"], "with": arguments} if arguments else {name: body["order_id"]}
