"""An app for tests of rooms that know less than a whole server: the stations of `api/http`, and what they are given."""

from collections.abc import Callable, Iterable, Sequence
from itertools import count

from marketplace_sandbox.api.control.answer_version import AnswerVersion
from marketplace_sandbox.api.http import swagger_ui
from marketplace_sandbox.api.http.bounds import Bodies, Bounds, refuse_unreadable
from marketplace_sandbox.api.http.exchange import Api, Exchange, Station
from marketplace_sandbox.api.http.flask_side import FlaskSide, ServeUnrouted
from marketplace_sandbox.api.http.paths import normalize_path
from marketplace_sandbox.api.http.pipeline import Pipeline, Stations, add_request_id, send_answer
from marketplace_sandbox.api.http.refusals import Refusals, refuse_in_json
from marketplace_sandbox.api.http.routing import ApiRouter
from marketplace_sandbox.api.http.safety import Safety
from marketplace_sandbox.api.shared.unserved_paths import UnservedPaths

OPEN = Safety(guarded=())
BOUNDS = Bounds()

Install = Callable[[FlaskSide], None]


def build_app(
    apis: Sequence[Api],
    *routes: Install,
    public: str = "",
    safety: Safety = OPEN,
    after_safety: Sequence[Station] = (),
    bounds: Bounds = BOUNDS,
    json_levels: int = 64,
    unrouted: Iterable[ServeUnrouted] = (),
    version: AnswerVersion | None = None,
    observe: Callable[[Exchange], None] = lambda _: None,
    name: str = "request",
) -> Pipeline:
    """The APIs and plain routes as an app. Requests are numbered after `name`; `observe` sees each with its answer."""
    numbers = count(1)
    router = ApiRouter(apis, json_levels)
    flask_side = FlaskSide("tests", UnservedPaths(router.paths).refuse)
    flask_side.unrouted += unrouted
    swagger_ui.add_to(flask_side, public)
    for install in routes:
        install(flask_side)
    refusals = Refusals(router.documents)
    bodies = Bodies(bounds)
    stations = Stations(
        request=(
            refuse_unreadable,
            normalize_path,
            safety.refuse_strangers,
            *after_safety,
            bodies.refuse_large_body,
            router.route_and_validate,
            flask_side.run_flask,
        ),
        refusal=(refusals.refuse_wrong_method, refusals.explain_problem, refuse_in_json),
        answer=(*((version.tell_version,) if version else ()), observe, add_request_id, send_answer),
    )
    return Pipeline(stations, lambda: f"{name}-{next(numbers)}", flask_side.close, bodies.let_go)
