"""The control API: whatever a user needs to drive a seller's world, and to look into it."""

from marketplace_sandbox.api.control.operations import control_operations

__all__ = ["control_operations"]
