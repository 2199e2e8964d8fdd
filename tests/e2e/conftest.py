"""A seller of the shared server for each test that asks, with what listens to it and the clients that call it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.e2e.clients_reports import Clients
from tests.e2e.sandbox import Receiver, Sandbox, receiving


@pytest.fixture
def sandbox(shared_server: str) -> Iterator[Sandbox]:
    """A new seller; the clock stands at START."""
    sandbox = Sandbox(shared_server)
    yield sandbox
    sandbox.close()


@pytest.fixture
def receiver(sandbox: Sandbox) -> Iterator[Receiver]:
    """A receiver whose webhook the seller has registered."""
    with receiving() as receiver:
        sandbox.post("webhooks", {"url": receiver.url})
        yield receiver


@pytest.fixture
def clients(sandbox: Sandbox) -> Iterator[Clients]:
    """The seller's clients of feeds, reports and messages, closed with the test."""
    with ExitStack() as closing:
        yield Clients(sandbox, closing)
