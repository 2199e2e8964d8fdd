"""Work that takes long, which a page has begun: it goes on in a thread of its own, and says how far it has come.

Knows nothing of what is done, nor of Flask: a page that waits asks how far it is, as does a stream of events.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

from marketplace_sandbox.core.data.progress import Progress, watching

PATIENCE_SECONDS = 0.7
"""What takes no longer than this is answered at once, as if it were no work."""
MOST_RUNNING = 8
MOST_KEPT = 64

HowFar = Callable[[], Progress]


@dataclass(eq=False)
class Work:
    """One piece of work; `end` is done when it is, with what came of it, an exception where it failed.

    `stop` ends it on its way, where that can be. `told` says that somebody has been told what came of it.
    """

    title: str
    back: str
    how_far: HowFar
    finish: Callable[[Any], Any]
    stop: Callable[[], Any] | None = None
    told: bool = False
    work_id: str = field(default_factory=lambda: token_urlsafe(12))
    end: "Future[Any]" = field(default_factory=Future)

    def tell(self) -> dict[str, object]:
        """How far it is: `done` of so many (`of` is None while nobody knows), in a sentence, and whether it is over."""
        progress, over = self.how_far(), self.end.done()
        of = progress.of or None
        return {"done": min(progress.done, of or 0), "of": of, "text": progress.tell(), "over": over}


class TooMuchWorkError(Exception):
    """So much work is under way that no more is begun."""


class Works:
    """The work that is under way in a server, and what was done of late."""

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.patience_seconds = patience_seconds
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Work] = OrderedDict()

    def begin(
        self,
        title: str,
        back: str,
        do: Callable[[], Any],
        finish: Callable[[Any], Any],
        *,
        how_far: HowFar | None = None,
        stop: Callable[[], Any] | None = None,
    ) -> Work:
        """Have something done in a thread; what it counts is how far it is, unless `how_far` says so.

        Raises TooMuchWorkError.
        """
        counted = Progress()
        work = Work(title, back, how_far or (lambda: counted), finish, stop)
        with self._lock:
            if sum(not each.end.done() for each in self._known.values()) >= MOST_RUNNING:
                raise TooMuchWorkError
            self._known[work.work_id] = work
            ended = [name for name, each in self._known.items() if each.end.done()]
            for name in ended[: max(0, len(self._known) - MOST_KEPT)]:
                del self._known[name]

        def run() -> None:
            with watching(counted):
                try:
                    result = do()
                except BaseException as failure:  # noqa: BLE001  (told to whoever waits)
                    work.end.set_exception(failure)
                else:
                    work.end.set_result(result)

        threading.Thread(target=run, name=f"work-{work.work_id}", daemon=True).start()
        return work

    def find(self, work_id: str) -> Work | None:
        """The work of an id, as long as it is known."""
        return self._known.get(work_id)
