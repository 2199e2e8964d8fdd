"""What all pages stand in: base template, navigation, clock bar, seller switch, what was done, themes, error pages."""

from flask import Flask

from marketplace_sandbox.console.frame import clock_bar, error_pages, headers, rendering, theme, words, worlds
from marketplace_sandbox.console.frame.blueprint import pages

__all__ = ["install", "pages"]


def install(app: Flask) -> None:
    """Has every page of the app stand in the frame."""
    headers.install(app)
    error_pages.install(app)
    words.install(app)
    rendering.install(app)
    for each in (clock_bar, theme, worlds):
        each.install(app)
