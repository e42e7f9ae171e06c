"""Pictures to ink."""
