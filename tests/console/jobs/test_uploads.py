"""Upload order related files: examples, the upload, what it waits for, and its processing report beside the lines."""

from datetime import timedelta
from typing import Any

import pytest
from urllib3 import encode_multipart_formdata

from marketplace_sandbox.console.jobs.annotated import MOST_LINES
from marketplace_sandbox.console.jobs.examples import FORMATS, KINDS
from marketplace_sandbox.core.feeds.values import Feed
from marketplace_sandbox.core.orders.order import Order
from tests.console.browsing import Shown
from tests.console.conftest import Shop

PAGE = "/seller/uploads"
TWO = [{"sku": "A", "price": 20, "quantity": 2}, {"sku": "B", "price": 15}]
HEADING = "order-id\tcancellation-reason-code\tamazon-order-item-code\n"
UNKNOWN = "902-0000001-0000001"


def latest(shop: Shop) -> Feed:
    return shop.world.state.feeds.latest_first()[0]


def uploaded(shop: Shop, contents: str, kind: str = "cancellation", file_format: str = "flat") -> Shown:
    """The page of an upload, once it is processed."""
    shown = shop.get(f"{PAGE}?kind={kind}&format={file_format}").press("Upload ", contents=contents)
    assert f"The file was taken as upload {latest(shop).feed_id}." in shown.main
    return shown.press("Advance until done")


def lines(shown: Shown) -> dict[int, str]:
    """What stands beside each line of the file."""
    rows = shown.tree.cssselect("main tbody tr")
    return {int(row[0].text_content()): " ".join(row[2].text_content().split()) for row in rows}


def order_for(shop: Shop, kind: str) -> Order:
    order = shop.place_order(items=TWO)
    if kind == "adjustment":
        shop.world.act(order.order_id, "seller-confirm-shipment", {})
    return order


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        ("cancellation", lambda order: (str(order.status), order.cancellation.reason) == ("Canceled", "no_inventory")),
        ("adjustment", lambda order: [str(each.amounts[0].amount) for each in order.refunds] == ["20.00"]),
        ("confirmation", lambda order: str(order.status) == "Shipped" and order.shipments[0].carrier == "UPS"),
    ],
)
def test_an_example_is_put_into_the_form_and_does_what_it_says(
    shop: Shop, kind: str, file_format: str, becomes: Any
) -> None:
    order = order_for(shop, kind)
    shown = shop.get(f"{PAGE}?kind={kind}&format={file_format}")
    assert "As things stand it would be accepted" in shown.main
    text = shown.tree.cssselect("pre")[0].text_content()
    answer = shop.browser.send("GET", f"{PAGE}/example?kind={kind}&format={file_format}&order_id={order.order_id}")
    assert answer.raw.decode() == text
    assert f"{kind}-{order.order_id}" in answer.headers["content-disposition"]
    filled = shown.follow("Put it into the form")
    assert filled.tree.cssselect("textarea")[0].value.strip() == text.strip()
    asked = filled.press("Upload ")
    assert latest(shop).type_name == KINDS[kind].types[file_format]
    report = asked.press("Advance until done")
    assert becomes(shop.world.order(order.order_id)), report.main
    assert not latest(shop).results
    assert set(filter(None, lines(report).values())) == {"Accepted Order"}


def test_the_example_of_a_request_names_the_buyers_reason_and_does_not_count(shop: Shop) -> None:
    """R25, R26 by file: BuyerCanceled at an official request does not count in the rate."""
    shop.place_order()
    asked = shop.asked_for()
    shown = shop.get(PAGE)
    assert f"{asked.order_id}\tBuyerCanceled\t" in shown.tree.cssselect("pre")[0].text_content()
    assert "It does not count in the Cancellation Rate." in shown.main
    other = shop.get(f"{PAGE}?order_id={shop.place_order().order_id}")
    assert "\tNoInventory\t" in other.tree.cssselect("pre")[0].text_content()
    assert "It counts in the Cancellation Rate." in other.main


def test_an_example_that_would_be_refused_says_why(shop: Shop) -> None:
    order = shop.place_order()
    shop.world.act(order.order_id, "seller-confirm-shipment", {})
    assert "As things stand it would be refused" in shop.get(PAGE).main


def test_an_example_confirms_what_its_buyer_still_wants(shop: Shop) -> None:
    wanted, asked = shop.place_order(), shop.asked_for()
    shown = shop.get(f"{PAGE}?kind=confirmation")
    assert wanted.order_id in shown.tree.cssselect("pre")[0].text_content()
    offered = [each.get("value") for each in shown.tree.cssselect("#order-ids option")]
    assert offered == [wanted.order_id, asked.order_id]
    assert [each.get("value") for each in shop.get(PAGE).tree.cssselect("#order-ids option")] == offered[::-1]


