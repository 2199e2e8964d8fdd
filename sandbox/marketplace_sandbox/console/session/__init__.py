"""Who may see pages: everybody on loopback; elsewhere whoever has shown the admin token, by a form or as a bearer."""

from marketplace_sandbox.console.session.login import install, pages

__all__ = ["install", "pages"]
