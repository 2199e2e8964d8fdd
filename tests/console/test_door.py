"""Trying something on a copy of a world, while that goes on."""

import threading

from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.console.door import Door
from marketplace_sandbox.core.commands.orders import Act
from tests.console.conftest import Shop


def test_a_trial_holds_still_what_it_copies(shop: Shop) -> None:
    """Whoever copies a state holds the world's lock: while somebody else has it, a trial waits."""
    order = shop.asked_for()
    tried = threading.Event()
    door = Door(Worlds(shop.server.sellers, shop.server.courier), ())

    def try_it() -> None:
        door.try_out(shop.world, Act(order.order_id, "seller-cancel", {"reason": "buyer_canceled"}, "control"))
        tried.set()

    with shop.world._lock:
        other = threading.Thread(target=try_it)
        other.start()
        assert not tried.wait(0.05)
    other.join(10)
    assert tried.is_set()
    assert shop.world.order(order.order_id).cancellation is None
