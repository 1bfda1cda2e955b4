"""The sources: what each upstream system says of care units, read and typed.

Each is one module or folder: its record, its client, its profile. Nothing here knows the store, cards or Dagster.
"""
