"""Promises of forgetting."""