def test_without_orders_there_is_no_example(shop: Shop) -> None:
    assert "There is no order yet that a file could be about." in shop.get(PAGE).main
    assert shop.get(f"{PAGE}/example").status == 404
    assert shop.get(f"{PAGE}?order_id={UNKNOWN}").status == 404


def test_a_processing_report_stands_beside_the_lines_it_speaks_of(shop: Shop) -> None:
    good, part = shop.place_order(), shop.place_order(items=TWO)
    rows = [
        "TemplateType=OrderCancellation\tVersion=1.0",
        HEADING.strip(),
        f"{good.order_id}\tNoInventory\t{good.items[0].order_item_id}",
        "",
        f"{part.order_id}\tNoInventory\t{part.items[0].order_item_id}",
        f"{UNKNOWN}\tNoInventory\t1",
        f"{UNKNOWN[:-1]}2\t<b>Bad</b>\t1",
    ]
    shown = uploaded(shop, "\n".join(rows))
    beside = lines(shown)
    # a text area's own line break before its contents is dropped by browsers, and by this one kept
    first = min(number for number, said in beside.items() if said)
    said = {number - first: each for number, each in beside.items() if each}
    assert said[0] == "Accepted Order"
    assert said[2].startswith("Error 18028 PARTIAL_CANCEL_UNSUPPORTED: ")
    assert said[3].startswith("Error 18028 UNKNOWN_ORDER: ")
    assert not said[3].endswith("Order")
    assert "'<b>Bad</b>'" in said[4]
    assert set(said) == {0, 2, 3, 4}
    assert "3 errors" in shown.main
    only = shown.follow("Only what something is said of (3)")
    assert set(lines(only)) == {number + first for number in (2, 3, 4)}
    assert len(lines(only.follow("All lines"))) == len(beside)
    answer = shop.browser.send("GET", f"{PAGE}/{latest(shop).feed_id}/report")
    assert answer.headers["content-type"] == "text/plain; charset=UTF-8"
    assert answer.raw.startswith(b"Feed Processing Summary:")
    assert answer.raw.decode().split() == shown.tree.cssselect("pre")[0].text_content().split()


def test_messages_of_xml_have_their_results_at_the_lines_they_begin_on(shop: Shop) -> None:
    order = shop.place_order()
    example = shop.get(f"{PAGE}?format=xml").tree.cssselect("pre")[0].text_content()
    begin, end = example.index("  <Message>"), example.index("</AmazonEnvelope>")
    second = example[begin:end].replace(order.order_id, UNKNOWN).replace("ID>1<", "ID>2<")
    shown = uploaded(shop, example[:end] + second + example[end:], file_format="xml")
    said = {number: each for number, each in lines(shown).items() if each}
    rows = {int(row[0].text_content()): row[1].text_content() for row in shown.tree.cssselect("main tbody tr")}
    assert [rows[number].strip() for number in said] == ["<Message>", "<Message>"]
    accepted, refused = said.values()
    assert accepted == "Accepted Order"
    assert refused.startswith("Error 18028 UNKNOWN_ORDER")


@pytest.mark.parametrize(
    ("contents", "code", "told"),
    [
        ("no table at all", "90012", "The required order-id field is missing"),
        ("TemplateType=OrderFulfillment\tx\norder-id\n1\n", "90012", "takes the template OrderCancellation"),
    ],
)
def test_a_file_of_which_nothing_can_be_read_says_so_above(shop: Shop, contents: str, code: str, told: str) -> None:
    shown = uploaded(shop, contents)
    assert "Failed" in shown.main
    (alert,) = shown.tree.cssselect("main .alert-danger")
    assert told in alert.text_content()
    assert code in alert.text_content()
    assert "Accepted" not in shown.main


def test_a_file_is_chosen_from_the_disk(shop: Shop) -> None:
    order = shop.place_order()
    token = shop.get(PAGE).tree.cssselect("[name=csrf_token]")[0].get("value")
    content = (HEADING + f"{order.order_id}\tNoInventory\t{order.items[0].order_item_id}\n").encode("utf-16")
    fields = {"csrf_token": token, "kind": "cancellation", "file": ("cancel.txt", content, "text/plain")}
    body, content_type = encode_multipart_formdata(fields)
    answer = shop.browser.send("POST", PAGE, body, {"content-type": content_type, "origin": shop.browser.origin})
    assert answer.status == 303
    assert latest(shop).messages[0].order_id == order.order_id
    sent = shop.browser.send("GET", f"{PAGE}/{latest(shop).feed_id}/file")
    assert sent.raw == content
    assert sent.headers["content-type"] == "application/octet-stream"
    assert "attachment" in sent.headers["content-disposition"]


