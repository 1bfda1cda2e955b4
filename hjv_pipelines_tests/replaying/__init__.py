"""Promises of replaying."""
