"""What goes wrong next, the limits, and the settings, with the forms that change them."""

import flask
from flask import Blueprint, request
from werkzeug.wrappers import Response

from marketplace_sandbox.api.http.errors import ApiError, invalid_input
from marketplace_sandbox.console import current
from marketplace_sandbox.console.faults import fault_form, settings
from marketplace_sandbox.console.frame.paging import cut
from marketplace_sandbox.console.frame.rendering import done, render, tell_problem
from marketplace_sandbox.core.faults.kinds import KINDS
from marketplace_sandbox.core.policy import POLICY
from marketplace_sandbox.core.text.quoting import quote, suggestion

PAGE = "/faults"
LONGEST_SEARCH = 200
FIRST = "status"
SETTINGS_A_PAGE = 25

pages = Blueprint("faults", __name__, template_folder="templates", url_prefix=PAGE)


@pages.get("")
def faults() -> flask.Response:
    """Everything on one page."""
    return _show()


@pages.post("")
def add() -> flask.Response | Response:
    """Have something go wrong next."""
    try:
        fault = current.call("addFault", body=fault_form.read(request.form))
    except ApiError as problem:
        return _show(problem)
    return done(f"{fault['id']} stands: {KINDS[fault['kind']].about}", back=f"{PAGE}?kind={fault['kind']}")


@pages.post("/<fault_id>/remove")
def remove(fault_id: str) -> Response:
    """Take a fault away."""
    current.call("removeFault", path={"fault_id": fault_id})
    return done(f"{fault_id} was removed.", back=PAGE)


@pages.post("/remove-all")
def remove_all() -> Response:
    """Take all faults away."""
    current.call("removeFaults")
    return done("No fault stands any more.", back=PAGE)


@pages.post("/settings/<key>")
def change(key: str) -> Response:
    """Change a setting, or reset it, if it is as it was shown."""
    entry, back = POLICY.get(key), f"{PAGE}?q={key}#settings"
    if entry is None:
        raise ApiError(404, "NotFound", f"There is no setting {quote(key)}{suggestion(key, POLICY)}")
    policy = current.world().policy
    value, shown = settings.show(policy, key), request.form.get("shown", "")
    if shown != value:
        message = (
            f"{key} has changed since this page was shown, so nothing was done. "
            f"It was {shown or 'not set'}, and is {value or 'not set'} now."
        )
        return tell_problem(ApiError(409, "SETTING_CHANGED", message), back=back)
    typed = None if request.form.get("reset") else settings.read(entry, request.form.get("value", "").strip())
    try:
        in_force = current.call("putSettings", body={key: typed})
    except ApiError as problem:
        return tell_problem(problem, back=back)
    return done(f"{key} is {'not set' if in_force[key] is None else in_force[key]} from now on.", back=back)


def _show(problem: ApiError | None = None) -> flask.Response:
    world = current.world()
    chosen = request.form.get("kind") or request.args.get("kind", FIRST)
    if chosen not in KINDS:
        raise invalid_input(f"There is no kind of fault {quote(chosen)}{suggestion(chosen, KINDS)}", "kind")
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    return render(
        "faults/faults.html",
        status=problem.status if problem else 200,
        blocks=("standing",),
        problem=problem,
        faults=current.call("listFaults", query={"limit": 1000})["faults"],
        kinds=KINDS,
        groups={label: [each for each in KINDS.values() if each.of == of] for of, label in fault_form.GROUPS.items()},
        chosen=KINDS[chosen],
        fields=fault_form.fields(KINDS[chosen], request.form if problem else {}),
        limits=settings.show(world.policy, "limits"),
        limits_entry=POLICY["limits"],
        buckets=current.parts().limits.buckets(world),
        found=cut(settings.rows(world.policy, search), SETTINGS_A_PAGE),
        setting_count=len(POLICY),
        search=search,
    )
