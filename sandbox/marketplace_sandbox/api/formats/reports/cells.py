"""The cells that several order reports share: who, what, where to, and what the buyer wants. Knows no report's columns.

What a status hides is an empty cell.
"""

from collections.abc import Callable

from marketplace_sandbox.api.formats.reports.table import Cell, Column, Row, flag, moment, money
from marketplace_sandbox.core.marketplaces import MARKETPLACES, Marketplace
from marketplace_sandbox.core.orders.order import Address

SERVICE = "Standard"


def order_id(row: Row) -> str:
    """The order's id."""
    return row.order.order_id


def order_item_id(row: Row) -> str:
    """The item's id."""
    return row.item.order_item_id


def sku(row: Row) -> str:
    """The seller's name for the product."""
    return row.item.sku


def asin(row: Row) -> str:
    """Amazon's name for the product."""
    return row.item.asin


def title(row: Row) -> str:
    """What the product is called."""
    return row.item.title


def quantity(row: Row) -> str:
    """Units ordered."""
    return str(row.visible_item.quantity)


def units_per_item(row: Row) -> str:
    """How many pieces one unit has."""
    return str(row.item.details.product_info.number_of_items)


def service(_row: Row) -> str:
    """The category of the service that ships it, by how fast it is to arrive."""
    return SERVICE


def purchase_time(row: Row) -> str:
    """When the order was placed."""
    return moment(row.order.purchased_at)


def payment_time(row: Row) -> str:
    """When the payment came, in the marketplace's own time; other dates are in UTC."""
    return moment(row.order.released_at, marketplace(row).zone)


def marketplace(row: Row) -> Marketplace:
    """Where the order was placed."""
    return MARKETPLACES[row.order.marketplace_id]


def sales_channel(row: Row) -> str:
    """The store front, or that it was sold elsewhere."""
    return row.order.sales_channel


def currency(row: Row) -> str:
    """The currency of the row's sums, where there are any."""
    return row.visible_item.price.currency if row.visible_item.price else ""


def price(row: Row) -> str:
    """What all units cost."""
    return money(row.visible_item.price)


def tax(row: Row) -> str:
    """The tax on all units."""
    return money(row.visible_item.tax)


def shipping(row: Row) -> str:
    """What shipping all units costs, 0 where it is free, of which other dialects say nothing."""
    return money(row.visible_item.shipping or row.visible_item.nothing)


def shipping_tax(row: Row) -> str:
    """The tax on shipping all units."""
    return money(row.visible_item.shipping_tax or row.visible_item.nothing)


def promotion_discount(row: Row) -> str:
    """What a promotion takes off the price of all units."""
    return money(row.visible_item.promotion_discount)


def shipping_discount(row: Row) -> str:
    """What a promotion takes off shipping all units."""
    return money(row.visible_item.shipping_discount or row.visible_item.nothing)


def promotion_ids(row: Row) -> str:
    """The promotions, one after the other."""
    return ",".join(row.visible_item.promotion_ids or ())


def gift_wrap_price(row: Row) -> str:
    """What wrapping all units costs, where they are wrapped."""
    return money(row.visible_item.gift_wrap_price)


def gift_wrap_tax(row: Row) -> str:
    """The tax on wrapping all units, where there is one."""
    return money(row.visible_item.gift_wrap_tax)


def purchase_order_number(row: Row) -> str:
    """The business buyer's own number of the order."""
    return row.visible_order.buyer.purchase_order_number if row.visible_order.buyer else ""


def buyer_company(row: Row) -> str:
    """The business buyer's company."""
    return row.visible_order.buyer.company_name if row.visible_order.buyer else ""


def buyer_name(row: Row) -> str:
    """The buyer's name."""
    return row.visible_order.buyer.name if row.visible_order.buyer else ""


def buyer_email(row: Row) -> str:
    """The buyer's relay address."""
    return row.visible_order.buyer.email if row.visible_order.buyer else ""


def address(part: Callable[[Address], str]) -> Cell:
    """A part of where the order goes."""
    return lambda row: part(row.visible_order.address) if row.visible_order.address else ""


phone = address(lambda to: to.phone)


STREET: tuple[Column, ...] = (
    ("recipient-name", address(lambda to: to.name)),
    ("ship-address-1", address(lambda to: to.line1)),
    ("ship-address-2", address(lambda to: to.line2)),
    ("ship-address-3", address(lambda to: to.address_line3)),
)
TOWN: tuple[Column, ...] = (
    ("ship-city", address(lambda to: to.city)),
    ("ship-state", address(lambda to: to.state)),
    ("ship-postal-code", address(lambda to: to.postal_code)),
    ("ship-country", address(lambda to: to.country)),
)


def program(name: str) -> Cell:
    """Whether the order is of a program."""
    return lambda row: flag(name in row.order.programs)


def no(_row: Row) -> str:
    """A flag that never stands here."""
    return "false"


BUSINESS: tuple[Column, ...] = (
    ("is-business-order", program("Business")),
    ("purchase-order-number", purchase_order_number),
    ("price-designation", lambda row: row.visible_item.price_designation or ""),
)


def is_requested(row: Row) -> str:
    """Whether the buyer wants anything of the order canceled: the same on every row of the order."""
    text = flag(row.visible_order.cancellation_requested)
    return text.upper() if row.contents.policy.value("report_flag_case") == "upper" else text


def request_reason(row: Row) -> str:
    """The buyer's reason, on the rows of the items he wants canceled."""
    return row.visible_item.cancel_reason


REQUEST: tuple[Column, ...] = (
    ("is-buyer-requested-cancellation", is_requested),
    ("buyer-requested-cancel-reason", request_reason),
)
"""The two columns that exist only while the seller has turned them on."""
