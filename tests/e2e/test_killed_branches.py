"""A server killed amid forks and rewinds stands before or after each, and has lost nothing it answered for."""

import threading
from pathlib import Path

import pytest
import requests

from tests.e2e.sandbox import Json, Sandbox
from tests.e2e.test_crash import again, alive

ROUNDS = 3

pytestmark = pytest.mark.slow


def fork_and_rewind(sandbox: Sandbox, answers: list[Json], enough: threading.Event, most: int) -> None:
    """An order is placed, the seller forked, and then rewound to before the order, until the server is gone."""
    try:
        while True:
            sandbox.place_order()
            answers.append(sandbox.post(f"sellers/{sandbox.seller['seller_id']}/fork"))
            answers.append(sandbox.post("rewind", {"version": 2}))
            if len(answers) >= most:
                enough.set()
    except requests.RequestException:
        enough.set()


def test_a_kill_in_the_middle_of_forks_and_rewinds_leaves_before_or_after(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        store = tmp_path / f"{number}.db"
        answers: list[Json] = []
        with alive(store) as server:
            sandbox = Sandbox(server.url)
            first = sandbox.place_order()
            before = len(sandbox.get("sellers", limit=1000)["sellers"])
            enough = threading.Event()
            working = threading.Thread(
                target=fork_and_rewind, args=(sandbox, answers, enough, 3 + 4 * number), daemon=True
            )
            working.start()
            assert enough.wait(timeout=60)
            server.kill()
            working.join(timeout=60)
        with alive(store) as server:
            again(sandbox, server.url)
            check(sandbox, first, answers, before)
            sandbox.close()


def check(sandbox: Sandbox, first: str, answers: list[Json], before: int) -> None:
    """Everybody answered for stands, with one more at most: what was under way is whole or has not been."""
    sellers = {each["seller_id"]: each for each in sandbox.get("sellers", limit=1000)["sellers"]}
    assert not [each["why"] for each in sellers.values() if each["why"]]
    made = [each.get("seller_id") or each["kept"] for each in answers]
    assert set(made) <= sellers.keys()
    assert len(sellers) - before - len(made) in {0, 1}
    assert {sellers[each]["orders"] for each in made} == {2}
    journal = sandbox.get("journal")["journal"]
    assert [each["kind"] for each in journal] in (["opened", "placed"], ["opened", "placed", "placed"])
    assert sandbox.get("orders")["orders"][0]["order_id"] == first
    later = sandbox.post("rewind", {"version": 1})
    assert sellers.keys() < {each["seller_id"] for each in sandbox.get("sellers", limit=1000)["sellers"]}
    assert sandbox.get("clock")["now"] == later["now"]
