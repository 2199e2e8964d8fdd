"""The core alone: rules, time, journal."""
