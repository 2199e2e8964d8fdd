"""Estimated ship dates of Sourcing on Demand orders, whose goods the seller procures once they are ordered. XML alone.

Source: SOURCING-ON-DEMAND in docs/sources.md.
"""

from marketplace_sandbox.api.formats.feeds.envelope import Children, Node
from marketplace_sandbox.api.formats.feeds.reading import check_order_id, read_instant, read_short_text
from marketplace_sandbox.core.feeds.values import FeedMessage
from marketplace_sandbox.core.orders.actions import Action, Pick


def from_xml(node: Node, message_id: str, number: str) -> list[FeedMessage]:
    """What one OrderSourcingOnDemand wants, of one SKU of an order. Raises UnreadableRecordError."""
    children = Children(node, "AmazonOrderID", "SKU", "EstimatedShipDate")
    order_id = check_order_id(children.needs("AmazonOrderID"))
    sku = read_short_text("SKU", children.needs("SKU"))
    ship_date = read_instant("EstimatedShipDate", children.needs("EstimatedShipDate"))
    action = Action("seller-estimate-ship-date", (Pick(sku, None, "sku"),), ship_date=ship_date, origin="feed")
    return [FeedMessage(message_id, order_id, action=action, rows=((number, ""),))]
