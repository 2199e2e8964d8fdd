"""The list of scenarios, and playing one whole."""

from typing import Any

import flask
from flask import Blueprint, request, session
from werkzeug.wrappers import Response

from marketplace_sandbox.console import current
from marketplace_sandbox.console.frame.long_work import Done, carry_out
from marketplace_sandbox.console.frame.rendering import render

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
