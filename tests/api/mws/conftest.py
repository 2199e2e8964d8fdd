"""A world whose clock stands, and MWS in front of it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from marketplace_sandbox.api.mws.orders import MwsOrders
from tests.api.mws.client import SECTION, WALL, Client, new_mws, new_world

Build = Callable[..., Client]


@pytest.fixture
def build() -> Build:
    """Makes a client of a new world; arguments are the dispatcher's, or settings of the world."""

    def client(settings: Mapping[str, Any] | None = None, **options: Any) -> Client:
        world = new_world(settings=settings)
        known = {"AKIASANDBOX": (world, {"secret_key": "secret", "auth_token": "amzn.mws.ours"})}
        sections = [(SECTION, MwsOrders(b"token key"))]
        find: Any = options.pop("find_world", known.get)
        ids = (f"request-{number}" for number in range(1, 10_000))
        options = {"strict": True, "new_id": lambda: next(ids), **options}
        wall: Any = options.pop("wall", lambda: WALL)
        mws = new_mws(sections, find, lambda: world, wall, **options)
        return Client(mws, world, WALL)

    return client


@pytest.fixture
def client(build: Build) -> Client:
    """A client of a new world, with signatures checked."""
    return build()
