"""Promises of the notifications' room."""
