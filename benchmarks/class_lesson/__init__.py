"""A class's own digits: what teaching gains, and what it forgets."""
