"""Any moment: the versions of a world, to fork from and to go back to, by version and by instant."""

from datetime import timedelta

import pytest

from tests.console.conftest import Shop

PAGE = "/scenarios/moments"


def chosen(shop: Shop) -> str:
    return shop.get("/").tree.cssselect("#seller-switch option[selected]")[0].text_content()


def test_every_version_stands_with_what_was_taken(shop: Shop) -> None:
    order = shop.asked_for()
    shown = shop.get(PAGE)
    for entry in shop.world.journal():
        assert shown.tree.get_element_by_id(f"version-{entry.version}") is not None
    assert order.order_id in shown.row("buyer request cancellation").text_content()


def test_it_is_gone_back_to_a_version(shop: Shop) -> None:
    order = shop.asked_for()
    version = shop.world.version
    done = shop.get(PAGE).press(f"Rewind to version {version - 1}")
    assert "What came after it stands under " in done.alerts[0]
    world = shop.server.sellers.get(shop.world.seller_id)
    assert not world.order(order.order_id).open_items
    assert world.version == version - 1


def test_a_fork_from_an_instant_is_chosen_and_the_world_stays(shop: Shop) -> None:
    order = shop.asked_for()
    shop.world.advance(timedelta(hours=1))
    done = shop.get(PAGE).press("Fork from there", when="2026-03-02T16:10:00")
    fork = chosen(shop)
    assert fork != shop.world.seller_id
    assert fork in done.alerts[0]
    assert not shop.server.sellers.get(fork).order(order.order_id).open_items
    assert shop.world.order(order.order_id).open_items


@pytest.mark.parametrize("when", ["<b>x</b>", "2036-03-02T16:00:00Z", "99"])
def test_a_moment_that_there_is_not_is_refused(shop: Shop, when: str) -> None:
    version = shop.world.version
    for button in ("Fork from there", "Rewind to there"):
        refused = shop.get(PAGE).press(button, when=when)
        assert refused.status == 400
        assert "Code: InvalidInput" in refused.alerts[0]
    assert (shop.world.version, chosen(shop)) == (version, shop.world.seller_id)


def test_moments_are_turned_page_by_page(shop: Shop) -> None:
    for _ in range(30):
        shop.place_order()
    shown = shop.get(PAGE)
    assert not shown.tree.cssselect("#version-1")
    earlier = shown.follow("Earlier")
    assert earlier.tree.cssselect("#version-1")
    assert earlier.follow("Later").tree.cssselect(f"#version-{shop.world.version}")
