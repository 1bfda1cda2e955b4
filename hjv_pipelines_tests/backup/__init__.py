"""Promises of backup and restore."""
