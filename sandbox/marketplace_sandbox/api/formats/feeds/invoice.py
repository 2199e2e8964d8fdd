"""Invoice confirmations: the seller tells that the buyer was sent the invoice, of an order or items of it. XML alone.

Source: INVOICES in docs/sources.md.
"""

from marketplace_sandbox.api.formats.feeds.envelope import Children, Node
from marketplace_sandbox.api.formats.feeds.reading import check_order_id, read_instant, read_quantity
from marketplace_sandbox.core.feeds.values import FeedMessage
from marketplace_sandbox.core.orders.actions import Action, Pick


def from_xml(node: Node, message_id: str, number: str) -> list[FeedMessage]:
    """What one InvoiceConfirmation wants. Raises UnreadableRecordError.

    The date is read and left at that: an invoice is confirmed at the world's now.
    """
    children = Children(node, "AmazonOrderID", "InvoiceSentDate", "Item")
    order_id = check_order_id(children.needs("AmazonOrderID"))
    if children.all("InvoiceSentDate"):
        read_instant("InvoiceSentDate", children.text("InvoiceSentDate"))
    items = tuple([_item(each) for each in children.all("Item")])
    rows = ((number, items[0].ref if len(items) == 1 else ""),)
    action = Action("seller-confirm-invoice", items or None, origin="feed")
    return [FeedMessage(message_id, order_id, action=action, rows=rows)]


def _item(node: Node) -> Pick:
    children = Children(node, "AmazonOrderItemCode", "QuantityConfirmed")
    item_id, quantity = children.needs("AmazonOrderItemCode"), children.text("QuantityConfirmed")
    return Pick(item_id, read_quantity("QuantityConfirmed", quantity) if quantity else None, "id")
