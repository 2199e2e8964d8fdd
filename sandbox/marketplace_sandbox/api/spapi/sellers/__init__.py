"""Sellers v1: which marketplaces a seller takes part in."""

from marketplace_sandbox.api.spapi.sellers.operations import MarketplaceParticipations

__all__ = ["MarketplaceParticipations"]
