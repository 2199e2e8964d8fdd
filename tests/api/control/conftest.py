"""What the tests of the control API may ask for."""

from collections.abc import Iterator

import pytest

from tests.api.control.driving import Driver


@pytest.fixture
def driver() -> Iterator[Driver]:
    """The app with a default seller whose clock stands at 2026-03-02T16:00:00Z."""
    driving = Driver()
    yield driving
    driving.app.close()
