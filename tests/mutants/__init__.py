"""Mutants: small wrong changes of the code, each of which some test has to find out. `make mutants` makes them."""
