"""Solicitations v1: asking buyers for reviews."""

from marketplace_sandbox.api.spapi.solicitations.operations import Solicitations

__all__ = ["Solicitations"]
