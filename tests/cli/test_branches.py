"""`fork` and `rewind`: what they print, where they come from in the list of sellers, and what is refused."""

import pytest

from tests.cli.terminal import Terminal

ORDER = "902-0000001-0000001"


@pytest.fixture
def seller(terminal: Terminal) -> Terminal:
    """An order that is an hour old and canceled; the clock stands."""
    terminal.run("order", "create", "--id", ORDER, "--no-hold", "--item", "MUG-BLUE")
    terminal.run("clock", "advance", "1h")
    terminal.run("order", "act", ORDER, "seller-cancel", "--reason", "no_inventory")
    return terminal


def delete(seller: Terminal, seller_id: str) -> None:
    Terminal(seller.url).run("seller", "delete", seller_id, "--yes")


def test_a_fork_prints_credentials_and_where_it_comes_from(seller: Terminal) -> None:
    version = seller.json("journal")[-1]["version"]
    printed = seller.run("fork", "--id", "AFORKED")
    assert f"forked from {seller.seller} at version {version}" in " ".join(printed.split())
    assert "lwa.refresh_token" in printed
    assert printed == seller.run("seller", "show-credentials", "AFORKED")
    fork = Terminal(seller.url, "AFORKED")
    assert fork.json("order", "show", ORDER)["status"] == "Canceled"
    fork.run("order", "create")
    assert len(seller.json("order", "list")) == 1
    listed = {each["seller_id"]: each["forked_from"] for each in seller.json("seller", "list")}
    assert listed["AFORKED"]["seller_id"] == seller.seller
    assert f"{seller.seller} at version {version}" in seller.run("seller", "list")
    delete(seller, "AFORKED")
    assert "forked from" not in seller.run("seller", "list")


def test_a_fork_is_of_a_version_or_an_instant(seller: Terminal) -> None:
    start = seller.json("journal")[0]["at"]
    for when in (("--version", "2"), ("--at", start)):
        made = seller.json("fork", *when)
        assert made["forked_from"] == {"seller_id": seller.seller, "version": 2, "at": start}
        assert Terminal(seller.url, made["seller_id"]).json("order", "show", ORDER)["status"] == "Unshipped"
        delete(seller, made["seller_id"])
    assert "leave out at or version" in seller.refused("fork", "--version", "2", "--at", start, status=2)
    assert "there is no 99" in seller.refused("fork", "--version", "99", status=2)
    assert "exists already" in seller.refused("fork", "--id", seller.seller)


def test_a_rewind_goes_back_and_says_where_the_world_left_stands(seller: Terminal) -> None:
    start = seller.json("journal")[0]["at"]
    answer = seller.json("rewind", "--version", "2")
    assert (answer["now"], answer["version"]) == (start, 2)
    assert seller.json("order", "show", ORDER)["status"] == "Unshipped"
    assert Terminal(seller.url, answer["kept"]).json("order", "show", ORDER)["status"] == "Canceled"
    seller.run("clock", "advance", "2h")
    printed = seller.run("rewind", "--at", start)
    assert printed.startswith(f"It is {start} again, at version 2. What was left is A")
    for kept in (answer["kept"], printed.split()[-1].rstrip(".")):
        delete(seller, kept)


def test_a_rewind_says_where_to(seller: Terminal) -> None:
    assert "--at an instant, or --version" in seller.refused("rewind", status=2)
    both = seller.refused("rewind", "--version", "1", "--at", "2026-03-02T16:00:00Z", status=2)
    assert "--at an instant, or --version" in both
    assert "there is no 99" in seller.refused("rewind", "--version", "99", status=2)
