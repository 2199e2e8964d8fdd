"""Scenarios: played whole or begun as demos, written and checked; and going back to any moment."""

from marketplace_sandbox.console.scenarios import editor, moments
from marketplace_sandbox.console.scenarios.views import pages

pages.register_blueprint(editor.pages)
pages.register_blueprint(moments.pages)

__all__ = ["pages"]
