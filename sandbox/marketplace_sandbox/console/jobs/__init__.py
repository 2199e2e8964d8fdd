"""Order Reports and Upload order related files: what is asked for now and made later, on the world's clock."""

from marketplace_sandbox.console.jobs import reports, uploads
from marketplace_sandbox.console.jobs.blueprint import pages

__all__ = ["pages", "reports", "uploads"]
