"""HTTP and nothing else: a pipeline and its stations, routing and validation by documents. Knows no marketplace."""
