"""The tables of orders: their columns in order, what stands in them, and the columns that come and go."""

from decimal import Decimal

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from tests.api.formats.reports.reading import (
    BY_DATE,
    BY_UPDATE,
    SHIPPING,
    UNSHIPPED,
    fetched,
    header,
    link,
    made,
    rows,
    table,
    text,
)
from tests.api.shop import US, Seller, Shop

JP, DE = "A1VC38T7YXB528", "A1PA6795UKMFR9"
REQUEST = ["is-buyer-requested-cancellation", "buyer-requested-cancel-reason"]
INVOICING, TAX = SHIPPING.replace("SHIPPING", "INVOICING"), SHIPPING.replace("SHIPPING", "TAX")


def names(text: str) -> list[str]:
    return text.split()


UNSHIPPED_COLUMNS = names("""
order-id order-item-id purchase-date payments-date reporting-date promise-date days-past-promise buyer-email buyer-name
cpf buyer-phone-number sku number-of-items product-name quantity-purchased quantity-shipped quantity-to-ship
ship-service-level ship-service-name recipient-name ship-address-1 ship-address-2 ship-address-3 ship-city ship-state
ship-postal-code ship-country sales-channel customized-url customized-page is-business-order purchase-order-number
price-designation is-prime is-buyer-requested-cancellation buyer-requested-cancel-reason verge-of-cancellation
verge-of-lateShipment signature-confirmation-recommended buyer-identification-number buyer-identification-type
""")
ORDER_COLUMNS = names("""
order-id order-item-id purchase-date payments-date buyer-email buyer-name buyer-phone-number sku number-of-items
product-name quantity-purchased currency item-price item-tax shipping-price shipping-tax ship-service-level
recipient-name ship-address-1 ship-address-2 ship-address-3 ship-city ship-state ship-postal-code ship-country
ship-phone-number item-promotion-discount item-promotion-id ship-promotion-discount ship-promotion-id
delivery-start-date delivery-end-date delivery-time-zone delivery-Instructions earliest-ship-date latest-ship-date
earliest-delivery-date latest-delivery-date is-business-order purchase-order-number price-designation is-prime
buyer-company-name is-iba is-buyer-requested-cancellation buyer-requested-cancel-reason
""")
ALL_COLUMNS = names("""
amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel
order-channel ship-service-level product-name sku asin item-status quantity currency item-price item-tax
shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount ship-city
ship-state ship-postal-code ship-country promotion-ids is-business-order purchase-order-number price-designation
number-of-items tax-collection-model tax-collection-responsible-party address-type payment-method-details
item-extensions-data fulfilled-by buyer-company-name buyer-tax-registration-country buyer-tax-registration-type
is-heavy-or-bulky is-replacement-order is-exchange-order original-order-id is-amazon-invoiced vat-exclusive-item-price
vat-exclusive-shipping-price vat-exclusive-giftwrap-price is-iba is-buyer-requested-cancellation
buyer-requested-cancel-reason is-transparency ioss-number order-invoice-type
""")


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        (UNSHIPPED, UNSHIPPED_COLUMNS),
        (SHIPPING, ORDER_COLUMNS),
        (INVOICING, ORDER_COLUMNS),
        (TAX, ORDER_COLUMNS),
        (BY_UPDATE, ALL_COLUMNS),
        (BY_DATE, ALL_COLUMNS),
    ],
)
def test_the_columns_of_a_request_exist_only_while_they_are_turned_on(
    shop: Shop, kind: str, columns: list[str]
) -> None:
    seller = shop.open()
    seller.place_order()
    assert header(seller, kind) == [name for name in columns if name not in REQUEST]
    seller.world.execute(ConfigurePolicy({"order_report_cancellation_columns": True}))
    assert header(seller, kind) == columns
    seller.world.execute(ConfigurePolicy({"order_report_cancellation_columns": None}))
    assert header(seller, kind) == [name for name in columns if name not in REQUEST]


def asking(shop: Shop, **settings: object) -> Seller:
    """A seller with the columns on; of his two orders one has two items, the buyer wants the second one canceled."""
    seller = shop.open(settings={"order_report_cancellation_columns": True, **settings})
    order = seller.place_order(id="902-0000000-0000001", items=[{"sku": "A", "price": 20}, {"sku": "B", "quantity": 2}])
    seller.place_order(id="902-0000000-0000002")
    seller.pass_time(minutes=31)
    body = {"items": ["B"], "reason_text": 'too "late"\tand\r\nwrong 🙂'}
    seller.world.act(order.order_id, "buyer-request-cancellation", body)
    return seller


