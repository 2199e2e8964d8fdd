"""A local, deterministic stand-in for the order side of Amazon's selling APIs."""

__version__ = "0.1.0"
