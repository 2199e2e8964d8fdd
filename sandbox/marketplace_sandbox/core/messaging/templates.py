"""What a seller may write to a buyer, by the order's state, and what his words count as. Sends nothing.

A template is one of the kinds of messages that the platform has seller's programs send. Sources: the published list of
templates, of which a live order shows few: typically the legal disclosure and the unexpected problem, which is for a
conversation about a cancellation; before the shipment also those about the order's details. Templates for services,
customization, digital goods, warranties and invoices fit no order of the sandbox; a setting offers them all the same.
"""

from collections.abc import Mapping
from datetime import datetime

from marketplace_sandbox.core.messaging.buyer_seller import BuyerSellerMessage, thread_of
from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.orders.order import Channel, Duty, Order, Status
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.text.quoting import quote, suggestion

_TO_SHIP = (Status.UNSHIPPED, Status.PARTIALLY_SHIPPED)
_SHIPPED = (Status.SHIPPED, Status.INVOICE_UNCONFIRMED)
_NEVER: tuple[Status, ...] = ()

_ANY = (Status.PENDING, *_TO_SHIP, *_SHIPPED, Status.CANCELED)

TEMPLATES: Mapping[str, tuple[Status, ...]] = {
    "unexpectedProblem": _ANY,
    "confirmOrderDetails": _TO_SHIP,
    "confirmDeliveryDetails": _TO_SHIP,
    "confirmServiceDetails": _NEVER,
    "confirmCustomizationDetails": _NEVER,
    "legalDisclosure": _ANY,
    "warranty": _NEVER,
    "digitalAccessKey": _NEVER,
    "invoice": _NEVER,
}
"""In which states of an order each template may be used."""

OF_FILES = ("legalDisclosure", "warranty", "invoice")
"""Templates without words of the seller's own, which therefore answer nobody."""


class TemplateNotAllowedError(RefusalError):
    """The order is in no state for this template. `allowed` are those that may be used."""

    code = "Unauthorized"

    def __init__(self, order: Order, template: str, policy: Policy) -> None:
        self.allowed = allowed_templates(order, policy)
        names = ", ".join(self.allowed) or "nothing"
        super().__init__(f"Order {order.order_id} is {order.status}; {template} is not for it. Allowed now: {names}.")


def allowed_templates(order: Order, policy: Policy) -> list[str]:
    """The templates that may be used now. Amazon itself writes to the buyers of the orders it ships."""
    if order.channel is Channel.AFN:
        return []
    if policy.value("message_templates") == "all":
        return list(TEMPLATES)
    return [name for name, states in TEMPLATES.items() if order.status in states]


def check_template(order: Order, template: str, policy: Policy) -> None:
    """Raises TemplateNotAllowedError."""
    if template not in TEMPLATES:
        raise RefusalError(f"There is no template {quote(template)}{suggestion(template, TEMPLATES)}")
    if template not in allowed_templates(order, policy):
        raise TemplateNotAllowedError(order, template, policy)


def counts_as(order: Order, template: str, text: str) -> Action | None:
    """What a message does beside being read: it is the advice or the instruction that the seller owes, if any."""
    if template in OF_FILES:
        return None
    if Duty.ADVISE_BUYER in order.duties:
        return Action("seller-message", kind="advise_return", text=text, origin="api")
    if order.unofficial_request:
        return Action("seller-message", kind="instructions", text=text, origin="api")
    return None


def plain_message(order: Order, message_id: str, template: str, text: str, at: datetime) -> BuyerSellerMessage:
    """A message that is nothing more than that; its kind is the template."""
    return BuyerSellerMessage(message_id, order.order_id, thread_of(order), template, "buyer", at, "", text)
