"""Load test: a class of virtual pupils draws on one server at the same time."""
