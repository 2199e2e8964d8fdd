"""Sellers v1: who a seller is, and which marketplaces the seller takes part in."""

from marketplace_sandbox.api.spapi.sellers.operations import SellersV1

__all__ = ["SellersV1"]
