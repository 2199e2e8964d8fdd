"""Any moment: what the chosen seller's world has taken, each with the version after it, to fork from or go back to."""

from typing import Any

import flask
from flask import Blueprint, request, session
from werkzeug.wrappers import Response

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.rendering import done, render
from marketplace_sandbox.console.frame.words import write_instant
from marketplace_sandbox.core.text.instants import format_instant, parse_instant

PER_PAGE = 25
BACK = "/scenarios/moments"

pages = Blueprint("moments", __name__)


@pages.get("/moments")
def moments() -> flask.Response:
    """The latest entries of the journal, and those before a version."""
    world = current.world()
    asked = request.args.get("until", "")
    until = min(int(asked), world.version) if asked.isdecimal() and 0 < len(asked) < 12 else world.version
    since = max(0, until - PER_PAGE)
    return render(
        "scenarios/moments.html",
        entries=list(reversed(world.journal(since, until))),
        version=world.version,
        since=since,
        until=until,
        later=min(world.version, until + PER_PAGE),
        now=format_instant(world.now()),
    )


@pages.post("/moments")
def go() -> Response:
    """Fork from a moment, or go back to it."""
    when = _moment(request.form.get("when", "").strip())
    left = current.seller_id()
    pressed = request.form.get("do", "")
    if pressed == "fork":
        forked = current.call("forkSeller", path={"seller_id": left}, body=when)
        session["seller"] = forked["seller_id"]
        at = write_instant(forked["forked_from"]["at"])
        return done(f"This is {forked['seller_id']}, whose world goes on from {at}. {left} stays.", back=BACK)
    if pressed == "rewind":
        rewound = current.call("rewindWorld", body=when)
        text = f"It is {write_instant(rewound['now'])} again. What came after it stands under {rewound['kept']}."
        return done(text, back=BACK)
    raise ApiError(400, "InvalidInput", "A moment is to fork from, or to go back to.", "do")


def _moment(text: str) -> dict[str, Any]:
    """A version, or an instant; one without a zone is of UTC."""
    if text.isdecimal() and len(text) < 12:
        return {"version": int(text)}
    try:
        return {"at": format_instant(parse_instant(text, naive_is_utc=True))}
    except ValueError:
        return {"at": text}
