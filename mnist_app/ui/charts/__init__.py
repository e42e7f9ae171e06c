"""Charts, in Altair."""
