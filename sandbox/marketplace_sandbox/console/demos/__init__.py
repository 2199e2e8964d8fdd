"""Demos on the pages: a scenario told step by step, and back, in a bar that stands on every page while it runs."""

from marketplace_sandbox.console.demos.views import install, pages

__all__ = ["install", "pages"]
