"""Promises of retention: what goes, and what stays however old it is."""
