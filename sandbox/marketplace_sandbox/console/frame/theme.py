"""Light and dark: what the browser prefers until one is chosen."""

import re
from functools import cache
from pathlib import Path

import flask
import flask_bootstrap
from flask import request, session
from werkzeug.wrappers import Response

from marketplace_sandbox.console.frame.blueprint import pages
from marketplace_sandbox.console.frame.rendering import back_from_form

THEMES = {"light": "Light", "dark": "Dark", "": "As the browser prefers"}
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
OURS = Path(__file__).parent.parent / "static" / "console.css"

_RULE = re.compile(r"(?P<selector>[^{}]*)\{(?P<body>[^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DARK = "[data-bs-theme=dark]"
_PREFERRED = ":root:not([data-bs-theme])"


def install(app: flask.Flask) -> None:
    """Has templates know the theme that was chosen, empty for none, and those there are."""
    app.jinja_env.globals.update(themes=THEMES, chosen_theme=lambda: session.get("theme", ""))


@pages.post("/console/theme")
def choose() -> Response:
    """Choose one for this browser."""
    theme = request.form.get("theme", "")
    session["theme"] = theme if theme in THEMES else ""
    return flask.redirect(back_from_form(), 303)


@pages.get("/console/preferred-dark.css")
def preferred_dark() -> flask.Response:
    """The rules that style sheets have for the dark theme, for browsers that prefer it, where none was chosen."""
    response = flask.Response(dark_rules(), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "max-age=3600"
    return response


@cache
def dark_rules() -> str:
    """Bootstrap and we write dark rules for an attribute alone, which nobody can set without a script."""
    rules = []
    for sheet in (BOOTSTRAP, OURS):
        for rule in _RULE.finditer(_COMMENT.sub("", sheet.read_text())):
            selectors = [each.strip() for each in rule["selector"].split(",")]
            dark = [each.replace(_DARK, _PREFERRED, 1) for each in selectors if each.startswith(_DARK)]
            if dark:
                selector = ",".join(dark)
                rules.append(f"{selector}{{{rule['body']}}}")
    return f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}"
