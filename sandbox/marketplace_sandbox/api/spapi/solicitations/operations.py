"""The operations of Solicitations v1, one method per operationId. Knows no rule of when a buyer may be asked."""

from typing import Any

from marketplace_sandbox.api.admission.access import RATE_LIMIT, Caller, invalid
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.api.shared.addressed_order import addressed_order, not_found
from marketplace_sandbox.core.commands.orders import SolicitReview
from marketplace_sandbox.core.messaging.solicitations import OutsideWindowError, SolicitationError, may_solicit
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.refusals import OvertakenError, UnknownOrderError
from marketplace_sandbox.core.world.bounds import BoundError

REVIEW = "productReviewAndSellerFeedback"
NOT_AVAILABLE = "The requested solicitation is not available for this amazonOrderId."
OUTSIDE = (
    "You can\u2019t use this feature to request a review outside the {first}-{last} day range "
    "after the order delivery date."
)
"""The platform's words; their status 403 is taken for a fault of the token."""

HAL = {**RATE_LIMIT, "Content-Type": "application/hal+json"}


class Solicitations:
    """The operations. There is one kind of solicitation."""

    def getSolicitationActionsForOrder(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        order = addressed_order(world, call)
        return Reply(200, _actions(order, possible=may_solicit(order, world.now(), world.policy)), HAL)

    def createProductReviewAndSellerFeedbackSolicitation(self, call: Call, caller: Caller) -> Reply:
        order = addressed_order(caller.world, call)
        try:
            caller.world.execute(SolicitReview(order.order_id))
        except OutsideWindowError as refused:
            message = OUTSIDE.format(first=refused.first, last=refused.last)
            raise ApiError(403, refused.code, message, str(refused)) from None
        except SolicitationError as refused:
            raise ApiError(403, refused.code, NOT_AVAILABLE, str(refused)) from None
        except (UnknownOrderError, OvertakenError):  # a reset came between
            raise not_found(order.order_id) from None
        except BoundError as full:
            raise invalid(str(full)) from None
        return Reply(201, {}, HAL)


def _actions(order: Order, *, possible: bool) -> dict[str, Any]:
    """What the buyer may be asked, as HAL has links. The platform describes the empty body by an empty schema."""
    base, query = f"/solicitations/v1/orders/{order.order_id}", f"?marketplaceIds={order.marketplace_id}"
    link = {"href": f"{base}/solicitations/{REVIEW}{query}", "name": REVIEW}
    schema = {"href": f"{base}/solicitations/{REVIEW}/schema{query}", "name": REVIEW}
    action = {
        "_links": {"self": link, "schema": schema},
        "_embedded": {"schema": {"_links": {"self": {"href": schema["href"]}}, "payload": {}}},
        "payload": {"name": REVIEW},
    }
    return {
        "_links": {"self": {"href": f"{base}{query}"}, "actions": [link] if possible else []},
        "_embedded": {"actions": [action] if possible else []},
    }
