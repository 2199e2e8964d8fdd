"""What XML feeds and flat files want, message by message: what is done, what is refused, how the report tells it."""

from decimal import Decimal
from typing import Any

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.orders.order import Order
from tests.api.formats.feeds.filing import (
    ACKNOWLEDGE,
    ADJUST,
    FLAT_ACKNOWLEDGE,
    FLAT_ADJUST,
    FLAT_FULFIL,
    FULFIL,
    adjust,
    adjusted,
    cancel,
    envelope,
    outcome,
    table,
)
from tests.api.shop import Seller

CANCEL = ("order-id", "cancellation-reason-code", "amazon-order-item-code")
TWO = [{"sku": "A", "price": 20}, {"sku": "B", "quantity": 2, "price": 15}]
UNKNOWN = "902-0000001-0000001"


def status(seller: Seller, order: Order) -> str:
    return str(seller.world.order(order.order_id).status)


def refunded(seller: Seller, order: Order) -> Decimal:
    return sum((a.amount for one in seller.world.order(order.order_id).refunds for a in one.amounts), Decimal(0))


def ids(order: Order) -> list[str]:
    return [each.order_item_id for each in order.items]


def rows(order: Order, reason: str = "NoInventory") -> list[tuple[str, str, str]]:
    return [(order.order_id, reason, each) for each in ids(order)]


def confirmed(seller: Seller, **form: Any) -> Order:
    """An order whose shipment is confirmed."""
    order = seller.place_order(**form)
    seller.world.act(order.order_id, "seller-confirm-shipment")
    return order


def reason_of(seller: Seller, order: Order) -> str:
    ended = seller.world.order(order.order_id).cancellation
    return ended.reason if ended else ""


# Cancelling


def test_each_message_stands_alone_and_the_report_lists_what_failed(seller: Seller) -> None:
    good, canceled, part = (seller.place_order(items=TWO) for _ in range(3))
    seller.world.act(canceled.order_id, "buyer-cancel")
    bodies = [cancel(good), cancel(canceled), cancel(UNKNOWN), cancel(part, items=ids(part)[:1]), cancel("12")]
    came = outcome(seller, ACKNOWLEDGE, envelope(ACKNOWLEDGE, *bodies))
    assert (came.status, came.counts) == ("DONE", (5, 1, 4, 0))
    assert came.codes == [("2", "18021"), ("3", "18028"), ("4", "18028"), ("5", "25441")]
    assert [text.partition(":")[0] for *_, text in came.listed[:3]] == [
        "ALREADY_CANCELED",
        "UNKNOWN_ORDER",
        "PARTIAL_CANCEL_UNSUPPORTED",
    ]
    assert f"<AmazonOrderID>{canceled.order_id}</AmazonOrderID>".encode() in came.raw
    assert [status(seller, each) for each in (good, canceled, part)] == ["Canceled", "Canceled", "Unshipped"]


def test_a_flat_file_has_one_record_for_each_item(seller: Seller) -> None:
    good, part, whole = (seller.place_order(items=TWO) for _ in range(3))
    file = table(CANCEL, *rows(good), *rows(part)[:1], (whole.order_id, "", ""), template="OrderCancellation")
    came = outcome(seller, FLAT_ACKNOWLEDGE, file)
    assert (came.status, came.counts, came.codes) == ("DONE", (4, 3), [("3", "18028")])
    assert came.text.startswith("PARTIAL_CANCEL_UNSUPPORTED: ")
    assert [status(seller, each) for each in (good, part, whole)] == ["Canceled", "Unshipped", "Canceled"]
    assert reason_of(seller, whole) == "general_adjustment"
    assert f"\n3\t{part.order_id}\t{ids(part)[0]}\t18028\tError\t".encode() in came.raw


def test_a_table_without_errors_is_four_lines(seller: Seller) -> None:
    came = outcome(seller, FLAT_ACKNOWLEDGE, table(CANCEL, *rows(seller.place_order())))
    summary = "Feed Processing Summary:\n\tNumber of records processed\t\t1\n\tNumber of records successful\t\t1\n\n"
    assert (came.raw, len(came.raw)) == (summary.encode(), 91)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("BuyerCanceled", "BuyerCanceled"), "buyer_canceled"),
        (("BuyerCanceled", "NoInventory"), "no_inventory"),
        (("NoInventory", "CustomerReturn"), "no_inventory"),
        (("", ""), "general_adjustment"),
    ],
)
def test_an_order_is_canceled_for_one_reason(seller: Seller, words: tuple[str, str], key: str) -> None:
    order = seller.place_order(items=TWO)
    items = "".join(
        f"<Item><AmazonOrderItemCode>{each}</AmazonOrderItemCode>"
        f"{f'<CancelReason>{word}</CancelReason>' if word else ''}</Item>"
        for each, word in zip(ids(order), words, strict=True)
    )
    assert outcome(seller, ACKNOWLEDGE, envelope(ACKNOWLEDGE, cancel(order, items=[]) + items)).codes == []
    assert reason_of(seller, order) == key


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("BuyerCancelled", "did you mean 'BuyerCanceled'?"),
        ("CustomerCancel", "a reason of adjustments, not of cancellations; did you mean 'BuyerCanceled'?"),
        ("WeatherDelay", "INVALID_REASON"),
        ("Because 🙃 of 'this'", "There is no cancellation reason 'Because 🙃 of 'this''"),
        ("x" * 500, "There is no cancellation reason 'xxx"),
    ],
)
def test_a_wrong_reason_is_told_with_the_nearest(seller: Seller, word: str, said: str) -> None:
    order = seller.place_order()
    against_schema = "18028" if word == "WeatherDelay" else "5000"
    for feed_type, file, code in (
        (ACKNOWLEDGE, envelope(ACKNOWLEDGE, cancel(order, word)), against_schema),
        (FLAT_ACKNOWLEDGE, table(CANCEL, *rows(order, word)), "18028"),
    ):
        came = outcome(seller, feed_type, file)
        assert came.codes == [("1", code)]
        assert said in came.text
    assert status(seller, order) == "Unshipped"


