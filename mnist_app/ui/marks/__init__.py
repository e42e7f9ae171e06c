"""Readings that a person marks as right or wrong, and the score of a session."""
