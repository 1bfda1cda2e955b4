"""Promises about findings as people meet them."""