def test_whitespace_in_a_reason_does_not_break_a_report(seller: Seller) -> None:
    order = seller.place_order()
    came = outcome(seller, ACKNOWLEDGE, envelope(ACKNOWLEDGE, cancel(order, "No\tInven\ntory &lt;&quot;&gt;")))
    assert "'No\tInven\ntory <\">'" in came.text
    came = outcome(seller, FLAT_ACKNOWLEDGE, table(CANCEL, (order.order_id, 'No "Inven\u2028tory"', ids(order)[0])))
    assert "'No \"Inven tory\"'" in came.text


def test_an_acknowledged_order_stays_as_it_is(seller: Seller) -> None:
    order = seller.place_order()
    own = "<MerchantOrderID>M-7</MerchantOrderID><StatusCode>Success</StatusCode>"
    body = f"<AmazonOrderID>{order.order_id}</AmazonOrderID>{own}"
    came = outcome(seller, ACKNOWLEDGE, envelope(ACKNOWLEDGE, body))
    assert (came.status, came.counts) == ("DONE", (1, 1, 0, 0))
    shown = seller.read(order)
    assert (shown["OrderStatus"], shown["SellerOrderId"]) == ("Unshipped", "M-7")


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("<StatusCode>Failure</StatusCode>", "5000", "OrderAcknowledgement needs AmazonOrderID."),
        ("<AmazonOrderID>{id}</AmazonOrderID>", "5000", "OrderAcknowledgement needs StatusCode."),
        ("<AmazonOrderID>{id}</AmazonOrderID><StatusCode>Failed</StatusCode>", "5000", "did you mean 'Failure'?"),
        (
            "<AmazonOrderID>{id}</AmazonOrderID><StatusCode>Failure</StatusCode><Items/>",
            "5000",
            "OrderAcknowledgement has no element 'Items'; did you mean 'Item'?",
        ),
        (
            "<AmazonOrderID>{id}</AmazonOrderID><StatusCode>Failure</StatusCode><Item><CancelReason>NoInventory</CancelReason></Item>",
            "5000",
            "Item needs AmazonOrderItemCode.",
        ),
        (
            "<AmazonOrderID>{id}</AmazonOrderID><AmazonOrderID>{id}</AmazonOrderID><StatusCode>Failure</StatusCode>",
            "5000",
            "AmazonOrderID 2 times",
        ),
        ("<AmazonOrderID><b/></AmazonOrderID><StatusCode>Failure</StatusCode>", "5000", "AmazonOrderID is text"),
    ],
)
def test_a_message_that_is_wrong_in_itself_is_told(seller: Seller, body: str, code: str, said: str) -> None:
    """Source: abuzuhri#268: a message against its schema has 5000, is counted as processed, and stands alone."""
    order = seller.place_order()
    came = outcome(seller, ACKNOWLEDGE, envelope(ACKNOWLEDGE, body.format(id=order.order_id), cancel(order)))
    assert (came.counts, came.codes) == ((2, 1, 1, 0), [("1", code)])
    assert said in came.text
    assert status(seller, order) == "Canceled"


def test_newer_reasons_are_behind_a_setting(seller: Seller) -> None:
    orders = [seller.place_order() for _ in range(2)]
    words = ("PricingError", "WeatherDelay")
    file = envelope(ACKNOWLEDGE, *(cancel(each, word) for each, word in zip(orders, words, strict=True)))
    came = outcome(seller, ACKNOWLEDGE, file)
    assert [code for _, code in came.codes] == ["18028", "18028"]
    assert all("which the setting newer_cancel_reasons turns on." in text for *_, text in came.listed)
    assert not any("did you mean" in text for *_, text in came.listed)
    seller.world.execute(ConfigurePolicy({"newer_cancel_reasons": True}))
    assert outcome(seller, ACKNOWLEDGE, file + "\n").codes == []
    assert [reason_of(seller, each) for each in orders] == ["pricing_error", "weather_delay"]


