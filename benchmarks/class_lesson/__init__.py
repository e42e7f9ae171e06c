"""A class's own digits: collecting them, crashes, what teaching gains and what it forgets."""