def test_nothing_to_upload_is_told_and_nothing_is_taken(shop: Shop) -> None:
    version = shop.world.version
    refused = shop.get(PAGE).press("Upload ")
    assert refused.status == 400
    assert "choose a file, or paste what is in it" in refused.alerts[0]
    assert "InvalidInput" in refused.alerts[0]
    assert shop.world.version == version


@pytest.mark.parametrize("query", ["kind=cancelation", "format=flt"])
def test_a_kind_or_format_there_is_not_is_refused_with_the_nearest(shop: Shop, query: str) -> None:
    shown = shop.get(f"{PAGE}?{query}")
    assert shown.status == 400
    assert "did you mean" in shown.main


def test_uploads_of_one_kind_wait_for_each_other(shop: Shop) -> None:
    order = shop.place_order()
    for _ in range(2):
        shown = shop.get(PAGE).press("Upload ", contents=f"order-id\n{order.order_id}\n")
    second, first = (each.feed_id for each in shop.world.state.feeds.latest_first())
    shop.world.advance(shop.world.policy.span("feed_queue_time"))
    shown = shop.get(PAGE)
    waits, runs = shown.tree.cssselect("main tbody tr")
    assert "In progress" in runs.text_content()
    assert f"Behind {first}, which ends at" in " ".join(waits[4].text_content().split())
    ended = shown.press("Advance until done", shown.row(second))
    assert "no errors" in ended.main
    assert "1 warning" in ended.main


def test_an_upload_in_the_queue_is_canceled_once(shop: Shop) -> None:
    order = shop.place_order()
    shop.get(PAGE).press("Upload ", contents=f"order-id\n{order.order_id}\n")
    feed_id, asked = latest(shop).feed_id, shop.get(PAGE)
    assert f"Upload {feed_id} was canceled." in asked.press("Cancel", asked.row(feed_id)).main
    version = shop.world.version
    late = asked.press("Cancel", asked.row(feed_id))
    assert late.status == 409
    assert "only one that is IN_QUEUE can be canceled" in late.main
    assert shop.world.version == version
    shop.world.advance(timedelta(hours=1))
    assert str(shop.world.order(order.order_id).status) == "Unshipped"


def test_an_order_that_moved_on_is_judged_as_it_stands_then(shop: Shop) -> None:
    order = shop.place_order()
    shown = shop.get(f"{PAGE}?fill=1").press("Upload ")
    shop.world.act(order.order_id, "seller-confirm-shipment", {})
    report = shown.press("Advance until done")
    assert "18021" in report.main
    assert str(shop.world.order(order.order_id).status) == "Shipped"


def test_a_long_file_is_shown_by_what_something_is_said_of(shop: Shop) -> None:
    contents = HEADING + f"{UNKNOWN}\tNoInventory\t1\n" + "\n" * MOST_LINES + "x" * 501
    shown = uploaded(shop, contents)
    assert len(lines(shown)) == 2
    assert "x" * 500 + "…" in shown.main
    assert f"of which the first {MOST_LINES} are shown" in shown.follow("All lines").main


def test_what_is_kept_no_longer_is_told_to_be_gone(open_shop: Any) -> None:
    shop = open_shop(feed_retention="P1D")
    order = shop.place_order()
    shown = uploaded(shop, f"order-id\n{order.order_id}\n")
    shop.world.advance(timedelta(days=2))
    assert "The file is kept no longer." in shop.get(shown.path).main
    for each in ("file", "report"):
        assert shop.get(f"{shown.path}/{each}").status == 404


def test_uploads_are_turned_page_by_page_the_latest_first(shop: Shop) -> None:
    for number in range(11):
        shop.get(PAGE).press("Upload ", contents=f"order-id\n{number}\n")
    shown = shop.get(PAGE)
    assert len(shown.tree.cssselect("main tbody tr")) == 10
    assert len(shown.follow("Next").tree.cssselect("main tbody tr")) == 1


def test_an_upload_there_is_not_is_told(shop: Shop) -> None:
    for path in ("70001000000", "70001000000/report", "70001000000/file"):
        assert shop.get(f"{PAGE}/{path}").status == 404


def test_an_order_leads_to_files_about_it(shop: Shop) -> None:
    shop.asked_for()
    order = shop.place_order()
    shown = shop.get(f"/seller/orders/{order.order_id}").follow("By file")
    assert f"{order.order_id}\tNoInventory" in shown.tree.cssselect("pre")[0].text_content()