def test_a_table_knows_seven_reasons(seller: Seller) -> None:
    order = seller.place_order()
    (item,) = ids(order)
    came = outcome(seller, FLAT_ACKNOWLEDGE, table(CANCEL, (order.order_id, "CarrierCreditDecision", item)))
    assert came.text == (
        "CarrierCreditDecision is a reason in XML alone; those of a table are BuyerCanceled, CustomerExchange, "
        "CustomerReturn, GeneralAdjustment, MerchandiseNotReceived, NoInventory, ShippingAddressUndeliverable."
    )
    came = outcome(seller, FLAT_ACKNOWLEDGE, table(CANCEL, (order.order_id, "PriceError", item)))
    assert "PriceError is a reason of adjustments, not of cancellations" in came.text
    came = outcome(seller, FLAT_ACKNOWLEDGE, table(CANCEL, (order.order_id, "ü", item)))
    assert "WeatherDelay" not in came.text
    assert status(seller, order) == "Unshipped"


def test_an_item_can_be_adjusted_twice_in_one_message(seller: Seller) -> None:
    order = confirmed(seller, items=[{"sku": "A", "price": 10}])
    (item,) = ids(order)
    file = envelope(ADJUST, adjust(order, adjusted(item, "1.00"), adjusted(item, "2.00", reason="NoInventory")))
    came = outcome(seller, ADJUST, file)
    assert (came.counts, came.codes) == ((1, 1, 0, 0), [])
    assert refunded(seller, order) == Decimal("3.00")
    again = outcome(seller, ADJUST, file)
    assert [code for _, code in again.codes] == ["5000", "5000"]
    assert len(seller.world.order(order.order_id).refunds) == 2


def test_a_message_has_one_body(seller: Seller) -> None:
    orders = [seller.place_order() for _ in range(2)]
    file = envelope(ACKNOWLEDGE, f"{cancel(orders[0])}</OrderAcknowledgement><OrderAcknowledgement>{cancel(orders[1])}")
    came = outcome(seller, ACKNOWLEDGE, file)
    assert (came.counts, came.codes) == ((1, 0, 1, 0), [("1", "5000")])
    assert "has 'OrderAcknowledgement' and 'OrderAcknowledgement' where one OrderAcknowledgement belongs" in came.text
    assert [status(seller, each) for each in orders] == ["Unshipped", "Unshipped"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<Message>", "<message>", "no element 'message'; did you mean 'Message'?"),
        ("</Header>", "</Header><Massage/>", "no element 'Massage'; did you mean 'Message'?"),
        ("<AmazonEnvelope>", '<AmazonEnvelope xmlns="http://x">', "in no namespace; some of these are in 'http://x'."),
        ("<OrderAck", '<OrderAcknowledgement xmlns="http://x"/><OrderAck', "some of these are in 'http://x'."),
        ("</MessageType>", "</MessageType><MessageType/>", "The feed has MessageType 2 times; once is enough."),
    ],
)
def test_an_envelope_has_nothing_else(seller: Seller, old: str, new: str, said: str) -> None:
    order = seller.place_order()
    file = envelope(ACKNOWLEDGE, cancel(order)).replace(old, new)
    if old == "<Message>":
        file = file.replace("</Message>", "</message>")
    came = outcome(seller, ACKNOWLEDGE, file)
    assert said in came.text
    assert status(seller, order) == "Unshipped"


VERSION = "<DocumentVersion>1.01</DocumentVersion>"
HEADER = f"<Header>{VERSION}<MerchantIdentifier>M</MerchantIdentifier></Header>"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (HEADER, "", "The feed has no Header; it has the DocumentVersion and the MerchantIdentifier."),
        (HEADER, HEADER * 2, "The feed has Header 2 times; once is enough."),
        (VERSION, "", "The feed's Header has no DocumentVersion."),
        (VERSION, "<DocumentVersion>one</DocumentVersion>", "is a number such as 1.01; 'one' is not."),
        (">M<", "> <", "The feed's Header has no MerchantIdentifier."),
    ],
)
def test_an_envelope_has_a_header(seller: Seller, old: str, new: str, said: str) -> None:
    order = seller.place_order()
    came = outcome(seller, ACKNOWLEDGE, envelope(ACKNOWLEDGE, cancel(order)).replace(old, new))
    assert (came.status, said in came.text) == ("FATAL", True)
    assert status(seller, order) == "Unshipped"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "<OrderAck",
            "<OperationType>Upsert</OperationType><OrderAck",
            "'Upsert'; there are 'Update'",
        ),
        ("</MessageID>", "</MessageID><MessageID>2</MessageID>", "Message 1 has MessageID 2 times; once is enough."),
        (
            "<OrderAck",
            "<OperationType>Update</OperationType><OperationType>Delete</OperationType><OrderAck",
            "Message 1 has OperationType 2 times; once is enough.",
        ),
        ("<StatusCode>Failure</StatusCode>", "", "needs StatusCode"),
        (
            "<StatusCode>Failure</StatusCode>",
            "<StatusCode>Failure</StatusCode><MerchantOrderID>1</MerchantOrderID>",
            "has MerchantOrderID behind StatusCode; the sequence is AmazonOrderID, MerchantOrderID, StatusCode, Item.",
        ),
    ],
)
def test_a_message_keeps_to_its_form(seller: Seller, old: str, new: str, said: str) -> None:
    order = seller.place_order()
    came = outcome(seller, ACKNOWLEDGE, envelope(ACKNOWLEDGE, cancel(order)).replace(old, new, 1))
    assert (came.counts, said in came.text) == ((1, 0, 1, 0), True)
    assert status(seller, order) == "Unshipped"


