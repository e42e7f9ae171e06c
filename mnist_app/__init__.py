"""Reads digits that people draw, and says so when it is not sure."""