@pytest.mark.parametrize("kind", [UNSHIPPED, SHIPPING, BY_UPDATE, BY_DATE])
def test_the_flag_is_the_orders_and_the_reason_the_items(shop: Shop, kind: str) -> None:
    """The flag on all rows, the reason on the rows that were asked for."""
    found = {(row["sku"], row[REQUEST[0]]): row[REQUEST[1]] for row in table(asking(shop), kind)}
    assert found == {("A", "true"): "", ("B", "true"): 'too "late" and wrong ?', ("SKU-1", "false"): ""}


@pytest.mark.parametrize("kind", [UNSHIPPED, SHIPPING, BY_DATE])
def test_the_flag_may_be_in_capitals(shop: Shop, kind: str) -> None:
    """Source R49: TRUE and FALSE in the text, small letters in files; `report_flag_case` has both."""
    seller = asking(shop, report_flag_case="upper")
    assert sorted(row[REQUEST[0]] for row in table(seller, kind)) == ["FALSE", "TRUE", "TRUE"]


def test_the_reason_stays_when_the_request_was_honoured(shop: Shop) -> None:
    seller = asking(shop)
    seller.world.act("902-0000000-0000001", "seller-cancel", {"reason": "buyer_canceled"})
    assert {row["order-id"] for row in table(seller, UNSHIPPED)} == {"902-0000000-0000002"}
    canceled = [row for row in table(seller, BY_UPDATE) if row["order-status"] == "Cancelled"]
    assert [row[REQUEST[0]] for row in canceled] == ["true", "true"]
    assert any("late" in row[REQUEST[1]] for row in canceled)
    assert {row["order-id"] for row in table(seller, SHIPPING)} == {"902-0000000-0000001", "902-0000000-0000002"}


def test_what_waits_for_its_shipment(seller: Seller) -> None:
    """Captures: ship-service-name is the name of the service, ship-service-level its category."""
    order = seller.place_order(
        items=[{"sku": "A", "title": "a\tmug\nblue", "quantity": 3, "price": 20}, {"sku": "B"}], programs=["Prime"]
    )
    seller.world.act(order.order_id, "seller-confirm-shipment", {"items": [{"sku": "A", "quantity": 1}, "B"]})
    (row,) = table(seller, UNSHIPPED)
    assert row["order-id"] == order.order_id
    assert (row["quantity-purchased"], row["quantity-shipped"], row["quantity-to-ship"]) == ("3", "1", "2")
    assert (row["product-name"], row["is-prime"], row["is-business-order"]) == ("a mug blue", "true", "false")
    assert (row["ship-service-level"], row["ship-service-name"]) == ("Standard", "Std US D2D Dom")
    assert row["purchase-date"] == "2026-03-02T16:00:00+00:00"
    assert row["payments-date"] == "2026-03-02T08:00:00-08:00"
    assert row["promise-date"] == "2026-03-05T07:59:59+00:00"
    assert row["reporting-date"] == "2026-03-02T16:01:30+00:00"
    assert row["days-past-promise"] == "-2"
    assert (row["recipient-name"], row["ship-country"], row["sales-channel"]) == ("Sample Buyer", "US", "Amazon.com")
    assert row["buyer-email"].endswith("@marketplace.amazon.com")


@pytest.mark.parametrize(
    ("to", "late", "canceled"),
    [
        ("2026-03-04T07:59:58Z", "false", "false"),
        ("2026-03-04T07:59:59Z", "true", "false"),
        ("2026-03-10T07:59:58Z", "true", "false"),
        ("2026-03-10T07:59:59Z", "true", "true"),
    ],
)
def test_an_order_comes_to_the_verge_of_lateness_and_of_cancellation(
    shop: Shop, to: str, late: str, canceled: str
) -> None:
    seller = shop.open(settings={"report_queue_time": "PT0S", "report_processing_time": "PT0S"})
    seller.place_order(ship_by_at="2026-03-05T07:59:59Z")
    seller.world.advance(seller.world.opening.start.fromisoformat(to))
    (row,) = rows(text(seller, made(seller, UNSHIPPED)))
    assert (row["verge-of-lateShipment"], row["verge-of-cancellation"]) == (late, canceled)


def test_an_order_report_has_prices(seller: Seller) -> None:
    order = seller.place_order(items=[{"sku": "A", "quantity": 2, "price": 20, "tax": 1.5, "shipping": 3}])
    (row,) = table(seller, SHIPPING)
    assert (row["order-item-id"], row["currency"]) == (order.items[0].order_item_id, "USD")
    money = [Decimal(row[name]) for name in ("item-price", "item-tax", "shipping-price", "shipping-tax")]
    assert money == [Decimal(40), Decimal(3), Decimal(6), Decimal(0)]
    assert row["latest-ship-date"] == "2026-03-05T07:59:59+00:00"
    assert row["latest-delivery-date"] == "2026-03-08T07:59:59+00:00"


