"""What the tests of the command line may ask for."""

from collections.abc import Iterator

import pytest

from tests.cli.terminal import Terminal
from tests.serving import serving

START = "2026-03-02T16:00:00Z"


@pytest.fixture(autouse=True)
def width_of_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text is as wide as it is by default, whatever says otherwise here, as pytest-xdist does to its workers."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture(scope="module")
def server_url() -> Iterator[str]:
    """The address of a server of the module's own."""
    with serving() as running:
        yield running.url


@pytest.fixture
def terminal(server_url: str) -> Terminal:
    """A user with a new seller whose clock stands."""
    seller = Terminal(server_url).json("seller", "create", "--start", START)
    return Terminal(server_url, seller["seller_id"])
