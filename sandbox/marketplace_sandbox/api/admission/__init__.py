"""Who may come in, and how often: credentials, access, rate limits, faults injected into calls, the request log."""
