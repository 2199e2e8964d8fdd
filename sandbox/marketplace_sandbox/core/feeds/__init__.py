"""Feeds: what they are as values, how they are taken, and how their messages are processed."""
