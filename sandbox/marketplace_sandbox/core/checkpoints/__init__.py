"""Checkpoints: a world as it is after an entry, in pages, so that it opens without a look at the entries before.

A checkpoint is a cache. It is used where it is whole and was written by the very same code; anywhere else, and where
there is none, the journal is folded, and the same world comes of it.
"""
