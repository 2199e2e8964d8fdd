"""HTTP and nothing else: the edge, routing and checking by our documents, errors, safety. Knows no marketplace."""
