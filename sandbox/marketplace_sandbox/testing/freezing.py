"""freezegun's clock in the test's process, moved together with the world's. Knows no world.

freezegun cannot reach event loops, C code and child processes, nor names such as `now = datetime.now` bound before.
"""

import importlib
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from marketplace_sandbox.testing.control import MarketplaceError

STOPWATCHES = ["_pytest.timing", "_pytest.subtests"]
"""Where pytest measures how long things take. A test's set-up begins before the clock is frozen and ends after it: with
one end of the span in the process's time and the other in the world's, it would have lasted for decades.
"""


class FrozenProcess:
    """A context in which this process's clock stands at the world's instant."""

    def __init__(self, instant: datetime) -> None:
        try:
            freezegun = importlib.import_module("freezegun")
        except ImportError:
            raise MarketplaceError("freeze=True needs freezegun: pip install 'marketplace-sandbox[pytest]'") from None
        self._freezer: Any = freezegun.freeze_time(instant, real_asyncio=True, ignore=STOPWATCHES)
        self._clock: Any = None

    def __enter__(self) -> Self:
        self._clock = self._freezer.start()
        return self

    def follow(self, instant: datetime) -> None:
        """Stand at another instant."""
        self._clock.move_to(instant)

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._freezer.stop()
