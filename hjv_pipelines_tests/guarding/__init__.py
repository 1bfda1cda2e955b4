"""Promises of the guard over a whole installation, and of what operators decide."""
