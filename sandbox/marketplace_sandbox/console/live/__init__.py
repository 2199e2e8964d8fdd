"""Pages that follow what happens: server-sent events, which say that a world has changed and what time it is there."""
