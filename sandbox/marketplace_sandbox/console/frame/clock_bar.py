"""The clock bar: the chosen seller's time, and the ways forward: by a span, to an instant, to the next deadline."""

from datetime import datetime
from functools import partial
from typing import Any

import flask
from flask import request
from werkzeug.wrappers import Response

from marketplace_sandbox.api.http.errors import invalid_input
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.blueprint import pages
from marketplace_sandbox.console.frame.long_work import Done, carry_out
from marketplace_sandbox.console.frame.rendering import done
from marketplace_sandbox.console.frame.words import read_instant, write_instant
from marketplace_sandbox.core.data.progress import Progress
from marketplace_sandbox.core.world.world import World

Json = dict[str, Any]

SPEEDS = ((0.0, "Standing"), (1.0, "As fast as real time"), (60.0, "A minute a second"), (3600.0, "An hour a second"))
STOPPED = {
    "asked": "It was stopped on its way.",
    "timers": "It has stopped because so many deadlines fell due; advance again to go on.",
}


def install(app: flask.Flask) -> None:
    """Has templates know the clock and the sellers there are."""
    app.jinja_env.globals.update(read_clock=read_clock, speeds=SPEEDS)


def read_clock() -> Json:
    """The chosen seller's clock, as the control API tells it, the version, and whether an advance runs."""
    clock: Json = current.call("getClock")
    world = current.world()
    return {**clock, "advancing": world.advancing, "version": world.version}


@pages.post("/console/clock/advance")
def advance() -> Response:
    """Forward by a span."""
    span = request.form.get("by", "").strip()
    if not span:
        raise invalid_input("Say by how much to advance, such as PT31M, 31m or 1.5h.", "by")
    return _advance({"by": span})


@pages.post("/console/clock/next")
def advance_to_next() -> Response:
    """Forward to what time alone does next."""
    return _advance({"until": "next"})


@pages.post("/console/clock/to")
def advance_to() -> Response:
    """Forward to an instant; one without a zone is of UTC."""
    return _advance({"to": read_instant(request.form.get("to", "").strip())})


@pages.post("/console/clock/stop")
def stop() -> Response:
    """Stop an advance on its way."""
    text, back, receipt = _told(current.call("stopAdvance"))
    return done(text, back=back, receipt=receipt)


@pages.post("/console/clock/speed")
def set_speed() -> Response:
    """Have the clock stand, or run at another speed."""
    text = "0" if request.form.get("stand") else request.form.get("rate", "").strip()
    try:
        rate = float(text)
    except ValueError:
        raise invalid_input(
            f"A speed is a number of marketplace seconds in a real one, 0 to stand; got {text[:100]!r}.", "rate"
        ) from None
    clock = current.call("putClock", body={"rate": rate})
    speed = f"The clock runs, {clock['rate']:g} seconds in a real one." if clock["rate"] else "The clock stands."
    return done(speed)


def _advance(body: Json) -> Response:
    world = current.world()
    how_far = partial(_how_far, world, world.now())
    return carry_out("The clock advances", "advanceClock", _told, body=body, how_far=how_far, stops_with="stopAdvance")


def _how_far(world: World, begun: datetime) -> Progress:
    """How much of an advance has passed, in seconds of the marketplace's."""
    to, now = world.advancing_to, world.now()
    if to is None:
        return Progress()
    text = f"seconds have passed: it is {write_instant(now.replace(microsecond=0))}, on the way to {write_instant(to)}"
    return Progress(text, int((now - begun).total_seconds()), int((to - begun).total_seconds()))


def _told(receipt: Json) -> Done:
    stopped = STOPPED.get(receipt.get("stopped", ""), "")
    return Done(f"It is {write_instant(receipt['now'])} now. {stopped}".strip(), receipt=receipt)
