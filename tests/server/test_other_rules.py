"""Over a server: a world that other rules made is told of, kept out, and taken over when `serve` is told to."""

from contextlib import closing
from pathlib import Path

import pytest

from marketplace_sandbox.core.rules import guards as g
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.rows import Row
from marketplace_sandbox.server.composition import Options, compose
from tests.api.admission.server_seller import ServerSeller


def options(path: Path, *, accept: bool = False) -> Options:
    return Options(store=f"sqlite:///{path}", accept_new_rules=accept)


@pytest.mark.parametrize("killed", [False, True])
def test_the_last_entry_alone_is_enough_also_after_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    path = tmp_path / "worlds.db"
    server = compose(options(path))
    seller = ServerSeller(server)
    seller.world.act(seller.place_order().order_id, "buyer-cancel")
    if killed:
        server.ticker.tick()
        server.store.close()
    else:
        server.close()
    lint = table.TABLE["buyer-cancel"][-1].then
    monkeypatch.setitem(table.TABLE, "buyer-cancel", (Row(table.CANCELED_BY_BUYER_AFTER_PARCEL, g.always, "R2"),))
    with closing(compose(options(path))) as again:
        [told] = [line for line in again.welcome() if "is not served" in line]
        assert f"{lint.name} and would come to" in told
        seller.server, seller.client = again, ServerSeller(again).client
        answer = seller.orders()
        assert (answer.status, answer.error["code"]) == (503, "ServiceUnavailable")
        assert "--accept-new-rules" in answer.error["message"]
    with closing(compose(options(path, accept=True))) as again:
        assert [line for line in again.welcome() if "is now as the rules have it" in line]
        seller.server, seller.client = again, ServerSeller(again).client
        assert seller.orders().status == 200
        assert seller.control("GET", "journal").body["journal"][-1]["kind"] == "rules-accepted"
    with closing(compose(options(path))) as again:
        assert not [line for line in again.welcome() if "is not served" in line]
