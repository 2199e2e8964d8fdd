"""The list of what the client called, and one call with why it was rejected and what would have been accepted."""

from collections.abc import Callable
from dataclasses import dataclass

import flask
from flask import Blueprint, request

from marketplace_sandbox.api.admission.request_log import LoggedCall
from marketplace_sandbox.api.http.errors import ApiError, invalid_input
from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.paging import cut
from marketplace_sandbox.console.frame.rendering import render
from marketplace_sandbox.console.requests.accepted import advise, takes
from marketplace_sandbox.console.requests.findings import find_mistakes
from marketplace_sandbox.console.requests.rejection import Rejection, is_rejected, rejection_of
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.quoting import quote

PAGE = "/requests"
PER_PAGE = 25
LONGEST_SEARCH = 200
OUTCOMES: dict[str, tuple[str, Callable[[LoggedCall], bool]]] = {
    "": ("All", lambda _: True),
    "rejected": ("Rejected", is_rejected),
    "answered": ("Answered well", lambda call: not is_rejected(call)),
}
"""How a call may have ended, by what the filter says."""

pages = Blueprint("requests", __name__, template_folder="templates", url_prefix=PAGE)


@dataclass(frozen=True)
class Row:
    """One call as a row shows it, without secrets."""

    call: dict[str, object]
    rejection: Rejection | None


@pages.get("")
def requests() -> flask.Response:
    """The calls, the latest first; what looks wrong with the client stands above them."""
    outcome, search = request.args.get("outcome", ""), request.args.get("q", "").strip()[:LONGEST_SEARCH]
    if outcome not in OUTCOMES:
        known = ", ".join(each for each in OUTCOMES if each)
        raise invalid_input(f"outcome is one of {known}; {quote(outcome)} is none.", "outcome")
    log, seller_id = current.parts().requests, current.world().seller_id
    count, calls = log.count(seller_id), log.calls(seller_id)
    wanted = [each for each in reversed(calls) if OUTCOMES[outcome][1](each) and _has(each, search)]
    found = cut(wanted, PER_PAGE)
    is_part = "HX-Target" in request.headers
    return render(
        "requests/requests.html",
        blocks=("calls",),
        found=found,
        rows=[Row(each.to_json(), rejection_of(each)) for each in found.entries],
        count=count,
        kept=len(calls),
        wanted={"outcome": outcome, "q": search},
        outcomes={each: label for each, (label, _) in OUTCOMES.items()},
        # what follows live is the list alone: the client is not to wait for a doctor
        findings=[] if is_part else find_mistakes(),
        url=current.parts().url,
    )


@pages.get("/<int:number>")
def call(number: int) -> flask.Response:
    """One call. Raises ApiError 404 for one that there never was, or that is forgotten by now."""
    world = current.world()
    calls = current.parts().requests.calls(world.seller_id)
    found = next((each for each in calls if each.number == number), None)
    if found is None:
        kept = f"{calls[0].number} to {calls[-1].number} are" if calls else "none is"
        raise ApiError(404, "NotFound", f"There is no call {number} on record; {kept}.")
    rejection = rejection_of(found)
    return render(
        "requests/call.html",
        call=found.to_json(bodies=True),
        rejection=rejection,
        advice=advise(found, world) if rejection else [],
        takes=takes(found) if rejection else None,
        now=format_instant(world.now()),
    )


def _has(call: LoggedCall, search: str) -> bool:
    """Whether a call has a text in its method, path, query, operation, status or notes."""
    if not search:
        return True
    text = f"{call.method} {call.path}?{call.query} {call.operation} {call.status} {' '.join(call.notes)}"
    return search.lower() in text.lower()
