"""Order reports as XML, which schedules make."""

from lxml import etree

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from tests.api.formats.reports.reading import BASE, text
from tests.api.shop import US, Seller

KIND = "GET_ORDER_REPORT_DATA_SHIPPING"


def test_a_schedule_makes_a_message_for_each_order(seller: Seller) -> None:
    seller.world.execute(ConfigurePolicy({"order_report_cancellation_columns": True}))
    body = {"reportType": KIND, "marketplaceIds": [US], "period": "PT15M"}
    assert seller.post(f"{BASE}/schedules", body).status == 201
    items = [{"sku": "A", "quantity": 2, "price": 20, "tax": 1.5, "title": "Müsli & <more> 🙂"}, {"sku": "B"}]
    first = seller.place_order(items=items, programs=["Prime"])
    second = seller.place_order()
    seller.world.act(second.order_id, "seller-cancel", {"reason": "no_inventory"})
    seller.pass_time(minutes=20)
    (done,) = seller.get(f"{BASE}/reports", reportTypes=KIND).body["reports"]
    root = etree.fromstring(text(seller, done).encode())
    assert root.findtext("Header/MerchantIdentifier") == seller.world.seller_id
    assert root.findtext("MessageType") == "OrderReport"
    reports = {each.findtext("AmazonOrderID"): each for each in root.iterfind("Message/OrderReport")}
    assert set(reports) == {first.order_id, second.order_id}
    kept, canceled = reports[first.order_id], reports[second.order_id]
    assert [each.findtext("SKU") for each in kept.iterfind("Item")] == ["A", "B"]
    assert kept.findtext("Item/Title") == "Müsli & <more> 🙂"
    sums = {each.findtext("Type"): each.findtext("Amount") for each in kept.iterfind("Item[1]/ItemPrice/Component")}
    assert sums == {"Principal": "40.00", "Shipping": "0.00", "Tax": "3.00", "ShippingTax": "0.00"}
    assert {each.get("currency") for each in kept.iter("Amount")} == {"USD"}
    assert kept.findtext("FulfillmentData/Address/City") == "Springfield"
    assert (kept.findtext("IsPrime"), kept.findtext("OrderDate")) == ("true", "2026-03-02T16:00:00+00:00")
    assert canceled.find("BillingData") is None
    assert canceled.find("FulfillmentData/Address") is None
