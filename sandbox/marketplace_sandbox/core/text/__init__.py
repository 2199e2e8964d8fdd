"""Words in and out: instants, how input is read, what a message quotes, what is not shown. Knows no marketplace."""
