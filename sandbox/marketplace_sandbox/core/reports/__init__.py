"""Reports: what is asked for, when it is made, and which orders it tells of."""
