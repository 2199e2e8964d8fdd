"""Scenarios at start: what they lead to is in the store whole, or not at all."""

from pathlib import Path

import pytest

from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.server.composition import Options, Server, StartupError, compose
from marketplace_sandbox.store import open_store

TWO_SELLERS = ("demo", "buyer-official-request")


def _server(folder: Path, *scenarios: str) -> Server:
    return compose(Options(store=f"sqlite:///{folder / 'worlds.db'}", scenarios=scenarios))


def _stored(folder: Path) -> dict[str, int]:
    """How many entries each world has in the store's file."""
    store = open_store(f"sqlite:///{folder / 'worlds.db'}")
    try:
        return {world: len(list(store.read(world))) for world in store.worlds()}
    finally:
        store.close()


@pytest.mark.parametrize("orders", range(0, 12, 4))
def test_an_end_in_the_middle_leaves_nothing_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, orders: int
) -> None:
    placed: list[object] = []
    place = World.place_orders

    def pull_the_plug(world: World, form: dict[str, object]) -> object:
        if len(placed) == orders:
            raise KeyboardInterrupt
        placed.append(form)
        return place(world, form)

    with monkeypatch.context() as crash:
        crash.setattr(World, "place_orders", pull_the_plug)
        with pytest.raises(KeyboardInterrupt):
            _server(tmp_path, "demo")
    assert list(tmp_path.iterdir()) == []

    again = _server(tmp_path, "demo")
    once = _server(tmp_path / "once", "demo")
    assert list(again.sellers.get(None).orders) == list(once.sellers.get(None).orders)
    again.close()
    once.close()
    assert _stored(tmp_path) == _stored(tmp_path / "once")


def test_a_scenario_that_cannot_be_read_leaves_no_store_behind(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("orders: [{itms: []}]\n")
    for name in ("dmo", str(tmp_path / "mine.yaml"), str(tmp_path / "missing.yaml")):
        with pytest.raises(StartupError):
            _server(tmp_path, "demo", name)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.yaml"]


def _fails_while_played(folder: Path) -> str:
    """A scenario that reads well, whose step is refused."""
    file = folder / "mine.yaml"
    file.write_text(
        "orders: [{id: 902-0000001-0000001}]\n"
        "script: [{at: +1h, seller-cancel-refund: 902-0000001-0000001, with: {refund_id: none}}]\n"
    )
    return str(file)


def test_a_scenario_that_fails_while_it_is_played_leaves_no_store_behind(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    for names in ([], ["demo"]):
        with pytest.raises(StartupError, match=r"mine\.yaml"):
            _server(tmp_path / "store", *names, _fails_while_played(tmp_path))
        assert list((tmp_path / "store").iterdir()) == []


def test_a_scenario_that_fails_while_it_is_played_leaves_a_store_as_it_was(tmp_path: Path) -> None:
    _server(tmp_path).close()
    before = _stored(tmp_path)
    with pytest.raises(StartupError, match=r"mine\.yaml"):
        _server(tmp_path, "demo", _fails_while_played(tmp_path))
    assert _stored(tmp_path) == before == {DEFAULT_SELLER: 1}


def test_each_scenario_has_a_seller_and_is_played_once(tmp_path: Path) -> None:
    first = _server(tmp_path, *TWO_SELLERS)
    orders = {world.seller_id: list(world.orders) for world in first.sellers}
    assert list(orders) == [DEFAULT_SELLER, "ASCENARIO2"]
    assert all(orders.values())
    first.close()
    before = _stored(tmp_path)
    second = _server(tmp_path, *TWO_SELLERS)
    assert {world.seller_id: list(world.orders) for world in second.sellers} == orders
    assert [note for note in second.welcome() if "was not played again" in note] == [
        f"The world of {seller} stands in the store; {name} was not played again."
        for seller, name in zip(orders, TWO_SELLERS, strict=True)
    ]
    second.close()
    assert _stored(tmp_path) == before


def test_what_happens_after_a_scenario_is_kept(tmp_path: Path) -> None:
    server = _server(tmp_path, "demo")
    world = server.sellers.get(None)
    world.place_orders({"id": "902-7777777-7777777"})
    server.close()
    again = _server(tmp_path, "demo")
    assert "902-7777777-7777777" in again.sellers.get(None).orders
    again.close()