def test_no_more_units_are_canceled_than_there_are(seller: Seller) -> None:
    order = confirmed(seller, items=[{"sku": "A", "price": 10, "quantity": 2}])
    (item,) = ids(order)
    for units, codes in (("3", [("1", "18021")]), ("2", [])):
        said = f"<QuantityCancelled>{units}</QuantityCancelled></AdjustedItem>"
        more = adjusted(item, "1.00").replace("</AdjustedItem>", said)
        assert outcome(seller, ADJUST, envelope(ADJUST, adjust(order, more))).codes == codes


def test_message_ids_are_numbers_and_unique(seller: Seller) -> None:
    orders = [seller.place_order() for _ in range(3)]
    file = envelope(ACKNOWLEDGE, *(cancel(each) for each in orders))
    file = file.replace("<MessageID>2<", "<MessageID>01<").replace("<MessageID>3<", "<MessageID>three<")
    came = outcome(seller, ACKNOWLEDGE, file)
    assert [text for *_, text in came.listed] == [
        "MessageID 01 was used before in this file. This is message number 2 of the file.",
        (
            "MessageID is a whole number from 1 with at most 20 digits; 'three' is not. "
            "This is message number 3 of the file."
        ),
    ]
    assert (came.counts, [number for number, *_ in came.codes]) == ((3, 1, 2, 0), ["01", "0"])
    assert [status(seller, each) for each in orders] == ["Canceled", "Unshipped", "Unshipped"]


@pytest.mark.parametrize(
    ("cells", "code", "said"),
    [
        (("{id}", "NoInventory", ""), "18028", "amazon-order-item-code is empty; there are both or neither."),
        (("{id}", "", "{item}"), "18028", "cancellation-reason-code is empty; there are both or neither."),
        (("", "", ""), "90012", ""),
        (("{id}", "NoInventory", "{item}", "more"), "5000", "more cells than the heading, which has 3"),
        (("902-1-1", "NoInventory", "{item}"), "25441", "'902-1-1' is no order id"),
    ],
)
def test_a_record_that_is_wrong_in_itself_is_told(seller: Seller, cells: tuple[str, ...], code: str, said: str) -> None:
    order, other = seller.place_order(), seller.place_order()
    wrong = [each.format(id=order.order_id, item=ids(order)[0]) for each in cells]
    came = outcome(seller, FLAT_ACKNOWLEDGE, table(CANCEL, wrong, *rows(other)))
    assert [status(seller, each) for each in (order, other)] == ["Unshipped", "Canceled"]
    if not any(cells):
        assert came.counts == (1, 1), "an empty line is no record"
        return
    assert (came.counts, came.codes) == ((2, 1), [("1", code)])
    assert said in came.text


# Confirming


def test_a_fulfilment_confirms_all_or_what_it_names(seller: Seller) -> None:
    whole, part = (seller.place_order(items=TWO) for _ in range(2))
    parcel = (
        "<FulfillmentDate>2026-03-02T15:00:00Z</FulfillmentDate><FulfillmentData><CarrierCode>UPS</CarrierCode>"
        "<ShippingMethod>Ground</ShippingMethod><ShipperTrackingNumber>1Z</ShipperTrackingNumber></FulfillmentData>"
    )
    item = f"<Item><AmazonOrderItemCode>{ids(part)[1]}</AmazonOrderItemCode><Quantity>1</Quantity></Item>"
    bodies = [f"<AmazonOrderID>{each.order_id}</AmazonOrderID>{parcel}" for each in (whole, part)]
    came = outcome(seller, FULFIL, envelope(FULFIL, bodies[0], bodies[1] + item))
    assert came.counts == (2, 2, 0, 0)
    assert [status(seller, each) for each in (whole, part)] == ["Shipped", "PartiallyShipped"]
    (shipment,) = seller.world.order(part.order_id).shipments
    assert (shipment.carrier, shipment.tracking, shipment.items) == ("UPS", "1Z", ((ids(part)[1], 1),))


