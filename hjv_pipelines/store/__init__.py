"""The store: PostgreSQL, with everything that sources have said and everything that was published.

Here: migrations, the merge of snapshots, the import ledger, findings, reading documents. It knows sources' words
(`sources/source.py`) and no source's meaning; it knows no card but as bytes.
"""
