"""Hostile calls: nulls, wrong kinds and extremes in every place of every operation's calls.

What is put there stands in `values`, a call and its places in `calls`, one of each operation in `operations`, the
server and its seller in `desk`, and what must hold in `siege`.
"""
