"""Looking back and going on from there: moments, a world as it stood, what differs, forks and rewinds."""
