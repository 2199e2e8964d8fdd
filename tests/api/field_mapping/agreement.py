"""Random histories in which every dialect is asked for the same order, and must say and hide the same.

`python -m tests.api.field_mapping.agreement SEED` plays one history again and prints what was compared.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import product
from typing import Any

from lxml import etree

from marketplace_sandbox.api.field_mapping.compare import normalized_value
from marketplace_sandbox.api.field_mapping.facts import FACTS, STATUS_FACTS, Fact
from marketplace_sandbox.api.field_mapping.normalizers import amount, channel, instant, status
from marketplace_sandbox.api.field_mapping.projections import Projection, project, project_notice
from marketplace_sandbox.api.formats.reports import all_orders, converged, new_orders, pending
from marketplace_sandbox.api.formats.reports.all_orders_xml import order_element
from marketplace_sandbox.api.shared.status_table import Dialect, Part, cell, display_status
from marketplace_sandbox.api.spapi.orders_2026.words import REASON_WORDS
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.notifications.outbox import Notice
from marketplace_sandbox.core.orders.order import Channel, Item, Order, Status
from marketplace_sandbox.core.policy import ship_by
from marketplace_sandbox.core.reports.contents import DATED
from marketplace_sandbox.core.reports.values import REPORT_TYPES, Contents, Report
from marketplace_sandbox.core.world.world import World
from tests.core.actors import FORMS
from tests.core.simulation import simulate

TURNS = 25
US = "ATVPDKIKX0DER"

REPORT_FILES: Mapping[Dialect, tuple[str, Any]] = {
    Dialect.ORDER_REPORTS: ("GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING", new_orders),
    Dialect.ALL_ORDERS: ("GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL", all_orders),
    Dialect.PENDING_ORDERS: ("GET_FLAT_FILE_PENDING_ORDERS_DATA", pending),
}
"""A table of each dialect of reports, whose columns the table of facts names."""

CONVERGED_NAMES = {
    "quantity-purchased": "quantity-purchased", "buyer-email": "buyer-email", "buyer-name": "buyer-name",
    "ship-city": "ship-city", "ship-zip": "ship-postal-code",
}  # fmt: skip
"""Columns of the converged order report, by what the other order reports call them."""

XML_NAMES = {
    "ship-service-level": "FulfillmentData/ShipServiceLevel",
    "ship-city": "FulfillmentData/Address/City",
    "ship-state": "FulfillmentData/Address/State",
    "ship-postal-code": "FulfillmentData/Address/PostalCode",
    "ship-country": "FulfillmentData/Address/Country",
    "address-type": "FulfillmentData/Address/AddressType",
    "is-business-order": "IsBusinessOrder",
    "purchase-order-number": "PurchaseOrderNumber",
    "payment-method-details": "PaymentMethodDetails",
    "is-replacement-order": "IsReplacementOrder",
    "original-order-id": "OriginalOrderID",
    "is-iba": "IsIba",
}
_COMPONENT = "ItemPrice/Component[Type='{}']/Amount"
XML_NAMES_OF_ITEM = {
    "asin": "ASIN",
    "product-name": "ProductName",
    "quantity": "Quantity",
    "number-of-items": "NumberOfItems",
    "item-status": "ItemStatus",
    "item-price": _COMPONENT.format("Principal"),
    "item-tax": _COMPONENT.format("Tax"),
    "shipping-price": _COMPONENT.format("Shipping"),
    "shipping-tax": _COMPONENT.format("ShippingTax"),
    "gift-wrap-price": _COMPONENT.format("GiftWrap"),
    "gift-wrap-tax": _COMPONENT.format("GiftWrapTax"),
    "promotion-ids": "Promotion/PromotionIDs",
    "item-promotion-discount": "Promotion/ItemPromotionDiscount",
    "ship-promotion-discount": "Promotion/ShipPromotionDiscount",
    "price-designation": "PriceDesignation",
    "tax-collection-model": "TaxCollectionModel",
    "tax-collection-responsible-party": "TaxCollectionResponsibleParty",
    "is-transparency": "IsTransparency",
    "buyer-requested-cancel-reason": "BuyerRequestedCancel/Reason",
    "buyer-company-name": "BuyerInfo/BuyerCompanyName",
}
"""Where the XML of all orders says of an order, and of an item, what the table says in a column."""


_SAYS: dict[str, Any] = {
    "tax": "1.5", "shipping": "2.25", "shipping_tax": "0.25", "cod_fee": 2, "cod_fee_discount": 1,
    "promotion_discount": 1, "promotion_discount_tax": "0.1", "shipping_discount": 1, "shipping_discount_tax": "0.1",
    "promotion_ids": ["SPRING", "SHIP"], "condition_id": "Used", "condition_subtype_id": "Very Good",
    "condition_note": "Dented", "serial_number_required": True, "serial_numbers": ["S1", "S2"], "ioss_number": "IM1",
    "is_transparency": True, "price_designation": "BusinessPrice", "product_info": {"number_of_items": 2},
    "scheduled_delivery_start_date": "2026-03-09T00:00:00Z", "scheduled_delivery_end_date": "2026-03-10T00:00:00Z",
    "measurement": {"unit": "POUNDS", "value": 1.5}, "deemed_reseller_category": "UOSS",
    "substitution_preferences": {"substitution_type": "DO_NOT_SUBSTITUTE"},
    "shipping_constraints": {"signature_confirmation": "MANDATORY"},
    "amazon_programs": {"programs": ["SUBSCRIBE_AND_SAVE"]},
    "points_granted": {"points_number": 5, "points_monetary_value": 4},
    "buyer_info": {
        "buyer_customized_info": {"customized_url": "https://example.com/design.zip"}, "gift_wrap_price": 3,
        "gift_wrap_tax": "0.25", "gift_message_text": "Many happy returns!", "gift_wrap_level": "Classic",
    },
}  # fmt: skip
TALKATIVE: dict[str, Any] = {
    "items": [{"sku": "A", "price": 20, **_SAYS}, {"sku": "B", "quantity": 2, "price": 15, "tax_collection": {}}],
    "programs": ["Business", "Prime", "Premium", "IBA"],
    "buyer": {
        "buyer_county": "Kent", "purchase_order_number": "PO-1",
        "buyer_tax_info": {
            "company_legal_name": "Example Ltd.", "taxing_region": "GB",
            "tax_classifications": [{"name": "VATNumber", "value": "GB0"}],
        },
    },
    "ship_to": {
        "line2": "Flat 2", "address_line3": "Ring twice", "county": "Kent", "district": "North",
        "municipality": "Dover", "company_name": "Example Ltd.", "address_type": "Commercial",
    },
    "order_channel": "Web", "replaced_order_id": "902-0000009-0000009", "easy_ship_shipment_status": "PickedUp",
    "electronic_invoice_status": "Accepted", "buyer_invoice_preference": "BUSINESS", "is_access_point_order": True,
    "is_global_express_enabled": True, "is_estimated_ship_date_set": True, "is_sold_by_ab": True,
    "payment_execution_detail": [{"payment": 20, "payment_method": "GC"}, {"payment": 5, "payment_method": "COD"}],
    "promise_response_due_date": "2026-03-05T00:00:00Z", "payment_method_details": ["CreditCard", "GiftCertificate"],
}  # fmt: skip
"""The form of an order that says nearly everything an order can."""


@dataclass(frozen=True)
class Mismatch:
    """Dialects that disagree, or that are not what the world knows."""

    seed: int
    order_id: str
    fact: str
    said: dict[Dialect, Any]
    expected: dict[Dialect, Any]


def mismatches(seed: int, *, partial: bool = False) -> Iterator[Mismatch | None]:
    """Every comparison of one history: None where all agree."""
    world, _ = simulate(seed, TURNS, partial=partial, forms=(*FORMS, TALKATIVE, {**TALKATIVE, "hold": False}))
    for notice in world.state.notices:
        if notice.order is not None:
            yield from compared(seed, world, notice.order, notice.order, notice)
    for order in world.orders.values():
        yield from compared(seed, world, order, order)


def compared(
    seed: int, world: World, order: Order, shown_order: Order, notice: Notice | None = None
) -> Iterator[Mismatch | None]:
    """What the dialects say of an order, and what they hide, fact by fact, beside what the world knows of it."""
    whole = project_everywhere(world, shown_order, notice)
    truths = {None: of_order(world, order)} | {item.order_item_id: of_item(order, item) for item in order.items}
    others = [dict([other]) for other in project_other_files(world, shown_order)]
    for projections, fact in product([whole, *others], (*FACTS, *STATUS_FACTS)):
        dialects = {
            each: what
            for each, what in projections.items()
            if each in fact.field_paths and (projections is whole or fact.field_paths[each].path in what.order)
        }
        for item_id, truth in truths.items():
            if dialects and fact.of_item is (item_id is not None):
                said = {
                    each: normalized_value(fact.field_paths[each], what, item_id) for each, what in dialects.items()
                }
                right = {
                    each: expected(fact, each, order, truth[fact.name], order.item(item_id or "")) for each in dialects
                }
                yield Mismatch(seed, order.order_id, fact.name, said, right) if said != right else None


def project_everywhere(world: World, order: Order, notice: Notice | None = None) -> dict[Dialect, Projection]:
    """An order in every dialect and in the reports that list it, and in a notification if one is given."""
    projections = project(world, order)
    projections.pop(Dialect.ORDER_CHANGE, None)  # of another moment than the order, perhaps
    if notice:
        projections[Dialect.ORDER_CHANGE] = project_notice(world, notice)
    return projections | project_reports(world, order)


def project_reports(world: World, order: Order) -> dict[Dialect, Projection]:
    """The rows about an order in the reports that list it, by the names of their columns."""
    return {
        dialect: Projection(next(iter(rows.values())), rows)
        for dialect, (name, file) in REPORT_FILES.items()
        if (rows := read_table(world, order, name, file))
    }


def project_other_files(world: World, order: Order) -> Iterator[tuple[Dialect, Projection]]:
    """The same of the files that tell of the same orders in other columns, or as XML, by the names of those columns."""
    if rows := read_table(world, order, "GET_CONVERGED_FLAT_FILE_ORDER_REPORT_DATA", converged):
        renamed = {
            item_id: {name: row[column] for column, name in CONVERGED_NAMES.items()} for item_id, row in rows.items()
        }
        yield Dialect.ORDER_REPORTS, Projection(next(iter(renamed.values())), renamed)
    report = a_report(world, order, "GET_XML_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL")
    policy = world.policy.with_settings({"order_report_cancellation_columns": True})
    contents = Contents(world.now(), policy, (order,))
    read = read_xml(order_element(report, all_orders.rows(contents)))
    yield Dialect.ALL_ORDERS, Projection(next(iter(read.values())), read)


def read_table(world: World, order: Order, name: str, file: Any) -> dict[str, dict[str, str]]:
    """The rows about an order by item, each by column; none of a table that does not list it."""
    report = a_report(world, order, name)
    if DATED[report.kind.selection](order) is None:
        return {}
    columns = file.columns(report, requests=True)
    return {
        row.item.order_item_id: {name: read(row) for name, read in columns}
        for row in file.rows(Contents(world.now(), world.policy, (order,)))
    }


def read_xml(order: "etree._Element") -> dict[str, dict[str, str]]:
    """What an element says, as a row of the table for each item."""
    rows = {}
    for item in order.findall("OrderItem"):
        row = {name: item.findtext(path) or "" for name, path in XML_NAMES_OF_ITEM.items()}
        row |= {name: order.findtext(path) or "" for name, path in XML_NAMES.items()}
        amount = item.find(XML_NAMES_OF_ITEM["item-price"])
        row["currency"] = "" if amount is None else str(amount.get("currency"))
        if amount is not None:
            row |= {name: row[name] or "0.00" for name in ("item-tax", "shipping-price", "shipping-tax")}
        rows[item.findtext("AmazonOrderItemCode", "")] = row
    return rows


def a_report(world: World, order: Order, name: str) -> Report:
    """A report of a type about one order."""
    now = world.now()
    return Report("1", REPORT_TYPES[name], (order.marketplace_id,), now, now, now)


def expected(fact: Fact, dialect: Dialect, order: Order, truth: Any, item: Item | None = None) -> Any:
    """What a dialect has to say: the truth where the table has the fact's part shown, else that there is nothing.

    Of an item that was canceled by itself nobody shows units, money or condition, whatever its order's status.
    """
    alone = item is not None and item.canceled is not None
    if alone and fact.name == "item's status" and order.status is not Status.CANCELED:
        shown = cell(Part.ITEM_STATUS, display_status(order), order.channel, dialect).shown
        return "Cancelled" if shown and dialect == Dialect.ALL_ORDERS else None
    hidden = alone and fact.part in (Part.QUANTITY, Part.UNITS, Part.PRICES, Part.CONDITION)
    if fact.part is None or (not hidden and cell(fact.part, display_status(order), order.channel, dialect).shown):
        return of_dialect(fact, dialect, order, truth)
    if fact.part in (Part.QUANTITY, Part.UNITS):
        return 0
    return False if isinstance(truth, bool) else None


def of_dialect(fact: Fact, dialect: Dialect, order: Order, truth: Any) -> Any:
    """The truth as far as a dialect says it, by the notes of the table of correspondences."""
    if fact.name == "item's status" and dialect == Dialect.ALL_ORDERS and order.status is Status.CANCELED:
        return "Cancelled"
    return truth


def of_order(world: World, order: Order) -> dict[str, Any]:
    """Every fact about an order as the world knows it, in the form that all dialects share."""
    dates = of_dates(order, world.policy.span("delivery_after", order.marketplace_id))
    return {
        **{fact: instant(at.isoformat()) if at else None for fact, at in dates.items()},
        "order id": order.order_id,
        "seller's own number": order.seller_order_id or (order.order_id if order.channel is Channel.AFN else None),
        "marketplace": order.marketplace_id,
        "sold at": "NON_AMAZON" if order.multi_channel else "AMAZON",
        "status": status(order.status),
        "who ships": channel(order.channel),
        "purchased at": instant(order.purchased_at.isoformat()),
        "last updated at": instant(order.last_updated_at.isoformat()),
        "units shipped": order.quantity_confirmed,
        "units unshipped": order.quantity_unconfirmed,
        "total": amount(order.total),
        "buyer's e-mail": order.buyer.email or None,
        "buyer's name": order.buyer.name or None,
        "ship-to city": order.ship_to.city or None,
        "ship-to postal code": order.ship_to.postal_code or None,
        "phone": order.ship_to.phone or None,
        "payment method": order.details.payment_method,
        "payment details": ", ".join(order.details.payment_method_details),
        **of_programs(order),
        **of_address(order),
        "ship-to company": order.ship_to.company_name or None,
        "buyer's company": order.buyer.buyer_tax_info.company_legal_name if order.buyer.buyer_tax_info else None,
        "purchase order number": order.buyer.purchase_order_number or None,
        "replaced order": order.details.replaced_order_id or None,
        "invoice": of_invoice(order),
        "parcels": bool(order.shipments),
    }


def of_programs(order: Order) -> dict[str, Any]:
    """Which kinds of order it is."""
    of = order.details
    due = of.promise_response_due_date
    country = MARKETPLACES[order.marketplace_id].country
    regular = "Preorder" if order.release_at else "StandardOrder"
    return {
        "order type": "SourcingOnDemandOrder" if order.sourced_on_demand else regular,
        "pre-order": order.release_at is not None and not order.sourced_on_demand,
        "business order": "Business" in order.programs,
        "Prime": "Prime" in order.programs,
        "Premium": "Premium" in order.programs,
        "invoiced by Amazon": "IBA" in order.programs,
        "replacement": "Replacement" in order.programs,
        "fetched in a store": order.is_ispu,
        "access point": of.is_access_point_order,
        "global express": of.is_global_express_enabled,
        "ship date is set": of.is_estimated_ship_date_set is True,
        "Easy Ship": of.easy_ship_shipment_status is not None,
        "Easy Ship's status": of.easy_ship_shipment_status,
        "sold by Amazon Business": of.is_sold_by_ab,
        "order channel": of.order_channel or None,
        "service": f"Std {country} D2D Dom" if order.channel is Channel.MFN else "Standard",
        "kind of service": "STANDARD",
        "single payments": amount(sum(each.payment for each in of.payment_execution_detail)) or None,
        "answer due": instant(due.isoformat()) if due else None,
        "invoice preference": of.buyer_invoice_preference,
        "currency of the total": MARKETPLACES[order.marketplace_id].currency,
    }


def of_address(order: Order) -> dict[str, Any]:
    """Where it goes, and what its buyer is."""
    to, tax = order.ship_to, order.buyer.buyer_tax_info
    return {
        "buyer's county": order.buyer.buyer_county or None,
        "taxing region": (tax and tax.taxing_region) or None,
        "buyer's tax number": ", ".join(each.value for each in tax.tax_classifications) or None if tax else None,
        "recipient": to.name or None,
        "street": to.line1 or None,
        "second line": to.line2 or None,
        "third line": to.address_line3 or None,
        "state": to.state or None,
        "country": to.country or None,
        "county": to.county or None,
        "district": to.district or None,
        "municipality": to.municipality or None,
        "kind of address": to.address_type.upper() if to.address_type else None,
    }


def of_dates(order: Order, delivery_after: timedelta) -> dict[str, datetime | None]:
    """The dates of an order by the local days of its marketplace; those of what Amazon ships are one and the same."""
    zone, placed = MARKETPLACES[order.marketplace_id].zone, order.release_at or order.purchased_at
    if order.channel is Channel.AFN:
        amazons = ship_by(placed, order.handling_days, order.marketplace_id)
        return {"ships from": amazons, "ship by": amazons, "delivered from": None, "delivered by": None}
    assert order.ship_by_at is not None
    next_day = order.ship_by_at.astimezone(zone).date() + timedelta(days=1)
    delivered_from = datetime.combine(next_day, time(), zone)
    return {
        "ships from": datetime.combine(placed.astimezone(zone).date(), time(), zone),
        "ship by": order.ship_by_at,
        "delivered from": delivered_from,
        "delivered by": max(delivered_from, order.ship_by_at + delivery_after),
    }


def of_item(order: Order, item: Item) -> dict[str, Any]:
    """Every fact about an item, in the same form."""
    ended = item.canceled or order.cancellation
    return {
        "item id": item.order_item_id,
        "sku": item.sku,
        "quantity ordered": item.quantity,
        "quantity shipped": item.quantity_confirmed,
        "buyer asks to cancel": item.cancellation_requested,
        "buyer's reason": item.cancel_reason or None,
        "who canceled": str(ended.by) if ended else None,
        "why it was canceled": REASON_WORDS[ended.reason] if ended else None,
        "price of all units": amount(item.price * item.quantity),
        "currency": MARKETPLACES[order.marketplace_id].currency,
        **of_extras(item),
        **of_product(item),
        **of_charges(order, item),
        "item's status": "Unshipped" if item.quantity_unconfirmed else "Shipped",
    }


def of_invoice(order: Order) -> str | None:
    """Where the invoice stands, in capitals."""
    known = {"Accepted": "ACCEPTED", None: "NOT_FOUND" if order.invoice else None}
    return known[order.details.electronic_invoice_status]


def of_extras(item: Item) -> dict[str, Any]:
    """Facts about an item that most items do not have."""
    of, count = item.details, item.quantity
    done = of.buyer_info
    return {
        "gift": "true" if of.is_gift or (done and done.gift_wrap_level) else "false",
        "tax of a promotion discount": amount(of.promotion_discount_tax * count),
        "gift wrap": (done and amount(done.gift_wrap_price * count)) or None,
        "gift message": (done and done.gift_message_text) or None,
        "points": of.points_granted.points_number if of.points_granted else None,
        "worth of points": amount(of.points_granted.points_monetary_value) if of.points_granted else None,
        "level of gift wrap": (done and done.gift_wrap_level) or None,
        "design": done.buyer_customized_info.customized_url if done and done.buyer_customized_info else None,
        "condition": of.condition_id.upper(),
        "IOSS number": of.ioss_number or None,
    }


def of_product(item: Item) -> dict[str, Any]:
    """What an item is, and how it is to be shipped."""
    of = item.details
    first, last = of.scheduled_delivery_start_date, of.scheduled_delivery_end_date
    programs = of.amazon_programs.programs if of.amazon_programs else ()
    return {
        "ASIN": item.asin,
        "title": item.title or None,
        "pieces of a unit": of.product_info.number_of_items,
        "condition's kind": of.condition_subtype_id.upper().replace(" ", "_"),
        "condition in words": of.condition_note or None,
        "serial number is asked for": of.serial_number_required,
        "serial numbers": ", ".join(of.serial_numbers) or None,
        "transparency": of.is_transparency,
        "subscribe and save": "SUBSCRIBE_AND_SAVE" in programs,
        "unit of measure": of.measurement.unit if of.measurement else None,
        "measure": of.measurement.value if of.measurement else None,
        "in its place": of.substitution_preferences.substitution_type if of.substitution_preferences else None,
        "signature": of.shipping_constraints.signature_confirmation if of.shipping_constraints else None,
        "delivery scheduled from": instant(first.isoformat()) if first else None,
        "delivery scheduled to": instant(last.isoformat()) if last else None,
        "tax scheme": of.deemed_reseller_category,
    }


def of_charges(order: Order, item: Item) -> dict[str, Any]:
    """What all units of an item cost besides; a sum of nothing is none."""
    of, wrap = item.details, item.details.gift_wrap_tax
    sums = {
        "item tax": item.tax,
        "shipping": item.shipping,
        "tax of shipping": of.shipping_tax,
        "shipping discount": of.shipping_discount,
        "tax of a shipping discount": of.shipping_discount_tax,
        "promotion discount": of.promotion_discount,
        "COD fee": of.cod_fee,
        "COD discount": of.cod_fee_discount,
        "tax of gift wrap": wrap,
    }
    by_amazon = of.tax_collection or (order.marketplace_id == US and (item.tax or of.shipping_tax or wrap))
    return {
        **{name: amount(of_one * item.quantity) or None for name, of_one in sums.items()},
        "promotions": ", ".join(of.promotion_ids) or None,
        "designation of the price": "BUSINESS_PRICE" if of.price_designation else None,
        "who takes the tax": "Amazon Services, Inc." if by_amazon else None,
        "how the tax is taken": "MARKETPLACE_FACILITATOR" if by_amazon else None,
    }


if __name__ == "__main__":
    found = list(mismatches(int(sys.argv[1])))
    for line in filter(None, found):
        print(line)
    print(f"seed {sys.argv[1]}: {len(found)} comparisons, {sum(each is not None for each in found)} mismatches")
