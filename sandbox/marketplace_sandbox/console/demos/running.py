"""The demos that run on the pages of a server: each in a seller of its own, so many at most. Knows no page."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.console.demos.client import PageDemoClient
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.scenario import player as scenario_player
from marketplace_sandbox.scenario.demo import DemoPlayer, DemoRefusedError, DemoStep
from marketplace_sandbox.scenario.receipt import build_receipt
from marketplace_sandbox.scenario.scenario import Scenario
from marketplace_sandbox.store.memory import MemoryStore

MOST_RUNNING = 16
"""Demos that run at once; one more, and the one that nobody has looked at for longest is ended."""

END_SECONDS = 2.0
"""So long a step is waited for that is being taken when its demo is to end."""

Json = dict[str, Any]


@dataclass
class RunningDemo:
    """A demo that is open, by the name of its scenario. `lock` is held while it goes on or back, and when it has ended.

    `stand` tells the world that it goes on in from one that has begun again, or was rewound by somebody else.
    """

    name: str
    player: DemoPlayer
    client: PageDemoClient
    sellers: Sellers
    stand: object = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def seller_id(self) -> str:
        """Its seller."""
        return self.player.seller_id

    @property
    def title(self) -> str:
        """What it is called."""
        return self.player.scenario.title or self.name

    @property
    def step(self) -> DemoStep | None:
        """The step that was taken last, None at the beginning."""
        return self.player.steps[self.player.position - 1] if self.player.position else None

    @property
    def lost(self) -> str:
        """Why it cannot go on in its seller's world, in a sentence; empty where it can."""
        world = self.sellers.find(self.seller_id)
        if world is None:
            return f"Its seller {self.seller_id} has been deleted, so it cannot go on."
        if _stand(world) != self.stand:
            return f"The world of {self.seller_id} has begun again or was rewound, so it cannot go on there."
        return ""

    @cached_property
    def judgement(self) -> Json:
        """What the scenario expects of its end, met or not: of the same history, played once more aside."""
        aside = Sellers(MemoryStore(), totals=self.sellers.totals)
        return build_receipt(scenario_player.play(self.player.scenario, aside, self.seller_id))

    def open(self) -> None:
        """Make its seller, and take the first step. Raises DemoRefusedError."""
        self.player.open()
        if self.player.steps:
            self.player.go_on()
        self.stand = _stand(self.sellers.get(self.seller_id))

    @contextmanager
    def moving(self, position: int) -> Iterator[DemoPlayer]:
        """Its player, alone, for whoever saw it at a position. Raises ApiError: it moves, has moved, or is lost."""
        if not self.lock.acquire(blocking=False):
            raise ApiError(409, "DEMO_BUSY", "A step of this demo is being taken, or it is ending; look again.")
        try:
            if lost := self.lost:
                raise ApiError(409, "DEMO_LOST", f"{lost} End the demo, and start it again.")
            if position != self.player.position:
                message = f"The demo stands at step {self.player.position} by now; this page showed step {position}."
                raise ApiError(409, "DEMO_MOVED", message)
            try:
                yield self.player
            except DemoRefusedError as refusal:
                message = f"The step could not be taken, and the demo stands where it stood: {refusal}"
                raise ApiError(409, refusal.code, message) from refusal
            finally:
                world = self.sellers.find(self.seller_id)
                self.stand = _stand(world) if world else self.stand
        finally:
            self.lock.release()

    def close(self) -> None:
        """End its consumer, and delete the sellers that going back has left behind; it moves no more."""
        free = self.lock.acquire(timeout=END_SECONDS)
        self.client.close()
        if free:
            self.player.close()


class RunningDemos:
    """The demos that run, by their sellers."""

    def __init__(self, most: int = MOST_RUNNING) -> None:
        self._most = most
        self._running: OrderedDict[str, RunningDemo] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, name: str, scenario: Scenario, client: PageDemoClient, sellers: Sellers) -> RunningDemo:
        """Open a demo, at its first step. Raises ApiError."""
        demo = RunningDemo(name, DemoPlayer(scenario, client), client, sellers)
        try:
            demo.open()
        except DemoRefusedError as refusal:
            demo.close()
            with suppress(DemoRefusedError):  # what has not begun leaves no seller
                client.control("DELETE", f"sellers/{demo.seller_id}")
            raise ApiError(409, refusal.code, f"The demo could not begin: {refusal}") from refusal
        with self._lock:
            self._running[demo.seller_id] = demo
            oldest = [self._running.popitem(last=False)[1] for _ in range(len(self._running) - self._most)]
        for each in oldest:
            each.close()
        return demo

    def find(self, seller_id: str) -> RunningDemo | None:
        """The demo that runs in a seller, None where none does. Whoever asks is looking at it."""
        with self._lock:
            if seller_id in self._running:
                self._running.move_to_end(seller_id)
            return self._running.get(seller_id)

    def end(self, demo: RunningDemo) -> None:
        """End a demo; its seller stays."""
        with self._lock:
            self._running.pop(demo.seller_id, None)
        demo.close()

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            every = [*self._running.values()]
            self._running.clear()
        for each in every:
            each.close()


def _stand(world: World) -> object:
    opening = world.opening
    return opening.wall, opening.generation, opening.lineage
