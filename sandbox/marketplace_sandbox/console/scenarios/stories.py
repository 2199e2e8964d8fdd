"""The stories that are being told: of each seller whose world one is played in, how far it has come. In memory."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import cast

import flask
from flask import current_app

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.console import current
from marketplace_sandbox.console.scenarios.demo_calls import PageDemoClient
from marketplace_sandbox.scenario.demo import DemoPlayer, DemoRefusedError, DemoResult, DemoStep
from marketplace_sandbox.scenario.scenario import Scenario

STORIES = "sandbox.stories"
MOST_STORIES = 20
"""Stories that are told at a time; of more the oldest ends. Its seller stays."""


@dataclass
class Story:
    """A story, its player, and what came of the latest step; one step is taken at a time."""

    name: str
    player: DemoPlayer
    client: PageDemoClient
    latest: DemoResult | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def step(self) -> DemoStep | None:
        """The latest step, None at the beginning."""
        return self.player.steps[self.player.position - 1] if self.player.position else None

    def end(self) -> None:
        """Delete what going back has left behind, and have its consumer be gone."""
        with self.lock:
            self.player.close()
            self.client.close()


def install(app: flask.Flask) -> None:
    """Has every page know the story that is told of the chosen seller."""
    app.extensions[STORIES] = OrderedDict()
    app.jinja_env.globals.update(find_story=find_story)


def find_story() -> Story | None:
    """The story of the chosen seller."""
    return _stories().get(current.seller_id())


def begin(name: str, scenario: Scenario) -> Story:
    """A story at its beginning, in a seller of its own. Raises ApiError."""
    client = PageDemoClient(current.door(), current.parts())
    story = Story(name, DemoPlayer(scenario, client), client)
    try:
        story.player.open()
    except DemoRefusedError as refusal:
        raise ApiError(409, refusal.code, str(refusal)) from refusal
    stories = _stories()
    stories[story.player.seller_id] = story
    while len(stories) > MOST_STORIES:
        stories.popitem(last=False)[1].end()
    return story


def go(story: Story, shown: int, *, back: bool) -> None:
    """Take the next step, or undo the latest, if the story stands where it was shown. Raises ApiError."""
    with story.lock:
        player = story.player
        if player.position != shown:
            message = (
                f"The story has gone on since this page was shown: it is at step {player.position} now, not {shown}."
            )
            raise ApiError(409, "STORY_MOVED", message)
        try:
            if back:
                player.go_back()
                story.latest = None
            elif not player.ended:
                story.latest = player.go_on()
        except DemoRefusedError as refusal:
            raise ApiError(409, refusal.code, f"The step was not taken: {refusal}") from refusal


def end(story: Story) -> None:
    """Tell it no more; its seller stays as it is."""
    _stories().pop(story.player.seller_id, None)
    story.end()


def _stories() -> "OrderedDict[str, Story]":
    return cast("OrderedDict[str, Story]", current_app.extensions[STORIES])
