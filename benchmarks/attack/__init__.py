"""Attack: hostile clients beside ordinary sessions, against a server of their own."""
