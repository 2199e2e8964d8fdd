"""`make bench`: our figures and a peer's, taken in turn in one run. Nothing here decides a test."""
