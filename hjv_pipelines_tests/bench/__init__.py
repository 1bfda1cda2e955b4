"""Promises of the bench: what its figures say. None of them asserts a time."""
