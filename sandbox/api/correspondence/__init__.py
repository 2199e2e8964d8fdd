"""What corresponds to what in the dialects: one table, by which an order is compared and people migrate."""

from sandbox.api.correspondence.compare import compare
from sandbox.api.correspondence.facts import DIALECTS, FACTS, Fact

__all__ = ["DIALECTS", "FACTS", "Fact", "compare"]
