"""The Flask app of the pages: what they share, and the list of them."""

from hashlib import sha256

import flask
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect

from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.console import (
    account_health,
    amazon,
    buyer_orders,
    correspondence,
    current,
    demos,
    faults,
    frame,
    home,
    jobs,
    new_order,
    notifications,
    order_page,
    orders,
    refund,
    requests,
    rules,
    scenarios,
    session,
    shipment,
)
from marketplace_sandbox.console.console import Parts
from marketplace_sandbox.console.door import Door
from marketplace_sandbox.console.frame import long_work
from marketplace_sandbox.console.live.works import Works

PAGES = (
    frame.pages,
    session.pages,
    home.pages,
    demos.pages,
    orders.pages,
    order_page.pages,
    shipment.pages,
    refund.pages,
    rules.pages,
    account_health.pages,
    amazon.pages,
    buyer_orders.pages,
    correspondence.pages,
    new_order.pages,
    notifications.pages,
    jobs.pages,
    requests.pages,
    faults.pages,
    scenarios.pages,
)
"""The blueprints of all pages. Each page has its folder; a new one is entered here."""

STATIC = "/console/static"


def make_app(parts: Parts, works: Works) -> flask.Flask:
    """The app. The session's key comes from the store, whose id is in the cookie's name: cookies ignore ports."""
    app = flask.Flask(__name__, static_folder="static", static_url_path=STATIC, template_folder=None)
    key = parts.secret("console-session-key")
    app.config.update(
        SECRET_KEY=key,
        SESSION_COOKIE_NAME=f"sandbox-session-{sha256(b'name of the cookie' + key).hexdigest()[:12]}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=parts.url.startswith("https://"),
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        WTF_CSRF_TIME_LIMIT=None,
        # the guard in front of all pages looks at Origin, and at no Referer
        WTF_CSRF_SSL_STRICT=False,
        BOOTSTRAP_SERVE_LOCAL=True,
        PROPAGATE_EXCEPTIONS=True,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[current.PARTS] = parts
    app.extensions[long_work.WORKS] = works
    app.extensions[current.DOOR] = Door(Worlds(parts.sellers, parts.courier), parts.operations)
    Bootstrap5(app)
    CSRFProtect(app)
    session.install(app)
    frame.install(app)
    demos.install(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    return app
