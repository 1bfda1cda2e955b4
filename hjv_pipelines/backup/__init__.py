"""A copy of the whole database in one file, and the way back: cards, documents, history, Dagster's runs.

Not here: the files of the data folder (raw inputs, secrets, logs), which any copy of files keeps, and recovery to a
moment, which is PostgreSQL's own (docs/operations.md).
"""
