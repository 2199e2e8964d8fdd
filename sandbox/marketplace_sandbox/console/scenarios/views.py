"""The list of scenarios, playing one whole, and the steps of a story that is told beside the pages."""

from typing import Any

import flask
from flask import Blueprint, request, session
from werkzeug.wrappers import Response

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.long_work import Done, carry_out
from marketplace_sandbox.console.frame.rendering import done, render
from marketplace_sandbox.console.scenarios import stories
from marketplace_sandbox.console.scenarios.stories import Story
from marketplace_sandbox.scenario.library import read_named
from marketplace_sandbox.scenario.scenario import Scenario, ScenarioError

PAGE = "/scenarios"
MOST_FAILURES = 10

pages = Blueprint("scenarios", __name__, template_folder="templates", url_prefix=PAGE)


@pages.get("")
def scenarios() -> flask.Response:
    """Those that come with the project; the stories among them stand first."""
    listed = current.call("listScenarios", query={"limit": 1000})["scenarios"]
    return render(
        "scenarios/scenarios.html",
        told=[each for each in listed if each.get("title")],
        others=[each for each in listed if not each.get("title")],
    )


@pages.post("/play")
def play() -> Response:
    """Play one in a seller of its own, who is chosen from now on."""
    return play_whole({"name": request.form.get("name", "")})


@pages.post("/tell")
def tell() -> Response:
    """Begin to tell one step by step, in a seller of its own, who is chosen from now on."""
    name = request.form.get("name", "")
    try:
        scenario = read_named(fixtures_dir(), name)
    except ScenarioError as wrong:
        raise ApiError(404, "NotFound", str(wrong)) from wrong
    return begin_story(name, scenario)


@pages.post("/next")
def go_on() -> Response:
    """Take the next step; its page is opened."""
    story = _story()
    stories.go(story, _shown(), back=False)
    return flask.redirect(_page(story), 303)


@pages.post("/back")
def go_back() -> Response:
    """Undo the latest step, which is a rewind; the page of the step before is opened."""
    story = _story()
    stories.go(story, _shown(), back=True)
    return flask.redirect(_page(story), 303)


@pages.post("/end")
def end() -> Response:
    """Tell the story no more."""
    story = _story()
    stories.end(story)
    return done(f"The story has ended. Its seller, {story.player.seller_id}, stays as it is.", back=PAGE)


def begin_story(name: str, scenario: Scenario) -> Response:
    """Sends on to the beginning of a story."""
    story = stories.begin(name, scenario)
    session["seller"] = story.player.seller_id
    text = f"This is {story.player.seller_id}, in whose world the story is told. Take the first step."
    return done(text, back=_page(story))


def play_whole(body: dict[str, Any]) -> Response:
    """Plays a scenario to its end, as the control API does, and sends on to its seller with what came of it."""
    return carry_out("The scenario is played", "playScenario", _tell_played, body=body)


def _tell_played(played: dict[str, Any]) -> Done:
    session["seller"] = played["seller_id"]
    failures = [each["message"] for each in played["failures"]]
    if failures:
        more = f" and {len(failures) - MOST_FAILURES} more" if len(failures) > MOST_FAILURES else ""
        came = f"Not as it expects: {'; '.join(failures[:MOST_FAILURES])}{more}."
    else:
        came = f"All came as it expects ({played['checks']} checks)."
    return Done(f"It was played. This is its seller, {played['seller_id']}. {came}", back="/seller/orders")


def _story() -> Story:
    story = stories.find_story()
    if story is None:
        raise ApiError(404, "NotFound", f"No story is told of {current.seller_id()} any more; begin one.")
    return story


def _shown() -> int:
    """How far the story had come where the form stood."""
    text = request.form.get("position", "")
    return int(text) if text.isdecimal() and len(text) < 9 else -1


def _page(story: Story) -> str:
    """The page to look at."""
    step = story.step
    return (step.page if step else "") or "/seller/orders"
