"""What corresponds to what in the dialects: one table, by which an order is compared and people migrate."""

from marketplace_sandbox.api.field_mapping.compare import compare
from marketplace_sandbox.api.field_mapping.facts import DIALECTS, FACTS, Fact

__all__ = ["DIALECTS", "FACTS", "Fact", "compare"]
