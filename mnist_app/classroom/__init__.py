"""A class's own digits: the store of its drawings, how models read them, and teaching."""
