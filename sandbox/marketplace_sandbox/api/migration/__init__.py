"""From Orders v0 to Orders 2026-01-01: what replaces each read, by parameters and by fields, and a rehearsal of it."""

from marketplace_sandbox.api.migration.rehearsal import Rehearsals

__all__ = ["Rehearsals"]
