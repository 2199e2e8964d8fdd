"""Mail, and what buyer and seller write to each other."""
