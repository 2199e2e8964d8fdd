"""Demos are told on the server that the test process has, in sellers of their own."""

import pytest


@pytest.fixture(scope="session")
def server_url(shared_server: str) -> str:
    """The address of that server."""
    return shared_server
