"""Messages: threads with their label and reply clock, what the seller may answer, and why nothing else."""

from datetime import timedelta

from tests.console.conftest import Shop

PAGE = "/seller/messages"


def written_to(shop: Shop, text: str = "Please cancel my order.") -> str:
    order = shop.place_order()
    shop.world.advance(timedelta(minutes=31))
    shop.world.act(order.order_id, "buyer-message", {"text": text})
    return order.order_id


def test_without_messages_it_says_where_buyers_write(shop: Shop) -> None:
    assert "No buyer has written." in shop.get(PAGE).main


def test_an_unofficial_message_is_answered_with_the_instructions(shop: Shop) -> None:
    """R29, R30: a message is no request; the seller tells the buyer how to ask."""
    order_id = written_to(shop, "Cancel <b>now</b>!")
    shown = shop.get(PAGE)
    assert "Inquiry from Amazon customer" in shown.main
    assert "Cancel <b>now</b>!" in shown.main
    assert "one day left" in shown.main
    done = shown.press("Send instructions")
    assert "Your Account > Your Orders > Request Cancellation" in done.main
    assert "Answer by" not in done.main
    assert not shop.world.order(order_id).open_items


def test_the_reply_clock_runs_out(shop: Shop) -> None:
    written_to(shop)
    shop.world.advance(timedelta(hours=24))
    assert "It counts as late." in shop.get(PAGE).main


def test_what_may_not_be_written_is_told_with_the_reason(shop: Shop) -> None:
    """R10: sellers never ask a buyer to cancel who has not asked."""
    order = shop.place_order()
    shown = shop.get(f"{PAGE}?order_id={order.order_id}")
    assert "Nothing was written about this order yet." in shown.main
    assert "Ask the buyer to cancel" not in shown.names()
    assert "Ask the buyer to cancel: " in shown.main


def test_an_answer_to_an_order_that_moved_on_is_not_sent(shop: Shop) -> None:
    order_id = written_to(shop)
    shown = shop.get(PAGE)
    shop.world.act(order_id, "seller-cancel", {"reason": "no_inventory"})
    before = len(shop.world.state.messages)
    refused = shown.press("Send instructions")
    assert refused.status == 409
    assert "The seller canceled" in refused.text
    assert len(shop.world.state.messages) == before


def test_threads_are_turned_page_by_page_the_latest_first(shop: Shop) -> None:
    orders = [written_to(shop, f"message {number}") for number in range(11)]
    shown = shop.get(PAGE)
    assert orders[10] in shown.main
    assert orders[0] not in shown.main
    assert orders[0] in shown.follow("Next").main


def test_the_thread_of_an_order_there_is_not_is_told(shop: Shop) -> None:
    assert shop.get(f"{PAGE}?order_id=902-0000000-0000000").status == 404
