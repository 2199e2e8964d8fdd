"""What goes wrong on purpose: the kinds of faults, and the list of those to come."""