def test_a_shipment_has_its_service_and_the_codes_of_single_units(seller: Seller) -> None:
    order, flat = seller.place_order(items=TWO), seller.place_order(items=TWO)
    codes = "<TransparencyCode>AZ:1</TransparencyCode><TransparencyCode>AZ:2</TransparencyCode>"
    parcel = "<CarrierCode>UPS</CarrierCode><ShippingMethod>Ground</ShippingMethod>"
    sent = (
        f"<AmazonOrderID>{order.order_id}</AmazonOrderID><FulfillmentDate>2026-03-02T15:00:00Z</FulfillmentDate>"
        f"<FulfillmentData>{parcel}</FulfillmentData><CODCollectionMethod>DirectPayment</CODCollectionMethod>"
    )
    items = f"<Item><AmazonOrderItemCode>{ids(order)[1]}</AmazonOrderItemCode><Quantity>2</Quantity>{{}}</Item>"
    from_here = "<ShipFromAddress><City>Springfield</City></ShipFromAddress>"
    for wrong, said in (
        ("<TransparencyCode/>", "Item has an empty TransparencyCode."),
        (f"<TransparencyCode>{'x' * 101}</TransparencyCode>", "TransparencyCode has at most 100 characters"),
        ("<TransparencyCode>T</TransparencyCode>" * 1001, "Item has 1001 TransparencyCode; 1000 are taken."),
    ):
        came = outcome(seller, FULFIL, envelope(FULFIL, sent + items.format(wrong)))
        assert came.codes == [("1", "5000")]
        assert said in came.text
    cash = sent.replace("DirectPayment", "Cash")
    assert "CODCollectionMethod" in outcome(seller, FULFIL, envelope(FULFIL, cash)).text
    assert status(seller, order) == "Unshipped"
    assert outcome(seller, FULFIL, envelope(FULFIL, sent + items.format(codes) + from_here)).codes == []
    (shipment,) = seller.world.order(order.order_id).shipments
    assert (shipment.service, shipment.items) == ("Ground", ((ids(order)[1], 2),))
    assert shipment.transparency_codes == ((ids(order)[1], ("AZ:1", "AZ:2")),)
    row = (flat.order_id, "", "", "2026-03-02", "UPS", "", "", "Two Day")
    assert outcome(seller, FLAT_FULFIL, table(SHIP, row)).codes == []
    assert [each.service for each in seller.world.order(flat.order_id).shipments] == ["Two Day"]


SHIP = (
    "order-id",
    "order-item-id",
    "quantity",
    "ship-date",
    "carrier-code",
    "carrier-name",
    "tracking-number",
    "ship-method",
)


def test_records_of_one_parcel_are_one_shipment(seller: Seller) -> None:
    one, two, all_of_it = (seller.place_order(items=TWO) for _ in range(3))
    same = [(one.order_id, ids(one)[0], "1", "2026-03-02", "UPS", "", "1Z", "")]
    same += [(one.order_id, ids(one)[1], "2", "2026-03-02", "UPS", "", "1Z", "")]
    apart = [(two.order_id, each, "", "2026-03-02", "Other", "Bob", f"T{each}", "") for each in ids(two)]
    rest = (all_of_it.order_id, "", "", "2026-03-02T10:00:00Z", "DHL", "", "", "")
    came = outcome(seller, FLAT_FULFIL, table(SHIP, *same, *apart, rest, template="OrderFulfillment"))
    assert (came.counts, came.codes) == ((5, 5), [])
    assert [len(seller.world.order(each.order_id).shipments) for each in (one, two, all_of_it)] == [1, 2, 1]
    assert [each.carrier for each in seller.world.order(two.order_id).shipments] == ["Bob", "Bob"]
    assert {status(seller, each) for each in (one, two, all_of_it)} == {"Shipped"}


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2026-03-02", "FulfillmentDate is a date with a time"),
        ("02T03T2026", "FulfillmentDate is ISO 8601"),
        ("", "OrderFulfillment needs FulfillmentDate."),
    ],
)
def test_a_fulfilment_has_a_date_with_a_time(seller: Seller, date: str, said: str) -> None:
    order = seller.place_order()
    body = f"<AmazonOrderID>{order.order_id}</AmazonOrderID><FulfillmentDate>{date}</FulfillmentDate>"
    assert said in outcome(seller, FULFIL, envelope(FULFIL, body)).text
    assert status(seller, order) == "Unshipped"


def test_a_canceled_order_cannot_be_confirmed(seller: Seller) -> None:
    order = seller.place_order()
    seller.world.act(order.order_id, "buyer-cancel")
    row = (order.order_id, "", "", "2026-03-02", "UPS", "", "1Z", "")
    came = outcome(seller, FLAT_FULFIL, table(SHIP, row))
    assert came.codes == [("1", "18021")]
    assert came.text.startswith(
        f"The quantities you provided for order id ({order.order_id}) were larger than the quantities that could be "
        "fulfilled. ALREADY_CANCELED: "
    )