def test_the_sales_channel_is_an_option_of_order_reports(seller: Seller) -> None:
    seller.place_order()
    (row,) = table(seller, SHIPPING, reportOptions={"ShowSalesChannel": "true"})
    assert row["sales-channel"] == "Amazon.com"
    names = list(row)
    assert names[names.index("sales-channel") - 1 :][:3] == [
        "delivery-Instructions",
        "sales-channel",
        "earliest-ship-date",
    ]
    assert "sales-channel" not in table(seller, SHIPPING)[0]


def test_all_orders_have_statuses_of_their_own(seller: Seller) -> None:
    """Source V11: quantity 0 and empty price when canceled; price and currency when pending."""
    pending = seller.place_order(hold=True)
    waiting, half, gone, canceled = (
        seller.place_order(items=[{"sku": "A", "price": 20}, {"sku": "B"}]) for _ in range(4)
    )
    amazons = seller.place_order(channel="AFN", items=[{"sku": "A"}])
    seller.world.act(half.order_id, "seller-confirm-shipment", {"items": ["A"]})
    seller.world.act(gone.order_id, "seller-confirm-shipment")
    seller.world.act(canceled.order_id, "seller-cancel", {"reason": "no_inventory"})
    found = {(row["amazon-order-id"], row["sku"]): row for row in table(seller, BY_DATE)}

    def said(order_id: str, sku: str) -> tuple[str, str]:
        row = found[order_id, sku]
        return row["order-status"], row["item-status"]

    assert said(pending.order_id, "SKU-1") == ("Pending", "")
    assert said(waiting.order_id, "A") == ("Unshipped", "Unshipped")
    assert said(half.order_id, "A") == ("Shipping", "Shipped")
    assert said(half.order_id, "B") == ("Shipping", "Unshipped")
    assert said(gone.order_id, "B") == ("Shipped", "Shipped")
    assert said(canceled.order_id, "A") == ("Cancelled", "Cancelled")
    assert {found[each.order_id, "A"]["fulfillment-channel"] for each in (waiting, amazons)} == {"Merchant", "Amazon"}
    gone_row = found[canceled.order_id, "A"]
    assert (gone_row["quantity"], gone_row["item-price"], gone_row["currency"]) == ("0", "", "")
    kept = found[pending.order_id, "SKU-1"]
    assert (kept["quantity"], kept["item-price"], kept["currency"]) == ("1", "20.00", "USD")
    assert found[waiting.order_id, "A"]["item-price"] == "20.00"


def test_lines_end_with_cr_and_lf_and_all_have_the_same_cells(shop: Shop) -> None:
    seller = asking(shop)
    lines = text(seller, made(seller, UNSHIPPED)).split("\r\n")
    assert lines.pop() == ""
    assert not any("\n" in line or "\r" in line for line in lines)
    assert {line.count("\t") for line in lines} == {len(UNSHIPPED_COLUMNS) - 1}


@pytest.mark.parametrize(
    ("marketplace", "charset", "shown"),
    [(US, "Cp1252", "Müsli ?"), (DE, "Cp1252", "Müsli ?"), (JP, "windows-31j", "M?sli ?")],
)
def test_tables_come_in_the_old_encodings(shop: Shop, marketplace: str, charset: str, shown: str) -> None:
    """Source SEEN-REPORTS: `text/plain; charset=Cp1252` in North America and Europe, Content-Encoding identity."""
    seller = shop.open(settings={"report_gzip": False}, marketplace_ids=[marketplace])
    seller.place_order(marketplace=marketplace, items=[{"title": "Müsli 🙂"}])
    done = made(seller, SHIPPING, marketplaceIds=[marketplace])
    answer = fetched(seller, link(seller, done)["url"])
    assert answer.headers["content-type"] == f"text/plain; charset={charset}"
    assert answer.headers["content-encoding"] == "identity"
    (row,) = rows(answer.raw.decode(charset.replace("windows-31j", "cp932")))
    assert row["product-name"] == shown


def test_a_canceled_order_shows_no_buyer(seller: Seller) -> None:
    order = seller.place_order()
    seller.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    (row,) = table(seller, SHIPPING)
    assert {row[name] for name in ("buyer-name", "buyer-email", "recipient-name", "ship-city")} == {""}


def test_tables_may_come_in_unicode(shop: Shop) -> None:
    seller = shop.open(settings={"report_encoding": "utf_8", "report_gzip": False})
    seller.place_order(items=[{"title": "Müsli 🙂"}])
    answer = fetched(seller, link(seller, made(seller, SHIPPING))["url"])
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    (row,) = rows(answer.raw.decode("utf-8"))
    assert row["product-name"] == "Müsli 🙂"
