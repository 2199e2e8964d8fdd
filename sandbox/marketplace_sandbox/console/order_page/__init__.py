"""One order: its timeline, past and coming, what every dialect says of it, and what each action would bring."""

from marketplace_sandbox.console.order_page.views import pages

__all__ = ["pages"]
