"""The bar that tells a demo, the ways on and back, and the list of those that come with the project."""

import json
from functools import cache
from typing import Any, NamedTuple, cast

import flask
from flask import Blueprint, current_app, request, session
from werkzeug.wrappers import Response

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.flask_side import exchange_of
from marketplace_sandbox.console import current
from marketplace_sandbox.console.demos.client import PageDemoClient
from marketplace_sandbox.console.demos.running import RunningDemo, RunningDemos
from marketplace_sandbox.console.frame.rendering import done, leads_somewhere
from marketplace_sandbox.core.text.quoting import write_count
from marketplace_sandbox.scenario import library
from marketplace_sandbox.scenario.scenario import Scenario, ScenarioError

RUNNING = "sandbox.demos"
TOLD_HERE = "demo"
"""Where a browser's session has the seller of the demo that it is told."""
MOVED = "demo-moved"
"""Where it has that the demo has just moved, so that the next page begins at the bar's button."""
LONGEST_BODY = 6_000
"""Characters of an answer that are shown."""

pages = Blueprint("demos", __name__, template_folder="templates")


class Story(NamedTuple):
    """A demo that comes with the project, and what it tells in a sentence."""

    name: str
    title: str
    about: str


def install(app: flask.Flask) -> None:
    """Has templates know the demo that is told in this browser, and those there are."""
    app.extensions[RUNNING] = RunningDemos()
    app.jinja_env.globals.update(
        running_demo=running_demo, demo_address=_address, demo_moved=_take_moved, demo_stories=stories
    )
    app.jinja_env.filters["answer_body"] = _write_body


def end_all(app: flask.Flask) -> None:
    """Ends all demos of an app."""
    cast(RunningDemos, app.extensions[RUNNING]).close()


@cache
def stories() -> tuple[Story, ...]:
    """The demos that come with the project."""
    return tuple(Story(name, each.title, each.about) for name, each in library.read_demos(fixtures_dir()))


def running_demo() -> RunningDemo | None:
    """The demo that this browser is told or, without one, that which runs in the chosen seller."""
    running = _running()
    return running.find(session.get(TOLD_HERE, "")) or running.find(current.seller_id())


@pages.post("/console/demos/<name>")
def start(name: str) -> Response:
    """Begin a scenario that comes with the project."""
    try:
        scenario = library.read_named(fixtures_dir(), name, current.parts().sellers.totals)
    except ScenarioError as problem:
        raise ApiError(404, "NotFound", str(problem)) from None
    return begin(name, scenario)


def begin(name: str, scenario: Scenario) -> Response:
    """Begin a scenario in a seller of its own, who is chosen from now on; what this browser was told ends."""
    running = _running()
    if told := running.find(session.pop(TOLD_HERE, "")):
        running.end(told)
    client = PageDemoClient(current.door(), _call_platform)
    return _show(running.start(name, scenario, client, current.parts().sellers))


@pages.post("/console/demos/<name>/next")
def go_on(name: str) -> Response:
    """Take the next step, and open its page."""
    demo = _asked_for(name)
    with demo.moving(_position()) as player:
        if not player.ended:
            player.go_on()
    return _show(demo)


@pages.post("/console/demos/<name>/back")
def go_back(name: str) -> Response:
    """Undo the last step, and open the page of the one before."""
    demo = _asked_for(name)
    with demo.moving(_position()) as player:
        player.go_back()
    return _show(demo)


@pages.post("/console/demos/<name>/end")
def end(name: str) -> Response:
    """End the demo. What going back has left behind is deleted; its own seller stays."""
    demo = _asked_for(name)
    _running().end(demo)
    session.pop(TOLD_HERE, None)
    stays = current.parts().sellers.find(demo.seller_id) is not None
    return done(f"The demo has ended. {f'Its seller {demo.seller_id} stays.' if stays else ''}".strip(), back="/")


def _call_platform(method: str, call: str, body: Any, seller_id: str) -> tuple[int, Any]:
    """A call as the seller's client makes it, on the event loop that serves the page."""
    loop = exchange_of(request).loop
    assert loop is not None  # noqa: S101  (pages are made in threads)
    return current.parts().call_platform(loop, method, call, body, seller_id)


def _running() -> RunningDemos:
    return cast(RunningDemos, current_app.extensions[RUNNING])


def _asked_for(name: str) -> RunningDemo:
    """The demo that a button stands for. Raises ApiError: it has ended."""
    demo = _running().find(request.form.get("seller", ""))
    if demo is None or demo.name != name:
        message = "This demo has ended: by somebody's hand, with its server, or because others have begun since."
        raise ApiError(404, "DEMO_ENDED", message)
    return demo


def _position() -> int:
    """The step that was shown with the button."""
    step = request.form.get("step", "")
    return int(step) if step.isdecimal() and len(step) < 9 else -1


def _show(demo: RunningDemo) -> Response:
    """Opens the page of a demo's step, with its seller chosen."""
    session["seller"] = session[TOLD_HERE] = demo.seller_id
    session[MOVED] = True
    return flask.redirect(_page(demo), 303)


def _page(demo: RunningDemo) -> str:
    """The page of a demo's step; where it names none, that of the order that it was about."""
    step, result = demo.step, demo.player.result
    if step and step.page and leads_somewhere(step.page.partition("?")[0]):
        return step.page
    touched = [*(each["order_id"] for each in result.placed), *result.order_ids] if result else []
    return f"/seller/orders/{touched[-1]}" if touched else "/seller/orders"


def _address(demo: RunningDemo) -> str:
    """The same for whoever has chosen another seller since."""
    page = _page(demo)
    return f"{page}{'&' if '?' in page else '?'}seller={demo.seller_id}"


def _take_moved() -> bool:
    """Whether the demo has moved just before this page."""
    return bool(session.pop(MOVED, False))


def _write_body(body: Any) -> str:
    """An answer's body as it is read, or its beginning."""
    text = json.dumps(body, indent=2, ensure_ascii=False)
    cut = len(text) - LONGEST_BODY
    return text if cut <= 0 else f"{text[:LONGEST_BODY]}\n… and {write_count(cut, 'characters')} more"