def test_more_units_than_there_are_cannot_be_confirmed(seller: Seller) -> None:
    """Source: a recorded processing report with 18021, and programs that match on its words."""
    order = seller.place_order(items=TWO)
    parcel = "<FulfillmentDate>2026-03-02T15:00:00Z</FulfillmentDate><FulfillmentData><CarrierCode>UPS</CarrierCode>"
    item = f"<Item><AmazonOrderItemCode>{ids(order)[1]}</AmazonOrderItemCode><Quantity>3</Quantity></Item>"
    body = f"<AmazonOrderID>{order.order_id}</AmazonOrderID>{parcel}</FulfillmentData>{item}"
    came = outcome(seller, FULFIL, envelope(FULFIL, body))
    assert (came.counts, came.codes) == ((1, 0, 1, 0), [("1", "18021")])
    assert "were larger than the quantities that could be fulfilled. INVALID_QUANTITY: " in came.text
    assert status(seller, order) == "Unshipped"


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        ("", "", "A shipment names its carrier: {code} is missing."),
        ("", "Bob", "A shipment names its carrier: {code} is missing."),
        ("FedExx", "", "{code}: There is no carrier 'FedExx'; did you mean 'FedEx'?"),
        ("ups", "", "{code}: There is no carrier 'ups'; did you mean 'UPS'?"),
        ("Other", "", "{name} is required where {code} is Other."),
    ],
)
def test_a_shipment_without_a_carrier_stays_unconfirmed(seller: Seller, code: str, name: str, said: str) -> None:
    """Source: amzn/selling-partner-api-docs#772: missing or wrong values are errors, the orders stay unconfirmed."""
    one, two, good = (seller.place_order() for _ in range(3))
    elements = f"<CarrierCode>{code}</CarrierCode>" if code else ""
    elements += f"<CarrierName>{name}</CarrierName>" if name else ""
    body = f"<AmazonOrderID>{one.order_id}</AmazonOrderID><FulfillmentDate>2026-03-02T15:00:00Z</FulfillmentDate>"
    came = outcome(seller, FULFIL, envelope(FULFIL, f"{body}<FulfillmentData>{elements}</FulfillmentData>"))
    assert came.counts == (1, 0, 1, 0)
    assert said.format(code="CarrierCode", name="CarrierName") in came.text
    wrong = (two.order_id, "", "", "2026-03-02", code, name, "1Z", "")
    came = outcome(seller, FLAT_FULFIL, table(SHIP, wrong, (good.order_id, "", "", "2026-03-02", "DHL", "", "", "")))
    assert came.counts == (2, 1)
    assert said.format(code="carrier-code", name="carrier-name") in came.text
    assert [status(seller, each) for each in (one, two, good)] == ["Unshipped", "Unshipped", "Shipped"]


def test_a_shipment_without_its_data_stays_unconfirmed(seller: Seller) -> None:
    order = seller.place_order()
    body = f"<AmazonOrderID>{order.order_id}</AmazonOrderID><FulfillmentDate>2026-03-02T15:00:00Z</FulfillmentDate>"
    assert "needs FulfillmentData" in outcome(seller, FULFIL, envelope(FULFIL, body)).text
    assert status(seller, order) == "Unshipped"


def test_a_feed_tells_a_tracking_number_of_the_wrong_form(seller: Seller) -> None:
    """Source: amzn/selling-partner-api-docs#866."""
    seller.world.execute(ConfigurePolicy({"tracking_checks": True}))
    orders = [seller.place_order() for _ in range(2)]
    numbers = ("1Z999", "1Z0000000000000001")
    sent = [(o.order_id, "", "", "2026-03-02", "UPS", "", n, "") for o, n in zip(orders, numbers, strict=True)]
    came = outcome(seller, FLAT_FULFIL, table(SHIP, *sent))
    assert (came.counts, came.codes) == ((2, 1), [("1", "18028")])
    assert came.text.startswith("INVALID_TRACKING: ")
    assert [status(seller, each) for each in orders] == ["Unshipped", "Shipped"]


def test_an_order_is_found_by_the_sellers_own_id(seller: Seller) -> None:
    order = seller.place_order()
    seller.world.act(order.order_id, "seller-acknowledge", {"seller_order_id": "M-9"})
    date = "<FulfillmentDate>2026-03-02T15:00:00Z</FulfillmentDate><FulfillmentData><CarrierCode>UPS</CarrierCode>"
    date += "</FulfillmentData>"
    bodies = [f"<MerchantOrderID>{own}</MerchantOrderID>{date}" for own in ("M-9", "M-8")]
    came = outcome(seller, FULFIL, envelope(FULFIL, *bodies, date))
    assert came.codes == [("2", "18028"), ("3", "5000")]
    assert status(seller, order) == "Shipped"


def test_results_name_the_order_that_bears_the_sellers_id(seller: Seller, shipped: Order) -> None:
    seller.world.act(shipped.order_id, "seller-acknowledge", {"seller_order_id": "M-9"})
    (item, _) = ids(shipped)
    for wrong, code in ((adjusted(item, "5.00", reason="Whim"), "5000"), (adjusted(item, "500.00"), "18028")):
        body = adjust(shipped, wrong).replace(
            f"<AmazonOrderID>{shipped.order_id}</AmazonOrderID>", "<MerchantOrderID>M-9</MerchantOrderID>"
        )
        came = outcome(seller, ADJUST, envelope(ADJUST, body))
        assert came.codes == [("1", code)]
        assert f"<AmazonOrderID>{shipped.order_id}</AmazonOrderID>".encode() in came.raw


# Refunding


@pytest.fixture
def shipped(seller: Seller) -> Order:
    order = seller.place_order(items=TWO)
    seller.world.act(order.order_id, "seller-confirm-shipment")
    return order


