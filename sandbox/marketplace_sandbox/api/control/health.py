"""The one call that needs nothing: the server is up, and this is its version."""

import flask

from marketplace_sandbox.api.http.flask_side import FlaskSide


def add_to(flask_app: FlaskSide, version: str) -> None:
    """Adds `GET /health`, as openapi/health.yaml describes it."""

    def health() -> flask.Response:
        return flask.jsonify({"status": "ok", "version": version})

    flask_app.add_url_rule("/health", view_func=health, methods=["GET"])
    flask_app.inline_paths.add("/health")
