"""Scenarios as text: the world written out as one, one edited and checked, with the line of the mistake, and played."""

from dataclasses import dataclass
from itertools import islice

import flask
from flask import Blueprint, request
from werkzeug.wrappers import Response

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.console import current
from marketplace_sandbox.console.demos.views import begin
from marketplace_sandbox.console.frame.rendering import render
from marketplace_sandbox.console.scenarios.views import play_whole
from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.scenario.library import scenario_names
from marketplace_sandbox.scenario.scenario import Scenario, ScenarioError, read_yaml
from marketplace_sandbox.scenario.writing import to_json, to_yaml

NAME = "scenario"
AROUND = 2
"""So many lines before and after a mistake are shown."""
BLANK = """about: What it shows.
start: 2026-03-02T16:00:00Z
orders:
  - id: 902-0000001-0000001
script:
  - {at: +31m, buyer-request-cancellation: 902-0000001-0000001, with: {reason: mistake}}
  - {at: +1h, seller-cancel: 902-0000001-0000001, with: {reason: buyer_canceled}}
until: +2h
expect:
  orders: {902-0000001-0000001: {status: Canceled, cancellation.counts_in_rate: false}}
"""

pages = Blueprint("editor", __name__)


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a scenario, in which line, and the lines around it."""

    text: str
    line: int | None
    around: tuple[tuple[int, str], ...]


@pages.get("/edit")
def edit() -> flask.Response:
    """A scenario as text: one that comes with the project, the chosen seller's world, or one to begin with."""
    name, of_world = request.args.get("name", ""), request.args.get("world", "")
    if name:
        known = scenario_names(fixtures_dir())
        if name not in known:
            raise ApiError(404, "NotFound", f"There is no scenario {quote(name)}{suggestion(name, known)}")
        return _show((fixtures_dir() / f"{name}.yaml").read_text())
    return _show(_export() if of_world else BLANK)


@pages.post("/edit")
def take() -> flask.Response | Response:
    """Check the text, and play it or tell it step by step if that was pressed."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    try:
        scenario = read_yaml(text, NAME, current.parts().sellers.totals)
    except ScenarioError as wrong:
        return _show(text, mistake=_mistake(text, wrong), status=400)
    pressed = request.form.get("do", "check")
    if pressed == "tell":
        return begin(NAME, scenario)
    if pressed == "play":
        try:
            return play_whole(to_json(scenario))
        except ApiError as problem:
            return _show(text, mistake=Mistake(f"{problem.message} ({problem.code})", None, ()), status=problem.status)
    if pressed == "download":
        return _file(text)
    return _show(text, found=scenario)


@pages.get("/export.yaml")
def export() -> flask.Response:
    """The chosen seller's world as a scenario's file."""
    return _file(_export())


def _export() -> str:
    return "".join(to_yaml(current.call("exportWorld")))


def _file(text: str) -> flask.Response:
    response = flask.Response(text, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="scenario.yaml"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _mistake(text: str, wrong: ScenarioError) -> Mistake:
    line = wrong.line
    first = max(1, (line or 1) - AROUND)
    lines = enumerate(text.splitlines(), 1)
    around = tuple(islice(lines, first - 1, (line or 0) + AROUND)) if line else ()
    return Mistake(str(wrong).removeprefix(f"{NAME}:{line}: "), line, around)


def _show(
    text: str, *, mistake: Mistake | None = None, found: Scenario | None = None, status: int = 200
) -> flask.Response:
    return render("scenarios/edit.html", status=status, text=text, mistake=mistake, found=found)
