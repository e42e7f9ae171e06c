"""A class's own drawings: the store that keeps them."""
