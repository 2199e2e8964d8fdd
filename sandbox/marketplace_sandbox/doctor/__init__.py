"""What looks wrong with a client, judged by what is on record of it. Asks nobody: whoever wants to know collects it."""
