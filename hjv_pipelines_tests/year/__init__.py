"""A year of operation, simulated by its clock: what grows, and what must not."""
