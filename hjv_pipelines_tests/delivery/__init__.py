"""Promises of the delivery."""
