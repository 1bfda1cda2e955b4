"""Promises of examination."""
