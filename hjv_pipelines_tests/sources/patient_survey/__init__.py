"""Promises of the national patient survey as a source."""
