"""Promises of watching."""
