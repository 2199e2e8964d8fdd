"""Reports 2021-06-30: what is asked for, and the files it comes to."""

from marketplace_sandbox.api.spapi.reports.operations import Reports

__all__ = ["Reports"]
