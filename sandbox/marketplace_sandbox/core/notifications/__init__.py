"""Notices of changes: who is told of what, and how the deliveries went."""