def test_items_are_found_by_the_sellers_own_ids(seller: Seller) -> None:
    order = seller.place_order(items=[{"sku": "A", "price": 10, "quantity": 2}, {"sku": "B", "price": 5}])
    first, second = ids(order)
    links = "".join(
        f"<Item><AmazonOrderItemCode>{each}</AmazonOrderItemCode><MerchantOrderItemID>{own}</MerchantOrderItemID></Item>"
        for each, own in ((first, "L-1"), (second, "L-2"))
    )
    body = f"<AmazonOrderID>{order.order_id}</AmazonOrderID><MerchantOrderID>M</MerchantOrderID>"
    linked = outcome(seller, ACKNOWLEDGE, envelope(ACKNOWLEDGE, f"{body}<StatusCode>Success</StatusCode>{links}"))
    assert linked.codes == []
    assert [each.seller_item_id for each in seller.world.order(order.order_id).items] == ["L-1", "L-2"]

    def by_own_id(heart: str, own: str) -> str:
        return heart.replace(
            f"<AmazonOrderItemCode>{first}</AmazonOrderItemCode>", f"<MerchantOrderItemID>{own}</MerchantOrderItemID>"
        )

    shipment = (
        "<MerchantOrderID>M</MerchantOrderID><FulfillmentDate>2026-03-02T16:00:00Z</FulfillmentDate>"
        "<FulfillmentData><CarrierCode>UPS</CarrierCode></FulfillmentData>"
        f"<Item><AmazonOrderItemCode>{first}</AmazonOrderItemCode><Quantity>1</Quantity></Item>"
    )
    came = outcome(seller, FULFIL, envelope(FULFIL, by_own_id(shipment, "L-1"), by_own_id(shipment, "L-9")))
    assert (came.counts, came.codes) == ((2, 1, 1, 0), [("2", "18028")])
    assert "bears the seller's id 'L-9'; an acknowledgement links one." in came.text
    assert [each.quantity_confirmed for each in seller.world.order(order.order_id).items] == [1, 0]
    came = outcome(seller, ADJUST, envelope(ADJUST, by_own_id(adjust(order, adjusted(first, "1.00")), "L-1")))
    assert came.codes == []
    assert refunded(seller, order) == Decimal("1.00")
    for own, told in (("L-1", f"<AmazonOrderItemCode>{first}</AmazonOrderItemCode>"), ("L-9", "")):
        too_much = by_own_id(adjust(order, adjusted(first, "99.00")), own)
        said = outcome(seller, ADJUST, envelope(ADJUST, too_much)).raw.decode()
        assert ("<AmazonOrderItemCode>" in said, told in said) == (bool(told), True), "an item is named by its own id"


def test_each_adjusted_item_is_a_refund_of_its_own(seller: Seller, shipped: Order) -> None:
    part = seller.place_order(items=TWO)
    seller.world.act(part.order_id, "seller-confirm-shipment", {"items": ["A"]})
    bodies = [adjust(shipped, adjusted(ids(shipped)[0], "5.00"), adjusted(ids(shipped)[1], "7.5"))]
    bodies += [adjust(part, adjusted(ids(part)[0], "1.00"), adjusted(ids(part)[1], "2.00"))]
    came = outcome(seller, ADJUST, envelope(ADJUST, *bodies))
    assert (came.counts, came.codes) == ((2, 1, 1, 0), [("2", "18028")])
    assert came.text.startswith("SHIPMENT_NOT_CONFIRMED: ")
    assert f"<AmazonOrderItemCode>{ids(part)[1]}</AmazonOrderItemCode>".encode() in came.raw
    assert (refunded(seller, shipped), refunded(seller, part)) == (Decimal("12.5"), Decimal(1))
    assert [each.state for each in seller.world.order(shipped.order_id).refunds] == ["released", "released"]


def test_an_adjustment_before_the_confirmation_is_refused(seller: Seller) -> None:
    order = seller.place_order()
    came = outcome(seller, ADJUST, envelope(ADJUST, adjust(order, adjusted(ids(order)[0], "5.00"))))
    assert came.text.startswith("SHIPMENT_NOT_CONFIRMED: ")


def test_an_adjustment_does_not_cancel(seller: Seller) -> None:
    order = seller.place_order()
    body = adjust(order, "<ActionType>Cancel</ActionType>", adjusted(ids(order)[0], "20.00"))
    came = outcome(seller, ADJUST, envelope(ADJUST, body))
    assert came.codes == [("1", "18028")]
    assert "an adjustment cannot cancel an order; send an OrderAcknowledgement" in came.text
    assert status(seller, order) == "Unshipped"


