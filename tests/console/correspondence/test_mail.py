"""Mail: every mail as its recipient reads it, the latest first, by recipient and order."""

from tests.console.conftest import Shop

PAGE = "/seller/mail"


def test_every_mail_is_shown_as_it_was_written(shop: Shop) -> None:
    order = shop.asked_for(buyer={"name": "<script>alert(1)</script>"})
    shown = shop.get(PAGE)
    for mail in shop.world.state.mail:
        assert mail.subject in shown.main
        assert mail.address in shown.main
        assert " ".join(mail.body.split()) in shown.main
    assert {mail.to for mail in shop.world.state.mail} == {"buyer", "seller"}
    assert shown.main.index("asks to cancel") < shown.main.rindex(order.order_id)


def test_it_is_filtered_by_recipient_and_order(shop: Shop) -> None:
    first, second = shop.asked_for(), shop.asked_for()
    of_seller = shop.get(f"{PAGE}?to=seller").main
    assert "To the buyer" not in of_seller
    assert "To the seller" in of_seller
    of_second = shop.get(f"{PAGE}?order_id={second.order_id}").main
    assert second.order_id in of_second
    assert first.order_id not in of_second


def test_a_recipient_there_is_not_is_refused(shop: Shop) -> None:
    shown = shop.get(f"{PAGE}?to=byuer")
    assert shown.status == 400
    assert "Mail goes to buyer or seller" in shown.text


def test_no_mail_is_said(shop: Shop) -> None:
    assert "No such mail was written." in shop.get(PAGE).main
