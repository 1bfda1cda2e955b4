"""Promises of the guard."""
