"""Where journals live: in memory or in a SQL database. Implements what the core asks for."""