@pytest.mark.parametrize(
    ("kind", "amount", "said"),
    [
        ("Principal", "20.01", "INVALID_AMOUNT"),
        ("Principal", "0.00", "name one that is not zero"),
        ("Principal", "-1.00", "INVALID_AMOUNT"),
        ("Principal", "5,00", "an amount such as 5.00, with a point"),
        ("Principal", "1.005", "at most two decimals"),
        ("Principal", "1e3", "at most two decimals"),
        ("GiftWrap", "1.00", "was not charged for GiftWrap"),
        ("RestockingFee", "1.00", "RestockingFee is kept"),
        ("Principle", "1.00", "did you mean 'Principal'?"),
    ],
)
def test_amounts_stay_within_what_was_charged(
    seller: Seller, shipped: Order, kind: str, amount: str, said: str
) -> None:
    came = outcome(seller, ADJUST, envelope(ADJUST, adjust(shipped, adjusted(ids(shipped)[0], amount, kind))))
    assert said in came.text
    assert refunded(seller, shipped) == 0


def test_a_fee_that_is_kept_is_taken_off(seller: Seller, shipped: Order) -> None:
    item = adjusted(ids(shipped)[0], "20.00")
    fee = '<Component><Type>RestockingFee</Type><Amount currency="USD">-4.00</Amount></Component>'
    body = adjust(shipped, item.replace("</ItemPriceAdjustments>", f"{fee}</ItemPriceAdjustments>"))
    assert outcome(seller, ADJUST, envelope(ADJUST, body)).codes == []
    assert refunded(seller, shipped) == 16


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"USD"', '"EUR"', "was paid in USD, not in 'EUR'"),
        ("CustomerCancel", "BuyerCanceled", "did you mean 'CustomerCancel'?"),
        ("CustomerCancel", "CustomerCanceled", "did you mean 'CustomerCancel'?"),
        ("</AdjustedItem>", "<Quantity>0</Quantity></AdjustedItem>", "Quantity is a whole number from 1"),
    ],
)
def test_an_adjustment_that_is_wrong_in_itself_is_told(
    seller: Seller, shipped: Order, old: str, new: str, said: str
) -> None:
    body = adjust(shipped, adjusted(ids(shipped)[0], "5.00").replace(old, new))
    assert said in outcome(seller, ADJUST, envelope(ADJUST, body)).text
    assert refunded(seller, shipped) == 0


REFUND = (
    "order-id", "order-item-id", "adjustment-reason-code", "currency", "item-price-adj", "item-tax-adj",
    "shipping-price-adj", "shipping-tax-adj", "gift-wrap-price-adj", "gift-wrap-tax-adj", "item-promotion-adj",
    "item-promotion-id", "ship-promotion-adj", "ship-promotion-id", "quantity-cancelled",
)  # fmt: skip


def test_a_table_adjusts_record_by_record(seller: Seller, shipped: Order) -> None:
    def row(item: str, price: str, **cells: str) -> list[str]:
        known = {"order-id": shipped.order_id, "order-item-id": item, "adjustment-reason-code": "NoInventory"}
        known |= {"currency": "USD", "item-price-adj": price, "item-tax-adj": "0.00", "gift-wrap-price-adj": "0"}
        return [
            (known | {name.replace("_", "-"): text for name, text in cells.items()}).get(each, "") for each in REFUND
        ]

    first, second = ids(shipped)
    records = [row(first, "2.00"), row(second, "3.00", quantity_cancelled="1"), row(first, "1.00", currency="")]
    records += [row(first, "1.00", item_promotion_adj="-1.00"), row("7", "1.00"), row(first, "1.00", currency="GBP")]
    came = outcome(seller, FLAT_ADJUST, table(REFUND, *records))
    assert came.counts == (6, 2)
    assert came.codes == [("3", "90012"), ("4", "18028"), ("5", "18028"), ("6", "18028")]
    assert [text.partition(":")[0] for *_, text in came.listed] == [
        "A value is required for the currency field.",
        "The order has no promotion that item-promotion-adj could be about.",
        "INVALID_ITEM",
        "INVALID_CURRENCY",
    ]
    assert refunded(seller, shipped) == 5


# Twice


@pytest.mark.parametrize("flat", [False, True])
def test_the_same_file_does_not_act_twice(seller: Seller, shipped: Order, flat: bool) -> None:
    item = ids(shipped)[0]
    heading = REFUND[:5]
    row = (shipped.order_id, item, "NoInventory", "USD", "5.00")
    feed_type = FLAT_ADJUST if flat else ADJUST
    file = table(heading, row) if flat else envelope(ADJUST, adjust(shipped, adjusted(item, "5.00")))
    assert outcome(seller, feed_type, file).codes == []
    again = outcome(seller, feed_type, file)
    assert (again.codes, again.counts[:2]) == ([("1", "5000")], (1, 1))
    assert again.listed[0][2] == "Warning"
    assert refunded(seller, shipped) == 5


def test_a_corrected_file_acts_where_the_first_did_not(seller: Seller) -> None:
    good, late = seller.place_order(), seller.place_order(hold=True)
    file = envelope(ACKNOWLEDGE, cancel(good), cancel(late))
    assert outcome(seller, ACKNOWLEDGE, file).text.startswith("ORDER_PENDING: ")
    seller.pass_time(hours=1)
    assert outcome(seller, ACKNOWLEDGE, file).codes == [("1", "5000")]
    assert [status(seller, each) for each in (good, late)] == ["Canceled", "Canceled"]
