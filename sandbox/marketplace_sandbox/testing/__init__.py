"""What a user's test-suite imports: the pytest plugin, the actors, and the wiring of clients.

Loaded into every pytest run of an environment it is installed in, so nothing is imported here.
"""
