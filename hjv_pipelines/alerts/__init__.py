"""Alerts: what is wrong, told once to those who can mend it, and told again only when it changes or ends.

    state of things ─► causes (`cause.py`, pure) ─► what is new, other or over (`telling.py`) ─► outbox ─► channels

Here: causes, the ledger of those that are open, the channels. Not here: how Dagster's part of the state is looked up
(`orchestration/`), and the judgements that others make already (`freshness.py`, `store/guard/`, checks).
"""
