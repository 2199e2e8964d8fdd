"""The documents for people and generators: an index, Swagger UI and the raw file of each, offline.

Knows the folder of documents and where the installed Swagger UI lies. Knows nothing of who serves what.
"""

import html
import json
from pathlib import Path
from urllib.parse import urlsplit

import flask

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.openapi import NOT_BUILT, Document, Tree, load
from marketplace_sandbox.core.text.quoting import quote, suggestion

UI_FILES = {
    "swagger-ui.css",
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
    "favicon-32x32.png",
}
NOT_BUILT_SENTENCE = "This operation is not built; the sandbox answers 501."

# Swagger UI styles its elements one by one, and has pictures in its style sheet
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"

PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title>{head}</head>
<body>{body}</body>
</html>
"""
STYLE = """
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
code { background: #f2f2f2; padding: 0 .2rem; }
li { margin: .2rem 0; }
</style>
"""
UI_HEAD = """
<link rel="stylesheet" href="../_ui/swagger-ui.css">
<link rel="icon" href="../_ui/favicon-32x32.png">
"""
UI_BODY = """
<div id="swagger-ui"></div>
<script src="../_ui/swagger-ui-bundle.js"></script>
<script src="../_ui/swagger-ui-standalone-preset.js"></script>
<script src="../_ui/start.js"></script>
"""
# the page at .../docs/NAME/ shows .../docs/NAME.json; the validator badge would ask a server elsewhere
START = """window.ui = SwaggerUIBundle({
  url: window.location.pathname.replace(/\\/$/, '') + '.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: 'BaseLayout'
});
"""


def add_to(flask_app: flask.Flask, public: str = "") -> None:
    """Adds `/docs`, `/docs/NAME/`, `/docs/NAME.json` and `/docs/NAME.yaml`.

    `public` is put before the base paths in the JSON form, for tools that want whole URLs.
    """

    def as_json(name: str) -> flask.Response:
        document = _document(name)
        servers = [{"url": f"{_origin(public)}{document.base_path}" or "/"}]
        text = json.dumps(explain(document) | {"servers": servers}, default=str)
        return flask.Response(text, content_type="application/json")

    blueprint = flask.Blueprint("docs", __name__, url_prefix="/docs")
    blueprint.add_url_rule("", view_func=index, strict_slashes=False)
    blueprint.add_url_rule("/_ui/<name>", view_func=ui_file)
    blueprint.add_url_rule("/<name>.json", view_func=as_json)
    blueprint.add_url_rule("/<name>.yaml", view_func=as_yaml)
    blueprint.add_url_rule("/<name>/", view_func=page)
    flask_app.register_blueprint(blueprint)


def index() -> flask.Response:
    """The list of documents."""
    rows = "".join(
        f'<li><a href="/docs/{one.stem}/">{html.escape(one.title)}</a> '
        f'(<a href="/docs/{one.name}">YAML</a>, <a href="/docs/{one.stem}.json">JSON</a>)</li>'
        for one in _documents().values()
    )
    body = f'<h1>API documents</h1><ul>{rows}</ul><p><a href="/">Marketplace sandbox</a></p>'
    return _html(PAGE.format(title="API documents", head=STYLE, body=body))


def page(name: str) -> flask.Response:
    """Swagger UI on one document."""
    title = html.escape(_document(name).title)
    return _html(PAGE.format(title=title, head=UI_HEAD, body=UI_BODY))


def as_yaml(name: str) -> flask.Response:
    """The file as it was written."""
    text = (openapi_dir() / _document(name).name).read_bytes()
    return flask.Response(text, content_type="application/yaml")


def ui_file(name: str) -> flask.Response:
    """One of the files Swagger UI consists of."""
    if name == "start.js":
        return flask.Response(START, content_type="text/javascript")
    if name not in UI_FILES:
        raise ApiError(404, "NotFound", f"There is no file {name} here.")
    import swagger_ui_bundle  # type: ignore[import-untyped]  # noqa: PLC0415  (few ask for it)

    return flask.send_from_directory(Path(swagger_ui_bundle.swagger_ui_path), name)


def explain(document: Document) -> Tree:
    """The document with a sentence for readers at each operation that is not built."""
    paths = {
        path: {
            method: {"description": NOT_BUILT_SENTENCE, **one} if isinstance(one, dict) and NOT_BUILT in one else one
            for method, one in item.items()
        }
        for path, item in document.tree["paths"].items()
    }
    return document.tree | {"paths": paths}


def _documents() -> dict[str, Document]:
    documents = map(load, sorted(openapi_dir().glob("*.yaml")))
    return {document.stem: document for document in documents}


def _document(name: str) -> Document:
    documents = _documents()
    if name not in documents:
        raise ApiError(404, "NotFound", f"There is no document {quote(name)}{suggestion(name, documents)}")
    return documents[name]


def _origin(public: str) -> str:
    parts = urlsplit(public)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}" if parts.netloc else ""


def _html(text: str) -> flask.Response:
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
    return flask.Response(text, headers=headers, content_type="text/html; charset=utf-8")
