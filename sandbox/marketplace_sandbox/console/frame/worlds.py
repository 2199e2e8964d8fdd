"""Going on from somewhere else: a fork of the chosen seller's world, and a rewind of it."""

from typing import Any

import flask
from flask import request, session
from werkzeug.wrappers import Response

from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.blueprint import pages
from marketplace_sandbox.console.frame.rendering import done
from marketplace_sandbox.console.frame.words import read_instant, write_instant

MOST_SHOWN = 200
"""As many sellers are offered in the switch; any other is reached by its id in the address."""


def install(app: flask.Flask) -> None:
    """Has templates know the sellers there are."""
    app.jinja_env.globals.update(seller_ids=seller_ids, seller_id=current.seller_id)


def seller_ids() -> list[str]:
    """The sellers to choose from: the first, the latest, and the one that is chosen."""
    known, chosen = first_and_latest(MOST_SHOWN), current.seller_id()
    return known if chosen in known else [*known, chosen]


def first_and_latest(most: int) -> list[str]:
    """The ids of the first seller and of so many of the latest that all are no more than asked for."""
    known = [each.seller_id for each in current.parts().sellers]
    return known if len(known) <= most else [known[0], *known[1 - most :]]


@pages.post("/console/world/fork")
def fork() -> Response:
    """A new seller whose world goes on from here, who is chosen from now on."""
    left = current.seller_id()
    forked = current.call("forkSeller", path={"seller_id": left}, body={})
    session["seller"] = forked["seller_id"]
    text = f"This is {forked['seller_id']} now, whose world goes on from where that of {left} stands. {left} stays."
    return done(text, back="/")


@pages.post("/console/world/rewind")
def rewind() -> Response:
    """The world as it was at an instant or a version; what is left stands under another seller's id."""
    rewound = current.call("rewindWorld", body=_moment(request.form.get("when", "").strip()))
    text = (
        f"It is {write_instant(rewound['now'])} again, version {rewound['version']}. "
        f"What came after it stands under the seller {rewound['kept']}."
    )
    return done(text, back="/")


def _moment(text: str) -> dict[str, Any]:
    if text.isdecimal() and len(text) < 12:
        return {"version": int(text)}
    return {"at": read_instant(text)}
